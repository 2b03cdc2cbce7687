"""What may change in an order after it was entered, and what cannot be right about it: pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Protocol

from django.utils.translation import gettext as _

from catalog.rules import is_percent, is_price, is_quantity
from o2c.kernel import units
from o2c.kernel.figures import typed
from orders.specification import (
    MAX_LINES,
    EnteredLine,
    Problem,
    line_problems,
    part_words,
    priority_problems,
)


class Stays(Enum):
    """Says of a date that it stays as it is, which None would not: None takes it away."""

    STAYS = "stays"


STAYS = Stays.STAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """What becomes of one line; None leaves a figure as it is.

    *quantity* is what the customer wants of it in all, what has shipped included and what was cancelled not.
    *relists* gives it the price of the price list again in place of one that was typed.
    """

    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discount_percent: Decimal | None = None
    relists: bool = False

    @property
    def changes_price(self) -> bool:
        """Say whether another price or discount is asked for."""
        return self.relists or self.unit_price is not None or self.discount_percent is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadChange:
    """What becomes of the order itself; None leaves it as it is, `STAYS` the date."""

    po_number: str | None = None
    requested_on: date | Stays | None = STAYS
    delivery_address: Mapping[str, str] | None = None
    ships_complete: bool | None = None
    priority: int | None = None

    def given(self) -> dict[str, object]:
        """Return what is to be written, by the name of the field."""
        wanted = {field.name: getattr(self, field.name) for field in fields(self)}
        if wanted["po_number"] is not None:
            wanted["po_number"] = wanted["po_number"].strip()[:80]
        return {
            name: value
            for name, value in wanted.items()
            if value is not STAYS and (value is not None or name == "requested_on")
        }


class CurrentLine(Protocol):
    """What the rules read of a line as it is."""

    pk: int
    position: int
    description: str
    ordered: Decimal
    unit: str
    is_stocked: bool
    cancelled: Decimal
    shipped: Decimal


def amendment_problems(
    *,
    lines: Sequence[CurrentLine],
    changed: Mapping[int, LineChange],
    added: Sequence[EnteredLine],
    removed: Collection[int],
    head: HeadChange,
) -> list[Problem]:
    """Return what cannot be right in an amendment of an order with *lines*: all of it at once."""
    by_id = {line.pk: line for line in lines}
    problems = [
        Problem(
            where="lines",
            code="unknown-line",
            text=_("There is no line %(line_id)s in the order.") % {"line_id": line_id},
        )
        for line_id in sorted({*changed, *removed} - by_id.keys())
    ]
    for line in lines:
        if line.pk in changed:
            problems += _change_problems(line, changed[line.pk])
        if line.pk in removed:
            problems += _removal_problems(line, twice=line.pk in changed)
    if added:
        problems += line_problems(added)
    if len(lines) + len(added) > MAX_LINES:
        problems.append(
            Problem(
                where="lines",
                code="lines",
                text=_("An order has %(most)s lines at most.") % {"most": MAX_LINES},
            )
        )
    if not added and all(line.pk in removed or line.cancelled == line.ordered for line in lines):
        text = _("Nothing would be left; cancel the order instead.")
        problems.append(Problem(where="lines", code="nothing-left", text=text))
    if not (changed or added or removed or head.given()):
        problems.append(Problem(where="lines", code="no-change", text=_("Nothing would change.")))
    return [*problems, *priority_problems(head.priority)]


def _change_problems(line: CurrentLine, change: LineChange) -> Iterable[Problem]:
    if change.quantity is not None and not is_quantity(change.quantity):
        yield problem_of(line, "quantity", _("%(quantity)s is no quantity.") % {"quantity": change.quantity})
    elif change.quantity is not None and line.is_stocked and not units.fits(change.quantity, line.unit):
        yield problem_of(line, "quantity", part_words(change.quantity, line.unit))
    elif change.quantity is not None and change.quantity < line.shipped:
        yield problem_of(
            line,
            "below-shipped",
            _("%(shipped)s have shipped, so it cannot be less.") % {"shipped": typed(line.shipped)},
        )
    if change.unit_price is not None and not is_price(change.unit_price):
        yield problem_of(line, "price", _("%(unit_price)s is no price.") % {"unit_price": change.unit_price})
    if change.discount_percent is not None and not is_percent(change.discount_percent):
        yield problem_of(
            line,
            "discount",
            _("%(discount_percent)s is no discount in percent.")
            % {"discount_percent": change.discount_percent},
        )
    if change.changes_price and line.shipped:
        yield problem_of(
            line, "price-shipped", _("Part of it has shipped at the agreed price, which therefore stays.")
        )


def _removal_problems(line: CurrentLine, *, twice: bool) -> Iterable[Problem]:
    if twice:
        yield problem_of(line, "changed-and-removed", _("It is both changed and removed."))
    if line.shipped:
        yield problem_of(line, "removed-shipped", _("Part of it has shipped; cancel the rest instead."))
    elif line.cancelled == line.ordered:
        yield problem_of(line, "removed-twice", _("It is cancelled already."))


def problem_of(line: CurrentLine, code: str, text: str) -> Problem:
    """Return what is wrong with a line of the order."""
    return Problem(
        where=line.position,
        code=code,
        text=_("Line %(position)s (%(description)s): %(text)s")
        % {"position": line.position, "description": line.description, "text": text},
    )
