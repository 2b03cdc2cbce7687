"""Labels, packing slips and customs invoices: what stands on them, and that a scanner can read them."""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from fulfillment import barcode, carriers, errors, labels, pdf
from o2c.kernel import paper
from tests.fulfillment.parcels_to_print import PARCELS, consignment, papers

GOLDEN = Path(__file__).parent.parent / "golden" / "documents"
WRITE_GOLDEN = os.environ.get("O2C_WRITE_GOLDEN") == "1"
PAPERS = {
    "packing_slip": lambda language: pdf.slip_markup(papers(language)),
    "customs": lambda language: pdf.customs_markup(papers(language, seller=papers("fr").seller)),
    "label": lambda language: labels.markup(consignment(language), PARCELS[0], "LC000012349GB"),
}


@pytest.fixture
def printer() -> None:
    """The renderer, or the reason why there is none."""
    try:
        paper.load_renderer()
    except paper.RendererMissing as missing:
        pytest.skip(str(missing))


def text_of(content: bytes) -> list[str]:
    """The text of each page, with plain spaces."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return [" ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split()) for text in pages]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("packing_slip", "en"),
        ("packing_slip", "fr"),
        ("customs", "fr"),
        ("label", "en"),
        ("label", "fr"),
    ],
)
def test_the_paper_reads_as_it_was_approved(name: str, language: str) -> None:
    """To approve a change: look at the pages, then run with O2C_WRITE_GOLDEN=1."""
    made = PAPERS[name](language)
    file = GOLDEN / f"{name}-{language}.html"
    if WRITE_GOLDEN:
        file.write_text(made)
    assert made == file.read_text()


@pytest.mark.usefixtures("printer")
def test_the_slip_says_what_is_in_which_box_and_what_follows_but_no_price() -> None:
    content = pdf.packing_slip(papers("fr"))
    (text,) = text_of(content)
    for wanted in ("Bordereau d’expédition SH-100871", "1, 2", "Encore à livrer", "37,5", "LC000012352GB"):
        assert wanted in text
    assert "48,5" not in text
    assert "€" not in text
    assert pdf.packing_slip(papers("fr")) == content


@pytest.mark.usefixtures("printer")
def test_customs_learn_tariff_origin_weight_and_value_of_the_goods_alone() -> None:
    (text,) = text_of(pdf.customs_invoice(papers("fr")))
    for wanted in (
        "Facture douanière SH-100871", "DAP", "940550", "Inde", "Norvège", "18,6", "43,65", "523,80",
        "1 172,90 €", "48,825 kg", "FR40303265045",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert "Fitting" not in text


def test_customs_want_no_paper_at_home_and_every_datum_abroad() -> None:
    with pytest.raises(errors.NotAnExport):
        pdf.customs_markup(papers("en"))
    made = papers("fr")
    made.lines[1] = replace(made.lines[1], origin="")
    with pytest.raises(errors.CustomsDataMissing, match="OIL-LMP-05"):
        pdf.customs_markup(made)


@pytest.mark.usefixtures("printer")
def test_a_label_is_one_page_of_ten_by_fifteen_and_the_same_bytes_each_time() -> None:
    van = carriers.LocalCarrier()
    answer = van.announce(consignment("fr"))
    assert answer.tracking_numbers == {1: "LC000012349GB", 2: "LC000012352GB"}
    assert van.announce(consignment("fr")).labels == answer.labels
    (page,) = PdfReader(io.BytesIO(answer.labels[2])).pages
    assert [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)] == [
        100,
        150,
    ]
    (text,) = text_of(answer.labels[2])
    for wanted in ("Colis 2 sur 2", "Société d’Éclairage SARL", "69002 Lyon", "30,225 kg", "LC000012352GB"):
        assert wanted in text


# The check digit of UPU S10, with the examples of the standard and of a real post.
@pytest.mark.parametrize(("serial", "digit"), [("47312482", 9), ("00000000", 5), ("12345678", 5)])
def test_a_tracking_number_has_the_check_digit_of_the_posts(serial: str, digit: int) -> None:
    assert carriers.check_digit(serial) == digit


# Symbol values from the standard's worked examples and the printed tables.
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Wikipedia", [104, 55, 73, 75, 73, 80, 69, 68, 73, 65, 88]),
        ("1234", [105, 12, 34, 82]),
    ],
)
def test_a_barcode_has_the_symbols_of_code_128(text: str, values: list[int]) -> None:
    assert barcode.symbols(text) == values


def test_a_scanner_reads_the_tracking_number_from_the_label() -> None:
    assert decoded(svg_modules(labels.markup(consignment(), PARCELS[0], "LC000012349GB"))) == "LC000012349GB"


def test_every_symbol_is_eleven_modules_of_three_bars_with_an_even_sum_and_unlike_the_others() -> None:
    widths = [[int(width) for width in symbol] for symbol in barcode.WIDTHS]
    assert len(widths) == len({tuple(symbol) for symbol in widths}) == 106
    assert {sum(symbol) for symbol in widths} == {11}
    assert {sum(symbol[::2]) % 2 for symbol in widths} == {0}


@pytest.mark.parametrize("text", ["LC000012349GB", "A", "12345", "00340434161094042557", "X12Y3456Z~ 99"])
def test_a_scanner_reads_back_what_was_written(text: str) -> None:
    drawn, width = barcode.bars(text)
    modules = [0] * width
    for edge, bar in drawn:
        modules[edge : edge + bar] = [1] * bar
    assert decoded(modules) == text


@pytest.mark.parametrize("text", ["", "Öl", "tab\t"])
def test_what_has_no_barcode_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no Code 128"):
        barcode.symbols(text)


def svg_modules(html: str) -> list[int]:
    """The bars and spaces of the drawing, one figure per module."""
    width = int(re.search(r'viewBox="0 0 (\d+) 60"', html)[1])
    modules = [0] * width
    for edge, bar in re.findall(r'<rect x="(\d+)" y="0" width="(\d+)"', html):
        modules[int(edge) : int(edge) + int(bar)] = [1] * int(bar)
    return modules


def decoded(modules: list[int]) -> str:
    """Read bars as a scanner does: between the quiet zones, symbol by symbol, with the check symbol."""
    assert not any(modules[:10]), "no quiet zone on the left"
    assert not any(modules[-10:]), "no quiet zone on the right"
    inner = "".join(map(str, modules[10:-10]))
    assert inner.endswith("1100011101011"), "no stop"
    found = [inner[start : start + 11] for start in range(0, len(inner) - 13, 11)]
    shapes = {
        "".join(str(1 - place % 2) * int(width) for place, width in enumerate(symbol)): value
        for value, symbol in enumerate(barcode.WIDTHS)
    }
    *values, check = [shapes[shape] for shape in found]
    assert (values[0] + sum(place * value for place, value in enumerate(values))) % 103 == check
    return "".join(_characters(values))


def _characters(values: list[int]) -> Iterator[str]:
    in_pairs = values[0] == 105
    for value in values[1:]:
        if value == 99 and not in_pairs:
            in_pairs = True
        elif value == 100 and in_pairs:
            in_pairs = False
        else:
            yield f"{value:02d}" if in_pairs else chr(value + 32)
