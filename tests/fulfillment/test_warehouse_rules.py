"""Walking order, bad input at the warehouse's desk, and what its due lists cost."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from fulfillment import carriers, selectors, services as fulfillment
from fulfillment.models import Carrier, Shipment
from fulfillment.rules import walking_order
from fulfillment.services import PackageInput
from inventory.models import StockLevel
from tests.documents import shipment_in
from tests.parcels import carrier, pickup_in, ready_for, seen
from tests.refusals import GONE, NO_NUMBERS, refuses
from tests.world import World, staff


def test_bins_are_walked_past_by_number_and_what_has_none_comes_last() -> None:
    bins = ["", "B-1", "A-10", "a-2", "A-2-3", "A-2-20", "10-A", "9-B", "A"]
    assert sorted(bins, key=walking_order) == [
        "9-B", "10-A", "A", "a-2", "A-2-3", "A-2-20", "A-10", "B-1", "",
    ]  # fmt: skip


def test_picking_refuses_what_cannot_be(world: World) -> None:
    shipment, stranger = shipment_in(world, "picking"), world.product()
    line = shipment.lines.get()

    def pick(line_id: int, quantity: str, reason: str = "x"):
        return lambda: fulfillment.confirm_pick(
            shipment_id=shipment.pk,
            picked={line_id: Decimal(quantity)},
            reason=reason,
            on=world.on,
            actor=world.system,
        )

    def scan(sku: str, quantity: str = "1"):
        return lambda: fulfillment.scan_pick(
            shipment_id=shipment.pk, sku=sku, quantity=Decimal(quantity), actor=world.system
        )

    sku = line.order_line.product.sku
    refuses(
        world,
        [
            *(("invalid-pick", pick(line.pk, value)) for value in ("-1", "5.0001", "0.00001", *NO_NUMBERS)),
            *(
                ("invalid-pick", scan(sku, value))
                for value in ("-1", "6", "99999999999999999999", *NO_NUMBERS)
            ),
            ("invalid-pick", pick(GONE, "1")),
            ("invalid-pick", pick(line.pk, "4", reason=" ")),
            ("not-on-pick-list", scan(stranger.sku)),
            ("unknown-product", scan("NO-SUCH-SKU")),
            ("not-found", lambda: fulfillment.start_picking(shipment_id=GONE, actor=world.system)),
        ],
    )


def test_packing_refuses_what_cannot_be(world: World) -> None:
    shipment = shipment_in(world, "picking")
    line = shipment.lines.get().pk
    van = carrier()
    Carrier.objects.filter(pk=van.pk).update(max_weight=Decimal(20))
    retired = carrier("retired")
    Carrier.objects.filter(pk=retired.pk).update(active=False)

    def pack(*boxes: PackageInput, carrier_id: int | None = van.pk):
        return lambda: fulfillment.pack_shipment(
            shipment_id=shipment.pk, carrier_id=carrier_id, packages=boxes or None, actor=world.system
        )

    def box(quantity: str = "5", weight: str | None = "2", line_id: int = line, **fields) -> PackageInput:
        kilograms = None if weight is None else Decimal(weight)
        return PackageInput(contents={line_id: Decimal(quantity)}, weight=kilograms, **fields)

    refuses(
        world,
        [
            *(("invalid-packing", pack(box(value))) for value in ("4", "6", "0", "-5", *NO_NUMBERS)),
            *(("invalid-packing", pack(box(weight=value))) for value in ("0", "-1", "1.0001", *NO_NUMBERS)),
            ("invalid-packing", pack(box("3"), box("3"))),
            ("invalid-packing", pack(box(), PackageInput(contents={}, weight=Decimal(1)))),
            ("invalid-packing", pack(box(), box("1", line_id=GONE))),
            ("invalid-packing", pack(box(length=0))),
            ("invalid-packing", pack(box(height=-5))),
            ("package-too-heavy", pack(box(weight="20.001"))),
            ("weight-missing", pack()),
            ("weight-missing", pack(box(weight=None))),
            ("not-found", pack(carrier_id=GONE)),
            ("carrier-inactive", pack(carrier_id=retired.pk)),
        ],
    )


def test_carriers_and_pickups_refuse_what_cannot_be(world: World) -> None:
    posted, pickup = shipment_in(world, "posted"), pickup_in(world, "planned")
    foreign = shipment_in(world, "packed")
    odd = carrier("odd")
    Carrier.objects.filter(pk=odd.pk).update(adapter="pigeon")
    with_pigeons = ready_for(pickup, world)
    Shipment.objects.filter(pk=with_pigeons.pk).update(carried_by=odd)
    with_pigeons.packages.update(tracking_number="")

    def track(**fields):
        values = {"external_id": "e", "status": "failed", "at": datetime(2026, 11, 20, tzinfo=UTC)}
        sighting = carriers.Sighting(**(values | fields))
        return lambda: fulfillment.record_tracking(
            shipment_id=posted.pk, sighting=sighting, actor=world.system
        )

    def plan(**fields):
        values = {
            "carrier_id": pickup.carrier_id,
            "warehouse_id": pickup.warehouse_id,
            "on": date(2026, 12, 1),
            "from_time": time(9),
            "to_time": time(10),
            "today": world.on,
        }
        return lambda: fulfillment.plan_pickup(**(values | fields), actor=world.system)

    def complete(*shipment_ids: int):
        return lambda: fulfillment.complete_pickup(
            pickup_id=pickup.pk, on=world.on, actor=world.system, shipment_ids=shipment_ids or None
        )

    refuses(
        world,
        [
            ("invalid-tracking", track(external_id="")),
            ("invalid-tracking", track(external_id="x" * 81)),
            ("invalid-tracking", track(status="eaten")),
            ("invalid-tracking", track(at=datetime(2026, 11, 20))),  # noqa: DTZ001 - the bad input
            ("invalid-pickup", plan(to_time=time(9))),
            ("invalid-pickup", plan(on=date(2026, 11, 19))),
            ("pickup-twice", plan(on=world.on)),
            ("not-found", plan(carrier_id=GONE)),
            ("not-found", plan(warehouse_id=GONE)),
            ("not-ready-for-pickup", complete()),
            ("not-ready-for-pickup", complete(foreign.pk)),
            ("not-ready-for-pickup", complete(GONE)),
            (
                "unknown-carrier-adapter",
                lambda: fulfillment.announce_shipment(
                    shipment_id=with_pigeons.pk, on=world.on, actor=world.system
                ),
            ),
            (
                "shipment-not-announced",
                lambda: fulfillment.post_shipment(
                    shipment_id=with_pigeons.pk, on=world.on, actor=world.system
                ),
            ),
        ],
    )


def test_who_may_not_pack_or_post_may_not_talk_to_carriers(world: World) -> None:
    shipment, pickup, clerk = shipment_in(world, "packed"), pickup_in(world, "planned"), staff("AR clerk")
    by = {"on": world.on, "actor": clerk}
    refuses(
        world,
        [
            ("not-permitted", lambda: fulfillment.announce_shipment(shipment_id=shipment.pk, **by)),
            ("not-permitted", lambda: fulfillment.recall_shipment(shipment_id=shipment.pk, **by)),
            ("not-permitted", lambda: fulfillment.request_pickup(pickup_id=pickup.pk, **by)),
        ],
    )


def test_a_due_list_takes_the_same_statements_for_one_shipment_and_for_several(world: World) -> None:
    warehouse = world.basics.warehouse.pk
    lists = {
        "to_pick": lambda: [one.order.customer.name for one in selectors.to_pick(warehouse_id=warehouse)],
        "to_pack": lambda: [one.picker for one in selectors.to_pack(warehouse_id=warehouse)],
        "to_announce": lambda: selectors.to_announce(warehouse_id=warehouse),
        "to_post": lambda: [one.order.customer.name for one in selectors.to_post(warehouse_id=warehouse)],
        "batch": lambda: selectors.batch_pick_list(warehouse_id=warehouse),
        "recount": lambda: selectors.stock_to_recount(warehouse_id=warehouse),
        "late": lambda: [one.carried_by for one in selectors.late_on_the_road(on=date(2027, 1, 1))],
        "exceptions": selectors.delivery_exceptions,
        "pickups": lambda: selectors.pickups(warehouse_id=warehouse, on=world.on),
    }
    pickup = pickup_in(world, "planned")
    seen_by: list[dict[str, tuple[int, int]]] = []
    for _ in range(2):
        _one_of_each(world, pickup)
        found = {}
        for name, ask in lists.items():
            with CaptureQueriesContext(
                connection,
            ) as captured:
                found[name] = (len(ask()), len(captured))
        seen_by.append(found)
    first, second = seen_by
    assert {name: statements for name, (_, statements) in first.items()} == {
        name: 2 if name == "pickups" else 1 for name in lists
    }
    assert {name: statements for name, (_, statements) in second.items()} == {
        name: statements for name, (_, statements) in first.items()
    }
    assert all(rows > 0 for rows, _ in first.values()), first
    assert all(second[name][0] > first[name][0] for name in lists if name != "pickups"), (first, second)


def _one_of_each(world: World, pickup) -> None:
    """A shipment for each of the lists."""
    shipment_in(world, "planned")
    shipment_in(world, "packed")
    short = shipment_in(world, "picking")
    lines = {short.lines.get().pk: Decimal(3)}
    fulfillment.confirm_pick(
        shipment_id=short.pk, picked=lines, reason="Gone", on=world.on, actor=world.system
    )
    unknown = ready_for(pickup, world)
    unknown.packages.update(tracking_number="")
    posted = ready_for(pickup, world)
    fulfillment.post_shipment(shipment_id=posted.pk, on=world.on, actor=world.system)
    fulfillment.record_tracking(shipment_id=posted.pk, sighting=seen("failed"), actor=world.system)


def test_what_was_promised_first_is_picked_first_and_the_important_before_the_others(world: World) -> None:
    late, soon, vip = (shipment_in(world, "planned") for _ in range(3))
    for shipment, promised, priority in ((late, None, 9), (soon, world.on, 0), (vip, world.on, 5)):
        type(shipment.order).objects.filter(pk=shipment.order_id).update(
            promised_on=promised, priority=priority
        )
    assert list(selectors.to_pick(warehouse_id=late.warehouse_id)) == [vip, soon, late]


def test_one_walk_serves_several_shipments_in_the_order_of_their_bins(world: World) -> None:
    first, second = shipment_in(world, "planned"), shipment_in(world, "picking")
    for shipment, bin_ in ((first, "C-7"), (second, "C-1")):
        product = Product.objects.get(order_lines__order=shipment.order)
        StockLevel.objects.filter(product=product).update(bin=bin_)
    walk = selectors.batch_pick_list(warehouse_id=first.warehouse_id)
    assert [(stop.bin, stop.shipment_number) for stop in walk] == [
        ("C-1", second.number),
        ("C-7", first.number),
    ]
    named = selectors.batch_pick_list(warehouse_id=first.warehouse_id, shipment_ids=[first.pk])
    assert [stop.shipment_id for stop in named] == [first.pk]
