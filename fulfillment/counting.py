"""A count sheet as a page shows it: what the books expect, what was counted, and what the difference is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fulfillment.selectors import Promised, promised_of
from inventory import selectors
from inventory.models import StockLevel, Warehouse
from inventory.rules import found_value, is_implausible
from o2c.kernel.money import total

LONGEST = 200  # lines of a sheet: a shelf, not a house
NAME = 60  # characters of its name
SHEETS = 100  # of the same shelf on one day


@dataclass(frozen=True, slots=True)
class Difference:
    """What was counted of a level, how much more or less than the books, and its worth in base currency."""

    level: StockLevel
    counted: Decimal
    difference: Decimal
    value: Decimal
    whose: Sequence[Promised] = ()

    @property
    def promised(self) -> Decimal:
        """Return how much of the level is promised to somebody."""
        return total(one.quantity for one in self.whose)

    @property
    def takes_away(self) -> bool:
        """Say whether the count would take goods from somebody: it is not posted before that is settled."""
        return self.counted < self.promised

    @property
    def seen(self) -> str:
        """Return what the books said when somebody looked, to find out whether stock has moved since."""
        return f"{self.level.on_hand:f}" + (f"/{self.promised:f}" if self.takes_away else "")

    @property
    def is_implausible(self) -> bool:
        """Say whether somebody should look twice before it is posted."""
        return is_implausible(on_hand=self.level.on_hand, counted=self.counted)


@dataclass(frozen=True, slots=True)
class Compared:
    """A counted sheet against the books."""

    lines: Sequence[Difference]

    @property
    def refused(self) -> list[Difference]:
        """Return the lines that would take goods from somebody."""
        return [line for line in self.lines if line.takes_away]

    @property
    def postable(self) -> list[Difference]:
        """Return the lines that can be posted now."""
        return [line for line in self.lines if not line.takes_away]

    @property
    def differing(self) -> list[Difference]:
        """Return what the count changes."""
        return [line for line in self.postable if line.difference]

    @property
    def implausible(self) -> list[Difference]:
        """Return what is far more than the books say, which is posted only when somebody confirms it."""
        return [line for line in self.postable if line.is_implausible]

    @property
    def value(self) -> Decimal:
        """Return what all differences together are worth, negative for a loss."""
        return total(line.value for line in self.postable)


def sheet_name(*, warehouse: Warehouse, on: date, shelf: str, lines: int) -> str:
    """Return a name for a sheet that no other of the warehouse has: a product is counted once with it."""
    name = "-".join(part for part in (warehouse.code, on.isoformat(), shelf, f"{lines}") if part)[: NAME - 4]
    names = [name, *(f"{name}-{number}" for number in range(2, SHEETS))]
    used = selectors.used_sources(warehouse_id=warehouse.pk, sources=names)
    return next((one for one in names if one not in used), name)


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
    known = [level for level in levels if level.pk in counted]
    promised = promised_of(level_ids=[level.pk for level in known if counted[level.pk] < level.reserved])
    return Compared(
        [_difference(level, counted[level.pk], promised.get(level.pk, ()), currency) for level in known]
    )


def _difference(level: StockLevel, counted: Decimal, whose: Sequence[Promised], currency: str) -> Difference:
    difference = counted - level.on_hand
    worth = found_value(on_hand=level.on_hand, value=level.value, difference=difference, currency=currency)
    return Difference(level, counted, difference, worth, whose)
