"""When carriers come, and what they took. Locks: shipments by key, pickup."""

from collections.abc import Collection
from datetime import date, time

from django.utils.translation import gettext as _

from fulfillment import carriers, errors, selectors
from fulfillment.consignment import PickupRequest
from fulfillment.events import PickupCancelled, PickupConfirmed, PickupDone, PickupPlanned
from fulfillment.models import Carrier, Pickup, Shipment
from inventory.models import Warehouse
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User

ADD_PICKUP = """
INSERT INTO fulfillment_pickup (carrier_id, warehouse_id, state, "on", from_time, to_time, reference, created_by_id)
VALUES (%s, %s, 'planned', %s, %s, %s, '', %s)
ON CONFLICT (carrier_id, warehouse_id, "on") WHERE NOT (state = 'cancelled') DO NOTHING RETURNING id
"""

HAND_OVER = "UPDATE fulfillment_shipment SET pickup_id = %s WHERE id = ANY(%s)"

# What stands at the gate for a carrier: packed with a label on every box, or posted on the day it comes.
READY = """
SELECT s.id FROM fulfillment_shipment s
WHERE s.warehouse_id = %(warehouse)s AND s.carried_by_id = %(carrier)s AND s.pickup_id IS NULL
  AND (s.state = 'packed' OR (s.state = 'posted' AND s.expected_on >= %(on)s AND s.posted_on = %(on)s))
  AND NOT EXISTS (SELECT FROM fulfillment_package p WHERE p.shipment_id = s.id AND p.tracking_number = '')
ORDER BY s.id
"""


@verb
def plan_pickup(
    *, carrier_id: int, warehouse_id: int, on: date, from_time: time, to_time: time, today: date, actor: User
) -> Pickup:
    """Plan that a carrier comes to a warehouse on a day, in a window of the warehouse's local time.

    :raises InvalidPickup: the window ends before it begins, or the day is over.
    :raises CarrierInactive: nothing is sent with the carrier any more.
    :raises PickupTwice: it comes on that day already.
    :raises NotPermitted: *actor* may not post shipments.
    """
    _ensure_may(actor)
    if from_time >= to_time or on < today:
        raise errors.InvalidPickup(
            _("Nobody can come on %(on)s from %(from_time)s until %(to_time)s.")
            % {"on": day_words(on), "from_time": f"{from_time:%H:%M}", "to_time": f"{to_time:%H:%M}"}
        )
    carrier, warehouse = rows.by_id(Carrier, carrier_id), rows.by_id(Warehouse, warehouse_id)
    if carrier is None or warehouse is None:
        raise NotFound(
            _("There is no carrier %(carrier_id)s or no warehouse %(warehouse_id)s.")
            % {"carrier_id": carrier_id, "warehouse_id": warehouse_id}
        )
    if not carrier.active:
        raise errors.CarrierInactive(_("%(carrier)s is not used any more.") % {"carrier": carrier})
    made = fetch_all(ADD_PICKUP, [carrier_id, warehouse_id, on, from_time, to_time, actor.pk])
    if not made:
        raise errors.PickupTwice(
            _("%(carrier)s comes to %(warehouse)s on %(on)s already.")
            % {"carrier": carrier, "warehouse": warehouse, "on": day_words(on)}
        )
    pickup = Pickup.objects.select_related("carrier").get(pk=made[0][0])
    announce(PickupPlanned.of(pickup, on=on, actor=actor, carrier=carrier.code))
    return pickup


def _ensure_may(actor: User) -> None:
    if not actor.has_perm("fulfillment.post_shipment"):
        raise NotPermitted(_("%(actor)s may not arrange pickups.") % {"actor": actor})


def request_pickup(*, pickup_id: int, on: date, actor: User) -> Pickup:
    """Ask the carrier to come, and keep the reference it gives; the carrier is asked outside any transaction.

    :raises PickupNotOpen: it is confirmed, done or cancelled already.
    :raises UnknownCarrierAdapter: nothing speaks to the carrier.
    :raises CarrierUnreachable: the carrier does not answer.
    :raises NotPermitted: *actor* may not post shipments.
    """
    _ensure_may(actor)
    pickup = Pickup.objects.select_related("carrier", "warehouse__company").filter(pk=pickup_id).first()
    if pickup is None:
        raise NotFound(_("There is no pickup %(pickup_id)s.") % {"pickup_id": pickup_id})
    ensure_can(pickup.mark_confirmed, by=actor, otherwise=errors.PickupNotOpen)
    reference = carriers.adapter_of(pickup.carrier).request_pickup(
        PickupRequest(
            reference=pickup.number,
            place=selectors.place_of_warehouse(pickup.warehouse.company, pickup.warehouse),
            on=pickup.on,
            from_time=pickup.from_time,
            to_time=pickup.to_time,
        )
    )
    return confirm_pickup(pickup_id=pickup_id, reference=reference, on=on, actor=actor)


@verb
def confirm_pickup(*, pickup_id: int, reference: str, on: date, actor: User) -> Pickup:
    """Note that the carrier will come, under its *reference*.

    :raises PickupNotOpen: it is confirmed, done or cancelled already.
    :raises NotPermitted: *actor* may not post shipments.
    """
    pickup = Pickup.objects.lock(pickup_id)
    ensure_can(pickup.mark_confirmed, by=actor, otherwise=errors.PickupNotOpen)
    pickup.mark_confirmed(reference=reference.strip()[:60])
    rows.update(pickup, "state", "reference")
    announce(PickupConfirmed.of(pickup, on=on, actor=actor, carrier=pickup.carrier.code))
    return pickup


@verb
def complete_pickup(
    *, pickup_id: int, on: date, actor: User, shipment_ids: Collection[int] | None = None
) -> Pickup:
    """Note what the carrier took: the shipments named, or all that stood ready for it.

    The goods issue stays a verb of its own (`post_shipment`), before or after the carrier has come.

    :raises PickupNotOpen: it is done or cancelled already.
    :raises NotReadyForPickup: nothing is ready, or a shipment named is not packed and announced, is another
        carrier's or warehouse's, or has gone with another pickup.
    :raises NotPermitted: *actor* may not post shipments.
    """
    planned = rows.by_id(Pickup, pickup_id)
    if planned is None:
        raise NotFound(_("There is no pickup %(pickup_id)s.") % {"pickup_id": pickup_id})
    ready = {
        shipment_id
        for (shipment_id,) in fetch_all(
            READY, {"warehouse": planned.warehouse_id, "carrier": planned.carrier_id, "on": planned.on}
        )
    }
    taken = ready if shipment_ids is None else set(shipment_ids)
    shipments = Shipment.objects.lock_where("id = ANY(%s)", sorted(taken))
    pickup = Pickup.objects.lock(pickup_id)
    ensure_can(pickup.mark_done, by=actor, otherwise=errors.PickupNotOpen)
    _ensure_ready(shipments, taken, ready)
    fetch_all(HAND_OVER, [pickup.pk, sorted(taken)])
    pickup.mark_done()
    rows.update(pickup, "state")
    numbers = [shipment.number for shipment in shipments]
    announce(PickupDone.of(pickup, on=on, actor=actor, carrier=pickup.carrier.code, shipments=numbers))
    return pickup


def _ensure_ready(shipments: Collection[Shipment], taken: Collection[int], ready: Collection[int]) -> None:
    """Refuse to hand over nothing, or what is not ready (any more, now that it is locked).

    :raises NotReadyForPickup: see `complete_pickup`.
    """
    if not taken:
        raise errors.NotReadyForPickup(_("Nothing was ready."), hint=_("Cancel the pickup instead."))
    states = {Shipment.State.PACKED, Shipment.State.POSTED}
    locked = {row.pk: row for row in shipments if row.state in states and row.pickup_id is None}
    for shipment_id in taken:
        if shipment_id not in ready or shipment_id not in locked:
            raise errors.NotReadyForPickup(
                _("Shipment %(shipment_id)s is not ready for this carrier.") % {"shipment_id": shipment_id}
            )


@verb
def cancel_pickup(*, pickup_id: int, on: date, actor: User) -> Pickup:
    """Note that nobody comes; another pickup may be planned for that day.

    :raises PickupNotOpen: it is done or cancelled already.
    :raises NotPermitted: *actor* may not post shipments.
    """
    pickup = Pickup.objects.lock(pickup_id)
    ensure_can(pickup.mark_cancelled, by=actor, otherwise=errors.PickupNotOpen)
    pickup.mark_cancelled()
    rows.update(pickup, "state")
    announce(PickupCancelled.of(pickup, on=on, actor=actor, carrier=pickup.carrier.code))
    return pickup
