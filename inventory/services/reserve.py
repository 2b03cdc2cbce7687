"""Promising stock to demands, and giving it free again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from inventory import errors
from inventory.models import StockLevel
from inventory.rules import Demand, grant
from inventory.services.levels import Change, change_levels, lock_levels
from o2c.kernel.db import fetch_all, requires_transaction
from o2c.kernel.money import ZERO

ADD_RESERVATIONS = """
INSERT INTO inventory_reservation (level_id, demand, quantity)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::numeric[])
ON CONFLICT (demand, level_id) DO UPDATE SET quantity = inventory_reservation.quantity + excluded.quantity
"""

# Takes what the demands have reserved; a demand with too little is not in the answer.
TAKE_RESERVATIONS = """
UPDATE inventory_reservation r SET quantity = r.quantity - taken.quantity
FROM unnest(%s::text[], %s::numeric[]) AS taken(demand, quantity), inventory_stocklevel level
WHERE r.demand = taken.demand AND level.id = r.level_id AND level.warehouse_id = %s
  AND r.quantity >= taken.quantity
RETURNING r.demand
"""


class Share(NamedTuple):
    """What one demand gets of one level."""

    level_id: int
    demand: str
    quantity: Decimal


@requires_transaction
def reserve_available(*, warehouse_id: int, demands: list[Demand]) -> dict[str, Decimal]:
    """Reserve as much as is free for each demand, earlier ones first; return what each got."""
    levels = _lock(warehouse_id, demands)
    granted = grant(demands, free=free_of(levels))
    _write_reservations(levels, demands, granted)
    return granted


@requires_transaction
def reserve_complete(*, warehouse_id: int, demands: list[Demand]) -> dict[str, Decimal]:
    """Reserve everything, or nothing when one demand cannot be met; return what each could get.

    The caller compares: a demand that would get less than it asked for is the reason for nothing.
    """
    levels = _lock(warehouse_id, demands)
    granted = grant(demands, free=free_of(levels))
    if all(granted[demand.key] == demand.quantity for demand in demands):
        _write_reservations(levels, demands, granted)
    return granted


def _lock(warehouse_id: int, demands: Iterable[Demand]) -> dict[int, StockLevel]:
    return lock_levels(warehouse_id=warehouse_id, product_ids={demand.product_id for demand in demands})


def free_of(levels: Mapping[int, StockLevel]) -> dict[int, Decimal]:
    """Return what is free of each product."""
    return {product_id: level.free for product_id, level in levels.items()}


def _write_reservations(
    levels: Mapping[int, StockLevel], demands: list[Demand], granted: Mapping[str, Decimal]
) -> None:
    """Raise the levels' reserved quantity and write the reservations, two statements in all."""
    shares = shares_of(levels, demands, granted)
    if shares:
        change_levels(promised(shares))
        add_reservations(shares)


def shares_of(
    levels: Mapping[int, StockLevel], demands: list[Demand], granted: Mapping[str, Decimal]
) -> list[Share]:
    """Return what was granted, by level."""
    return [
        Share(levels[demand.product_id].pk, demand.key, granted[demand.key])
        for demand in demands
        if granted[demand.key] > 0
    ]


def promised(shares: Iterable[Share], *, freed: Iterable[Share] = ()) -> dict[int, Change]:
    """Return what the reserved quantity of each level changes by: *shares* more, *freed* less."""
    by_level: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for share in shares:
        by_level[share.level_id] += share.quantity
    for share in freed:
        by_level[share.level_id] -= share.quantity
    return {level_id: Change(reserved=quantity) for level_id, quantity in by_level.items()}


def add_reservations(shares: list[Share]) -> None:
    """Write the reservations in one statement."""
    levels, demands, quantities = zip(*shares, strict=True)
    fetch_all(ADD_RESERVATIONS, [list(levels), list(demands), list(quantities)])


@requires_transaction
def release(*, warehouse_id: int, demands: list[Demand]) -> None:
    """Give reserved stock free again.

    :raises NotReserved: a demand has less reserved than it gives back.
    """
    demands = [demand for demand in demands if demand.quantity > 0]
    if not demands:
        return
    levels = _lock(warehouse_id, demands)
    take_reservations(warehouse_id, demands)
    freed = [Share(levels[demand.product_id].pk, demand.key, demand.quantity) for demand in demands]
    change_levels(promised([], freed=freed))


def take_reservations(warehouse_id: int, demands: list[Demand]) -> None:
    """Lower what the demands have reserved, under their levels' locks.

    :raises NotReserved: a demand has less reserved.
    """
    rows = fetch_all(
        TAKE_RESERVATIONS,
        [[demand.key for demand in demands], [demand.quantity for demand in demands], warehouse_id],
    )
    if len(rows) != len(demands):
        raise errors.NotReserved(
            _("More would leave than is reserved."), demands=[demand.key for demand in demands]
        )
