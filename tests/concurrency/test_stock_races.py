"""Stock under races: the last unit is sold once, crossed carts do not deadlock, sums stay sums."""

import random
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError

from credit.models import Commitment
from fulfillment import services as fulfillment
from inventory import services as stock
from inventory.errors import (
    CountBelowReserved,
    InsufficientStock,
    StockSourceReused,
    TransferNotReceivable,
)
from inventory.models import ExpectedReceipt, Reservation, StockLevel, Warehouse
from inventory.services import moves, reserve, transfers
from orders import services as orders
from orders.errors import OrderNotShippable
from orders.models import Order
from tests.concurrency.rivals import constraint_of, locks_removed, rival_after, rival_before
from tests.conftest import in_parallel, wins
from tests.documents import NOON

pytestmark = pytest.mark.committed


def confirmed(results):
    """The orders that were confirmed; an exception among the results fails the test."""
    assert len(wins(results)) == len(results), results
    return [order for order in results if order.state == Order.State.CONFIRMED]


def sell_the_last_unit(world):
    """Two customers order the only unit, the second between the first one's look and its write."""
    lantern = world.product(stock="1")
    mine = world.customer(accepts_backorders=False)
    theirs = world.customer(accepts_backorders=False)
    with rival_after(reserve, "lock_levels", partial(world.order, theirs, (lantern, "1"))) as rival:
        order = world.order(mine, (lantern, "1"))
    return order, rival


def test_without_the_lock_only_the_constraint_keeps_the_last_unit_from_being_sold_twice(unguarded) -> None:
    """C01, the mutant: both see one free unit; the CHECK on the level stops the second."""
    with locks_removed(), pytest.raises(IntegrityError) as refused:
        sell_the_last_unit(unguarded)
    assert constraint_of(refused.value) == "stock_never_oversold"
    assert StockLevel.objects.get().reserved == 1


def test_the_last_unit_goes_to_the_first_and_the_second_waits_and_is_held(world) -> None:
    """C01, exact interleaving: the rival waits for the level's lock, then sees nothing free."""
    order, rival = sell_the_last_unit(world)
    assert rival.waited
    assert order.state == Order.State.CONFIRMED
    assert rival.result.state == Order.State.ON_HOLD
    assert rival.result.hold_reasons[0]["code"] == "stock-short"
    assert Commitment.objects.get(reference=rival.result.number).amount == 0


@pytest.mark.parametrize("buyers", [10, pytest.param(50, marks=pytest.mark.soak)])
def test_many_checkouts_want_the_last_unit_and_one_gets_it(world, buyers: int) -> None:
    """C01: the losers are held for stock, and their credit is free again."""
    lantern = world.product(stock="1")
    customers = [world.customer(accepts_backorders=False) for _ in range(buyers)]
    results = in_parallel(*(partial(world.order, customer, (lantern, "1")) for customer in customers))
    assert len(confirmed(results)) == 1
    assert sum(order.state == Order.State.ON_HOLD for order in results) == buyers - 1
    assert Commitment.objects.filter(amount__gt=0).count() == 1


@pytest.mark.parametrize("buyers", [10, pytest.param(40, marks=pytest.mark.soak)])
def test_crossed_carts_do_not_deadlock(world, buyers: int) -> None:
    """C02: carts (A, B) and (B, A) at once; levels are locked by primary key, so nobody is tried again."""
    lamp, wick = world.product(stock="1000"), world.product(stock="1000")
    customers = [world.customer() for _ in range(buyers)]
    carts = [((lamp, "2"), (wick, "1")), ((wick, "1"), (lamp, "2"))]
    results = in_parallel(
        *(
            partial(world.order, customer, *carts[place % 2])
            for place, customer in enumerate(customers)
        )
    )  # fmt: skip
    assert len(confirmed(results)) == buyers
    assert StockLevel.objects.get(product=lamp).reserved == 2 * buyers
    assert StockLevel.objects.get(product=wick).reserved == buyers


def test_two_lines_of_one_product_share_what_is_there(world) -> None:
    """C03: each line alone could be met, both together cannot; nothing is reserved twice."""
    lantern = world.product(stock="10")
    held = world.order(world.customer(accepts_backorders=False), (lantern, "6"), (lantern, "6"))
    assert held.state == Order.State.ON_HOLD
    assert StockLevel.objects.get().reserved == 0
    order = world.order(world.customer(), (lantern, "6"), (lantern, "6"))
    assert [line.reserved for line in order.lines.all()] == [6, 4]
    assert StockLevel.objects.get().reserved == 10


def churn(world, product, customer, *, seed: int, rounds: int) -> None:
    """Order, ship, cancel, receive, count, scrap, send and hold one product, in an order that *seed* decides."""
    dice = random.Random(seed)
    mine: list[Order] = []
    deeds = {
        "order": lambda _: mine.append(world.order(customer, (product, str(dice.randint(1, 4))))),
        "ship": lambda _: shipped(world, mine.pop()) if mine else None,
        "cancel": lambda _: cancelled(world, mine.pop()) if mine else None,
        "receive": lambda _: world.receive(product, str(dice.randint(1, 9)), "3.37"),
        "count": lambda source: counted(world, product, dice.randint(-2, 2), source),
        "scrap": lambda source: taken(scrapped, world, product, dice.randint(1, 3), source),
        "send": lambda source: taken(sent_away, world, product, dice.randint(1, 3), source),
        "hold": lambda source: taken(held, world, product, dice.randint(1, 3), source),
    }
    for turn in range(rounds):
        deeds[dice.choice(["order", *deeds])](f"deed-{seed}-{turn}")


def shipped(world, order: Order) -> None:
    if order.lines.get().reserved:
        world.ship(order)


def cancelled(world, order: Order) -> None:
    orders.cancel_order(order_id=order.pk, reason="changed their mind", on=world.on, actor=world.system)


def taken(deed, world, product, number: int, source: str) -> None:
    """Take what is free, or be refused: what is promised stays."""
    try:
        deed(world, product, number, source)
    except InsufficientStock as refusal:
        assert "free" in str(refusal)  # noqa: PT017 - the only refusal there may be


def scrapped(world, product, number: int, source: str) -> None:
    fulfillment.scrap_goods(
        warehouse=world.basics.warehouse,
        product_id=product.pk,
        quantity=Decimal(number),
        reason="Broken",
        source=source,
        on=world.on,
        actor=world.system,
    )


def sent_away(world, product, number: int, source: str) -> None:
    """Goods go to the other house, and one is lost."""
    by = {"on": world.on, "actor": world.system}
    transfer = fulfillment.send_transfer(
        source=world.basics.warehouse,
        target=Warehouse.objects.latest("pk"),
        wanted={product.pk: Decimal(number)},
        expected_on=world.on,
        **by,
    )
    arrived = {product.pk: Decimal(number - 1)}
    fulfillment.receive_transfer(transfer_id=transfer.pk, arrived=arrived, **by)


def held(world, product, number: int, source: str) -> None:
    """A shopper has some in the cart, and all carts of that time end."""
    cart = world.hold(product, str(number), at=NOON)
    stock.expire_carts(at=cart.expires_at, on=world.on, actor=world.system)


def counted(world, product, difference: int, source: str) -> None:
    """Somebody counts what they believe is there, give or take; less than is promised is refused."""
    believed = StockLevel.objects.get(product=product, warehouse=world.basics.warehouse).on_hand
    try:
        fulfillment.count_stock(
            warehouse=world.basics.warehouse,
            product_id=product.pk,
            counted=max(believed + difference, Decimal(0)),
            source=source,
            on=world.on,
            actor=world.system,
        )
    except CountBelowReserved as refusal:
        assert "promised" in str(refusal)  # noqa: PT017 - the only refusal there may be


@pytest.mark.parametrize(
    ("threads", "rounds"), [(3, 15), pytest.param(3, 200, marks=pytest.mark.soak)]
)  # fmt: skip
def test_reserving_shipping_and_counting_one_level_keeps_every_sum(world, threads: int, rounds: int) -> None:
    """C04, with transfers, scrap and carts: on hand is the sum of moves, reserved that of reservations (sweep)."""
    lantern = world.product(stock="20", cost="3.33")
    world.warehouse(priority=9)
    customers = [world.customer() for _ in range(threads)]
    results = in_parallel(
        *(
            partial(churn, world, lantern, customer, seed=seed, rounds=rounds)
            for seed, customer in enumerate(customers)
        )
    )
    assert results == [None] * threads


def count_while_an_order_reserves(world):
    """Stock is counted down to five, and an order for eight comes between the count's look and its write."""
    lantern = world.product(stock="10")
    customer = world.customer(accepts_backorders=False)
    with rival_after(moves, "found_value", partial(world.order, customer, (lantern, "8"))) as rival:
        fulfillment.count_stock(
            warehouse=world.basics.warehouse,
            product_id=lantern.pk,
            counted=Decimal(5),
            source="count-1",
            on=world.on,
            actor=world.system,
        )
    return rival


def test_without_the_lock_a_count_under_a_reservation_is_refused_by_the_constraint(unguarded) -> None:
    """C04, the mutant."""
    with locks_removed(), pytest.raises(IntegrityError) as refused:
        count_while_an_order_reserves(unguarded)
    assert constraint_of(refused.value) == "stock_never_oversold"


def test_an_order_that_comes_during_a_count_sees_what_was_counted(world) -> None:
    """C04, exact interleaving."""
    rival = count_while_an_order_reserves(world)
    assert rival.waited
    assert rival.result.state == Order.State.ON_HOLD
    assert StockLevel.objects.get().on_hand == 5


def test_the_first_two_deliveries_of_a_product_make_one_level(world) -> None:
    """Both find no level; the unique constraint makes one, and both are added."""
    lantern = world.product(stock="0")
    in_parallel(*[partial(world.receive, lantern, "5")] * 4)
    assert StockLevel.objects.get().on_hand == 20


def test_one_delivery_note_booked_by_two_people_comes_in_once(world) -> None:
    """The source of a move is unique: the second is refused and the whole receipt rolls back."""
    lantern = world.product(stock="0")
    receive = partial(
        fulfillment.receive_goods,
        warehouse=world.basics.warehouse,
        product_id=lantern.pk,
        quantity=Decimal(7),
        unit_cost=Decimal(4),
        source="note-1",
        on=world.on,
        actor=world.system,
    )
    results = in_parallel(receive, receive, receive)
    assert len(wins(results)) == 1
    assert sum(isinstance(result, StockSourceReused) for result in results) == 2
    assert StockLevel.objects.get().on_hand == 7


def test_received_stock_is_given_to_one_of_two_waiting_orders(world) -> None:
    """Two workers serve backorders at once: the level's lock makes the second see what is left."""
    lantern = world.product(stock="0")
    world.receive(lantern, "1")
    customers = [world.customer(), world.customer()]
    waiting = [world.order(customer, (lantern, "5")) for customer in customers]
    world.receive(lantern, "5")
    reserve = [
        partial(orders.reserve_backorders, order_id=order.pk, on=world.on, actor=world.system)
        for order in [*waiting, *waiting]
    ]
    results = in_parallel(*reserve)
    assert sum(wins(results)) == 5
    assert sum(reservation.quantity for reservation in Reservation.objects.all()) == 6


def test_what_was_cancelled_meanwhile_cannot_ship(world) -> None:
    """C26 from the stock's side: the reservation is gone, so nothing leaves."""
    lantern = world.product(stock="5")
    order = world.order(world.customer(), (lantern, "5"))
    orders.cancel_order(order_id=order.pk, reason="no", on=world.on, actor=world.system)
    with pytest.raises(OrderNotShippable):
        world.ship(order)
    assert StockLevel.objects.get().reserved == 0


def receive_twice(world):
    """One transfer is received by two people, the second between the first one's look and its write."""
    lantern, target = world.product(stock="5"), world.warehouse()
    world.receive(lantern, "1", warehouse=target)  # the first delivery would make the level, and wait for it
    by = {"on": world.on, "actor": world.system}
    sent = fulfillment.send_transfer(
        source=world.basics.warehouse, target=target, wanted={lantern.pk: Decimal(5)},
        expected_on=world.on, **by,
    )  # fmt: skip
    receive = partial(fulfillment.receive_transfer, transfer_id=sent.pk, **by)
    with rival_before(transfers, "_arrived", receive) as rival:
        receive()
    return rival


def test_a_transfer_arrives_once(world) -> None:
    rival = receive_twice(world)
    assert rival.waited
    assert isinstance(rival.result, TransferNotReceivable)
    assert StockLevel.objects.latest("pk").on_hand == 6


def test_without_the_lock_a_transfer_that_arrives_twice_is_refused_by_its_moves(unguarded) -> None:
    with locks_removed(), pytest.raises(IntegrityError) as refused:
        receive_twice(unguarded)
    assert constraint_of(refused.value) == "move_once_per_source"


def test_two_deliveries_on_one_purchase_order_are_both_counted_up(world) -> None:
    lantern = world.product(stock="0")
    stock.expect_receipt(
        warehouse=world.basics.warehouse, product_id=lantern.pk, reference="PO-1", quantity=Decimal(10),
        expected_on=world.on, actor=world.system,
    )  # fmt: skip
    receive = [
        partial(
            fulfillment.receive_goods, warehouse=world.basics.warehouse, product_id=lantern.pk,
            quantity=Decimal(3), unit_cost=Decimal(4), source=f"note-{number}", on=world.on,
            actor=world.system, reference="PO-1",
        )
        for number in range(3)
    ]  # fmt: skip
    assert len(wins(in_parallel(*receive))) == 3
    assert ExpectedReceipt.objects.get().received == 9
