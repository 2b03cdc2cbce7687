"""When the goods of an order or a quote can leave. Nothing is promised that nobody knows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from inventory import selectors as inventory
from inventory.rules import Promise, Supply, promise
from o2c.kernel.db import fetch_all
from o2c.kernel.money import ZERO
from orders.models import Order, OrderLine

# What other confirmed orders wait for: they are served first. The index holds only lines that wait.
WAITED_FOR = """
SELECT line.product_id, sum(line.ordered - line.cancelled - line.shipped - line.reserved)
FROM orders_orderline line JOIN orders_order other ON other.id = line.order_id
WHERE line.product_id = ANY(%s::bigint[]) AND line.is_stocked
  AND line.ordered > line.cancelled + line.shipped + line.reserved
  AND other.state = 'confirmed' AND other.warehouse_id = %s AND other.id <> %s
GROUP BY line.product_id
"""


def promise_days(order: Order, lines: Sequence[OrderLine], *, on: date) -> dict[int, Promise]:
    """Set when each line's goods, and with the last of them the order, can leave; return the days and why, by position.

    What is reserved leaves after the warehouse's handling time; two statements more when something is short.
    Services and digital goods have no day. The caller writes order and lines.
    """
    goods = [line for line in lines if line.is_stocked and line.to_ship]
    short = {line.product_id for line in goods if line.backordered}
    supplies = inventory.supply(warehouse_id=order.warehouse_id, product_ids=short) if short else {}
    claimed = _waited_for(order, short)
    promises: dict[int, Promise] = {}
    for line in goods:
        promises[line.position] = promise(
            quantity=line.backordered,
            supply=supplies.get(line.product_id, Supply(ZERO)),
            handling_days=order.warehouse.handling_days,
            today=on,
            claimed=claimed.get(line.product_id, ZERO) if line.backordered else ZERO,
        )
        line.promised_on = promises[line.position].on
        claimed[line.product_id] = claimed.get(line.product_id, ZERO) + line.backordered
    days = [found.on for found in promises.values()]
    order.promised_on = max((day for day in days if day), default=None) if all(days) else None
    return promises


def _waited_for(order: Order, product_ids: set[int]) -> dict[int, Decimal]:
    if not product_ids:
        return {}
    return dict(fetch_all(WAITED_FOR, [list(product_ids), order.warehouse_id, order.pk or 0]))
