"""Carriers, what stands ready for them, and their visits in each state."""

from datetime import UTC, datetime, time, timedelta

from catalog.models import Product
from fulfillment import services as fulfillment
from fulfillment.consignment import Announcement, Sighting
from fulfillment.models import Carrier, Pickup, Shipment
from fulfillment.services.carriers import record_announcement
from tests.documents import shipment_in
from tests.world import World


def claimed_by_nobody(shipment: Shipment) -> Shipment:
    """A shipment being picked whose picker nobody noted: whoever may pick can go on."""
    Shipment.objects.filter(pk=shipment.pk).update(picker=None)
    return shipment


def carrier(code: str = "van") -> Carrier:
    """A carrier that comes with its own van (made once)."""
    found, _ = Carrier.objects.get_or_create(code=code, defaults={"name": "Lantern Van"})
    return found


def ready_for(pickup: Pickup, world: World) -> Shipment:
    """A shipment at the gate: packed for the carrier of the pickup, with its label."""
    shipment = shipment_in(world, "picking")
    Product.objects.update(weight=1)
    fulfillment.pack_shipment(
        shipment_id=shipment.pk,
        carrier_id=pickup.carrier_id,
        tracking_number=f"BY-HAND-{shipment.pk}",
        actor=world.system,
    )
    return Shipment.objects.get(pk=shipment.pk)


PICKUP_STATES = ("planned", "confirmed", "done", "cancelled")


def pickup_in(world: World, state: str) -> Pickup:
    """A pickup of the van, on the first day from today on which it does not come yet."""
    day = world.on
    while Pickup.objects.filter(on=day).exists():
        day += timedelta(days=1)
    pickup = fulfillment.plan_pickup(
        carrier_id=carrier().pk,
        warehouse_id=world.basics.warehouse.pk,
        on=day,
        from_time=time(15),
        to_time=time(17),
        today=world.on,
        actor=world.system,
    )
    by = {"pickup_id": pickup.pk, "on": world.on, "actor": world.system}
    if state == "confirmed":
        fulfillment.confirm_pickup(reference="R1", **by)
    elif state == "done":
        ready_for(pickup, world)
        fulfillment.complete_pickup(**by)
    elif state == "cancelled":
        fulfillment.cancel_pickup(**by)
    return Pickup.objects.get(pk=pickup.pk)


def seen(status: str = "in_transit", external_id: str = "scan-1") -> Sighting:
    """What a carrier says of a shipment."""
    return Sighting(external_id=external_id, status=status, at=datetime(2026, 11, 20, 12, tzinfo=UTC))


def parcel_handed_over(world: World) -> Shipment:
    """A parcel with its label that the van took away, and what the carrier said of it."""
    van, shipment = carrier("handed-over"), shipment_in(world, "picking")
    Product.objects.update(weight=1)
    by = {"shipment_id": shipment.pk, "actor": world.system}
    fulfillment.pack_shipment(carrier_id=van.pk, **by)
    answer = Announcement(tracking_numbers={1: f"P-{shipment.pk}"}, labels={1: b"%PDF"})
    record_announcement(answer=answer, on=world.on, **by)
    pickup = fulfillment.plan_pickup(
        carrier_id=van.pk,
        warehouse_id=shipment.warehouse_id,
        on=world.on,
        from_time=time(15),
        to_time=time(17),
        today=world.on,
        actor=world.system,
    )
    fulfillment.complete_pickup(pickup_id=pickup.pk, on=world.on, actor=world.system)
    fulfillment.post_shipment(on=world.on, **by)
    fulfillment.record_tracking(sighting=seen(), **by)
    return Shipment.objects.get(pk=shipment.pk)
