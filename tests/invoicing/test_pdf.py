"""The printed document: what stands on it in every language, on how many pages, and that nothing gets in or out."""

import hashlib
import io
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pypdf import PdfReader

from invoicing import errors, pdf
from invoicing.models import Invoice, PrintedInvoice
from invoicing.tasks import render_pdf
from o2c import dispatch
from o2c.kernel import paper
from o2c.kernel.models import EventDelivery
from tests.invoicing.papers import LANGUAGES, credit_note, invoice

GOLDEN = Path(__file__).parent.parent / "golden" / "documents"
WRITE_GOLDEN = os.environ.get("O2C_WRITE_GOLDEN") == "1"


@pytest.fixture
def printer() -> None:
    """The renderer, or the reason why there is none."""
    try:
        paper.load_renderer()
    except paper.RendererMissing as missing:
        pytest.skip(str(missing))


def pages_of(content: bytes) -> list[str]:
    """The text of each page, with plain spaces."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return [" ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split()) for text in pages]


# What stands on it


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [invoice, credit_note], ids=["invoice", "credit-note"])
def test_the_document_reads_as_it_was_approved(make: Any, language: str) -> None:
    """To approve a change: look at the pages, then run with O2C_WRITE_GOLDEN=1."""
    made = make(language).html()
    file = GOLDEN / f"{make.__name__}-{language}.html"
    if WRITE_GOLDEN:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(made)
    assert made == file.read_text()


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ["Invoice INV-2026-000123", "20 December 2026", "1,470.48", "17.3093", "20% S", "Page 1 of 1"],
        ),
        (
            "fr",
            ["Facture INV-2026-000123", "20 décembre 2026", "1 470,48 €", "37,5 l", "20 % S", "Page 1 sur 1"],
        ),
        ("nb", ["Faktura INV-2026-000123", "20. desember 2026", "1 470,48 €", "12 stk.", "Side 1 av 1"]),
        ("id", ["Faktur INV-2026-000123", "20 Desember 2026", "€1.470,48", "48,50", "Halaman 1 dari 1"]),
        ("ru", ["Счёт INV-2026-000123", "20 декабря 2026 г.", "1 470,48 €", "12 шт.", "Страница 1 из 1"]),
    ],
)
def test_an_invoice_fits_one_page_in_the_customers_formats(language: str, expected: list[str]) -> None:
    (text,) = pages_of(invoice(language).pdf())
    always = ["GB33 BUKB 2020 1555 5555 55", "BUKBGB22", "PO-88121/A", "SO-104233", "SH-100871", "C000042"]
    assert [wanted for wanted in (*expected, *always) if wanted not in text] == []


def test_a_credit_note_asks_for_no_payment() -> None:
    html = credit_note().html()
    assert "€1,470.48 is credited to your account." in html
    assert "Three lanterns arrived with broken glass" in html
    assert "IBAN" not in html
    assert "Please pay" not in html


def test_an_invoice_over_nothing_asks_for_nothing() -> None:
    html = invoice(gross=Decimal(0), net=Decimal(0), tax=Decimal(0)).html()
    assert "There is nothing to pay." in html
    assert "IBAN" not in html


def test_the_delivery_address_is_printed_only_where_it_differs() -> None:
    same = invoice("fr")
    same.invoice.delivery_address = dict(same.invoice.buyer)
    assert "Livré à" not in same.html()
    assert "Société d’Éclairage SARL, Dock 7, 69002 Lyon, France" in invoice("fr").html()


@pytest.mark.parametrize(
    ("currency", "total", "line"),
    [
        ("JPY", "JP¥1,470", ">524<"),
        ("KWD", "KWD\u00a01,470.480", ">523.800<"),
        ("NOK", "NOK\u00a01,470.48", ">523.80<"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, total: str, line: str) -> None:
    html = invoice(currency=currency).html()
    assert total in html
    assert line in html


@pytest.mark.parametrize(
    ("language", "days", "end_of_month", "said"),
    [
        ("en", 0, False, "Payable on receipt."),
        ("en", 1, False, "Payable within 1 day of the invoice date."),
        ("nb", 14, True, "Betales innen 14 dager etter utgangen av fakturamåneden."),
        ("id", 30, False, "Dibayar dalam 30 hari sejak tanggal faktur."),
        ("ru", 21, False, "Оплата в течение 21 дня с даты счёта."),
        ("ru", 30, False, "Оплата в течение 30 дней с даты счёта."),
    ],
)
def test_the_terms_are_said_in_words(language: str, days: int, end_of_month: bool, said: str) -> None:
    assert said in invoice(language, net_days=days, end_of_month=end_of_month).html()


def test_terms_that_a_company_wrote_itself_are_printed_as_written() -> None:
    assert (
        "2 % within 8 days, 30 days net" in invoice("fr", terms_text="2 % within 8 days, 30 days net").html()
    )
    assert "30 jours nets" in invoice("fr").html()


# Its shape as a file


@pytest.mark.usefixtures("printer")
def test_a_long_invoice_repeats_its_heading_and_counts_its_pages() -> None:
    pages = pages_of(invoice(copies=34).pdf())
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
    for text in pages[:-1]:
        assert "Unit price" in text
    for text in pages[1:]:
        assert "Lantern and Company Limited · Invoice INV-2026-000123" in text
    assert "€49,996.32" in pages[-1]


@pytest.mark.usefixtures("printer")
def test_the_same_document_gives_the_same_bytes_in_every_process() -> None:
    here = hashlib.sha256(invoice("ru").pdf()).hexdigest()
    program = Path(__file__).with_name("papers.py")
    there = subprocess.run(
        [sys.executable, program, "ru"],
        env={**os.environ, "PYTHONPATH": str(settings.ROOT), "PYTHONHASHSEED": "7", "TZ": "Asia/Jakarta"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here


@pytest.mark.usefixtures("printer")
def test_the_file_says_what_it_is() -> None:
    reader = PdfReader(io.BytesIO(invoice("fr").pdf()))
    assert reader.metadata
    assert reader.metadata.title == "Facture INV-2026-000123"
    assert reader.metadata.author == "Lantern and Company Limited"
    assert str(reader.metadata.creation_date).startswith("2026-11-20")
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/Lang"] == "fr"
    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712 - tagged, so that it can be read out
    assert b'pdfaid:part="3"' in catalog["/Metadata"].get_object().get_data()
    fonts = {font for page in reader.pages for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    names = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts}
    assert names == {"Document", "Document-Semi-Bold"}


# Nothing gets in or out

ATTACKS = [
    '<img src="file:///etc/passwd">',
    '<link rel="attachment" href="file:///etc/passwd">',
    "<style>@import url(http://169.254.169.254/latest)</style>",
    '<svg><image href="http://169.254.169.254/"/></svg>',
    '"><object data="file:///etc/passwd">',
    "{% include 'pdf/invoice.html' %}{{ settings }}",
]


@pytest.mark.usefixtures("printer")
def test_what_a_customer_wrote_is_printed_and_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    invoice().pdf()  # loads our own fonts, before anybody looks
    fetched: list[str] = []
    own_fonts_only: Any = sys.modules[paper.load_renderer().__module__].OwnFontsOnly
    monkeypatch.setattr(own_fonts_only, "fetch", lambda self, url, headers=None: fetched.append(url))
    attack = " ".join(ATTACKS)
    hostile = invoice(terms_text=attack, po_number=attack, reason=attack, order_number=attack)
    hostile.invoice.buyer = dict.fromkeys(hostile.invoice.buyer, attack)
    hostile.invoice.delivery_address = dict.fromkeys(("name", "street", "city", "country"), attack)
    for line in hostile.lines:
        line.description = line.sku = line.unit = attack
    for tax in hostile.taxes:
        tax.legal_text = attack
    text = "".join(pages_of(hostile.pdf())).replace(" ", "")
    assert [attack for attack in ATTACKS if text.count(attack.replace(" ", "")) < 3] == []
    assert fetched == []


@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://169.254.169.254/", "https://example.com/x.css"]
)
def test_an_address_that_is_none_of_our_fonts_ends_the_printing(url: str) -> None:
    sheet = paper.Sheet(html=f'<html lang="en"><img src="{url}">', number="1", on=date(2026, 11, 20))
    with pytest.raises(paper.ForeignAddress, match="may load nothing"):
        paper.to_pdf(sheet)


@pytest.mark.usefixtures("printer")
def test_endless_words_stay_on_the_page() -> None:
    endless = invoice()
    endless.lines[0].description = "x" * 200
    endless.lines[1].sku = "S" * 40
    endless.invoice.buyer["name"] = "n" * 200
    reader = PdfReader(io.BytesIO(endless.pdf()))
    ends: list[float] = []
    for page in reader.pages:
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: ends.append(cm[0] * tm[4] + cm[4]))
        assert "x" * 100 not in page.extract_text()
        assert "n" * 100 not in page.extract_text()
    right_margin = (210 - 20) / 25.4 * 72
    assert max(ends) < right_margin


# When it is made


@pytest.mark.usefixtures("printer")
def test_an_issued_invoice_is_printed_once_and_keeps_its_bytes(world) -> None:
    customer = world.customer(language="fr")
    issued = world.invoice(world.ship(world.order(customer, (world.product(), "5"))))
    dispatch.run_inline()
    printed = PrintedInvoice.objects.get(invoice=issued)
    content = bytes(printed.content)
    assert printed.sha256 == hashlib.sha256(content).hexdigest()
    assert content == pdf.render(Invoice.objects.get(pk=issued.pk))
    assert "Facture" in pages_of(content)[0]

    EventDelivery.objects.filter(handler=render_pdf.name).update(
        handled_at=None, next_try_at="2026-01-01T00:00Z"
    )
    Invoice.objects.get(pk=issued.pk)
    dispatch.run_inline()
    assert bytes(PrintedInvoice.objects.get(invoice=issued).content) == content


def test_without_the_renderer_the_document_stays_owed_and_says_why(
    world, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = world.invoice(world.ship(world.order(world.customer(), (world.product(), "5"))))
    dispatch.run_inline(leaving=[render_pdf.name])

    def cannot_load(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(paper, "import_module", cannot_load)
    paper.load_renderer.cache_clear()
    with pytest.raises(paper.RendererMissing):
        dispatch.run_inline()
    owed = EventDelivery.objects.get(handler=render_pdf.name, event__document_id=issued.pk)
    assert owed.handled_at is None
    assert owed.error.startswith("renderer-missing: The PDF can't be drawn")
    assert not PrintedInvoice.objects.exists()


def test_a_draft_is_not_printed() -> None:
    with pytest.raises(errors.DocumentNotIssued):
        pdf.render(Invoice(number=None, issued_on=None))


def test_serving_pages_does_not_load_the_renderer() -> None:
    program = "import sys, o2c.wsgi, o2c.urls, o2c.wiring, invoicing.pdf; print('weasyprint' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=settings.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "o2c.settings.test"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
