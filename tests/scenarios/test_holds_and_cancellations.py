"""Orders that wait, orders that are let through, and orders that are not carried out."""

from decimal import Decimal

import pytest

from credit import services as credit
from credit.models import Commitment, Decision
from fulfillment.models import Shipment
from inventory.models import StockLevel
from o2c.kernel.models import Event
from orders import errors, services as orders
from orders.models import Order
from orders.services import cancel_order, cancel_rest, release_order, reserve_backorders
from receivables import services as receivables
from tests.world import World, staff


def state(order: Order) -> str:
    return str(Order.objects.get(pk=order.pk).state)


def claim(order: Order) -> Decimal:
    return Commitment.objects.get(reference=order.number).amount


def stock(product) -> tuple[Decimal, Decimal]:
    """On hand and reserved."""
    return StockLevel.objects.values_list("on_hand", "reserved").get(product=product)


def test_an_order_over_the_limit_waits_and_is_confirmed_by_a_payment_by_itself(world: World) -> None:
    lantern = world.product(price="10.00", stock="100")
    customer = world.customer(limit="100")
    first = world.order(customer, (lantern, "5"))
    invoice = world.invoice(world.ship(first))
    world.let_the_desks_work()
    second = world.order(customer, (lantern, "5"))

    assert second.state == "on_hold"
    assert second.hold_reasons == [
        {
            "code": "credit-limit",
            "text": "The order exceeds the credit limit by 20.",
            "figures": {
                "limit": "100.0000",
                "receivables": "60.0000",
                "committed": "0",
                "requested": "60.00",
                "available": "40.0000",
                "on_account": "0",
            },
            "cure": {"code": "pay", "amount": "20.0000", "limit": "120.0000", "up_to": "40.0000"},
        }
    ]
    assert stock(lantern) == (95, 0)
    assert not Commitment.objects.filter(reference=second.number).exists()

    world.pay(invoice, "19.99")
    world.let_the_desks_work()
    assert state(second) == "on_hold"  # one penny is missing
    world.pay(invoice, "0.01")
    world.let_the_desks_work()
    assert state(second) == "confirmed"
    assert claim(second) == Decimal("60.00")
    assert stock(lantern) == (95, 5)
    assert Shipment.objects.get(order=second).state == "planned"
    approvals = Decision.objects.filter(reference=second.number).order_by("pk")
    assert [decision.approved for decision in approvals] == [False, False, True]


def test_an_overdue_debt_holds_new_orders_whatever_the_limit(world: World) -> None:
    lantern = world.product(price="10.00")
    customer = world.customer(limit="100000")
    world.invoice(world.ship(world.order(customer, (lantern, "1"))))

    on_the_due_date = world.order(customer, (lantern, "1"), on=world.on.replace(month=12, day=20))
    one_day_late = world.order(customer, (lantern, "1"), on=world.on.replace(month=12, day=21))
    assert on_the_due_date.state == "confirmed"
    assert [reason["code"] for reason in one_day_late.hold_reasons] == ["credit-overdue"]
    assert one_day_late.hold_reasons[0]["text"] == "12 are overdue, the oldest by 1 days."


def test_a_blocked_customer_waits_until_a_person_releases_the_order(world: World) -> None:
    lantern = world.product(stock="100")
    clerk, manager = staff("Order clerk"), staff("Finance manager")
    customer = world.customer()
    customer.credit_account.blocked = True
    customer.credit_account.save()
    order = world.order(customer, (lantern, "5"), actor=clerk)
    assert [reason["code"] for reason in order.hold_reasons] == ["credit-blocked"]

    released = release_order(order_id=order.pk, reason="Known for years", on=world.on, actor=manager)
    assert (released.state, released.hold_reasons) == ("confirmed", [])
    assert stock(lantern) == (100, 5)
    assert claim(order) == Decimal("60.00")
    event = Event.objects.get(kind="order.released", document_id=order.pk)
    assert (event.actor, event.payload["reason"]) == (manager, "Known for years")


def test_who_entered_an_order_cannot_release_it(world: World) -> None:
    everything = world.system
    order = world.order(world.customer(limit="0"), (world.product(), "1"), actor=everything)
    before = world.fingerprint()
    with pytest.raises(errors.ReleaseNotPermitted, match="somebody else"):
        release_order(order_id=order.pk, reason="It is mine", on=world.on, actor=everything)
    assert state(order) == "on_hold"
    assert world.fingerprint() == before


def test_a_release_never_oversells(world: World) -> None:
    lantern = world.product(stock="3")
    order = world.order(world.customer(limit="0"), (lantern, "5"))
    release_order(order_id=order.pk, reason="Prepaid", on=world.on, actor=staff("Finance manager"))
    assert state(order) == "confirmed"
    assert stock(lantern) == (3, 3)


def test_a_customer_who_takes_no_backorders_waits_for_the_whole_order(world: World) -> None:
    lantern, wick = world.product(price="10.00", stock="3"), world.product(price="1.00", stock="50")
    order = world.order(world.customer(accepts_backorders=False), (lantern, "5"), (wick, "5"))

    assert order.state == "on_hold"
    assert [(reason["code"], reason["figures"]) for reason in order.hold_reasons] == [
        ("stock-short", {"position": 1, "description": "Lantern SKU-1", "missing": "2.0000"})
    ]
    assert stock(wick) == (50, 0)  # nothing is reserved for an order that cannot leave
    assert claim(order) == 0

    world.receive(lantern, "2")
    world.let_the_desks_work()
    assert state(order) == "confirmed"
    assert (stock(lantern), stock(wick)) == ((5, 5), (50, 5))


def test_a_receipt_serves_the_oldest_waiting_order_first(world: World) -> None:
    lantern = world.product(stock="0")
    world.receive(lantern, "1")
    older = world.order(world.customer(), (lantern, "5"))
    younger = world.order(world.customer(), (lantern, "5"))
    world.receive(lantern, "6")
    world.let_the_desks_work()

    assert stock(lantern) == (7, 7)
    assert older.lines.get().reserved == 5
    assert younger.lines.get().reserved == 2
    assert reserve_backorders(order_id=younger.pk, on=world.on, actor=world.system) == 0


def test_cancelling_before_shipment_frees_stock_and_credit_and_stops_the_warehouse(world: World) -> None:
    lantern = world.product(stock="10")
    order = world.order(world.customer(limit="100"), (lantern, "5"))
    world.let_the_desks_work()
    books = world.books()

    cancel_order(order_id=order.pk, reason="Changed their mind", on=world.on, actor=world.system)
    world.let_the_desks_work()
    assert state(order) == "cancelled"
    assert Order.objects.get(pk=order.pk).cancel_reason == "Changed their mind"
    assert stock(lantern) == (10, 0)
    assert claim(order) == 0
    assert Shipment.objects.get(order=order).state == "cancelled"
    assert world.books() == books


def test_cancelling_the_rest_after_a_part_closes_the_order_when_the_part_is_paid(world: World) -> None:
    lantern = world.product(price="10.00", stock="3")
    order = world.order(world.customer(), (lantern, "5"))
    invoice = world.invoice(world.ship(order))
    assert claim(order) == Decimal("24.00")

    cancel_rest(order_id=order.pk, reason="Discontinued", on=world.on, actor=world.system)
    assert (state(order), claim(order)) == ("confirmed", 0)
    world.pay(invoice)
    world.let_the_desks_work()
    assert state(order) == "closed"
    line = order.lines.get()
    assert (line.ordered, line.shipped, line.cancelled, line.invoiced) == (5, 3, 2, 3)


def test_cancelling_the_rest_of_an_order_whose_part_is_paid_closes_it_at_once(world: World) -> None:
    lantern = world.product(stock="3")
    order = world.order(world.customer(), (lantern, "5"))
    world.pay(world.invoice(world.ship(order)))
    world.let_the_desks_work()
    assert state(order) == "confirmed"
    cancel_rest(order_id=order.pk, reason="Discontinued", on=world.on, actor=world.system)
    assert state(order) == "closed"


def test_what_has_shipped_cannot_be_cancelled(world: World) -> None:
    lantern = world.product(stock="3")
    order = world.order(world.customer(), (lantern, "5"))
    world.ship(order)
    with pytest.raises(errors.OrderNotCancellable, match="has shipped"):
        cancel_order(order_id=order.pk, reason="Too late", on=world.on, actor=world.system)
    whole = world.order(world.customer(), (world.product(), "1"))
    with pytest.raises(errors.OrderNotCancellable, match="Nothing has shipped"):
        cancel_rest(order_id=whole.pk, reason="Wrong verb", on=world.on, actor=world.system)
    world.ship(whole)
    with pytest.raises(errors.OrderNotCancellable, match="Everything has shipped"):
        cancel_rest(order_id=whole.pk, reason="Too late", on=world.on, actor=world.system)


def test_cancellations_and_releases_need_a_reason(world: World) -> None:
    order = world.order(world.customer(limit="0"), (world.product(), "1"))
    manager = staff("Finance manager")
    before = world.fingerprint()
    for reason in ("", "   "):
        with pytest.raises(errors.InvalidOrder, match="reason"):
            cancel_order(order_id=order.pk, reason=reason, on=world.on, actor=world.system)
        with pytest.raises(errors.InvalidOrder, match="reason"):
            release_order(order_id=order.pk, reason=reason, on=world.on, actor=manager)
    assert world.fingerprint() == before


def test_a_lowered_limit_keeps_what_is_confirmed_and_stops_what_is_new(world: World) -> None:
    lantern = world.product(price="10.00")
    customer = world.customer(limit="100")
    confirmed = world.order(customer, (lantern, "5"))
    credit.set_limit(customer_id=customer.pk, limit=Decimal(0), on=world.on, actor=world.system)
    assert state(confirmed) == "confirmed"
    assert world.order(customer, (lantern, "1")).state == "on_hold"
    receivables.receive_payment(
        company=world.company,
        customer_id=customer.pk,
        amount=Decimal("500.00"),
        currency="GBP",
        received_on=world.on,
        shares={},
        actor=world.system,
    )
    # Money on account is not a limit: nothing is allocated, so nothing is let through.
    assert world.order(customer, (lantern, "1")).state == "on_hold"
    assert orders.retry_order(order_id=held(customer), on=world.on, actor=world.system).state == "on_hold"


def held(customer) -> int:
    return Order.objects.filter(customer=customer, state="on_hold").earliest("pk").pk
