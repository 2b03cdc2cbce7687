"""Cancelling parts of lines, and the hold queue."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credit.models import Commitment
from fulfillment import services as fulfillment
from inventory.models import StockLevel
from o2c.kernel.models import Event
from orders import errors, selectors, services as orders
from orders.models import Order, OrderLine, Release
from tests.world import World, staff


def cancel(world: World, order: Order, quantities: dict[int, str], **given) -> Order:
    return orders.cancel_lines(
        order_id=order.pk,
        quantities={line_id: Decimal(quantity) for line_id, quantity in quantities.items()},
        **{"code": "customer", "reason": "Too many", "on": world.on, "actor": world.system, **given},
    )


def test_part_of_a_line_is_cancelled_first_what_waits_then_what_is_reserved(world: World) -> None:
    lantern = world.product(price="10.00", stock="4")
    order = world.order(world.customer(), (lantern, "6"))
    line = order.lines.get()
    cancel(world, order, {line.pk: "3"})
    line.refresh_from_db()
    assert (line.cancelled, line.reserved, line.backordered) == (3, 3, 0)
    assert StockLevel.objects.get(product=lantern).reserved == 3
    assert Commitment.objects.get(reference=order.number).amount == Decimal("36.00")
    event = Event.objects.get(kind="order.lines_cancelled")
    assert event.payload["code"] == "customer"
    assert event.payload["lines"] == [{"position": 1, "description": line.description, "quantity": "3"}]


def test_with_the_last_line_the_order_is_cancelled_with_its_code(world: World) -> None:
    order = world.order(world.customer(), (world.product(), "2"))
    cancelled = cancel(world, order, {order.lines.get().pk: "2"})
    assert (cancelled.state, cancelled.cancel_code, cancelled.cancel_reason) == (
        "cancelled", "customer", "Too many",
    )  # fmt: skip
    assert Event.objects.get(kind="order.cancelled").payload["code"] == "customer"


def test_a_held_order_that_loses_a_line_is_decided_again(world: World) -> None:
    lantern, wick = world.product(price="10.00"), world.product(price="1.00")
    order = world.order(world.customer(limit="20"), (lantern, "5"), (wick, "5"))
    assert order.state == "on_hold"
    first = order.lines.get(product=lantern)
    assert cancel(world, order, {first.pk: "5"}).state == "confirmed"


def test_after_a_part_shipment_the_cancelled_rest_closes_what_is_paid(world: World) -> None:
    lantern = world.product(stock="3")
    order = world.order(world.customer(), (lantern, "5"))
    world.pay(world.invoice(world.ship(order)))
    world.let_the_desks_work()
    assert cancel(world, order, {order.lines.get().pk: "2"}).state == "closed"


def test_what_cannot_be_cancelled_is_named_and_changes_nothing(world: World) -> None:
    lantern = world.product(stock="8")
    order = world.order(world.customer(), (lantern, "5"))
    draft = orders.create_order(order=world.wanted(world.customer(), (lantern, "1")), actor=world.system)
    line = order.lines.get()
    shipment = fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    before = world.fingerprint()
    for quantities in ({}, {0: "1"}, {line.pk: "6"}, {line.pk: "0"}, {line.pk: "-1"}, {line.pk: "NaN"}):
        with pytest.raises(errors.InvalidCancellation):
            cancel(world, order, quantities)
    with pytest.raises(errors.GoodsInHand, match=shipment.number):
        cancel(world, order, {line.pk: "1"})
    with pytest.raises(errors.InvalidOrder):
        cancel(world, order, {line.pk: "1"}, code="mood")
    with pytest.raises(errors.InvalidOrder):
        cancel(world, order, {line.pk: "1"}, reason=" ")
    with pytest.raises(errors.OrderNotCancellable):
        cancel(world, draft, {draft.lines.get().pk: "1"})
    assert world.fingerprint() == before
    assert OrderLine.objects.get(pk=line.pk).cancelled == 0


def test_the_hold_queue_puts_the_most_money_that_waits_longest_first(world: World) -> None:
    lantern, clerk = world.product(price="10.00"), staff("Order clerk")
    old = world.order(world.customer(limit="0"), (lantern, "4"), actor=clerk)
    large = world.order(
        world.customer(limit="0"), (world.product(price="12000.00"), "1"), actor=clerk,
        on=world.on + timedelta(days=9),
    )  # fmt: skip
    new = world.order(
        world.customer(limit="20"), (lantern, "5"), actor=clerk, on=world.on + timedelta(days=9)
    )
    orders.release_order(
        order_id=large.pk, reason="Known", on=world.on + timedelta(days=9), actor=staff("Finance manager")
    )
    queue = selectors.hold_queue(today=world.on + timedelta(days=9))
    assert [row.order.pk for row in queue] == [large.pk, old.pk, new.pk]
    first, second, third = queue
    assert first.proposal == Release.objects.get()
    assert (second.days, second.blocked, second.over, second.codes) == (
        9, Decimal("48.00"), Decimal("48.00"), ["credit-limit"],
    )  # fmt: skip
    assert third.over == Decimal("40.00")
    assert third.reasons[0]["cure"]["code"] == "raise-limit"
    assert [release.order_id for release in selectors.releases_to_decide()] == [large.pk]


def test_the_hold_queue_costs_the_same_however_many_wait(world: World) -> None:
    lantern, costs = world.product(), []
    for number in (1, 4):
        for _ in range(number):
            world.order(world.customer(limit="0"), (lantern, "1"))
        with CaptureQueriesContext(connection) as captured:
            selectors.hold_queue(today=world.on)
        costs.append(len(captured))
    assert costs == [4, 4]
