"""A sheet on which an order is changed: what was typed beside what is, and what it would become. It writes nothing."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from o2c.kernel.errors import DomainError
from o2c.kernel.formats import formats_for
from o2c.kernel.models import User
from orders.amendment import LineChange
from orders.entry import CreditBar, place_problems
from orders.forms import AmendForm, Row
from orders.forms.rows import rows_for
from orders.models import Order, OrderLine, OrderVersion
from orders.services import Amendment, AmendmentPreview, preview_amendment

STAYS = LineChange()


@dataclass(slots=True, kw_only=True)
class AmendSheet:
    """An order as it is, a head and rows as typed, and what would become of them; *versions* came in between."""

    order: Order
    lines: Sequence[OrderLine]
    form: AmendForm
    rows: list[Row]
    preview: AmendmentPreview | None = None
    refusal: DomainError | None = None
    versions: list[OrderVersion] = field(default_factory=list)

    @property
    def bar(self) -> CreditBar | None:
        """Return the drawing of the customer's credit with the order as it would be."""
        return CreditBar.of(self.preview) if self.preview is not None else None

    @property
    def wrong_lines(self) -> int:
        """Return how many rows are to be corrected."""
        return sum(bool(row.problems) for row in self.rows)

    @property
    def is_sound(self) -> bool:
        """Say whether nothing that was typed is wrong in itself."""
        return self.form.is_valid() and self.refusal is None and not any(row.problems for row in self.rows)

    def amendment(self) -> Amendment:
        """Return what shall be otherwise than it is."""
        by_id = {line.pk: line for line in self.lines}
        changed, removed, added = {}, set(), []
        for row in self.rows:
            if row.wanted is None or row.problems:
                continue
            line = by_id.get(row.line_id or 0)
            if line is None:
                added.append(row.wanted)
            elif row.wanted.quantity == 0:
                removed.add(line.pk)
            elif (change := _change(row, line)) != STAYS:
                changed[line.pk] = change
        return Amendment(
            changed=changed,
            added=added,
            removed=removed,
            head=self.form.head(),
            acknowledges_prices=self.form.cleaned_data.get("acknowledges_prices", False),
        )


def _change(row: Row, line: OrderLine) -> LineChange:
    """Return what a row wants otherwise of its line; an emptied price is that of the price list again."""
    wanted = row.wanted
    assert wanted is not None
    price = wanted.unit_price
    return LineChange(
        quantity=None if wanted.quantity == line.ordered - line.cancelled else wanted.quantity,
        unit_price=None if price is None or price == line.unit_price else price,
        relists=price is None and line.is_entered,
        discount_percent=(
            None if wanted.discount_percent == line.entered_discount else wanted.discount_percent
        ),
    )


def attach(rows: Sequence[Row], lines: Sequence[OrderLine]) -> None:
    """Put beside each row the line that it changes; one that is not there (any more) is a line that comes."""
    by_id = {line.pk: line for line in lines}
    for row in rows:
        row.was = by_id.get(row.line_id or 0)
        if row.was is None:
            row.line_id = None


def standing(lines: Sequence[OrderLine]) -> list[OrderLine]:
    """Return the lines of which anything is left."""
    return [line for line in lines if line.ordered > line.cancelled]


def look_up(sheet: AmendSheet, *, on: date, actor: User) -> None:
    """Find out what the order would become, and put what is wrong where it belongs."""
    sheet.form.is_valid()
    amendment = sheet.amendment()
    if not (amendment.changed or amendment.added or amendment.removed or amendment.head.given()):
        return
    try:
        sheet.preview = preview_amendment(
            order=copy(sheet.order),
            lines=[copy(line) for line in sheet.lines],
            amendment=amendment,
            on=on,
            actor=actor,
        )
    except DomainError as refusal:
        place(sheet, refusal)
        return
    _show_lines(sheet, sheet.preview)


def _show_lines(sheet: AmendSheet, preview: AmendmentPreview) -> None:
    """Put beside each row the line that it would become."""
    known = {line.pk: line for line in preview.lines if line.pk}
    came = iter([line for line in preview.lines if not line.pk])
    for row in sheet.rows:
        if row.wanted is None or row.problems:
            continue
        row.line = known.get(row.line_id) if row.line_id else next(came, None)
        row.promise = preview.promises.get(row.line.position) if row.line is not None else None


def place(sheet: AmendSheet, refusal: DomainError) -> None:
    """Put a refusal beside its rows and fields, or over the whole sheet."""
    by_position = {row.was.position: row for row in sheet.rows if row.was is not None}
    came = [row for row in sheet.rows if row.was is None and row.wanted is not None and not row.problems]
    at = by_position | dict(enumerate(came, start=max(by_position, default=0) + 1))
    if not place_problems(refusal, form=sheet.form, at=at, rows=came):
        sheet.refusal = refusal


def rebased(rows: Sequence[Row], *, before: Mapping[str, Any], lines: Sequence[OrderLine]) -> list[Row]:
    """Return the rows on an order that has changed since: what was typed stays, what was only shown follows the order.

    *before* is the snapshot that the person saw, *lines* are as they are now. Lines that came are added.
    """
    attach(rows, lines)
    now = {row.line_id: row for row in rows_for(standing(lines)) if row.line_id}
    kept = [_rebased(row, now.pop(row.line_id or 0, None), before) for row in rows if not row.is_blank]
    together = [*kept, *now.values()]
    return [replace(row, number=number) for number, row in enumerate(together, start=1)]


def _rebased(row: Row, now: Row | None, before: Mapping[str, Any]) -> Row:
    if now is None or row.was is None:
        return row
    seen = before["lines"].get(str(row.was.position))
    if seen is None:
        return row
    had = Decimal(seen["ordered"]) - Decimal(seen["cancelled"])
    wanted = row.wanted
    return replace(
        row,
        quantity=now.quantity if wanted is not None and wanted.quantity == had else row.quantity,
        unit_price=_followed(row.unit_price, now.unit_price, seen["unit_price"]),
        discount=_followed(row.discount, now.discount, seen["entered_discount"]),
    )


def _followed(typed: str, now: str, seen: str) -> str:
    """Return what the order has now where somebody only saw the field, what they typed where they typed."""
    number = formats_for(get_language() or "en").parse(typed or "0")
    return now if not typed or number == Decimal(seen) else typed
