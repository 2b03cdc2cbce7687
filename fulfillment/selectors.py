"""Questions about shipments."""

from decimal import Decimal

from django.db.models import QuerySet

from fulfillment.models import Shipment
from o2c.kernel.db import fetch_all

# Goods that are reserved, and services of orders without goods to wait for, beyond what is in work.
UNPLANNED = """
SELECT DISTINCT o.id FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.state = 'confirmed'
  AND CASE WHEN l.is_stocked THEN l.reserved ELSE l.ordered - l.cancelled - l.shipped END
    > COALESCE((
        SELECT sum(sl.quantity) FROM fulfillment_shipmentline sl
        JOIN fulfillment_shipment s ON s.id = sl.shipment_id
        WHERE sl.order_line_id = l.id AND s.state IN ('planned', 'picking', 'packed')), 0)
  AND (l.is_stocked OR NOT EXISTS (
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


def due_for_shipping(*, warehouse_id: int) -> QuerySet[Shipment]:
    """Return the shipments to pick, pack and post, the oldest first: the warehouse's due list."""
    return (
        Shipment.objects.in_work()
        .filter(warehouse_id=warehouse_id)
        .select_related("order__customer")
        .order_by("pk")
    )


def due_for_planning() -> list[int]:
    """Return the ids of confirmed orders with reserved stock that no shipment in work covers.

    What an event lost, this query still knows; its cost follows the confirmed orders, not the history.
    """
    return [order_id for (order_id,) in fetch_all(UNPLANNED, [])]
