"""What notices say about an order, in the formats and the active language of the customer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from credit.selectors import OverdueInvoice
from customers import letters
from o2c.kernel import units
from o2c.kernel.formats import Formats
from orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Item:
    """A quantity of something, and what is to be said of it."""

    description: str
    amount: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of an order with its price."""

    position: int
    description: str
    amount: str
    unit_price: str
    discount: str
    net: str


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that should have been paid."""

    number: str
    due_on: str
    open_amount: str


def address(place: Mapping[str, str], formats: Formats) -> list[str]:
    """Return an address (keys name, street, postal_code, city, country) as lines."""
    return letters.address_lines(place, formats)


def amount(quantity: Decimal, unit: str, formats: Formats) -> str:
    """Return a quantity with its unit, which stay on one line: 1.5 kg."""
    return f"{formats.quantity(quantity)}\u00a0{units.short_name(unit)}"


def heading(order: Order, formats: Formats) -> dict[str, Any]:
    """Return what every notice about an order may name."""
    return {
        "number": order.number,
        "po_number": order.po_number,
        "ordered_on": formats.date(order.ordered_on),
        "gross": formats.money(order.gross, order.currency),
    }


def agreement(order: Order, lines: Iterable[OrderLine], formats: Formats) -> dict[str, Any]:
    """Return what was agreed: lines, prices, totals, address, terms."""
    return heading(order, formats) | {
        "lines": [_priced(line, order.currency, formats) for line in lines],
        "net": formats.amount(order.net, order.currency),
        "tax": formats.amount(order.tax, order.currency),
        "promised_on": formats.date(order.promised_on) if order.promised_on else "",
        "ships_complete": order.ships_complete,
        "address": address(order.delivery_address, formats),
        "terms": _(order.terms.name),
    }


def _priced(line: OrderLine, currency: str, formats: Formats) -> PricedLine:
    return PricedLine(
        position=line.position,
        description=line.description,
        amount=amount(line.ordered, line.unit, formats),
        unit_price=formats.unit_price(line.unit_price, currency),
        discount=formats.percent(line.discount_percent) if line.discount_percent else "",
        net=formats.amount(line.net, currency),
    )


def items(wanted: Iterable[tuple[OrderLine, Decimal]], formats: Formats) -> list[Item]:
    """Return quantities of lines, without those of which there is none."""
    return [
        Item(line.description, amount(quantity, line.unit, formats))
        for line, quantity in wanted
        if quantity > 0
    ]


def awaited(wanted: Iterable[tuple[OrderLine, Decimal]], formats: Formats) -> list[Item]:
    """Return quantities of lines that are to come, each with the day it was promised for, or that there is none yet."""
    return [
        Item(line.description, amount(quantity, line.unit, formats), expectation(line.promised_on, formats))
        for line, quantity in wanted
        if quantity > 0
    ]


def expectation(promised_on: date | None, formats: Formats) -> str:
    """Return when something is expected to leave, honestly."""
    if promised_on is None:
        return _("There is no date yet. We will write to you as soon as there is one.")
    return _("expected to be shipped by %(date)s") % {"date": formats.date(promised_on)}


def items_or_instead(
    wanted: Iterable[tuple[OrderLine, Decimal]], instead: Mapping[int, str], formats: Formats
) -> list[Item]:
    """Return quantities of lines, each with what the customer could have *instead*, by product."""
    return [
        Item(
            line.description,
            amount(quantity, line.unit, formats),
            _("We could offer you instead: %(product)s") % {"product": instead[line.product_id]}
            if line.product_id in instead
            else "",
        )
        for line, quantity in wanted
        if quantity > 0
    ]


def day(value: str | None, formats: Formats) -> str:
    """Return a date of an event's payload, empty where there is none."""
    return formats.date(date.fromisoformat(value)) if value else ""


def overdue(invoices: Sequence[OverdueInvoice], formats: Formats) -> dict[str, Any]:
    """Return overdue *invoices* of one currency, and their sum."""
    total = sum((invoice.open_amount for invoice in invoices), Decimal(0))
    return {
        "invoices": [
            OpenInvoice(
                invoice.number,
                formats.date(invoice.due_on),
                formats.money(invoice.open_amount, invoice.currency),
            )
            for invoice in invoices
        ],
        "overdue": formats.money(total, invoices[0].currency) if invoices else "",
    }


def reason_to_tell(*, code: str, reason: str) -> str:
    """Return why something was cancelled, unless that is a judgement about the customer."""
    return "" if code in {"credit", "fraud"} else reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Cures:
    """What would let a held order go on, as far as it is told: what only we can do is a review to the customer."""

    overdue: bool
    over_limit: bool
    higher_limit: bool
    prepayment: Decimal | None
    stock: bool
    review: bool

    @property
    def is_money(self) -> bool:
        """Say whether the customer can pay for it."""
        return self.overdue or self.over_limit or self.higher_limit or self.prepayment is not None


def cures(reasons: Iterable[Mapping[str, Any]], *, gross: Decimal) -> Cures:
    """Return what cures the *reasons* of a hold of an order over *gross*.

    What we suspect, judge or forgot (screening, risk, a block, money not allocated yet) is ours to look at.
    """
    found: dict[str, Decimal] = {}
    for reason in reasons:
        cure = reason.get("cure", {})
        kind = _kind_of(reason["code"], cure.get("code", "pay"))
        found[kind] = Decimal(cure["amount"]) if kind == "prepayment" and "amount" in cure else gross
    return Cures(
        overdue="overdue" in found,
        over_limit="over_limit" in found,
        higher_limit="higher_limit" in found,
        prepayment=found.get("prepayment"),
        stock="stock" in found,
        review="review" in found,
    )


def _kind_of(code: str, cure: str) -> str:
    match code, cure:
        case "credit-overdue", _:
            return "overdue"
        case "credit-prepayment", _:
            return "prepayment"
        case "credit-limit" | "credit-group-limit", "pay":
            return "over_limit"
        case "credit-limit" | "credit-group-limit", "raise-limit":
            return "higher_limit"
        case "stock-short", _:
            return "stock"
        case _:
            return "review"


# Of a line its price and quantity are told, of the head what concerns the delivery; sums are in the new order.
TOLD_OF_LINES = ("description", "ordered", "cancelled", "unit_price", "discount_percent")


def amendments(
    changes: Iterable[dict[str, Any]], lines: Iterable[OrderLine], *, currency: str, formats: Formats
) -> list[Item]:
    """Return what an amendment changed (`orders.diff.changes`), in words."""
    names = {line.position: line.description for line in lines}
    found: list[Item] = []
    for change in changes:
        if "position" not in change:
            found += _of_head(change, formats)
        elif change["what"] == "line":
            found.append(_line_came_or_went(change, formats))
        elif change["what"] in TOLD_OF_LINES:
            name = names.get(change["position"], str(change["position"]))
            found.append(Item(name, "", _of_line(change, currency, formats)))
    return found


def _line_came_or_went(change: dict[str, Any], formats: Formats) -> Item:
    line = change["is"] or change["was"]
    note = _("added to the order") if change["is"] else _("no longer part of the order")
    return Item(line["description"], formats.quantity(Decimal(line["ordered"])), note)


def _of_line(change: dict[str, Any], currency: str, formats: Formats) -> str:
    what, was, now = change["what"], change["was"], change["is"]
    match what:
        case "ordered":
            return _said(_("Quantity"), *(formats.quantity(Decimal(value)) for value in (was, now)))
        case "cancelled":
            return _said(_("Cancelled"), *(formats.quantity(Decimal(value)) for value in (was, now)))
        case "unit_price":
            return _said(
                _("Unit price"), *(formats.unit_price(Decimal(value), currency) for value in (was, now))
            )
        case "discount_percent":
            return _said(_("Discount"), *(formats.percent(Decimal(value)) for value in (was, now)))
        case _:
            return _said(_("Description"), was, now)


def _of_head(change: dict[str, Any], formats: Formats) -> Iterator[Item]:
    """Yield what is told of a change of the order itself; its sums and what is internal are not."""
    was, now = change["was"], change["is"]
    match change["what"]:
        case "po_number":
            yield Item(_("Your order number"), "", _changed(was, now))
        case "requested_on":
            yield Item(_("Requested date"), "", _changed(day(was, formats), day(now, formats)))
        case "promised_on":
            yield Item(_("Expected date"), "", _changed(day(was, formats), day(now, formats)))
        case "delivery_address":
            yield Item(_("Delivery address"), "", _changed(_place(was, formats), _place(now, formats)))
        case "ships_complete":
            yield Item(_("Complete delivery only"), "", _("yes") if now else _("no"))
        case "incoterm":
            yield Item("Incoterm", "", _changed(was, now))
        case "discount_percent":
            values = (formats.percent(Decimal(value)) for value in (was, now))
            yield Item(_("Discount on the order"), "", _changed(*values))


def _said(label: str, was: str, now: str) -> str:
    return f"{label} {_changed(was, now)}"


def _changed(was: str | None, now: str | None) -> str:
    return f"{was or '–'} → {now or '–'}"


def _place(value: dict[str, str] | None, formats: Formats) -> str:
    return ", ".join(address(value, formats)) if value else ""
