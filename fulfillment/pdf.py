"""What travels with a shipment: the packing slip, without prices, and the customs invoice of an export.

Drawn when somebody asks for it; the same shipment gives the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.rules import line_net
from fulfillment import errors
from fulfillment.consignment import Parcel, Place
from fulfillment.labels import address, measures
from o2c.kernel import paper, units
from o2c.kernel.formats import Formats, formats_for
from o2c.kernel.money import total
from o2c.kernel.paper import Fact

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedLine:
    """A line of a shipment: *quantity* of it leaves now, *to_come* later; *weight* is of one, in kg."""

    position: int
    sku: str
    description: str
    unit: str
    ordered: Decimal
    quantity: Decimal
    to_come: Decimal
    is_stocked: bool
    boxes: str
    unit_price: Decimal
    discount_percent: Decimal
    weight: Decimal | None
    customs_code: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """A shipment as its papers say it, in the customer's *language*; *on* is when it left, or is to."""

    number: str
    on: date
    language: str
    seller: Place
    email: str
    phone: str
    seller_vat_id: str
    registration_number: str
    buyer: Place
    customer_number: str
    buyer_vat_id: str
    receiver: Place
    order_number: str
    po_number: str
    carrier: str
    tracking_number: str
    incoterm: str
    currency: str
    lines: list[PackedLine]
    parcels: list[Parcel]

    @property
    def is_export(self) -> bool:
        """Say whether the goods leave the seller's country."""
        return self.receiver.country != self.seller.country


def packing_slip(papers: Papers) -> bytes:
    """Return the packing slip as PDF.

    :raises RendererMissing: this machine lacks the libraries that draw a PDF.
    """
    return paper.to_pdf(paper.Sheet(html=slip_markup(papers), number=papers.number, on=papers.on))


def customs_invoice(papers: Papers) -> bytes:
    """Return the customs invoice as PDF.

    :raises NotAnExport: the goods stay in the seller's country.
    :raises CustomsDataMissing: a product has no tariff number, origin or weight on record.
    :raises RendererMissing: this machine lacks the libraries that draw a PDF.
    """
    return paper.to_pdf(paper.Sheet(html=customs_markup(papers), number=papers.number, on=papers.on))


def slip_markup(papers: Papers) -> str:
    """Return the packing slip as HTML without style."""
    formats = formats_for(papers.language, papers.receiver.country)
    with translation.override(papers.language):
        context = _letterhead(papers, _("Packing slip"), papers.receiver, formats)
        context["lines"] = [
            {
                "line": line,
                "unit": units.short_name(line.unit),
                "ordered": formats.quantity(line.ordered),
                "quantity": formats.quantity(line.quantity),
                "to_come": formats.quantity(line.to_come) if line.to_come else "",
            }
            for line in papers.lines
        ]
        context["parcels"] = [
            {
                "parcel": parcel,
                "weight": formats.quantity(parcel.weight),
                "measures": measures(parcel),
            }
            for parcel in papers.parcels
        ]
        context["has_more_to_come"] = any(line.to_come for line in papers.lines)
        return render_to_string("pdf/packing_slip.html", context)


def customs_markup(papers: Papers) -> str:
    """Return the customs invoice as HTML without style.

    :raises NotAnExport: the goods stay in the seller's country.
    :raises CustomsDataMissing: a product has no tariff number, origin or weight on record.
    """
    if not papers.is_export:
        raise errors.NotAnExport(
            _("%(papers)s stays in %(country)s.")
            % {"papers": papers.number, "country": papers.seller.country}
        )
    goods = [line for line in papers.lines if line.is_stocked]
    lacking = [line.sku for line in goods if not (line.customs_code and line.origin and line.weight)]
    if lacking:
        raise errors.CustomsDataMissing(
            _("Customs want more of %(lacking)s.") % {"lacking": ", ".join(lacking)}, skus=lacking
        )
    formats = formats_for(papers.language, papers.receiver.country)
    values = [_value(line, papers.currency) for line in goods]
    with translation.override(papers.language):
        context = _letterhead(papers, _("Customs invoice"), papers.buyer, formats)
        context["lines"] = [
            {
                "line": line,
                "unit": units.short_name(line.unit),
                "quantity": formats.quantity(line.quantity),
                "origin": formats.country(line.origin),
                "weight": formats.quantity(_net_weight(line)),
                "unit_price": formats.unit_price(_net_price(line), papers.currency),
                "value": formats.amount(value, papers.currency),
            }
            for line, value in zip(goods, values, strict=True)
        ]
        context["delivered_to"] = [papers.receiver.name, *address(papers.receiver, formats)]
        context["sums"] = list(_sums(papers, goods, values, formats))
        context["value"] = formats.money(total(values), papers.currency)
        return render_to_string("pdf/customs.html", context)


def _value(line: PackedLine, currency: str) -> Decimal:
    return line_net(
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        currency=currency,
    )


def _net_price(line: PackedLine) -> Decimal:
    """Return the unit price less the discount: what quantity times it comes to is the value."""
    return line.unit_price * (HUNDRED - line.discount_percent) / HUNDRED


def _net_weight(line: PackedLine) -> Decimal:
    return line.quantity * (line.weight or Decimal(0))


def _sums(papers: Papers, goods: list[PackedLine], values: list[Decimal], formats: Formats) -> Iterator[Fact]:
    """Yield what customs add up."""
    gross = total([parcel.weight for parcel in papers.parcels])
    yield Fact(_("Boxes"), str(len(papers.parcels) or 1))
    yield Fact(_("Net weight"), f"{formats.quantity(total([_net_weight(line) for line in goods]))} kg")
    if gross:
        yield Fact(_("Gross weight"), f"{formats.quantity(gross)} kg")
    yield Fact(_("Total value"), formats.money(total(values), papers.currency))


def _letterhead(papers: Papers, title: str, addressee: Place, formats: Formats) -> dict[str, object]:
    """Return what both papers begin and end with."""
    letter = paper.Letterhead(
        language=papers.language,
        title=title,
        number=papers.number,
        on=papers.on,
        sender=papers.seller.name,
        sender_address=address(papers.seller, formats),
        email=papers.email,
        phone=papers.phone,
        receiver=addressee.name,
        receiver_address=address(addressee, formats),
        references=[fact for fact in _references(papers) if fact.value],
        headline=[fact for fact in _headline(papers, formats) if fact.value],
        registration=[fact for fact in _registration(papers) if fact.value],
    )
    return {"letter": letter, "papers": papers}


def _headline(papers: Papers, formats: Formats) -> Iterator[Fact]:
    yield Fact(_("Date"), formats.date(papers.on))
    yield Fact(_("Carrier"), papers.carrier)
    yield Fact(_("Tracking number"), papers.tracking_number)
    yield Fact(_("Incoterm"), papers.incoterm if papers.is_export else "")


def _references(papers: Papers) -> Iterator[Fact]:
    yield Fact(_("Customer number"), papers.customer_number)
    yield Fact(_("Your VAT id"), papers.buyer_vat_id if papers.is_export else "")
    yield Fact(_("Your order"), papers.po_number)
    yield Fact(_("Our order"), papers.order_number)
    yield Fact(_("Shipment"), papers.number)


def _registration(papers: Papers) -> Iterator[Fact]:
    yield Fact(_("Company registration"), papers.registration_number)
    yield Fact(_("VAT id"), papers.seller_vat_id)
