"""Who waits for stock, and who would get it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inventory import selectors as inventory
from o2c.kernel.db import fetch_all
from o2c.kernel.money import ZERO
from orders import handover
from orders.allocation import Claim, Share, allocate
from orders.models import Order

WAITING = """
SELECT o.id FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
WHERE line.product_id = %s AND line.is_stocked AND o.state IN ('on_hold', 'confirmed')
  AND line.ordered > line.cancelled + line.shipped + line.reserved
GROUP BY o.id
ORDER BY o.priority DESC, min(COALESCE(line.promised_on, o.promised_on)) NULLS LAST, o.ordered_on, o.id
"""


def waiting_for(product_id: int) -> list[int]:
    """Return the ids of held and confirmed orders that want more of a product than is reserved.

    They come in the order in which stock is given (`orders.allocation`).
    """
    return [order_id for (order_id,) in fetch_all(WAITING, [product_id])]


# What an event lost, this still knows. The partial index of what is backordered keeps it to open work.
SERVABLE = """
SELECT o.id FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
JOIN inventory_stocklevel level ON level.product_id = line.product_id AND level.warehouse_id = o.warehouse_id
WHERE line.is_stocked AND line.ordered > line.cancelled + line.shipped + line.reserved
  AND level.on_hand > level.reserved
  AND (o.state = 'confirmed' OR o.state = 'on_hold' AND o.hold_reasons @> '[{"code": "stock-short"}]')
GROUP BY o.id
ORDER BY o.priority DESC, min(COALESCE(line.promised_on, o.promised_on)) NULLS LAST, o.ordered_on, o.id
"""


def due_for_stock() -> list[int]:
    """Return the ids of orders that wait for goods of which their warehouse has some free; one query.

    They come in the order in which stock is given (`orders.allocation`).
    """
    return [order_id for (order_id,) in fetch_all(SERVABLE, [])]


CLAIMS = """
SELECT line.id, o.id, o.priority, COALESCE(line.promised_on, o.promised_on), o.ordered_on,
       line.ordered - line.cancelled - line.shipped, line.reserved
FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
WHERE line.product_id = %(product)s AND line.is_stocked AND line.ordered > line.cancelled + line.shipped
  AND o.state = 'confirmed' AND o.warehouse_id = %(warehouse)s
"""


def claims(*, product_id: int, warehouse_id: int) -> list[Claim]:
    """Return what confirmed orders want of a product in a warehouse and have reserved; one query over open lines."""
    found = fetch_all(CLAIMS, {"product": product_id, "warehouse": warehouse_id})
    names = ("line_id", "order_id", "priority", "promised_on", "ordered_on", "wants", "has")
    return [Claim(**dict(zip(names, row, strict=True))) for row in found]


def with_in_hand(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims with what the warehouse has in hand for them, which nobody takes away; one query."""
    found = handover.in_hand(order_ids={claim.order_id for claim in claims})
    return [
        replace(claim, in_hand=min(found[claim.line_id].quantity, claim.has))
        if claim.line_id in found
        else claim
        for claim in claims
    ]


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """What an order would get of scarce stock, what it has now, and why it has its place."""

    number: str
    customer: str
    share: Share


def allocation_plan(*, product_id: int, warehouse_id: int) -> list[AllocationRow]:
    """Return who would get what if stock were given anew, before it happens, and why; four queries."""
    wanted = claims(product_id=product_id, warehouse_id=warehouse_id)
    free = inventory.available(warehouse_id=warehouse_id, product_ids={product_id}).get(product_id, ZERO)
    shares = allocate(with_in_hand(wanted), free=free)
    names = Order.objects.filter(pk__in={claim.order_id for claim in wanted}).values_list(
        "pk", "number", "customer__name"
    )
    of = {order_id: (number, name) for order_id, number, name in names}
    return [AllocationRow(*of[share.claim.order_id], share) for share in shares]
