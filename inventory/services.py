"""The verbs on stock. They are building blocks: a shipment, an order or a receipt calls them.

Levels are locked in primary-key order before anything is decided, and each verb writes a fixed number
of statements, however many lines it has.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from catalog.models import Product
from catalog.rules import is_price, is_quantity
from inventory import errors
from inventory.events import StockCounted, StockReceived, StockReturned
from inventory.models import StockLevel, StockMove, Warehouse
from inventory.rules import Demand, grant, leaving_value
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, requires_transaction
from o2c.kernel.errors import NotFound
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, allocate, round_money

SET_LEVELS = """
UPDATE inventory_stocklevel level
SET on_hand = level.on_hand + change.on_hand, reserved = level.reserved + change.reserved,
    value = level.value + change.value
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[]) AS change(id, on_hand, reserved, value)
WHERE level.id = change.id
"""

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


@requires_transaction
def reserve_available(*, warehouse_id: int, demands: list[Demand]) -> dict[str, Decimal]:
    """Reserve as much as is free for each demand, earlier ones first; return what each got."""
    levels = _lock(warehouse_id, demands)
    granted = grant(demands, free={product_id: level.free for product_id, level in levels.items()})
    _write_reservations(levels, demands, granted)
    return granted


@requires_transaction
def reserve_complete(*, warehouse_id: int, demands: list[Demand]) -> dict[str, Decimal]:
    """Reserve everything, or nothing when one demand cannot be met; return what each could get.

    The caller compares: a demand that would get less than it asked for is the reason for nothing.
    """
    levels = _lock(warehouse_id, demands)
    granted = grant(demands, free={product_id: level.free for product_id, level in levels.items()})
    if all(granted[demand.key] == demand.quantity for demand in demands):
        _write_reservations(levels, demands, granted)
    return granted


def _lock(warehouse_id: int, demands: Iterable[Demand]) -> dict[int, StockLevel]:
    return StockLevel.objects.lock_for(
        warehouse_id=warehouse_id, product_ids={demand.product_id for demand in demands}
    )


def _write_reservations(
    levels: Mapping[int, StockLevel], demands: list[Demand], granted: Mapping[str, Decimal]
) -> None:
    """Raise the levels' reserved quantity and write the reservations, two statements in all."""
    served = [demand for demand in demands if granted[demand.key] > 0]
    if not served:
        return
    by_level: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for demand in served:
        by_level[levels[demand.product_id].pk] += granted[demand.key]
    _change_levels({level_id: (ZERO, quantity, ZERO) for level_id, quantity in by_level.items()})
    fetch_all(
        ADD_RESERVATIONS,
        [
            [levels[demand.product_id].pk for demand in served],
            [demand.key for demand in served],
            [granted[demand.key] for demand in served],
        ],
    )


def _change_levels(changes: Mapping[int, tuple[Decimal, Decimal, Decimal]]) -> None:
    """Add (on hand, reserved, value) to each level by its id."""
    on_hand, reserved, value = zip(*changes.values(), strict=True)
    fetch_all(SET_LEVELS, [list(changes), list(on_hand), list(reserved), list(value)])


@requires_transaction
def release(*, warehouse_id: int, demands: list[Demand]) -> None:
    """Give reserved stock free again.

    :raises NotReserved: a demand has less reserved than it gives back.
    """
    demands = [demand for demand in demands if demand.quantity > 0]
    if not demands:
        return
    levels = _lock(warehouse_id, demands)
    _take_reservations(warehouse_id, demands)
    by_level: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for demand in demands:
        by_level[levels[demand.product_id].pk] -= demand.quantity
    _change_levels({level_id: (ZERO, quantity, ZERO) for level_id, quantity in by_level.items()})


def _take_reservations(warehouse_id: int, demands: list[Demand]) -> None:
    rows = fetch_all(
        TAKE_RESERVATIONS,
        [[demand.key for demand in demands], [demand.quantity for demand in demands], warehouse_id],
    )
    if len(rows) != len(demands):
        raise errors.NotReserved(
            "More would leave than is reserved.", demands=[demand.key for demand in demands]
        )


@requires_transaction
def issue(
    *, warehouse_id: int, demands: list[Demand], source: str, on: date, currency: str, actor: User
) -> dict[str, Decimal]:
    """Take reserved goods out of stock at average cost; return the cost of each demand.

    *currency* is the base currency, to which costs are rounded.

    :raises NotReserved: a demand has less reserved than leaves.
    """
    levels = _lock(warehouse_id, demands)
    _take_reservations(warehouse_id, demands)
    by_product: dict[int, list[Demand]] = defaultdict(list)
    for demand in demands:
        by_product[demand.product_id].append(demand)
    changes: dict[int, tuple[Decimal, Decimal, Decimal]] = {}
    moves: list[StockMove] = []
    costs: dict[str, Decimal] = {}
    for product_id, wanted in by_product.items():
        level = levels[product_id]
        quantity = sum((demand.quantity for demand in wanted), ZERO)
        value = leaving_value(on_hand=level.on_hand, value=level.value, quantity=quantity, currency=currency)
        shares = allocate(value, [demand.quantity for demand in wanted], currency)
        costs.update(zip((demand.key for demand in wanted), shares, strict=True))
        changes[level.pk] = (-quantity, -quantity, -value)
        moves.append(_move(level.pk, StockMove.Kind.ISSUE, -quantity, -value, source, on, actor))
    _change_levels(changes)
    rows.insert(moves)
    return costs


def _move(
    level_id: int, kind: str, quantity: Decimal, value: Decimal, source: str, on: date, actor: User
) -> StockMove:
    return StockMove(
        level_id=level_id, kind=kind, quantity=quantity, value=value, source=source, on=on, actor_id=actor.pk
    )


def _ensure_new(level_id: int, source: str) -> None:
    """Refuse a delivery or count that is in the books; its level is locked, so nobody is booking it now."""
    if StockMove.objects.filter(level_id=level_id, source=source).exists():
        raise errors.StockSourceReused(f"{source} was booked for this product before.", source=source)


@requires_transaction
def receive(
    *,
    warehouse: Warehouse,
    product_id: int,
    quantity: Decimal,
    unit_cost: Decimal,
    source: str,
    on: date,
    currency: str,
    actor: User,
) -> Decimal:
    """Take goods into stock at *unit_cost* (base currency); return their worth.

    :raises InvalidQuantity: *quantity* is not above zero, or too fine.
    :raises InvalidCost: *unit_cost* is negative, or too fine.
    :raises NotFound: there is no such product.
    :raises StockSourceReused: *source* was booked for this product before.
    """
    if not is_quantity(quantity):
        raise errors.InvalidQuantity(f"{quantity} cannot be received.")
    if not is_price(unit_cost):
        raise errors.InvalidCost(f"{unit_cost} is no cost.")
    if not Product.objects.filter(pk=product_id).exists():
        raise NotFound(f"There is no product {product_id}.")
    StockLevel.objects.bulk_create(
        [StockLevel(warehouse=warehouse, product_id=product_id)], ignore_conflicts=True
    )
    level = StockLevel.objects.lock_for(warehouse_id=warehouse.pk, product_ids={product_id})[product_id]
    value = round_money(quantity * unit_cost, currency)
    _ensure_new(level.pk, source)
    _change_levels({level.pk: (quantity, ZERO, value)})
    rows.insert([_move(level.pk, StockMove.Kind.RECEIPT, quantity, value, source, on, actor)])
    announce(
        StockReceived(
            document_id=product_id,
            number=source,
            on=on,
            actor_id=actor.pk,
            warehouse=warehouse.code,
            quantity=str(quantity),
        )
    )
    return value


@requires_transaction
def count(
    *,
    warehouse: Warehouse,
    product_id: int,
    counted: Decimal,
    source: str,
    on: date,
    currency: str,
    actor: User,
) -> Decimal:
    """Set on hand to what was *counted*; return the worth of the difference, negative for a loss.

    :raises InvalidQuantity: less was counted than is reserved (release or ship the orders first), or
        *counted* is no quantity.
    :raises StockSourceReused: *source* was booked for this product before.
    """
    if counted != ZERO and not is_quantity(counted):
        raise errors.InvalidQuantity(f"{counted} cannot be counted.")
    level = StockLevel.objects.lock_for(warehouse_id=warehouse.pk, product_ids={product_id}).get(product_id)
    if level is None:
        raise errors.InvalidQuantity(
            "The product was never received here.", hint="Book a receipt with its cost."
        )
    difference = counted - level.on_hand
    if counted < level.reserved:
        raise errors.InvalidQuantity(
            f"{counted:f} counted, but {level.reserved:f} are promised to orders.",
            hint="Cancel or change those orders first.",
        )
    if difference == 0:
        return ZERO
    if difference < 0:
        value = -leaving_value(
            on_hand=level.on_hand, value=level.value, quantity=-difference, currency=currency
        )
    else:
        value = round_money(level.value * difference / level.on_hand, currency) if level.on_hand else ZERO
    _ensure_new(level.pk, source)
    _change_levels({level.pk: (difference, ZERO, value)})
    rows.insert([_move(level.pk, StockMove.Kind.COUNT, difference, value, source, on, actor)])
    announce(
        StockCounted(
            document_id=product_id,
            number=source,
            on=on,
            actor_id=actor.pk,
            warehouse=warehouse.code,
            difference=str(difference),
        )
    )
    return value


@requires_transaction
def take_back(
    *,
    warehouse_id: int,
    goods: Mapping[int, tuple[Decimal, Decimal]],
    source: str,
    on: date,
    actor: User,
) -> None:
    """Put goods that were shipped back on the shelf: (quantity, worth in base currency) by product id.

    The worth is what they left with, so a return undoes its share of the issue to the cent.
    """
    levels = StockLevel.objects.lock_for(warehouse_id=warehouse_id, product_ids=set(goods))
    _change_levels(
        {levels[product_id].pk: (quantity, ZERO, value) for product_id, (quantity, value) in goods.items()}
    )
    rows.insert(
        [
            _move(levels[product_id].pk, StockMove.Kind.RETURN, quantity, value, source, on, actor)
            for product_id, (quantity, value) in goods.items()
        ]
    )
    for product_id, (quantity, _) in goods.items():
        announce(
            StockReturned(
                document_id=product_id,
                number=source,
                on=on,
                actor_id=actor.pk,
                warehouse_id=warehouse_id,
                quantity=str(quantity),
            )
        )
