"""What carriers say of shipments on the road: taken once, whatever the order in which it arrives."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from fulfillment import carriers, errors, selectors
from fulfillment.consignment import Sighting
from fulfillment.events import ShipmentTracked
from fulfillment.models import Shipment, TrackingEvent
from fulfillment.models.package import TrackingStatus
from fulfillment.services.locks import lock_shipment
from fulfillment.services.shipping import deliver
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User

# Told by an event of its own, or known to the house already.
NOT_TOLD = {TrackingStatus.ANNOUNCED, TrackingStatus.DELIVERED}


@verb
def record_tracking(*, shipment_id: int, sighting: Sighting, actor: User) -> TrackingEvent:
    """Take one thing that the carrier said; said again, it changes nothing.

    "Delivered" delivers a shipment that has left, with who signed as evidence; what comes later but happened
    before is kept and changes no state. A new day of delivery moves what we expect.

    :raises InvalidTracking: an unknown status, no id, or a time without time zone.
    :raises NotPermitted: *actor* may not post shipments.
    """
    if not actor.has_perm("fulfillment.post_shipment"):
        raise NotPermitted(_("%(actor)s may not record tracking.") % {"actor": actor})
    _ensure_readable(sighting)
    order, shipment = lock_shipment(shipment_id)
    known = shipment.tracking.filter(external_id=sighting.external_id).first()
    if known is not None:
        return known
    (event,) = rows.insert(
        [
            TrackingEvent(
                shipment=shipment,
                external_id=sighting.external_id,
                status=sighting.status,
                at=sighting.at,
                place=sighting.place[:100],
                text=(sighting.text or sighting.signed_by)[:200],
            )
        ]
    )
    on = sighting.at.astimezone(ZoneInfo(order.company.time_zone)).date()
    if shipment.state == Shipment.State.POSTED:
        if sighting.status == TrackingStatus.DELIVERED:
            deliver(order, shipment, on=on, actor=actor, evidence=sighting.signed_by)
        elif sighting.expected_on is not None:
            shipment.expected_on = sighting.expected_on
            rows.update(shipment, "expected_on")
    if sighting.status not in NOT_TOLD:
        whose = {"order_id": order.pk, "customer_id": order.customer_id}
        announce(ShipmentTracked.of(shipment, on=on, actor=actor, status=sighting.status, **whose))
    return event


def _ensure_readable(sighting: Sighting) -> None:
    """Refuse what cannot be kept.

    :raises InvalidTracking: see `record_tracking`.
    """
    if not 0 < len(sighting.external_id) <= 80:
        raise errors.InvalidTracking(_("What the carrier says needs an id of 80 characters at most."))
    if sighting.status not in TrackingStatus.values:
        raise errors.InvalidTracking(
            _("“%(status)s” is no tracking status.") % {"status": sighting.status[:30]}
        )
    if sighting.at.tzinfo is None:
        raise errors.InvalidTracking(_("The time of the sighting has no time zone."))


def ask_carrier(*, shipment_id: int, at: datetime, on: date, actor: User) -> int:
    """Ask the carrier where a shipment is, and take what is new; return how many sightings it told.

    Not one transaction: the carrier is asked before it.

    :raises UnknownCarrierAdapter: nothing speaks to its carrier.
    :raises CarrierUnreachable: the carrier does not answer.
    :raises NotPermitted: *actor* may not post shipments.
    """
    shipment = selectors.shipment_to_carry(shipment_id)
    if shipment.carried_by is None:
        return 0
    packages = list(shipment.packages.order_by("position"))
    consignment = selectors.consignment_of(shipment, packages, ready_on=on)
    sightings = carriers.adapter_of(shipment.carried_by).track(consignment, until=at)
    for sighting in sightings:
        record_tracking(shipment_id=shipment_id, sighting=sighting, actor=actor)
    return len(sightings)
