"""The warehouse under races: one picker, one scan, one label, and either picked or cancelled."""

from decimal import Decimal
from functools import partial
from hashlib import sha256

import pytest

from catalog.models import Product
from fulfillment import errors, services as fulfillment
from fulfillment.consignment import Announcement
from fulfillment.models import Shipment, ShippingLabel, TrackingEvent
from fulfillment.services import carriers as desk
from inventory import services as stock
from o2c.kernel.models import Event
from orders import services as orders
from orders.errors import OrderNotShippable
from orders.models import Order
from tests.concurrency.rivals import rival_before
from tests.conftest import in_parallel, wins
from tests.documents import shipment_in
from tests.parcels import carrier, pickup_in, ready_for, seen
from tests.world import staff

pytestmark = pytest.mark.committed


def test_of_six_pickers_one_gets_the_shipment_and_the_others_hear_who(world) -> None:
    shipment = shipment_in(world, "planned")
    people = [staff("Warehouse clerk", f"picker-{number}") for number in range(6)]
    results = in_parallel(
        *[partial(fulfillment.start_picking, shipment_id=shipment.pk, actor=one) for one in people]
    )
    (winner,) = wins(results)
    assert sum(isinstance(result, errors.ShipmentPickedByAnother) for result in results) == 5
    assert Shipment.objects.get().picker_id == winner.picker_id


def test_the_same_scan_sent_six_times_at_once_is_taken_once_and_delivers_once(world) -> None:
    shipment = shipment_in(world, "posted")
    say = partial(
        fulfillment.record_tracking, shipment_id=shipment.pk, sighting=seen("delivered"), actor=world.system
    )
    results = in_parallel(*[say] * 6)
    assert len({event.pk for event in wins(results)}) == 1
    assert len(wins(results)) == 6
    assert TrackingEvent.objects.count() == 1
    assert Event.objects.filter(kind="shipment.delivered").count() == 1


def test_two_answers_of_a_carrier_leave_one_set_of_labels(world) -> None:
    shipment = shipment_in(world, "picking")
    Product.objects.update(weight=1)
    fulfillment.pack_shipment(shipment_id=shipment.pk, carrier_id=carrier().pk, actor=world.system)

    def record(number: str):
        answer = Announcement(tracking_numbers={1: number}, labels={1: number.encode()})
        return partial(
            desk.record_announcement, shipment_id=shipment.pk, answer=answer, on=world.on, actor=world.system
        )

    results = in_parallel(*[record(f"N-{number}") for number in range(4)])
    assert len(wins(results)) == 4
    label = ShippingLabel.objects.select_related("package").get()
    assert {result.tracking_number for result in results} == {label.package.tracking_number}
    assert label.sha256 == sha256(label.package.tracking_number.encode()).hexdigest()
    assert Event.objects.filter(kind="shipment.announced").count() == 1


def test_a_cancellation_while_the_picker_confirms_waits_and_then_cancels_the_rest(world) -> None:
    """C26: pick versus cancel, exact interleaving."""
    shipment = shipment_in(world, "picking")
    cancel = partial(
        orders.cancel_order,
        order_id=shipment.order_id,
        reason="no",
        on=world.on,
        actor=world.system,
    )
    with rival_before(stock, "reserve_available", cancel) as rival:
        fulfillment.confirm_pick(
            shipment_id=shipment.pk,
            picked={shipment.lines.get().pk: Decimal(3)},
            reason="Gone",
            on=world.on,
            actor=world.system,
        )
    assert rival.waited
    assert Order.objects.get().state == "cancelled"
    assert Order.objects.get().lines.get().reserved == 0


def test_a_pick_confirmed_after_the_cancellation_is_refused(world) -> None:
    """C26: cancel versus pick, the other way round."""
    shipment = shipment_in(world, "picking")
    confirm = partial(
        fulfillment.confirm_pick,
        shipment_id=shipment.pk,
        picked={shipment.lines.get().pk: Decimal(0)},
        reason="Gone",
        on=world.on,
        actor=world.system,
    )
    with rival_before(stock, "release", confirm) as rival:
        orders.cancel_order(order_id=shipment.order_id, reason="no", on=world.on, actor=world.system)
    assert rival.waited
    assert isinstance(rival.result, OrderNotShippable)


def test_two_drivers_hand_over_a_shipment_once(world) -> None:
    pickup = pickup_in(world, "planned")
    shipment = ready_for(pickup, world)
    done = partial(fulfillment.complete_pickup, pickup_id=pickup.pk, on=world.on, actor=world.system)
    results = in_parallel(*[done] * 4)
    assert len(wins(results)) == 1
    assert Shipment.objects.get(pk=shipment.pk).pickup_id == pickup.pk
    assert Event.objects.filter(kind="pickup.done").count() == 1
