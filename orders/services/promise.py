"""When the goods of an order or a quote can leave. Nothing is promised that nobody knows."""

from collections.abc import Sequence
from datetime import date

from inventory import selectors as inventory
from inventory.rules import Promise, Supply, promise
from o2c.kernel.money import ZERO
from orders.models import Order, OrderLine
from orders.selectors.availability import waited_for


def promise_days(order: Order, lines: Sequence[OrderLine], *, on: date) -> dict[int, Promise]:
    """Set when each line's goods, and with the last of them the order, can leave; return the days and why, by position.

    What is reserved leaves after the warehouse's handling time; two statements more when something is short.
    Services and digital goods have no day. The caller writes order and lines.
    """
    goods = [line for line in lines if line.is_stocked and line.to_ship]
    short = {line.product_id for line in goods if line.backordered}
    supplies = inventory.supply(warehouse_id=order.warehouse_id, product_ids=short) if short else {}
    claimed = waited_for(warehouse_id=order.warehouse_id, product_ids=short, but_order_id=order.pk or 0)
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
