"""Update the catalogs, or check them: `python -m devtools.texts [--check]`."""

import sys

from devtools.texts.catalogs import faults, update

_MOST_LINES = 40


def main(arguments: list[str]) -> int:
    """Update the catalogs, or check them."""
    if "--check" not in arguments:
        update()
        return 0
    found = faults()
    for line in found[:_MOST_LINES]:
        print(line)
    if len(found) > _MOST_LINES:
        print(f"… and {len(found) - _MOST_LINES} more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
