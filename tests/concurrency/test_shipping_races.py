"""Shipping under races: planned once, posted once, and either shipped or cancelled."""

from functools import partial

import pytest

from fulfillment import services as fulfillment
from fulfillment.errors import NothingToShip, ShipmentNotPostable
from fulfillment.models import Shipment
from inventory import services as stock
from inventory.models import StockMove
from inventory.services import moves
from o2c.kernel.models import Event
from orders import services as orders
from orders.errors import OrderNotCancellable, OrderNotShippable
from tests.concurrency.rivals import constraint_of, locks_removed, rival_after, rival_before
from tests.conftest import in_parallel, wins

pytestmark = pytest.mark.committed


def packed(world, order) -> Shipment:
    """A shipment that waits for the truck."""
    shipment = fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    return fulfillment.pack_shipment(shipment_id=shipment.pk, actor=world.system)


def post(world, shipment):
    return partial(fulfillment.post_shipment, shipment_id=shipment.pk, on=world.on, actor=world.system)


def cancel(world, order):
    return partial(orders.cancel_order, order_id=order.pk, reason="no", on=world.on, actor=world.system)


def post_twice(world):
    """The same shipment is confirmed at two desks."""
    shipment = packed(world, world.order(world.customer(), (world.product(stock="10"), "3")))
    with rival_after(moves, "lock_levels", post(world, shipment)) as rival:
        post(world, shipment)()
    return rival


def test_without_the_lock_a_shipment_posted_twice_is_refused_by_a_constraint(unguarded) -> None:
    """C26, the mutant: the reservation is used up by the first, so the second would go below zero."""
    with locks_removed():
        rival = post_twice(unguarded)
    assert constraint_of(rival.result) == "orderline_never_below_zero"
    assert StockMove.objects.filter(kind="issue").count() == 1


def test_a_shipment_is_posted_once(world) -> None:
    """C26, exact interleaving: the second desk waits for the order, then sees that the goods have left."""
    rival = post_twice(world)
    assert rival.waited
    assert isinstance(rival.result, ShipmentNotPostable)


def test_eight_desks_post_one_shipment_and_one_wins(world) -> None:
    """C26: win = 1."""
    shipment = packed(world, world.order(world.customer(), (world.product(stock="10"), "3")))
    results = in_parallel(*[post(world, shipment)] * 8)
    assert len(wins(results)) == 1
    assert Event.objects.filter(kind="shipment.posted").count() == 1


def test_a_cancellation_during_the_posting_finds_the_goods_gone(world) -> None:
    """C26: ship versus cancel, exact interleaving."""
    order = world.order(world.customer(), (world.product(stock="10"), "3"))
    shipment = packed(world, order)
    with rival_after(moves, "lock_levels", cancel(world, order)) as rival:
        post(world, shipment)()
    assert rival.waited
    assert isinstance(rival.result, OrderNotCancellable)


def test_a_posting_during_the_cancellation_is_refused(world) -> None:
    """C26: cancel versus ship, the other way round."""
    order = world.order(world.customer(), (world.product(stock="10"), "3"))
    shipment = packed(world, order)
    with rival_before(stock, "release", post(world, shipment)) as rival:
        cancel(world, order)()
    assert rival.waited
    assert isinstance(rival.result, OrderNotShippable)


def test_shipping_and_cancelling_at_once_has_one_winner(world) -> None:
    """C26: four of each."""
    order = world.order(world.customer(), (world.product(stock="10"), "3"))
    shipment = packed(world, order)
    results = in_parallel(*[post(world, shipment), cancel(world, order)] * 4)
    assert len(wins(results)) == 1


def test_two_planners_plan_an_order_once(world) -> None:
    """C26: what one shipment covers, the other does not see as reserved any more."""
    order = world.order(world.customer(), (world.product(stock="10"), "3"))
    plan = partial(fulfillment.plan_shipment, order_id=order.pk, on=world.on, actor=world.system)
    results = in_parallel(*[plan] * 6)
    assert len(wins(results)) == 1
    assert sum(isinstance(result, NothingToShip) for result in results) == 5
