"""A count sheet as a page shows it: what the books expect, what was counted, and what the difference is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory import selectors
from inventory.models import StockLevel, Warehouse
from inventory.rules import found_value, is_implausible
from o2c.kernel.money import total

LONGEST = 200  # lines of a sheet: a shelf, not a house


@dataclass(frozen=True, slots=True)
class Difference:
    """What was counted of a level, how much more or less than the books, and its worth in base currency."""

    level: StockLevel
    counted: Decimal
    difference: Decimal
    value: Decimal

    @property
    def seen(self) -> str:
        """Return what the books said when somebody looked, to find out whether stock has moved since."""
        return f"{self.level.on_hand:f}"

    @property
    def is_implausible(self) -> bool:
        """Say whether somebody should look twice before it is posted."""
        return is_implausible(on_hand=self.level.on_hand, counted=self.counted)


@dataclass(frozen=True, slots=True)
class Compared:
    """A counted sheet against the books."""

    lines: Sequence[Difference]

    @property
    def differing(self) -> list[Difference]:
        """Return what the count changes."""
        return [line for line in self.lines if line.difference]

    @property
    def implausible(self) -> list[Difference]:
        """Return what is far more than the books say, which is posted only when somebody confirms it."""
        return [line for line in self.lines if line.is_implausible]

    @property
    def value(self) -> Decimal:
        """Return what all differences together are worth, negative for a loss."""
        return total(line.value for line in self.lines)


def sheet_of(*, warehouse: Warehouse, bins: str = "", product_id: int | None = None) -> list[StockLevel]:
    """Return the levels of a sheet in walking order: those of a warehouse, of bins that begin so, of a product."""
    levels = selectors.stock_list(warehouse_id=warehouse.pk)
    if bins:
        levels = levels.filter(bin__istartswith=bins)
    if product_id is not None:
        levels = levels.filter(product_id=product_id)
    return list(levels[: LONGEST + 1])


def compared(levels: Sequence[StockLevel], counted: Mapping[int, Decimal], *, currency: str) -> Compared:
    """Return what was *counted*, by level id, against the books; a level that is not named was not counted."""
    return Compared(
        [_difference(level, counted[level.pk], currency) for level in levels if level.pk in counted]
    )


def _difference(level: StockLevel, counted: Decimal, currency: str) -> Difference:
    difference = counted - level.on_hand
    worth = found_value(on_hand=level.on_hand, value=level.value, difference=difference, currency=currency)
    return Difference(level, counted, difference, worth)
