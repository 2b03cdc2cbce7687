"""What fulfillment has of an order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from fulfillment.api.serializers import ShipmentOut
from fulfillment.models import Shipment
from o2c.kernel.api.expansion import Offer
from o2c.kernel.principal import Principal


def _shipments(principal: Principal, orders: Sequence[Any]) -> Mapping[int, Sequence[Any]]:
    """Return the shipments of some orders by order, the oldest first; one query."""
    known = Shipment.objects.for_principal(principal).filter(order_id__in=[order.pk for order in orders])
    found: dict[int, list[Shipment]] = defaultdict(list)
    for shipment in known.select_related("order", "carried_by").order_by("pk"):
        found[shipment.order_id].append(shipment)
    return found


OFFERS = (
    Offer(resource="orders", name="shipments", scope="shipments:read", shape=ShipmentOut, find=_shipments),
)
