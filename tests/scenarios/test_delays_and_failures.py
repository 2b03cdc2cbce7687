"""What is late, what cannot be delivered, what was missed: the customer hears of it before they ask."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credit.models import Commitment
from fulfillment import delays, errors as fulfillment_errors, services as fulfillment, tasks
from fulfillment.models import Shipment
from inventory.models import ExpectedReceipt, ReorderRule, StockLevel
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Event
from orders import errors, services as orders, watch
from orders.models import Order, OrderRequest
from tests.world import World

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)


def promised(world: World, *wanted, on: date = FRIDAY, priority: int = 0) -> Order:
    """A confirmed order that was promised for a day."""
    order = world.order(world.customer(), *wanted)
    Order.objects.filter(pk=order.pk).update(promised_on=on, priority=priority)
    return Order.objects.get(pk=order.pk)


def expected(world: World, product, quantity: str, on: date) -> None:
    """A supplier has promised goods for a day."""
    ExpectedReceipt.objects.create(
        warehouse=world.basics.warehouse,
        product=product,
        reference=f"PO-{next(world.serial)}",
        quantity=Decimal(quantity),
        expected_on=on,
    )


def told(order: Order) -> list[tuple[str, str | None]]:
    """What the customer was told: the promise that was broken, and the new one."""
    events = Event.objects.filter(kind="order.delayed", document_id=order.pk).order_by("pk")
    return [(event.payload["was"], event.payload["now"]) for event in events]


def detect(world: World, on: date) -> None:
    """The nightly job of a day."""
    world.let_the_desks_work()
    for delay in delays.delays(on=on):
        orders.renew_promise(
            order_id=delay.order_id,
            was=delay.was,
            promised_on=delay.now,
            reason=delay.reason,
            on=on,
            actor=world.system,
        )


def test_a_broken_promise_is_told_once_and_renewed_when_the_goods_have_a_day(world: World) -> None:
    lantern = world.product(stock="1")
    order = promised(world, (lantern, "3"))

    # On the day itself nothing is broken by the clock, but the goods are nowhere in sight: told, without a day.
    detect(world, FRIDAY)
    assert told(order) == [("2026-11-20", None)]
    detect(world, MONDAY)
    assert told(order) == [("2026-11-20", None)]

    # The supplier names Thursday the 26th; a working day to ship. That is told, and is the promise now.
    expected(world, lantern, "2", date(2026, 11, 26))
    detect(world, MONDAY)
    assert told(order) == [("2026-11-20", None), ("2026-11-20", "2026-11-27")]
    assert Order.objects.get(pk=order.pk).promised_on == date(2026, 11, 27)
    detect(world, MONDAY)
    assert len(told(order)) == 2

    # The supplier is late too: the day is over, so there is none any more.
    detect(world, date(2026, 11, 30))
    assert told(order)[2:] == [("2026-11-27", None)]


def test_who_is_served_first_is_not_late_because_of_who_comes_after(world: World) -> None:
    lantern = world.product(stock="0")
    later = promised(world, (lantern, "2"), on=date(2026, 12, 1))
    first = promised(world, (lantern, "2"), on=date(2026, 12, 1), priority=5)
    expected(world, lantern, "3", date(2026, 11, 25))
    expected(world, lantern, "1", date(2026, 12, 7))
    detect(world, FRIDAY)
    assert told(first) == []
    assert told(later) == [("2026-12-01", "2026-12-08")]


def test_goods_yet_to_be_bought_keep_a_promise_until_its_day(world: World) -> None:
    lantern = world.product(stock="0")
    ReorderRule.objects.create(
        warehouse=world.basics.warehouse, product=lantern, minimum=1, target=10, lead_days=7
    )
    order = world.order(world.customer(), (lantern, "2"))
    assert order.promised_on == date(2026, 11, 30)  # bought today, here on Friday the 27th, a day to ship
    for day in (FRIDAY, MONDAY, date(2026, 11, 30)):
        assert delays.delays(on=day) == []
    detect(world, date(2026, 12, 1))
    assert told(order) == [("2026-11-30", "2026-12-09")]


def test_what_is_there_but_has_not_left_in_time_is_promised_anew(world: World) -> None:
    world.ship(promised(world, (world.product(), "1")))
    order = promised(world, (world.product(), "1"))
    assert delays.delays(on=FRIDAY) == []
    assert [late.pk for late in watch.late_orders(on=MONDAY)] == [order.pk]
    detect(world, MONDAY)
    assert told(order) == [("2026-11-20", "2026-11-24")]
    assert not watch.late_orders(on=MONDAY).exists()


def test_the_nightly_job_tells_of_every_delay_in_one_look(world: World) -> None:
    lantern = world.product(stock="0")
    for _ in range(3):
        promised(world, (lantern, "1"), on=FRIDAY - timedelta(days=1))
    with CaptureQueriesContext(connection) as captured:
        assert len(delays.delays(on=FRIDAY)) == 3
    assert len(captured) == 2
    tasks.detect_delays()
    assert Event.objects.filter(kind="order.delayed").count() == 3
    assert delays.delays(on=FRIDAY) == []


def test_a_late_delivery_is_told_once_for_each_day_it_was_expected(world: World) -> None:
    shipment = world.ship(promised(world, (world.product(), "1")))
    Shipment.objects.filter(pk=shipment.pk).update(expected_on=FRIDAY)
    report = {"shipment_id": shipment.pk, "actor": world.system}
    assert delays.overdue_on_the_road(on=FRIDAY) == []
    with pytest.raises(fulfillment_errors.ShipmentNotLate):
        fulfillment.report_late_delivery(on=FRIDAY, **report)
    assert delays.overdue_on_the_road(on=MONDAY) == [shipment.pk]
    fulfillment.report_late_delivery(on=MONDAY, **report)
    assert delays.overdue_on_the_road(on=MONDAY) == []
    with pytest.raises(fulfillment_errors.ShipmentNotLate):
        fulfillment.report_late_delivery(on=MONDAY, **report)
    event = Event.objects.get(kind="order.delayed")
    assert (event.payload["was"], event.payload["shipment"]) == ("2026-11-20", shipment.number)
    Shipment.objects.filter(pk=shipment.pk).update(expected_on=MONDAY)
    assert delays.overdue_on_the_road(on=MONDAY + timedelta(days=1)) == [shipment.pk]


def test_a_promise_is_renewed_by_whoever_saw_the_present_one_and_only_to_a_later_day(world: World) -> None:
    order = promised(world, (world.product(), "1"))
    renew = {"order_id": order.pk, "reason": "Flood", "on": FRIDAY, "actor": world.system}
    before = world.fingerprint()
    for was, day, reason, refusal in [
        (FRIDAY - timedelta(days=1), MONDAY, "Flood", errors.PromiseRenewed),
        (FRIDAY, FRIDAY, "Flood", errors.InvalidOrder),
        (FRIDAY, MONDAY, " ", errors.InvalidOrder),
    ]:
        with pytest.raises(refusal):
            orders.renew_promise(**{**renew, "was": was, "promised_on": day, "reason": reason})
    assert world.fingerprint() == before
    orders.renew_promise(**renew, was=FRIDAY, promised_on=MONDAY)
    with pytest.raises(errors.PromiseRenewed):
        orders.renew_promise(**renew, was=FRIDAY, promised_on=MONDAY)
    world.ship(order)
    with pytest.raises(errors.OrderNotShippable):
        orders.renew_promise(**renew, was=MONDAY, promised_on=date(2026, 12, 1))


def test_what_cannot_be_delivered_is_cancelled_told_and_never_billed(world: World) -> None:
    lantern, wick = (
        world.product(price="10.00", stock="3", cost="4.00"),
        world.product(price="1.00", stock="9"),
    )
    order = world.order(world.customer(), (lantern, "5"), (wick, "4"))
    world.let_the_desks_work()
    [planned] = Shipment.objects.all()
    line = order.lines.get(product=lantern)

    # Three lanterns are there, one of them broken: of five, three cannot be delivered.
    orders.declare_unfulfillable(
        order_id=order.pk,
        quantities={line.pk: Decimal(3)},
        reason="Broken in the warehouse",
        on=world.on,
        actor=world.system,
    )
    line.refresh_from_db()
    assert (line.cancelled, line.reserved) == (3, 2)
    assert Commitment.objects.get().amount == Decimal("28.80")  # 2 at 10.00, 4 at 1.00, 20 % tax
    event = Event.objects.get(kind="order.unfulfillable")
    assert event.payload["lines"] == [{"position": 1, "description": line.description, "quantity": "3"}]

    # The shipment that held three of them is cancelled, and what is left is planned anew.
    world.let_the_desks_work()
    planned = Shipment.objects.get(pk=planned.pk)
    assert planned.state == "cancelled"
    anew = Shipment.objects.get(state="planned")
    assert sorted(one.quantity for one in anew.lines.all()) == [2, 4]

    # Then the shelf burns down: all that is left is given up, and the order with it.
    orders.declare_unfulfillable(order_id=order.pk, reason="Fire", on=world.on, actor=world.system)
    world.let_the_desks_work()
    order = Order.objects.get(pk=order.pk)
    assert (order.state, order.cancel_code) == ("cancelled", "unfulfillable")
    assert Commitment.objects.get().amount == 0
    assert StockLevel.objects.get(product=lantern).reserved == 0
    assert not Shipment.objects.in_work().exists()
    assert world.books() == {"stock": "48.00", "goods_received": "-48.00"}


def test_what_has_shipped_stands_and_the_order_closes_when_it_is_paid(world: World) -> None:
    lantern = world.product(price="10.00", stock="2")
    order = world.order(world.customer(), (lantern, "5"))
    invoice = world.invoice(world.ship(order))
    orders.declare_unfulfillable(order_id=order.pk, reason="Discontinued", on=world.on, actor=world.system)
    world.pay(invoice)
    world.let_the_desks_work()
    assert Order.objects.get(pk=order.pk).state == "closed"
    with pytest.raises(errors.OrderNotCancellable):
        orders.declare_unfulfillable(order_id=order.pk, reason="Again", on=world.on, actor=world.system)


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity", "99999999999999999999", "6"])
def test_only_what_is_left_can_be_given_up(world: World, quantity: str) -> None:
    order = world.order(world.customer(), (world.product(), "5"))
    give_up = {"order_id": order.pk, "on": world.on, "actor": world.system}
    before = world.fingerprint()
    with pytest.raises(errors.InvalidCancellation):
        orders.declare_unfulfillable(
            **give_up, quantities={order.lines.get().pk: Decimal(quantity)}, reason="Fire"
        )
    with pytest.raises(errors.InvalidCancellation):
        orders.declare_unfulfillable(**give_up, quantities={0: Decimal(1)}, reason="Fire")
    with pytest.raises(errors.InvalidOrder):
        orders.declare_unfulfillable(**give_up, reason=" ")
    assert world.fingerprint() == before


def test_of_a_held_order_all_is_given_up_or_nothing(world: World) -> None:
    held = world.order(world.customer(limit="0"), (world.product(), "5"))
    give_up = {"order_id": held.pk, "reason": "Fire", "on": world.on, "actor": world.system}
    with pytest.raises(errors.OrderNotCancellable):
        orders.declare_unfulfillable(**give_up, quantities={held.lines.get().pk: Decimal(1)})
    assert orders.declare_unfulfillable(**give_up).state == "cancelled"


def test_the_watchdog_finds_what_nobody_answered_in_time(world: World) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    mailed = world.order(world.customer(), (world.product(), "1"), channel="email")
    at_checkout = world.order(world.customer(), (world.product(), "1"), channel="api")
    answered = world.order(world.customer(), (world.product(), "1"), channel="api")
    asked = OrderRequest.objects.create(channel="email", sender="ann@buyer.example", subject="More lanterns")
    Order.objects.update(created_at=now - timedelta(hours=5))
    Order.objects.filter(pk=answered.pk).update(answered_at=now)
    OrderRequest.objects.update(received_at=now - timedelta(hours=9))
    with CaptureQueriesContext(connection) as captured:
        found = watch.missed_orders(now=now)
    assert [one.document for one in found] == [asked, at_checkout]
    assert len(captured) == 2
    assert mailed in [one.document for one in watch.missed_orders(now=now, within={"email": 4})]
    assert watch.missed_orders(now=now, within={}) == []


def test_the_watchdog_finds_an_order_that_came_twice_within_a_day(world: World) -> None:
    lantern, wick, customer = world.product(), world.product(), world.customer()
    first = world.order(customer, (lantern, "1"), (wick, "2"))
    again = world.order(customer, (wick, "2"), (lantern, "1"))
    other = world.order(customer, (wick, "3"), (lantern, "1"))
    world.order(world.customer(), (lantern, "1"), (wick, "2"))
    [found] = watch.repeated_orders(since=world.on)
    assert (found.order_id, found.earlier_id, found.hours_between) == (again.pk, first.pk, 0)
    fetch_all(
        "UPDATE orders_order SET created_at = created_at - interval '25 hours' WHERE id = %s", [first.pk]
    )
    assert watch.repeated_orders(since=world.on) == []
    assert watch.repeated_orders(since=world.on + timedelta(days=1)) == []
    assert other.number
