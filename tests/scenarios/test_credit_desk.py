"""A year at the credit desk, told in the order in which it happens."""

from datetime import timedelta
from decimal import Decimal

from credit import selectors, services as credit
from credit.models import CreditAccount, CreditPolicy
from orders.models import Order
from tests.world import World, staff


def state(order: Order) -> str:
    return str(Order.objects.get(pk=order.pk).state)


def test_a_new_customer_grows_pays_late_and_is_reviewed(world: World) -> None:
    lantern = world.product(price="100.00", stock="1000")
    clerk, manager = staff("Order clerk"), staff("Finance manager")
    careful = CreditPolicy.objects.create(
        code="standard", name="Standard", first_order_limit=500, overdue_tolerance=10, review_months=6
    )

    # A hotel wants ten lanterns as its first order: 1,200.00, more than we send to strangers.
    hotel = world.customer(limit="1000")
    CreditAccount.objects.filter(customer=hotel).update(policy=careful, days_overdue_allowed=5)
    first = world.order(hotel, (lantern, "10"))
    assert [reason["code"] for reason in first.hold_reasons] == ["credit-limit", "credit-first-order"]
    assert first.hold_reasons[1]["cure"] == {"code": "first-order-up-to", "amount": "500.0000"}

    # Four are fine, and are paid in time.
    small = world.order(hotel, (lantern, "4"))
    assert small.state == "confirmed"
    invoice = world.invoice(world.ship(small))
    world.pay(invoice, on=invoice.due_on)
    world.on += timedelta(days=31)

    # The hotel is a known payer now. The clerk asks for a limit of 5,000.00; the manager agrees.
    request = credit.request_limit(
        customer_id=hotel.pk, limit=Decimal(5000), reason="Opens a second house", on=world.on, actor=clerk
    )
    assert list(selectors.open_limit_requests()) == [request]
    credit.approve_limit_request(request_id=request.pk, answer="Agreed", on=world.on, actor=manager)
    assert not selectors.open_limit_requests().exists()

    # The first order, which was waiting all the while, goes through by itself.
    world.let_the_desks_work()
    assert state(first) == "confirmed"

    # Another five lanterns are sent and billed, and the hotel does not pay.
    # Five days are let pass, on the sixth the next order waits and says for what.
    big = world.invoice(world.ship(world.order(hotel, (lantern, "5"))))
    assert big.due_on is not None
    world.on = big.due_on + timedelta(days=5)
    assert world.order(hotel, (lantern, "1")).state == "confirmed"
    world.on = big.due_on + timedelta(days=6)
    late = world.order(hotel, (lantern, "1"))
    assert [reason["code"] for reason in late.hold_reasons] == ["credit-overdue"]
    assert late.hold_reasons[0]["cure"] == {"code": "pay", "amount": "600.0000"}
    decision = selectors.last_decision(reference=late.number)
    assert decision is not None
    assert (decision.overdue, decision.days_overdue) == (600, 6)

    # Forty days late the night's assessment calls it a risk; the desk looks, and blocks.
    world.on = big.due_on + timedelta(days=40)
    credit.assess_customers(on=world.on, actor=world.system)
    account = CreditAccount.objects.get(customer=hotel)
    assert (account.risk_class, account.score) == ("high", 43)
    [row] = selectors.due_for_review(on=world.on)
    assert (row.customer_id, row.reasons) == (hotel.pk, ["risk-worsened"])
    by = {"customer_id": hotel.pk, "on": world.on, "actor": manager}
    credit.block_credit(reason="Does not answer", **by)
    credit.record_review(note="Blocked until they pay", **by)
    assert selectors.due_for_review(on=world.on) == []

    # They pay everything. The manager lifts the block; the risk is judged anew, and what waited is sent.
    world.pay(big)
    credit.unblock_credit(reason="Paid in full", **by)
    world.let_the_desks_work(on=world.on)
    assert [reason["code"] for reason in Order.objects.get(pk=late.pk).hold_reasons] == ["credit-risk"]
    fresh = world.on + timedelta(days=1)
    credit.assess_customers(on=fresh, actor=world.system)
    account.refresh_from_db()
    assert account.risk_class == "medium"
    world.let_the_desks_work(on=fresh)
    assert state(late) == "confirmed"
