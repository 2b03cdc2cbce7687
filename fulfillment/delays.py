"""Which promises will be broken: found from stock, what suppliers have promised, and the line before each order.

Every unreserved piece waits in the order in which stock is given out. It is there on the day on which free stock
and expected receipts, added up, reach it. A receipt whose day is over is no date any more: its supplier is late
too. One statement for all orders.
"""

from dataclasses import dataclass
from datetime import date

from o2c.kernel.db import fetch_all
from o2c.kernel.workdays import add_working_days

AT_RISK = """
WITH waiting AS (
    SELECT o.id AS order_id, o.warehouse_id, l.product_id,
           sum(l.ordered - l.cancelled - l.shipped - l.reserved) OVER (
               PARTITION BY o.warehouse_id, l.product_id
               ORDER BY o.priority DESC, o.promised_on NULLS LAST, o.ordered_on, o.id, l.position) AS place
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
    WHERE o.state = 'confirmed' AND l.is_stocked AND l.ordered > l.cancelled + l.shipped + l.reserved
), coming AS (
    SELECT warehouse_id, product_id, %(on)s::date AS day, on_hand - reserved AS quantity
    FROM inventory_stocklevel WHERE (warehouse_id, product_id) IN (SELECT warehouse_id, product_id FROM waiting)
    UNION ALL
    SELECT warehouse_id, product_id, expected_on, quantity - received
    FROM inventory_expectedreceipt WHERE received < quantity AND expected_on >= %(on)s
), supply AS (
    SELECT warehouse_id, product_id, day,
           sum(quantity) OVER (PARTITION BY warehouse_id, product_id ORDER BY day) AS reached
    FROM coming
), ready AS (
    SELECT w.order_id, w.place, min(s.day) AS day FROM waiting w
    LEFT JOIN supply s ON s.warehouse_id = w.warehouse_id AND s.product_id = w.product_id AND s.reached >= w.place
    GROUP BY w.order_id, w.warehouse_id, w.product_id, w.place
), missing AS (
    SELECT order_id, max(day) AS day, bool_or(day IS NULL) AS is_unknown FROM ready GROUP BY order_id
)
SELECT o.id, o.promised_on, o.delay_told_on, w.handling_days, m.order_id IS NOT NULL,
       CASE WHEN m.order_id IS NULL THEN %(on)s::date WHEN NOT m.is_unknown THEN m.day END
FROM orders_order o
JOIN inventory_warehouse w ON w.id = o.warehouse_id
LEFT JOIN missing m ON m.order_id = o.id
WHERE o.state = 'confirmed' AND (o.promised_on < %(on)s OR (m.order_id IS NOT NULL AND o.promised_on IS NOT NULL))
  AND EXISTS (SELECT FROM orders_orderline l WHERE l.order_id = o.id AND l.ordered > l.cancelled + l.shipped)
ORDER BY o.id
"""


@dataclass(frozen=True, slots=True)
class Delay:
    """An order that will break its promise: what it was, what it can be now (None: nobody knows), and why."""

    order_id: int
    was: date
    now: date | None
    reason: str


def delays(*, on: date) -> list[Delay]:
    """Return the confirmed orders whose promise is broken, or will be, and whose customers do not know.

    Whoever was told without a new day is named again when there is one.
    """
    found = (_delay(*row, on=on) for row in fetch_all(AT_RISK, {"on": on}))
    return [delay for delay in found if delay is not None]


def _delay(
    order_id: int,
    promised_on: date,
    told_on: date | None,
    handling_days: int,
    is_missing: bool,  # noqa: FBT001 - a column
    ready_on: date | None,
    *,
    on: date,
) -> Delay | None:
    now = None if ready_on is None else add_working_days(ready_on, handling_days)
    if now is not None and now <= promised_on:
        return None
    if now is None and (told_on == promised_on):
        return None
    return Delay(order_id, promised_on, now, _reason(ready_on, is_missing=is_missing))


def _reason(ready_on: date | None, *, is_missing: bool) -> str:
    if ready_on is None:
        return "Goods are missing, and none are expected."
    if is_missing:
        return f"Goods are missing; they are expected on {ready_on}."
    return "Everything is there, but it has not left in time."


# What carriers should have delivered, and nobody has been told of that day.
ON_THE_ROAD = """
SELECT id FROM fulfillment_shipment
WHERE state = 'posted' AND expected_on < %s AND delay_told_on IS DISTINCT FROM expected_on ORDER BY id
"""


def overdue_on_the_road(*, on: date) -> list[int]:
    """Return the ids of shipments that should have arrived before *on*, and whose customers do not know."""
    return [shipment_id for (shipment_id,) in fetch_all(ON_THE_ROAD, [on])]
