"""The order desk under races: one amendment at a time, one second person, and nothing taken from the packer's hands."""

from decimal import Decimal
from functools import partial

import pytest

from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from fulfillment.services import picking
from inventory.services import moves
from o2c.kernel.models import Event
from orders import errors, services as orders
from orders.amendment import LineChange
from orders.models import Order, OrderLine, OrderVersion, Release
from orders.services import Amendment, allocation, amend as amending, release as releasing
from tests.concurrency.rivals import constraint_of, locks_removed, rival_after
from tests.conftest import in_parallel, wins
from tests.documents import release_in
from tests.world import staff

pytestmark = pytest.mark.committed


def change(world, order: Order, quantity: int, version: int = 1):
    line_id = OrderLine.objects.get(order=order).pk
    return partial(
        orders.amend_order,
        order_id=order.pk,
        amendment=Amendment(changed={line_id: LineChange(quantity=Decimal(quantity))}),
        expected_version=version,
        reason="They called",
        on=world.on,
        actor=world.system,
    )


def reallocate(world, product):
    return partial(
        orders.reallocate,
        product_id=product.pk,
        warehouse_id=world.basics.warehouse.pk,
        reason="Urgent",
        on=world.on,
        actor=world.system,
    )


def amend_twice(world):
    """Two clerks amend what they both read as version 1."""
    order = world.order(world.customer(), (world.product(), "5"))
    with rival_after(amending, "lock_with_credit", change(world, order, 7)) as rival:
        try:
            change(world, order, 3)()
        except Exception as error:  # noqa: BLE001 - the mutant looks at it
            return rival, error
    return rival, None


def test_the_second_amendment_waits_and_is_told_that_the_order_changed(world) -> None:
    rival, _ = amend_twice(world)
    assert rival.waited
    assert isinstance(rival.result, errors.OrderChanged)
    assert OrderLine.objects.get().ordered == 3
    assert OrderVersion.objects.count() == 1


def test_without_the_lock_the_second_amendment_is_refused_by_its_version(unguarded) -> None:
    with locks_removed():
        _, error = amend_twice(unguarded)
    assert constraint_of(error) == "orderversion_once"


def test_an_amendment_during_the_shipping_finds_the_goods_gone(world) -> None:
    order = world.order(world.customer(), (world.product(), "5"))
    with rival_after(moves, "lock_levels", change(world, order, 3)) as rival:
        world.ship(order)
    assert rival.waited
    assert isinstance(rival.result, errors.InvalidOrder)
    assert OrderLine.objects.get().ordered == 5


def test_an_amendment_while_somebody_begins_to_pick_finds_the_goods_in_hand(world) -> None:
    order = world.order(world.customer(), (world.product(), "5"))
    shipment = fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    with rival_after(picking, "lock_shipment", change(world, order, 3)) as rival:
        fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    assert rival.waited
    assert isinstance(rival.result, errors.GoodsInHand)


def test_picking_that_begins_during_an_amendment_picks_what_is_cancelled_afterwards(world) -> None:
    order = world.order(world.customer(), (world.product(), "5"))
    shipment = fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    pick = partial(fulfillment.start_picking, shipment_id=shipment.pk, actor=world.system)
    with rival_after(amending, "lock_with_credit", pick) as rival:
        change(world, order, 3)()
    assert rival.waited
    world.let_the_desks_work()
    states = Shipment.objects.order_by("pk").values_list("state", "lines__quantity")
    assert list(states) == [("cancelled", 5), ("planned", 3)]


def test_a_release_is_approved_by_one_of_two_at_once(world) -> None:
    release = release_in(world, "proposed")
    approve = [
        partial(
            orders.approve_release,
            release_id=release.pk,
            on=world.on,
            actor=staff("Finance manager", f"manager-{number}"),
        )
        for number in range(2)
    ]
    with rival_after(releasing, "lock_with_credit", approve[1]) as rival:
        approve[0]()
    assert rival.waited
    assert isinstance(rival.result, errors.ReleaseDecided)
    assert Event.objects.filter(kind="order.released").count() == 1


def test_a_release_is_approved_or_its_order_cancelled(world) -> None:
    release = release_in(world, "proposed")
    by = {"on": world.on, "actor": world.system}
    second = staff("Finance manager", "second-manager")
    approve = partial(orders.approve_release, release_id=release.pk, on=world.on, actor=second)
    cancel = partial(orders.cancel_order, order_id=release.order_id, reason="no", **by)
    with rival_after(releasing, "lock_with_credit", cancel) as rival:
        approve()
    assert rival.waited
    assert Order.objects.get().state == "cancelled"  # what was confirmed may be cancelled, and gave all back
    assert Release.objects.get().state == "approved"


def test_a_proposer_who_approves_in_parallel_with_another_never_wins(world) -> None:
    """C33: their own second pair of eyes is refused, however the two fall together."""
    release = release_in(world, "proposed")
    other = staff("Finance manager", "second-manager")
    own = partial(orders.approve_release, release_id=release.pk, on=world.on, actor=release.proposed_by)
    theirs = partial(orders.approve_release, release_id=release.pk, on=world.on, actor=other)
    results = in_parallel(own, own, theirs)
    assert [won.decided_by for won in wins(results)] == [other]


def test_stock_that_ships_is_not_given_away_at_the_same_time(world) -> None:
    lantern = world.product(stock="5")
    shipping = world.order(world.customer(), (lantern, "5"))
    waiting = world.order(world.customer(), (lantern, "5"), priority=5)
    with rival_after(moves, "lock_levels", reallocate(world, lantern)) as rival:
        world.ship(shipping)
    assert rival.waited
    assert rival.result == []
    lines = {line.order_id: line for line in OrderLine.objects.all()}
    assert (lines[shipping.pk].shipped, lines[waiting.pk].reserved) == (5, 0)


def test_stock_that_is_given_away_does_not_ship_at_the_same_time(world) -> None:
    lantern = world.product(stock="5")
    losing = world.order(world.customer(), (lantern, "5"))
    waiting = world.order(world.customer(), (lantern, "5"), priority=5)
    shipment = fulfillment.plan_shipment(order_id=losing.pk, on=world.on, actor=world.system)
    ship = partial(fulfillment.start_picking, shipment_id=shipment.pk, actor=world.system)
    with rival_after(allocation, "_move", ship) as rival:
        reallocate(world, lantern)()
    assert rival.waited
    world.let_the_desks_work()
    assert Shipment.objects.get(pk=shipment.pk).state == "cancelled"
    assert Shipment.objects.get(order=waiting).lines.get().quantity == 5


def test_two_reallocations_and_a_receipt_at_once_leave_the_books_right(world) -> None:
    lantern = world.product(stock="5")
    for priority in (0, 3, 5):
        world.order(world.customer(), (lantern, "4"), priority=priority)
    results = in_parallel(
        reallocate(world, lantern), reallocate(world, lantern), partial(world.receive, lantern, "2")
    )
    assert len(wins(results)) == 3
    reallocate(world, lantern)()
    by_priority = OrderLine.objects.order_by("-order__priority").values_list("reserved", flat=True)
    assert list(by_priority) == [4, 3, 0]
