"""What an order must say before we take it: every problem at once, with who can mend it. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from catalog.rules import is_percent, is_price, is_quantity
from o2c.kernel import units
from o2c.kernel.errors import Words
from o2c.kernel.figures import day_words, typed
from o2c.kernel.money import is_amount

MAX_LINES = 1000
MAX_PRIORITY = 1000
WEEKDAYS = tuple(
    map(gettext_lazy, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
)

CUSTOMER, CLERK = gettext_lazy("the customer"), gettext_lazy("whoever enters the order")


ADDRESS_PARTS = {
    "name": gettext_lazy("name"),
    "street": gettext_lazy("street"),
    "city": gettext_lazy("city"),
}
NO_CHOICE = {
    "channel": gettext_lazy("“%(value)s” is no channel."),
    "incoterm": gettext_lazy("“%(value)s” is no incoterm."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that keeps an order from being taken: where, what, and who can mend it.

    *where* is the position of a line or the name of a field.
    """

    where: int | str
    code: str
    text: str
    who: Words = CLERK

    def as_json(self) -> dict[str, Any]:
        """Return it as a client reads it."""
        place = {"position": self.where} if isinstance(self.where, int) else {"field": self.where}
        return {**place, "code": self.code, "text": self.text, "who": str(self.who)}


class EnteredLine(Protocol):
    """What the rules read of a line as entered."""

    @property
    def quantity(self) -> Decimal: ...  # noqa: D102
    @property
    def unit_price(self) -> Decimal | None: ...  # noqa: D102
    @property
    def discount_percent(self) -> Decimal: ...  # noqa: D102


class PricedLine(Protocol):
    """What the rules read of a line whose product is known."""

    position: int
    ordered: Decimal
    unit: str
    is_stocked: bool


class Demands(Protocol):
    """What the rules read of the customer."""

    requires_po_number: bool
    requires_delivery_date: bool
    delivery_weekdays: Any
    delivery_notice_days: int


def line_problems(lines: Sequence[EnteredLine]) -> list[Problem]:
    """Return what cannot be right in the lines as entered, whatever the customer wants."""
    problems = []
    if not 0 < len(lines) <= MAX_LINES:
        text = _("An order has between one and %(most)s lines.") % {"most": MAX_LINES}
        problems.append(Problem(where="lines", code="lines", text=text))
    for position, line in enumerate(lines, start=1):
        problems += _line_problems(position, line)
    return problems


def _line_problems(position: int, line: EnteredLine) -> Iterable[Problem]:
    if not is_quantity(line.quantity):
        yield _of_line(position, "quantity", _("%(quantity)s is no quantity.") % {"quantity": line.quantity})
    if line.unit_price is not None and not is_price(line.unit_price):
        yield _of_line(position, "price", _("%(unit_price)s is no price.") % {"unit_price": line.unit_price})
    if not is_percent(line.discount_percent):
        yield _of_line(
            position,
            "discount",
            _("%(discount_percent)s is no discount in percent.")
            % {"discount_percent": line.discount_percent},
        )


def unit_problems(lines: Iterable[PricedLine]) -> list[Problem]:
    """Return which lines want a part of goods that are only counted; services are done in parts."""
    return [
        _of_line(line.position, "quantity", part_words(line.ordered, line.unit))
        for line in lines
        if line.is_stocked and not units.fits(line.ordered, line.unit)
    ]


def part_words(quantity: Decimal, unit: str) -> str:
    """Return that there is no such part of a unit."""
    return _("%(quantity)s is no whole number: this is sold by the piece (%(unit)s).") % {
        "quantity": typed(quantity),
        "unit": units.short_name(unit),
    }


def amount_problems(nets: Mapping[int, Decimal], *, gross: Decimal) -> list[Problem]:
    """Return which lines, given as their nets by position, or else which *gross* is more than the books can hold."""
    text = _("This comes to more than the books can hold.")
    found = [_of_line(position, "amount", text) for position, net in nets.items() if not is_amount(net)]
    if not found and not is_amount(gross):
        found.append(Problem(where="lines", code="amount", text=text))
    return found


def _of_line(position: int, code: str, text: str) -> Problem:
    return Problem(
        where=position,
        code=code,
        text=_("Line %(position)s: %(text)s") % {"position": position, "text": text},
    )


def discount_problems(*, percent: Decimal | None, reason: str) -> list[Problem]:
    """Return what is wrong with a discount that somebody gives on the whole order; None leaves it to the rules."""
    if percent is None:
        return []
    if not is_percent(percent):
        text = _("%(percent)s is no discount in percent.") % {"percent": percent}
        return [Problem(where="discount_percent", code="discount", text=text)]
    if percent and not reason.strip():
        text = _("A discount on the order needs a reason.")
        return [Problem(where="discount_reason", code="discount-reason", text=text)]
    return []


def choice_problems(field: str, value: str, *, known: Collection[str]) -> list[Problem]:
    """Return a problem if the *value* of a field is none of those *known*."""
    if value in known:
        return []
    text = NO_CHOICE[field] % {"value": value[:20]}
    return [Problem(where=field, code=field, text=text)]


def priority_problems(priority: int | None) -> list[Problem]:
    """Return a problem if a *priority* is out of bounds; None leaves it to the customer's."""
    if priority is None or abs(priority) <= MAX_PRIORITY:
        return []
    text = _("A priority is between -%(most)s and %(most)s.") % {"most": MAX_PRIORITY}
    return [Problem(where="priority", code="priority", text=text)]


def submission_problems(
    *,
    po_number: str,
    requested_on: date | None,
    delivery_address: Mapping[str, str],
    demands: Demands,
    on: date,
) -> list[Problem]:
    """Return what is missing or impossible in an order that is submitted on the day *on*."""
    problems = []
    if demands.requires_po_number and not po_number.strip():
        text = _("This customer demands a purchase order number.")
        problems.append(Problem(where="po_number", code="po-number", text=text, who=CUSTOMER))
    problems += _delivery_problems(requested_on, demands=demands, on=on)
    problems += _address_problems(delivery_address)
    return problems


def _delivery_problems(requested_on: date | None, *, demands: Demands, on: date) -> Iterable[Problem]:
    if requested_on is None:
        if demands.requires_delivery_date:
            yield _of_date("delivery-date", _("This customer demands a delivery date."))
        return
    notice = demands.delivery_notice_days
    if requested_on < on:
        yield _of_date(
            "delivery-date-past",
            _("The delivery date %(requested_on)s is over.") % {"requested_on": day_words(requested_on)},
        )
    elif requested_on < on + timedelta(days=notice):
        text = ngettext(
            "This customer wants %(notice)s day of notice: %(on)s at the earliest.",
            "This customer wants %(notice)s days of notice: %(on)s at the earliest.",
            notice,
        ) % {"notice": notice, "on": day_words(on + timedelta(days=notice))}
        yield _of_date("delivery-notice", text)
    if demands.delivery_weekdays and requested_on.isoweekday() not in demands.delivery_weekdays:
        days = ", ".join(str(WEEKDAYS[day - 1]) for day in sorted(demands.delivery_weekdays))
        yield _of_date(
            "delivery-weekday",
            _("%(requested_on)s is no %(days)s: they take deliveries on no other day.")
            % {"requested_on": day_words(requested_on), "days": days},
        )


def _of_date(code: str, text: str) -> Problem:
    return Problem(where="requested_on", code=code, text=text, who=CUSTOMER)


def _address_problems(address: Mapping[str, str]) -> Iterable[Problem]:
    missing = [name for name in ADDRESS_PARTS if not str(address.get(name) or "").strip()]
    if missing:
        parts = _(" and no ").join(str(ADDRESS_PARTS[name]) for name in missing)
        text = _("The delivery address has no %(parts)s.") % {"parts": parts}
        yield Problem(where="delivery_address", code="address", text=text, who=CUSTOMER)
    country = str(address.get("country") or "")
    if not re.fullmatch("[A-Z]{2}", country):
        text = _("The delivery address needs a country code of two letters, not “%(country)s”.") % {
            "country": country[:20]
        }
        yield Problem(where="delivery_address", code="country", text=text, who=CUSTOMER)


def warnings_of(
    *, requested_on: date | None, promised_on: date | None, incoterm: str, leaves_country: bool
) -> list[Problem]:
    """Return what somebody should think of, though the order may be taken as it is."""
    found = []
    if requested_on is not None and promised_on is not None and promised_on > requested_on:
        text = _("The goods leave on %(promised_on)s, after the day the customer wants them.") % {
            "promised_on": day_words(promised_on)
        }
        found.append(Problem(where="requested_on", code="late", text=text))
    if leaves_country and not incoterm:
        text = _("The goods leave the country: say by an Incoterm who bears cost and risk of the transport.")
        found.append(Problem(where="incoterm", code="incoterm", text=text))
    return found
