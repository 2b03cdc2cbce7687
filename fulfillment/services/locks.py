"""How fulfillment locks: the order first, as the spine demands."""

from django.utils.translation import gettext as _

from fulfillment.models import Shipment
from o2c.kernel.errors import NotFound
from orders import services as orders
from orders.models import Order


def order_of(shipment_id: int) -> int:
    """Return the id of a shipment's order.

    :raises NotFound: there is no such shipment.
    """
    order_id = Shipment.objects.filter(pk=shipment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(_("There is no shipment %(shipment_id)s.") % {"shipment_id": shipment_id})
    return order_id


def lock_shipment(shipment_id: int) -> tuple[Order, Shipment]:
    """Return the locked order and shipment, in the order of the spine.

    :raises NotFound: there is no such shipment.
    """
    return orders.lock_order(order_id=order_of(shipment_id)), Shipment.objects.lock(shipment_id)
