"""Which promises will be broken: found from stock, what suppliers have promised, and the line before each order.

Every unreserved piece waits in the order in which stock is given out, so what earlier orders wait for is served
first. Two things are believed less than when the promise was made: an arrival whose day is over is no date any
more, and goods that are yet to be bought keep a promise only until its day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.utils.translation import gettext as _

from inventory import selectors as inventory
from inventory.rules import Promise, Supply, promise
from o2c.kernel.db import fetch_all
from o2c.kernel.money import ZERO
from o2c.kernel.workdays import add_working_days

# A row for each product that an order waits for; one without a product for an order that has everything and is late.
AT_RISK = """
WITH waiting AS (
    SELECT o.id AS order_id, o.warehouse_id, l.product_id, l.position,
           l.ordered - l.cancelled - l.shipped - l.reserved AS quantity,
           sum(l.ordered - l.cancelled - l.shipped - l.reserved) OVER (
               PARTITION BY o.warehouse_id, l.product_id
               ORDER BY o.priority DESC, o.promised_on NULLS LAST, o.ordered_on, o.id, l.position) AS reached
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
    WHERE o.state = 'confirmed' AND l.is_stocked AND l.ordered > l.cancelled + l.shipped + l.reserved
)
SELECT o.id, o.promised_on, o.delay_told_on, o.warehouse_id, w.handling_days, m.product_id, m.quantity,
       m.reached - m.quantity
FROM orders_order o
JOIN inventory_warehouse w ON w.id = o.warehouse_id
LEFT JOIN waiting m ON m.order_id = o.id
WHERE o.state = 'confirmed' AND (o.promised_on < %s OR (m.order_id IS NOT NULL AND o.promised_on IS NOT NULL))
  AND EXISTS (SELECT FROM orders_orderline l WHERE l.order_id = o.id AND l.ordered > l.cancelled + l.shipped)
ORDER BY o.id, m.position
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A product that an order waits for, and how much of it earlier orders are served first; or none."""

    order_id: int
    promised_on: date
    told_on: date | None
    warehouse_id: int
    handling_days: int
    product_id: int | None
    quantity: Decimal | None
    claimed: Decimal | None


@dataclass(frozen=True, slots=True)
class Delay:
    """An order that will break its promise: what it was, what it can be now (None: nobody knows), and why."""

    order_id: int
    was: date
    now: date | None
    reason: str


def delays(*, on: date) -> list[Delay]:
    """Return the confirmed orders whose promise is broken, or will be, and whose customers do not know.

    Whoever was told without a new day is named again when there is one. One statement, and one for each warehouse
    in which something is waited for.
    """
    waiting = [Waiting(*row) for row in fetch_all(AT_RISK, [on])]
    supplies = _supplies(waiting)
    found = [
        _delay(list(lines), supplies, on=on) for _, lines in groupby(waiting, key=attrgetter("order_id"))
    ]
    return [delay for delay in found if delay is not None]


def _supplies(waiting: Iterable[Waiting]) -> dict[tuple[int, int], Supply]:
    """Return what is there and what is to come, by warehouse and product."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for line in waiting:
        if line.product_id is not None:
            wanted[line.warehouse_id].add(line.product_id)
    return {
        (warehouse_id, product_id): supply
        for warehouse_id, product_ids in wanted.items()
        for product_id, supply in inventory.supply(warehouse_id=warehouse_id, product_ids=product_ids).items()
    }


def _delay(lines: list[Waiting], supplies: Mapping[tuple[int, int], Supply], *, on: date) -> Delay | None:
    first = lines[0]
    found = [_ready(line, supplies, on=on) for line in lines]
    days = [ready.on for ready in found if ready.on is not None]
    if len(days) < len(found):
        reason = next(ready.why for ready in found if ready.on is None)
        is_told = first.told_on == first.promised_on
        return None if is_told else Delay(first.order_id, first.promised_on, None, reason)
    now = max(days)
    if now <= first.promised_on:
        return None
    reason = next(ready.why for ready in found if ready.on == now)
    return Delay(first.order_id, first.promised_on, now, reason)


def _ready(line: Waiting, supplies: Mapping[tuple[int, int], Supply], *, on: date) -> Promise:
    """Return when a line can leave, as far as anybody knows on *on*."""
    if line.product_id is None:
        return Promise(
            add_working_days(on, line.handling_days), _("everything is there, it has not left in time")
        )
    supply = supplies.get((line.warehouse_id, line.product_id), Supply(ZERO))
    to_come = tuple(arrival for arrival in supply.arrivals if arrival.on >= on)
    is_believed = supply.lead_days is not None and line.promised_on >= on
    ready = promise(
        quantity=line.quantity or ZERO,
        supply=replace(supply, arrivals=to_come, lead_days=None if is_believed else supply.lead_days),
        handling_days=line.handling_days,
        today=on,
        claimed=line.claimed or ZERO,
    )
    if ready.on is None and is_believed:
        return Promise(line.promised_on, _("to be bought in time"))
    return ready


# What carriers should have delivered, and nobody has been told of that day.
ON_THE_ROAD = """
SELECT id FROM fulfillment_shipment
WHERE state = 'posted' AND expected_on < %s AND delay_told_on IS DISTINCT FROM expected_on ORDER BY id
"""


def overdue_on_the_road(*, on: date) -> list[int]:
    """Return the ids of shipments that should have arrived before *on*, and whose customers do not know."""
    return [shipment_id for (shipment_id,) in fetch_all(ON_THE_ROAD, [on])]
