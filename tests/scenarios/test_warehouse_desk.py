"""A day at the warehouse's desk: from the pick list to the signature at the customer's door."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine

from catalog.models import Product
from credit.models import Commitment
from fulfillment import carriers, errors, selectors, services as fulfillment
from fulfillment.models import Carrier, Package, Pickup, Shipment, ShippingLabel, TrackingEvent
from fulfillment.services import PackageInput
from fulfillment.tasks import ask_carriers
from inventory.models import StockLevel
from o2c.kernel.models import Event, EventDelivery
from orders.models import Order
from tests.world import World, staff

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def quick_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print a line instead of a label: the printer has tests of its own."""
    monkeypatch.setattr("fulfillment.labels.render", lambda _c, _p, number: f"%PDF {number}".encode())


def van(**fields) -> Carrier:
    """Our own van: two working days on the road, 30 kg a box."""
    values = {"code": "van", "name": "Lantern Van", "transit_days": 2, "max_weight": Decimal(30)}
    return Carrier.objects.create(**(values | fields))


def shelve(product: Product, bin_: str, weight: str = "1.5") -> Product:
    """Put a product into a bin, and its weight on record."""
    StockLevel.objects.filter(product=product).update(bin=bin_)
    Product.objects.filter(pk=product.pk).update(weight=Decimal(weight))
    return product


def planned(world: World, *wanted, **customer) -> Shipment:
    """A shipment to pick for a new customer's order."""
    order = world.order(world.customer(**customer), *wanted)
    return fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)


def line_of(shipment: Shipment, product: Product) -> int:
    return shipment.lines.get(order_line__product=product).pk


def stock(product: Product) -> tuple[Decimal, Decimal]:
    """On hand and reserved."""
    return StockLevel.objects.values_list("on_hand", "reserved").get(product=product)


def packed_for(world: World, carrier: Carrier, *wanted) -> Shipment:
    shipment = planned(world, *wanted)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    return fulfillment.pack_shipment(shipment_id=shipment.pk, carrier_id=carrier.pk, actor=world.system)


def test_a_parcel_goes_from_the_shelf_to_the_door_and_the_books_agree(world: World) -> None:
    carrier = van()
    lantern = shelve(world.product(price="10.00", cost="4.00"), "A-2")
    oil = shelve(world.product(price="5.00", cost="1.00"), "A-10", weight="0.8")
    shipment = planned(world, (oil, "3"), (lantern, "5"))
    order = shipment.order
    picker = staff("Warehouse clerk")

    walk = selectors.pick_list(shipment_id=shipment.pk)
    assert [(stop.bin, stop.sku, stop.quantity) for stop in walk] == [
        ("A-2", lantern.sku, 5),
        ("A-10", oil.sku, 3),
    ]
    fulfillment.start_picking(shipment_id=shipment.pk, actor=picker)
    fulfillment.scan_pick(shipment_id=shipment.pk, sku=lantern.sku, quantity=Decimal(5), actor=picker)
    fulfillment.confirm_pick(shipment_id=shipment.pk, on=world.on, actor=picker)

    in_one, in_two = line_of(shipment, lantern), line_of(shipment, oil)
    fulfillment.pack_shipment(
        shipment_id=shipment.pk,
        carrier_id=carrier.pk,
        packages=[
            PackageInput(contents={in_one: Decimal(5)}, length=40, width=30, height=20),
            PackageInput(contents={in_two: Decimal(3)}, weight=Decimal("2.900")),
        ],
        actor=picker,
    )
    assert [package.weight for package in shipment.packages.order_by("position")] == [
        Decimal("7.500"),
        Decimal("2.900"),
    ]
    assert [row.number for row in selectors.to_announce(warehouse_id=shipment.warehouse_id)] == [
        shipment.number
    ]
    with pytest.raises(errors.ShipmentNotAnnounced):
        fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=picker)

    world.let_the_desks_work()  # the carrier is told
    assert selectors.to_announce(warehouse_id=shipment.warehouse_id) == []
    first, second = shipment.packages.order_by("position")
    assert first.tracking_number[:2] + first.tracking_number[-2:] == "LCGB"
    assert first.tracking_number != second.tracking_number
    assert (
        bytes(ShippingLabel.objects.get(package=second).content) == f"%PDF {second.tracking_number}".encode()
    )

    fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=picker)  # a Friday
    shipment = Shipment.objects.get(pk=shipment.pk)
    assert (shipment.carrier, shipment.tracking_number) == ("Lantern Van", first.tracking_number)
    assert shipment.expected_on == date(2026, 11, 24)  # Monday, Tuesday
    assert world.balance("5000") == Decimal("23.00")  # 5 x 4.00 + 3 x 1.00
    assert stock(lantern) == (95, 0)

    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        ask_carriers()
    shipment = Shipment.objects.get(pk=shipment.pk)
    assert (shipment.state, shipment.delivered_on) == ("delivered", date(2026, 11, 24))
    assert shipment.evidence == order.customer.name
    assert list(shipment.tracking.order_by("at").values_list("status", flat=True)) == [
        "collected", "in_transit", "out_for_delivery", "delivered",
    ]  # fmt: skip
    world.let_the_desks_work()
    assert world.trial_balance().difference == 0


def test_what_is_not_found_waits_for_goods_again_and_its_bin_is_counted(world: World) -> None:
    lantern, oil = shelve(world.product(stock="10"), "B-1"), shelve(world.product(stock="4"), "B-2")
    shipment = planned(world, (lantern, "6"), (oil, "4"))
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    fulfillment.confirm_pick(
        shipment_id=shipment.pk,
        picked={line_of(shipment, lantern): Decimal(4), line_of(shipment, oil): Decimal(0)},
        reason="Not in the bin",
        on=world.on,
        actor=world.system,
    )
    assert [(line.order_line.product, line.quantity, line.picked) for line in shipment.lines.all()] == [
        (lantern, 4, 4)
    ]
    waiting = {line.product_id: (line.reserved, line.backordered) for line in shipment.order.lines.all()}
    assert waiting == {lantern.pk: (4, 2), oil.pk: (0, 4)}
    short = Event.objects.get(kind="shipment.short_picked")
    assert [line["missing"] for line in short.payload["lines"]] == ["2.0000", "4.0000"]

    # What nobody can find is promised to nobody, though the books still have it.
    assert stock(oil) == (4, 4)
    assert world.order(world.customer(accepts_backorders=False), (oil, "1")).state == "on_hold"
    recounts = selectors.stock_to_recount(warehouse_id=shipment.warehouse_id)
    assert [(row.sku, row.missing) for row in recounts] == [(lantern.sku, 2), (oil.sku, 4)]

    # The rest leaves; then the bin is counted: the oil is gone, one lantern of two stood in the next row.
    fulfillment.pack_shipment(shipment_id=shipment.pk, actor=world.system)
    fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    warehouse = world.basics.warehouse
    for product, counted in ((oil, "0"), (lantern, "5")):
        fulfillment.count_stock(
            warehouse=warehouse,
            product_id=product.pk,
            counted=Decimal(counted),
            source="recount-1",
            on=world.on,
            actor=world.system,
        )
    assert selectors.stock_to_recount(warehouse_id=warehouse.pk) == []
    world.let_the_desks_work()
    assert stock(lantern) == (5, 2)  # what is free again goes to the order that waits
    assert stock(oil) == (0, 0)
    assert world.books()["stock_adjustment"] == "20.00"  # five pieces at 4.00
    assert selectors.to_pick(warehouse_id=warehouse.pk).get().order_id == shipment.order_id


def test_a_recount_that_finds_everything_serves_the_order_that_waits(world: World) -> None:
    lantern = world.product(stock="5")
    shipment = planned(world, (lantern, "5"))
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    found = {line_of(shipment, lantern): Decimal(3)}
    by = {"on": world.on, "actor": world.system}
    fulfillment.confirm_pick(shipment_id=shipment.pk, picked=found, reason="Not there", **by)
    fulfillment.count_stock(
        warehouse=world.basics.warehouse, product_id=lantern.pk, counted=Decimal(5), source="again", **by
    )
    world.let_the_desks_work()
    assert shipment.order.lines.get().reserved == 5
    assert Shipment.objects.filter(order=shipment.order, state="planned").get().lines.get().quantity == 2


def test_without_backorders_what_is_missing_is_cancelled_and_its_credit_is_free(world: World) -> None:
    lantern, oil = world.product(price="10.00"), world.product(price="5.00")
    shipment = planned(world, (lantern, "2"), (oil, "2"), accepts_backorders=False)
    order = shipment.order
    assert Commitment.objects.get(reference=order.number).amount == Decimal("36.00")
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    fulfillment.confirm_pick(
        shipment_id=shipment.pk,
        picked={line_of(shipment, oil): Decimal(0)},
        reason="Broken",
        on=world.on,
        actor=world.system,
    )
    assert order.lines.get(product=oil).cancelled == 2
    assert Commitment.objects.get(reference=order.number).amount == Decimal("24.00")
    told = Event.objects.get(kind="order.lines_cancelled")
    assert (told.payload["code"], told.payload["reason"]) == ("unfulfillable", "Broken")
    fulfillment.pack_shipment(shipment_id=shipment.pk, actor=world.system)
    fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    world.pay(world.invoice(shipment))
    world.let_the_desks_work()
    assert Order.objects.get(pk=order.pk).state == "closed"


@pytest.mark.parametrize(("backorders", "becomes"), [(True, "confirmed"), (False, "cancelled")])
def test_with_nothing_found_at_all_the_shipment_does_not_leave(
    world: World, *, backorders: bool, becomes: str
) -> None:
    lantern = world.product(stock="2")
    shipment = planned(world, (lantern, "2"), accepts_backorders=backorders)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    fulfillment.confirm_pick(
        shipment_id=shipment.pk,
        picked={line_of(shipment, lantern): Decimal(0)},
        reason="The shelf is empty",
        on=world.on,
        actor=world.system,
    )
    assert Shipment.objects.get(pk=shipment.pk).state == "cancelled"
    order = Order.objects.get(pk=shipment.order_id)
    assert order.state == becomes
    if not backorders:
        assert (order.cancel_code, order.cancel_reason) == ("unfulfillable", "The shelf is empty")
    world.let_the_desks_work()
    assert Shipment.objects.filter(order=order).count() == 1  # nobody is sent to the empty shelf again


def test_two_people_cannot_pick_one_shipment_but_one_can_take_over(world: World) -> None:
    shipment = planned(world, (world.product(), "1"))
    ann, bob = staff("Warehouse clerk", "ann"), staff("Warehouse clerk", "bob")
    fulfillment.start_picking(shipment_id=shipment.pk, actor=ann)
    for attempt in (
        lambda: fulfillment.start_picking(shipment_id=shipment.pk, actor=bob),
        lambda: fulfillment.confirm_pick(shipment_id=shipment.pk, on=world.on, actor=bob),
    ):
        with pytest.raises(errors.ShipmentPickedByAnother, match=r"ann is picking SH-"):
            attempt()
    fulfillment.take_over_picking(shipment_id=shipment.pk, actor=bob)
    fulfillment.confirm_pick(shipment_id=shipment.pk, on=world.on, actor=bob)
    with pytest.raises(errors.ShipmentPickedByAnother):
        fulfillment.confirm_pick(shipment_id=shipment.pk, on=world.on, actor=ann)


def test_a_carrier_that_does_not_answer_leaves_the_parcel_on_the_due_list_until_it_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_consignment):
        raise errors.CarrierUnreachable("The line is dead.")

    carrier = van()
    shipment = packed_for(world, carrier, (shelve(world.product(), "A-1"), "1"))
    with monkeypatch.context() as outage:
        outage.setattr(carriers.ADAPTERS["local"], "announce", down, raising=True)
        with pytest.raises(errors.CarrierUnreachable):
            world.let_the_desks_work()
    (row,) = selectors.to_announce(warehouse_id=shipment.warehouse_id)
    assert (row.number, row.boxes, row.tries) == (shipment.number, 1, 1)
    assert row.error.startswith("carrier-unreachable: The line is dead.")
    assert selectors.to_post(warehouse_id=shipment.warehouse_id).count() == 0

    EventDelivery.objects.filter(handled_at=None).update(next_try_at=datetime(2026, 1, 1, tzinfo=UTC))
    world.let_the_desks_work()
    assert selectors.to_announce(warehouse_id=shipment.warehouse_id) == []
    assert selectors.to_post(warehouse_id=shipment.warehouse_id).get() == shipment
    label = ShippingLabel.objects.get()
    again = fulfillment.announce_shipment(shipment_id=shipment.pk, on=MONDAY, actor=world.system)
    assert (again.tracking_number, ShippingLabel.objects.get()) == (
        Package.objects.get().tracking_number,
        label,
    )


def test_a_shipment_cancelled_while_its_carrier_is_asked_is_recalled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalled: list[str] = []
    carrier = van()
    shipment = packed_for(world, carrier, (shelve(world.product(), "A-1"), "1"))
    local = carriers.LocalCarrier()

    class Slow(carriers.LocalCarrier):
        def announce(self, consignment):
            fulfillment.cancel_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
            return local.announce(consignment)

        def recall(self, consignment):
            recalled.append(consignment.reference)

    monkeypatch.setitem(carriers.ADAPTERS, "local", Slow())
    with pytest.raises(errors.ShipmentNotAnnounceable):
        fulfillment.announce_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    assert recalled == [shipment.number]
    assert not ShippingLabel.objects.exists()


def test_an_announced_shipment_that_is_cancelled_is_recalled_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalled: list[str] = []
    shipment = packed_for(world, van(), (shelve(world.product(), "A-1"), "1"))
    world.let_the_desks_work()
    monkeypatch.setattr(carriers.ADAPTERS["local"], "recall", lambda found: recalled.append(found.reference))
    fulfillment.cancel_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    world.let_the_desks_work()
    assert recalled == [shipment.number]


def test_the_van_comes_for_what_is_ready_and_what_nobody_asked_for_is_seen(world: World) -> None:
    carrier, warehouse = van(), world.basics.warehouse
    lantern = shelve(world.product(), "A-1")
    ready = packed_for(world, carrier, (lantern, "1"))
    world.let_the_desks_work()
    (visit,) = selectors.pickups(warehouse_id=warehouse.pk, on=MONDAY)
    assert (visit.to_plan, visit.ready, visit.to_announce) == (True, 1, 0)

    pickup = fulfillment.plan_pickup(
        carrier_id=carrier.pk,
        warehouse_id=warehouse.pk,
        on=MONDAY,
        from_time=time(15),
        to_time=time(17),
        today=world.on,
        actor=world.system,
    )
    fulfillment.request_pickup(pickup_id=pickup.pk, on=world.on, actor=world.system)
    late = packed_for(world, carrier, (lantern, "2"))
    (visit,) = selectors.pickups(warehouse_id=warehouse.pk, on=MONDAY)
    assert (visit.pickup_id, visit.state, visit.reference) == (pickup.pk, "confirmed", f"VAN-PU{pickup.pk}")
    assert (visit.to_plan, visit.ready, visit.to_announce) == (False, 1, 1)

    with pytest.raises(errors.NotReadyForPickup):
        fulfillment.complete_pickup(
            pickup_id=pickup.pk, shipment_ids=[late.pk], on=MONDAY, actor=world.system
        )
    fulfillment.post_shipment(shipment_id=ready.pk, on=MONDAY, actor=world.system)
    done = fulfillment.complete_pickup(pickup_id=pickup.pk, on=MONDAY, actor=world.system)
    assert (done.state, list(done.shipments.all())) == ("done", [ready])
    assert Event.objects.get(kind="pickup.done").payload["shipments"] == [ready.number]
    assert Pickup.objects.get().state == "done"


def test_bad_news_from_the_road_is_on_a_list_until_better_news_comes(world: World) -> None:
    carrier = van()
    shipment = packed_for(world, carrier, (shelve(world.product(), "A-1"), "1"))
    world.let_the_desks_work()
    fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    morning = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def says(status: str, at: datetime, external_id: str, **fields) -> TrackingEvent:
        sighting = carriers.Sighting(external_id=external_id, status=status, at=at, **fields)
        return fulfillment.record_tracking(shipment_id=shipment.pk, sighting=sighting, actor=world.system)

    failed = says("failed", morning, "e-2", text="Nobody there")
    assert says("failed", morning, "e-2") == failed  # said twice, taken once
    says("in_transit", morning - timedelta(hours=5), "e-1")  # older news, later
    (row,) = selectors.delivery_exceptions()
    assert (row.number, row.status, row.text) == (shipment.number, "failed", "Nobody there")
    assert [shipment.pk for shipment in selectors.late_on_the_road(on=date(2026, 11, 25))] == [shipment.pk]

    says("delayed", morning + timedelta(hours=1), "e-3", expected_on=date(2026, 11, 26))
    assert selectors.late_on_the_road(on=date(2026, 11, 25)).count() == 0
    says("delivered", morning + timedelta(days=2), "e-4", signed_by="M. Poirot")
    says("delayed", morning + timedelta(days=1), "e-5")
    shipment = Shipment.objects.get(pk=shipment.pk)
    assert (shipment.state, shipment.evidence) == ("delivered", "M. Poirot")
    assert selectors.delivery_exceptions() == []
    assert list(
        Event.objects.filter(kind="shipment.tracked").order_by("pk").values_list("payload__status", flat=True)
    ) == ["failed", "in_transit", "delayed", "delayed"]


def test_what_the_carrier_delivered_before_the_desk_posted_it_is_delivered_by_the_posting(
    world: World,
) -> None:
    shipment = packed_for(world, van(), (shelve(world.product(), "A-1"), "1"))
    world.let_the_desks_work()
    sighting = carriers.Sighting(
        external_id="e-1",
        status="delivered",
        at=datetime(2026, 11, 20, 15, tzinfo=UTC),
        signed_by="The porter",
    )
    fulfillment.record_tracking(shipment_id=shipment.pk, sighting=sighting, actor=world.system)
    assert Shipment.objects.get(pk=shipment.pk).state == "packed"
    fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    arrived = Shipment.objects.get(pk=shipment.pk)
    assert (arrived.state, arrived.evidence) == ("delivered", "The porter")
