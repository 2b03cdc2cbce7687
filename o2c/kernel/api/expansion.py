"""``?expand=lines,invoices.payments``: what a caller wants besides, out of what the endpoint offers."""

from collections.abc import Collection, Iterator

from o2c.kernel.api.errors import ExpandUnknown


class Expansion:
    """The expansions a caller asked for; asking for ``invoices.payments`` asks for ``invoices`` too."""

    def __init__(self, wanted: Collection[str] = ()) -> None:
        self._wanted = frozenset(step for path in wanted for step in _steps(path))

    def __contains__(self, path: str) -> bool:
        return path in self._wanted

    def below(self, path: str) -> "Expansion":
        """Return what was asked of the things under *path*."""
        start = f"{path}."
        return Expansion([wanted.removeprefix(start) for wanted in self._wanted if wanted.startswith(start)])


def _steps(path: str) -> Iterator[str]:
    names = path.split(".")
    return (".".join(names[: place + 1]) for place in range(len(names)))


def asked(text: str, *, offered: Collection[str]) -> Expansion:
    """Return the expansions that *text* names, separated by commas; *offered* is the whitelist.

    :raises ExpandUnknown: one is not offered.
    """
    wanted = [name for name in text.split(",") if name]
    unknown = [name for name in wanted if name not in offered]
    if unknown:
        raise ExpandUnknown(f"“{unknown[0][:60]}” cannot be expanded here.", offered=sorted(offered))
    return Expansion(wanted)
