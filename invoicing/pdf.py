"""The printed invoice and credit note: what stands on it, in the customer's language and formats."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _, gettext_noop, ngettext

from catalog.models import TaxRate
from invoicing import errors
from invoicing.models import Invoice, InvoiceLine, InvoiceTax
from o2c.kernel import paper, units
from o2c.kernel.formats import Formats, formats_for, grouped, postal_line
from o2c.kernel.paper import Fact

# Texts that a fresh company starts with. A document says them in its own language; what a company
# writes itself is printed as it is written.
STANDARD_TEXTS = [
    gettext_noop("30 days net"),
    gettext_noop("14 days net"),
    gettext_noop("Payment in advance"),
    gettext_noop("Reverse charge"),
    gettext_noop("Intra-community supply"),
    gettext_noop("Export: zero-rated supply of goods outside the customs territory."),
]


LONGEST_WORD = 24  # characters, in the column of descriptions


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line in the customer's formats."""

    position: int
    description: str
    sku: str
    quantity: str
    unit: str
    unit_price: str
    discount: str
    tax_code: str
    tax_rate: str
    net: str

    @property
    def is_endless(self) -> bool:
        """Say whether a word is too long for its column and must break anywhere."""
        return any(len(word) > LONGEST_WORD for word in (*self.description.split(), self.sku))


@dataclass(frozen=True, slots=True)
class PrintedTax:
    """A tax group in the customer's formats."""

    code: str
    name: str
    rate: str
    base: str
    tax: str
    legal_text: str


def render(invoice: Invoice) -> bytes:
    """Return the PDF of an issued document; the same document gives the same bytes.

    :raises DocumentNotIssued: it is a draft.
    :raises RendererMissing: this machine lacks the libraries that draw a PDF.
    """
    if invoice.number is None or invoice.issued_on is None:
        raise errors.DocumentNotIssued(_("There is no PDF of %(invoice)s.") % {"invoice": invoice})
    html = markup(
        invoice=invoice,
        lines=invoice.lines.order_by("position"),
        taxes=invoice.taxes.order_by("code", "-rate"),
    )
    return paper.to_pdf(paper.Sheet(html=html, number=invoice.number, on=invoice.issued_on))


def markup(
    *,
    invoice: Invoice,
    lines: Iterable[InvoiceLine],
    taxes: Iterable[InvoiceTax],
    on_screen: bool = False,
) -> str:
    """Return the document as HTML: without style, as the PDF is made of, or as a preview *on_screen* shows it."""
    formats = formats_for(invoice.language, invoice.buyer.get("country", ""))
    with translation.override(invoice.language):
        context = _context(invoice, lines, taxes, formats) | {"on_screen": on_screen}
        return render_to_string("pdf/invoice.html", context)


def _context(
    invoice: Invoice, lines: Iterable[InvoiceLine], taxes: Iterable[InvoiceTax], formats: Formats
) -> dict[str, object]:
    printed = [_line(line, invoice.currency, formats) for line in lines]
    is_invoice = invoice.kind == Invoice.Kind.INVOICE
    return {
        "letter": _letterhead(invoice, formats),
        "invoice": invoice,
        "is_invoice": is_invoice,
        "delivery_address": _delivery(invoice, formats),
        "lines": printed,
        "has_discount": any(line.discount for line in printed),
        "taxes": [_tax(tax, invoice.currency, formats) for tax in taxes],
        "net": formats.amount(invoice.net, invoice.currency),
        "tax": formats.amount(invoice.tax, invoice.currency),
        "gross": formats.money(invoice.gross, invoice.currency),
        "due_on": formats.date(invoice.due_on) if invoice.due_on else "",
        "terms": _terms(invoice) if is_invoice else "",
        "account": [fact for fact in _account(invoice) if fact.value] if is_invoice else [],
    }


def _letterhead(invoice: Invoice, formats: Formats) -> paper.Letterhead:
    return paper.Letterhead(
        language=invoice.language,
        title=invoice.get_kind_display(),
        number=invoice.number or "",
        on=invoice.issued_on,
        sender=invoice.seller.get("name", ""),
        sender_address=list(_address(invoice.seller, formats)),
        email=invoice.seller.get("email", ""),
        phone=invoice.seller.get("phone", ""),
        receiver=invoice.buyer.get("name", ""),
        receiver_address=list(_address(invoice.buyer, formats)),
        references=[fact for fact in _references(invoice) if fact.value],
        headline=list(_headline(invoice, formats)),
        registration=[fact for fact in _registration(invoice) if fact.value],
    )


def _address(party: dict[str, str], formats: Formats) -> Iterator[str]:
    """Yield the lines of an address below the name."""
    country = party.get("country", "")
    yield party.get("street", "")
    yield postal_line(postal_code=party.get("postal_code", ""), city=party.get("city", ""), country=country)
    if country:
        yield formats.country(country)


def _delivery(invoice: Invoice, formats: Formats) -> list[str]:
    """Return where the goods went, when that is not where the invoice goes."""
    place = invoice.delivery_address or {}
    parts = ("name", "street", "postal_code", "city", "country")
    if not any(place.values()) or all(place.get(part) == invoice.buyer.get(part) for part in parts):
        return []
    return [line for line in (place.get("name", ""), *_address(place, formats)) if line]


def _headline(invoice: Invoice, formats: Formats) -> Iterator[Fact]:
    """Yield the dates and the sum that the reader looks for first."""
    gross = formats.money(invoice.gross, invoice.currency)
    if invoice.issued_on:
        yield Fact(_("Date"), formats.date(invoice.issued_on))
    if invoice.delivered_on:
        yield Fact(_("Delivery date"), formats.date(invoice.delivered_on))
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        yield Fact(_("Amount credited"), gross)
        return
    if invoice.due_on:
        yield Fact(_("Due date"), formats.date(invoice.due_on))
    yield Fact(_("Amount due"), gross)


def _references(invoice: Invoice) -> Iterator[Fact]:
    yield Fact(_("Customer number"), invoice.buyer.get("number", ""))
    yield Fact(_("Your VAT id"), invoice.buyer.get("vat_id", ""))
    yield Fact(_("Your order"), invoice.po_number)
    yield Fact(_("Our order"), invoice.order_number)
    yield Fact(_("Preceding invoice"), str(invoice.credits.number) if invoice.credits else "")
    yield Fact(_("Shipment"), invoice.shipment_number)
    yield Fact(_("Payment terms"), _said(invoice.terms_text))


def _account(invoice: Invoice) -> Iterator[Fact]:
    """Yield where the money goes."""
    yield Fact(_("Payee"), invoice.seller.get("name", ""))
    yield Fact("IBAN", grouped(invoice.seller.get("iban", "")))
    yield Fact("BIC", invoice.seller.get("bic", ""))
    yield Fact(_("Bank"), invoice.seller.get("bank_name", ""))
    yield Fact(_("Payment reference"), invoice.number or "")


def _registration(invoice: Invoice) -> Iterator[Fact]:
    yield Fact(_("Company registration"), invoice.seller.get("registration_number", ""))
    yield Fact(_("VAT id"), invoice.seller.get("vat_id", ""))


def _line(line: InvoiceLine, currency: str, formats: Formats) -> PrintedLine:
    return PrintedLine(
        position=line.position,
        description=line.description,
        sku=line.sku,
        quantity=formats.quantity(line.quantity),
        unit=units.short_name(line.unit),
        unit_price=formats.unit_price(line.unit_price, currency),
        discount=formats.percent(line.discount_percent) if line.discount_percent else "",
        tax_code=line.tax_code,
        tax_rate=formats.percent(line.tax_rate),
        net=formats.amount(line.net, currency),
    )


def _tax(tax: InvoiceTax, currency: str, formats: Formats) -> PrintedTax:
    codes = TaxRate.Code
    return PrintedTax(
        code=tax.code,
        name=str(codes(tax.code).label) if tax.code in codes.values else "",
        rate=formats.percent(tax.rate),
        base=formats.amount(tax.base, currency),
        tax=formats.amount(tax.tax, currency),
        legal_text=_said(tax.legal_text),
    )


def _said(text: str) -> str:
    """Return a standard text in the document's language, any other text as it is."""
    return _(text) if text else ""


def _terms(invoice: Invoice) -> str:
    """Return when to pay, in words."""
    days = invoice.net_days
    if invoice.end_of_month and days:
        text = ngettext(
            "Payable within %(days)s day after the end of the month of the invoice.",
            "Payable within %(days)s days after the end of the month of the invoice.",
            days,
        )
    elif invoice.end_of_month:
        text = _("Payable by the end of the month of the invoice.")
    elif days:
        text = ngettext(
            "Payable within %(days)s day of the invoice date.",
            "Payable within %(days)s days of the invoice date.",
            days,
        )
    else:
        text = _("Payable on receipt.")
    return text % {"days": days}
