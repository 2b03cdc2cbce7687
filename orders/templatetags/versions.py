"""What changed between two versions of an order, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.figures import day_words, formats
from orders.labels import address_words

register = template.Library()

FIELDS = {
    "po_number": gettext_lazy("Their order number"),
    "requested_on": gettext_lazy("Wanted by"),
    "promised_on": gettext_lazy("Promised"),
    "valid_until": gettext_lazy("Valid until"),
    "delivery_address": gettext_lazy("Delivery address"),
    "ships_complete": gettext_lazy("Ships complete"),
    "priority": gettext_lazy("Priority"),
    "incoterm": gettext_lazy("Incoterm"),
    "discount_percent": gettext_lazy("Discount"),
    "discount_rule": gettext_lazy("Why the discount"),
    "net": gettext_lazy("Net"),
    "tax": gettext_lazy("Tax"),
    "gross": gettext_lazy("Gross"),
    "description": gettext_lazy("Product"),
    "ordered": gettext_lazy("Ordered"),
    "cancelled": gettext_lazy("Cancelled"),
    "unit_price": gettext_lazy("Price"),
    "entered_discount": gettext_lazy("Discount of the line"),
    "tax_code": gettext_lazy("Tax code"),
    "tax_rate": gettext_lazy("Tax rate"),
}
# What follows from another change of the same line.
IMPLIED = {"product_id", "tax_code"}
MONEY = {"net", "tax", "gross"}
DAYS = {"requested_on", "promised_on", "valid_until"}
PERCENT = {"discount_percent", "entered_discount", "tax_rate"}


@dataclass(frozen=True, slots=True)
class Told:
    """One change: where, what, and both values in words."""

    place: str
    what: str
    was: str
    now: str


@register.inclusion_tag("orders/_diff.html")
def changes_of(changes: Iterable[Mapping[str, Any]], currency: str) -> dict[str, Any]:
    """Tell what `orders.diff.changes` found, as a table."""
    told = [_told(change, currency) for change in changes if change["what"] not in IMPLIED]
    return {"changes": told}


def _told(change: Mapping[str, Any], currency: str) -> Told:
    place = _("line %(n)d") % {"n": change["position"]} if "position" in change else ""
    what = change["what"]
    if what == "line":
        return Told(place, "", _line(change.get("was")), _line(change.get("is")))
    return Told(
        place,
        str(FIELDS.get(what, what)),
        _words(what, change.get("was"), currency),
        _words(what, change.get("is"), currency),
    )


def _line(line: Mapping[str, Any] | None) -> str:
    if line is None:
        return "–"
    return f"{formats().quantity(Decimal(line['ordered']))} × {line['description']}"


def _words(what: str, value: Any, currency: str) -> str:
    """Return a value of a snapshot as its reader writes it."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return address_words(value)
    if what in MONEY:
        return formats().amount(Decimal(value), currency)
    if what in DAYS:
        return day_words(date.fromisoformat(value))
    return _figure(what, value, currency)


def _figure(what: str, value: Any, currency: str) -> str:
    match what:
        case "unit_price":
            return formats().unit_price(Decimal(value), currency)
        case "ordered" | "cancelled":
            return formats().quantity(Decimal(value))
        case _ if what in PERCENT:
            return formats().percent(Decimal(value))
    return str(value)
