"""When a shipment does not do what was planned: late on the road, or no longer covered by its order."""

from datetime import date

from django.utils.translation import gettext as _

from fulfillment import errors, selectors
from fulfillment.events import ShipmentCancelled
from fulfillment.models import Shipment
from fulfillment.services.locks import lock_shipment
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from orders import services as orders


@verb
def report_late_delivery(*, shipment_id: int, on: date, actor: User) -> Shipment:
    """Have the customer told that a shipment should have arrived by now: once for each day it was expected.

    :raises ShipmentNotLate: it is not on the road, not expected before *on*, or its customer knows.
    :raises NotFound: there is no such shipment.
    :raises NotPermitted: *actor* may not post shipments.
    """
    if not actor.has_perm("fulfillment.post_shipment"):
        raise NotPermitted(_("%(actor)s may not report late deliveries.") % {"actor": actor})
    order, shipment = lock_shipment(shipment_id)
    expected = shipment.expected_on
    if shipment.state != Shipment.State.POSTED or expected is None or expected >= on:
        raise errors.ShipmentNotLate(
            _("The shipment %(shipment)s is not late on the road.") % {"shipment": shipment.number}
        )
    if shipment.delay_told_on == expected:
        raise errors.ShipmentNotLate(
            _("The customer knows that %(shipment)s is late.") % {"shipment": shipment.number}
        )
    shipment.delay_told_on = expected
    rows.update(shipment, "delay_told_on")
    orders.announce_delay(
        order=order,
        was=expected,
        now=None,
        reason=f"The carrier has not delivered {shipment.number}.",
        on=on,
        actor=actor,
        shipment=shipment.number,
    )
    return shipment


@verb
def cancel_uncovered(*, order_id: int, on: date, actor: User) -> list[Shipment]:
    """Cancel an order's shipments in work that hold more than the order still has for them.

    After part of the order was cancelled; what is left is planned anew. Without such shipments, nothing happens.

    :raises NotFound: there is no such order.
    :raises NotPermitted: *actor* may not cancel shipments.
    """
    orders.lock_order(order_id=order_id)
    uncovered = selectors.uncovered_shipments(order_id=order_id)
    shipments = Shipment.objects.lock_where("id = ANY(%s)", uncovered)
    for shipment in shipments:
        ensure_can(shipment.mark_cancelled, by=actor, otherwise=errors.ShipmentNotCancellable)
        shipment.mark_cancelled()
        rows.update(shipment, "state")
        announce(ShipmentCancelled.of(shipment, on=on, actor=actor, order_id=order_id))
    return shipments
