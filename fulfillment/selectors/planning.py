"""What of an order is planned, and what waits to be."""

from collections.abc import Collection
from decimal import Decimal

from o2c.kernel.db import fetch_all
from orders.handover import InHand

# Goods that are reserved beyond what is in work; where all must leave at once, only when nothing is missing.
UNPLANNED = """
SELECT DISTINCT o.id FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.state = 'confirmed' AND l.is_stocked AND l.reserved > COALESCE((
        SELECT sum(sl.quantity) FROM fulfillment_shipmentline sl
        JOIN fulfillment_shipment s ON s.id = sl.shipment_id
        WHERE sl.order_line_id = l.id AND s.state IN ('planned', 'picking', 'packed')), 0)
  AND NOT (o.ships_complete AND EXISTS (
        SELECT FROM orders_orderline g WHERE g.order_id = o.id AND g.is_stocked
        AND g.ordered - g.cancelled - g.shipped > g.reserved))
ORDER BY o.id
"""

IN_WORK = """
SELECT line.order_line_id, sum(line.quantity)
FROM fulfillment_shipment shipment JOIN fulfillment_shipmentline line ON line.shipment_id = shipment.id
WHERE shipment.order_id = %s AND shipment.state IN ('planned', 'picking', 'packed')
GROUP BY line.order_line_id
"""


def in_work(*, order_id: int) -> dict[int, Decimal]:
    """Return how much of each order line is in shipments that have not left."""
    return dict(fetch_all(IN_WORK, [order_id]))


def due_for_planning() -> list[int]:
    """Return the ids of confirmed orders with reserved stock that no shipment in work covers.

    What an event lost, this query still knows; its cost follows the confirmed orders, not the history.
    """
    return [order_id for (order_id,) in fetch_all(UNPLANNED, [])]


# Shipments in work that hold a line of which more is in work than is reserved, or left of a service.
UNCOVERED = """
SELECT DISTINCT s.id FROM fulfillment_shipment s JOIN fulfillment_shipmentline sl ON sl.shipment_id = s.id
JOIN (
    SELECT l.id, sum(sl.quantity) AS quantity,
           CASE WHEN l.is_stocked THEN l.reserved ELSE l.ordered - l.cancelled - l.shipped END AS covered
    FROM fulfillment_shipment s JOIN fulfillment_shipmentline sl ON sl.shipment_id = s.id
    JOIN orders_orderline l ON l.id = sl.order_line_id
    WHERE s.order_id = %s AND s.state IN ('planned', 'picking', 'packed') GROUP BY l.id
) held ON held.id = sl.order_line_id
WHERE s.order_id = %s AND s.state IN ('planned', 'picking', 'packed') AND held.quantity > held.covered
ORDER BY s.id
"""


def uncovered_shipments(*, order_id: int) -> list[int]:
    """Return the ids of an order's shipments in work that hold more than the order has left for them."""
    return [shipment_id for (shipment_id,) in fetch_all(UNCOVERED, [order_id, order_id])]


# What somebody walks for or has packed; what is only planned follows its order by itself.
IN_HAND = """
SELECT line.order_line_id, sum(line.quantity), string_agg(shipment.number, ' ' ORDER BY shipment.id)
FROM fulfillment_shipment shipment JOIN fulfillment_shipmentline line ON line.shipment_id = shipment.id
WHERE shipment.order_id = ANY(%s) AND shipment.state IN ('picking', 'packed')
GROUP BY line.order_line_id
"""


def in_hand(order_ids: Collection[int]) -> dict[int, InHand]:
    """Return what is being picked or is packed of each order line; orders ask this (`orders.handover`)."""
    return {
        line_id: InHand(quantity, tuple(numbers.split()))
        for line_id, quantity, numbers in fetch_all(IN_HAND, [list(order_ids)])
    }


# The partial index of what is backordered keeps it to open work.
BACKORDERED = """
SELECT o.warehouse_id, line.product_id, sum(line.ordered - line.cancelled - line.shipped - line.reserved)
FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
WHERE line.product_id = ANY(%s) AND line.is_stocked AND o.state = 'confirmed'
  AND line.ordered > line.cancelled + line.shipped + line.reserved
GROUP BY o.warehouse_id, line.product_id
"""


def backordered(product_ids: Collection[int]) -> dict[tuple[int, int], Decimal]:
    """Return what confirmed orders wait for, by (warehouse, product): it is promised, but not there."""
    return {
        (warehouse_id, product_id): quantity
        for warehouse_id, product_id, quantity in fetch_all(BACKORDERED, [list(product_ids)])
    }
