"""The lines of an order as a person types them: rows of text that become figures, each with its own errors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import get_language, gettext as _

from catalog import selectors as catalog
from catalog.rules import is_quantity
from inventory.rules import Promise
from o2c.kernel.formats import Formats, formats_for
from o2c.kernel.money import ZERO
from orders.models import OrderLine
from orders.services import LineInput
from orders.specification import MAX_LINES

BLANK = 10  # rows of an empty page, for who has no JavaScript
MORE = 3  # rows after the last that is filled
ONE = Decimal(1)
FIELDS = ("line", "sku", "quantity", "unit_price", "discount")


@dataclass(slots=True, kw_only=True)
class Row:
    """One row: what was typed, and what was found out about it. *number* is its place on the page, from 1.

    *line_id* names the line of an order that the row changes, *wanted* is what the figures say, *was* the line
    as it is, *line* and *promise* what the order would get.
    """

    number: int
    line_id: int | None = None
    sku: str = ""
    quantity: str = ""
    unit_price: str = ""
    discount: str = ""
    problems: list[str] = field(default_factory=list)
    wanted: LineInput | None = None
    was: OrderLine | None = None
    line: OrderLine | None = None
    promise: Promise | None = None

    @property
    def is_blank(self) -> bool:
        """Say whether nobody has typed anything into it."""
        return self.line_id is None and not self.sku

    @property
    def description(self) -> str:
        """Return what the product is called, in the reader's language, once it is known."""
        known = self.line or self.was
        return known.local_name if known is not None else ""


def rows_of(data: QueryDict) -> list[Row]:
    """Return the rows that a form sent, each with its figures or with what cannot be read of them."""
    columns = [data.getlist(name) for name in FIELDS]
    count = min(max(map(len, columns), default=0), MAX_LINES + BLANK)
    rows = [_row(number, [_at(column, number - 1) for column in columns]) for number in range(1, count + 1)]
    names = catalog.spelt(row.sku for row in rows if row.sku)
    for row in rows:
        row.sku = names.get(row.sku, row.sku)
        if row.sku or row.line_id:
            _read(row)
    return padded(rows)


def rows_for(lines: Iterable[OrderLine]) -> list[Row]:
    """Return the rows that show *lines* as they are, to be typed over; only an entered price stands there."""
    rows = [
        Row(
            number=number,
            line_id=line.pk,
            sku=line.product.sku,
            quantity=_formats().entered(line.ordered - line.cancelled),
            unit_price=_formats().entered(line.unit_price) if line.is_entered else "",
            discount=_formats().entered(line.entered_discount) if line.entered_discount else "",
            was=line,
        )
        for number, line in enumerate(lines, start=1)
    ]
    return padded(rows)


def padded(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with some blank ones after the last that is filled."""
    filled = max((row.number for row in rows if not row.is_blank), default=0)
    wanted = max(filled + MORE if filled else BLANK, BLANK if filled < BLANK - MORE else 0, len(rows))
    return [*rows, *(Row(number=number) for number in range(len(rows) + 1, wanted + 1))]


def _row(number: int, texts: Sequence[str]) -> Row:
    line, sku, quantity, unit_price, discount = texts
    return Row(
        number=number,
        line_id=int(line) if line.isascii() and line.isdigit() and len(line) < 19 else None,
        sku=sku,
        quantity=quantity,
        unit_price=unit_price,
        discount=discount,
    )


def _at(column: Sequence[str], place: int) -> str:
    return column[place].replace("\x00", "").strip()[:60] if place < len(column) else ""


def _read(row: Row) -> None:
    """Turn the row's texts into figures; no quantity is one piece, and nothing takes a line of the order away."""
    if row.line_id and not row.quantity:
        row.problems.append(_("Say how many; 0 takes the line away."))
    quantity = _number(row, row.quantity) if row.quantity else ONE
    unit_price = _number(row, row.unit_price) if row.unit_price else None
    discount = _number(row, row.discount) if row.discount else ZERO
    if row.problems or quantity is None or discount is None:
        return
    is_gone = row.line_id is not None and quantity == 0
    if not is_gone and not is_quantity(quantity):
        row.problems.append(_("%(text)s is no quantity.") % {"text": row.quantity})
        return
    row.wanted = LineInput(sku=row.sku, quantity=quantity, unit_price=unit_price, discount_percent=discount)


def _number(row: Row, text: str) -> Decimal | None:
    number = _formats().parse(text)
    if number is None:
        row.problems.append(_("“%(text)s” is no number.") % {"text": text[:20]})
    return number


def _formats() -> Formats:
    return formats_for(get_language() or "en")
