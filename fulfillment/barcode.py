"""Code 128 (ISO/IEC 15417) as bars: what scanners read from a label.

Code set B holds the printable ASCII characters, code set C two digits in one symbol.
"""

from collections.abc import Iterator
from itertools import accumulate

# The widths of bar, space, bar, space, bar, space of each symbol value, in modules: 11 together (annex A).
TABLE = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 "
    "113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 "
    "212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 "
    "113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 "
    "241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 "
    "211232"
)
WIDTHS = TABLE.split()
STOP = "2331112"
CODE_C, CODE_B, START_B, START_C = 99, 100, 104, 105
QUIET = 10  # modules left white on either side
CHECK_MODULUS = 103


def symbols(text: str) -> list[int]:
    """Return the symbol values of *text* from the start to the check symbol.

    Runs of four digits and more are written in pairs.

    :raises ValueError: a character is not printable ASCII, or there is none.
    """
    if not text or any(not " " <= character <= "~" for character in text):
        raise ValueError(f"{text!r} has no Code 128 in sets B and C.")
    values = list(_encode(text))
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % CHECK_MODULUS
    return [*values, check]


def _encode(text: str) -> Iterator[int]:
    """Yield the start, the characters and the changes between the code sets."""
    in_pairs = _digits_at(text, 0) >= 4
    yield START_C if in_pairs else START_B
    place = 0
    while place < len(text):
        run = _digits_at(text, place)
        if in_pairs and run < 2:
            in_pairs = False
            yield CODE_B
        elif not in_pairs and run >= 4 and run % 2 == 0:
            in_pairs = True
            yield CODE_C
        if in_pairs:
            yield int(text[place : place + 2])
            place += 2
        else:
            yield ord(text[place]) - ord(" ")
            place += 1


def _digits_at(text: str, place: int) -> int:
    """Return how many digits follow each other from *place* on."""
    rest = text[place:]
    return len(rest) - len(rest.lstrip("0123456789"))


def bars(text: str) -> tuple[list[tuple[int, int]], int]:
    """Return the bars of *text* as (left edge, width) and the whole width, quiet zones included, in modules.

    :raises ValueError: *text* cannot be written.
    """
    widths = [int(width) for width in "".join(WIDTHS[value] for value in symbols(text)) + STOP]
    edges = list(accumulate(widths, initial=QUIET))
    drawn = [(edge, width) for edge, width in zip(edges, widths, strict=False)][::2]
    return drawn, edges[-1] + QUIET
