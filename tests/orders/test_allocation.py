"""Who gets scarce stock, and why, before and after it happens."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from inventory.models import StockLevel
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import Event
from orders import errors, selectors, services as orders
from orders.allocation import Claim, allocate, allocation_order
from orders.models import Order, OrderLine
from orders.tasks import serve_everything_waiting
from tests.world import World, staff

DAY, LATER = date(2026, 11, 20), date(2026, 12, 3)


def claim(line_id: int, **figures) -> Claim:
    given = {"priority": 0, "promised_on": None, "ordered_on": DAY, "wants": 5, "has": 0, "in_hand": 0}
    return Claim(line_id=line_id, order_id=line_id, **{**given, **figures})


def reserved(order: Order) -> Decimal:
    return OrderLine.objects.get(order=order).reserved


def reallocate(world: World, product, **by) -> list:
    return orders.reallocate(
        product_id=product.pk,
        warehouse_id=world.basics.warehouse.pk,
        **{"reason": "The hospital first", "on": world.on, "actor": world.system, **by},
    )


def test_claims_come_by_priority_then_promise_then_order_then_entry() -> None:
    claims = [
        claim(5, ordered_on=LATER),
        claim(4),
        claim(3),
        claim(2, promised_on=LATER),
        claim(1, priority=5, ordered_on=LATER),
    ]
    assert [found.line_id for found in allocation_order(claims)] == [1, 2, 3, 4, 5]
    shares = allocate(claims, free=Decimal(0))
    assert [share.text for share in shares] == [
        "priority 5", "promised 3 Dec", "entered earlier", "ordered earlier", "nobody waits behind it",
    ]  # fmt: skip


def test_what_is_in_hand_stays_and_the_rest_goes_by_place() -> None:
    low = claim(1, has=Decimal(5), in_hand=Decimal(2))
    high = claim(2, priority=1, wants=Decimal(4))
    shares = allocate([low, high], free=Decimal(0))
    assert [(share.claim.line_id, share.gets) for share in shares] == [(2, 3), (1, 2)]
    enough = allocate([low, high], free=Decimal(9))
    assert [(share.claim.line_id, share.gets) for share in enough] == [(2, 4), (1, 5)]


def test_stock_goes_from_who_comes_later_to_who_comes_first_and_both_are_told(world: World) -> None:
    lantern = world.product(stock="5")
    loser = world.order(world.customer(), (lantern, "4"))
    winner = world.order(world.customer(), (lantern, "4"), priority=5)
    world.let_the_desks_work()
    plan = selectors.allocation_plan(product_id=lantern.pk, warehouse_id=world.basics.warehouse.pk)
    assert [(row.number, row.share.gets, row.share.claim.has, row.share.text) for row in plan] == [
        (winner.number, 4, 1, "priority 5"),
        (loser.number, 1, 4, "nobody waits behind it"),
    ]
    changed = reallocate(world, lantern)
    assert [share.gets for share in changed] == [4, 1]
    assert (reserved(loser), reserved(winner)) == (1, 4)
    assert StockLevel.objects.get(product=lantern).reserved == 5
    event = Event.objects.get(kind="order.reallocated")
    assert (event.document_id, event.payload["quantity"]) == (loser.pk, "3.0000")
    assert Event.objects.filter(kind="order.backorders_reserved", document_id=winner.pk).exists()
    assert reallocate(world, lantern) == []

    world.let_the_desks_work()
    planned = Shipment.objects.filter(state="planned").values_list("order_id", "lines__quantity")
    assert sorted(planned) == sorted([(loser.pk, 1), (winner.pk, 1), (winner.pk, 3)])


def test_what_is_being_picked_is_never_taken_away(world: World) -> None:
    lantern = world.product(stock="4")
    picked = world.order(world.customer(), (lantern, "4"))
    shipment = fulfillment.plan_shipment(order_id=picked.pk, on=world.on, actor=world.system)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    world.order(world.customer(), (lantern, "4"), priority=5)
    assert reallocate(world, lantern) == []
    assert reserved(picked) == 4


def test_a_receipt_serves_who_comes_first_not_who_is_older(world: World) -> None:
    lantern = world.product(stock="0")
    world.receive(lantern, "1")
    older = world.order(world.customer(), (lantern, "5"))
    urgent = world.order(world.customer(), (lantern, "5"), priority=9)
    world.receive(lantern, "5")
    world.let_the_desks_work()
    assert (reserved(older), reserved(urgent)) == (1, 5)


def test_what_a_cancellation_frees_goes_to_who_waits_overnight(world: World) -> None:
    lantern = world.product(stock="5")
    first, second = (world.order(world.customer(), (lantern, "5")) for _ in range(2))
    assert (reserved(first), reserved(second), selectors.due_for_stock()) == (5, 0, [])
    orders.cancel_order(order_id=first.pk, reason="Not needed", on=world.on, actor=world.system)
    assert selectors.due_for_stock() == [second.pk]

    with CaptureQueriesContext(connection) as asked:
        selectors.due_for_stock()
    assert len(asked) == 1
    serve_everything_waiting()
    assert (reserved(second), selectors.due_for_stock()) == (5, [])


def test_reallocating_needs_a_reason_and_the_right(world: World) -> None:
    lantern, clerk = world.product(stock="5"), staff("Warehouse clerk")
    world.order(world.customer(), (lantern, "5"))
    world.order(world.customer(), (lantern, "5"), priority=1)
    before = world.fingerprint()
    with pytest.raises(errors.InvalidOrder):
        reallocate(world, lantern, reason=" ")
    with pytest.raises(NotPermitted):
        reallocate(world, lantern, actor=clerk)
    assert orders.reallocate(product_id=0, warehouse_id=0, reason="x", on=world.on, actor=world.system) == []
    assert world.fingerprint() == before


def test_the_plan_costs_four_queries_however_many_wait(world: World) -> None:
    lantern, warehouse = world.product(stock="1"), world.basics.warehouse.pk
    for number in (1, 3):
        for _ in range(number):
            world.order(world.customer(), (lantern, "5"))
        with CaptureQueriesContext(connection) as captured:
            selectors.allocation_plan(product_id=lantern.pk, warehouse_id=warehouse)
        assert len(captured) == 4
