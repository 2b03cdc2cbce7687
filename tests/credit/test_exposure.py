"""What counts as exposure, step by step, and how groups, prepayment and first orders are decided."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from credit import selectors, services as credit
from credit.models import CreditAccount, CreditPolicy, Decision
from customers.models import PaymentTerms
from fulfillment import services as fulfillment
from invoicing import services as invoicing
from invoicing.services import CreditLineInput
from o2c.kernel.db import unit_of_work
from orders import services as orders
from orders.models import Order
from receivables import services as receivables
from receivables.models import Allocation
from tests.world import World

D = Decimal


def figures(world: World, customer) -> tuple[Decimal, Decimal, Decimal]:
    """Receivables, committed, exposure."""
    facts = selectors.exposure(customer=customer, on=world.on)
    assert facts is not None
    return facts.receivables, facts.committed, facts.exposure


def test_exposure_equals_the_hand_computed_value_after_every_step(world: World) -> None:
    """C11: ten lanterns at 10.00 and 20 % tax, of which four are there; 12.00 gross each."""
    lantern, customer = world.product(price="10.00", stock="4"), world.customer(limit="1000")
    assert figures(world, customer) == (0, 0, 0)
    order = world.order(customer, (lantern, "10"))
    assert figures(world, customer) == (0, 120, 120)
    first = world.ship(order)
    assert figures(world, customer) == (0, 120, 120)  # shipped and not invoiced is still committed
    invoice = world.invoice(first)
    assert figures(world, customer) == (48, 72, 120)
    payment = world.pay(invoice, "20.00")
    assert figures(world, customer) == (28, 72, 100)
    note = invoicing.draft_credit_note(
        company=world.company,
        customer_id=customer.pk,
        lines=[CreditLineInput(sku=lantern.sku, quantity=D(1), unit_price=D("10.00"))],
        reason="Scratched",
        on=world.on,
        actor=world.system,
    )
    note = invoicing.issue_invoice(invoice_id=note.pk, on=world.on, actor=world.system)
    assert figures(world, customer) == (16, 72, 88)
    receivables.allocate_credit(
        credit_id=note.receivable_id,
        shares={invoice.receivable_id: D("12.00")},
        on=world.on,
        actor=world.system,
    )
    assert figures(world, customer) == (16, 72, 88)  # used, not new
    [allocation] = Allocation.objects.filter(payment=payment)
    receivables.reverse_allocation(allocation_id=allocation.pk, on=world.on, actor=world.system)
    assert figures(world, customer) == (36, 72, 108)
    world.receive(lantern, "3")
    orders.reserve_backorders(order_id=order.pk, on=world.on, actor=world.system)
    world.invoice(world.ship(order))
    assert figures(world, customer) == (72, 36, 108)
    orders.cancel_rest(order_id=order.pk, reason="Enough", on=world.on, actor=world.system)
    assert figures(world, customer) == (72, 0, 72)


def with_policy(customer, **rules) -> CreditPolicy:
    policy = CreditPolicy.objects.create(code=f"policy-{customer.pk}", name="Policy", **rules)
    CreditAccount.objects.filter(customer=customer).update(policy=policy)
    return policy


def test_a_first_order_that_gets_no_stock_leaves_the_first_order_to_come(world: World) -> None:
    customer = world.customer(accepts_backorders=False)
    with_policy(customer, first_order_limit=100)
    none_left = world.product(price="10.00", stock="0")
    assert world.order(customer, (none_left, "1")).state == "on_hold"
    assert CreditAccount.objects.get(customer=customer).first_ordered_on is None
    big = world.product(price="500.00")
    assert world.order(customer, (big, "1")).hold_reasons[0]["code"] == "credit-first-order"
    assert world.order(customer, (world.product(price="10.00"), "1")).state == "confirmed"
    assert CreditAccount.objects.get(customer=customer).first_ordered_on == world.on
    assert world.order(customer, (big, "1")).state == "confirmed"


def test_what_an_insurer_covers_lets_a_larger_first_order_pass_while_it_is_valid(world: World) -> None:
    customer = world.customer()
    with_policy(customer, first_order_limit=100)
    wanted = (world.product(price="500.00"), "1")
    by = {"customer_id": customer.pk, "source": "Insurer", "on": world.on, "actor": world.system}
    yesterday = world.on - timedelta(days=1)
    credit.record_report(covered=D(900), valid_until=yesterday, **{**by, "on": yesterday})
    assert world.order(customer, wanted).state == "on_hold"
    credit.record_report(covered=D(600), valid_until=world.on, **by)
    assert world.order(customer, wanted).state == "confirmed"


def test_who_pays_in_advance_waits_until_everything_owed_and_ordered_is_covered(world: World) -> None:
    """Money on account covers prepaid orders; it is no credit limit for anybody else."""
    advance = PaymentTerms.objects.create(code="advance", name="In advance", net_days=0, is_prepayment=True)
    customer = world.customer(limit="0", terms=advance)
    lantern = world.product(price="50.00")
    order = world.order(customer, (lantern, "1"))
    assert order.hold_reasons[0]["cure"] == {"code": "pay", "amount": "60.00"}
    money = {"company": world.company, "customer_id": customer.pk, "currency": "GBP", "received_on": world.on}
    receivables.record_payment(**money, amount=D("59.99"), actor=world.system)
    held = orders.retry_order(order_id=order.pk, on=world.on, actor=world.system)
    assert held.hold_reasons[0]["cure"]["amount"] == "0.0100"
    receivables.record_payment(**money, amount=D("60.01"), actor=world.system)
    assert orders.retry_order(order_id=order.pk, on=world.on, actor=world.system).state == "confirmed"
    assert world.order(customer, (lantern, "1")).state == "confirmed"  # 120.00 are there for both
    assert world.order(customer, (lantern, "1")).state == "on_hold"
    invoice = world.invoice(fulfillment.ship_order(order_id=order.pk, on=world.on, actor=world.system))
    assert invoice.gross == 60  # what was committed is owed now; the money still covers it
    assert world.order(customer, (lantern, "1")).hold_reasons[0]["cure"]["amount"] == "60.0000"


def test_a_group_owes_together_in_the_parents_currency(world: World) -> None:
    world.rate("EUR", "0.50", date(2026, 1, 1))
    lantern = world.product(price="100.00")
    parent = world.customer(limit="300")
    CreditAccount.objects.filter(customer=parent).update(includes_children=True)
    home, abroad = world.customer(parent=parent), world.customer(parent=parent, currency="EUR", export=True)
    assert world.order(home, (lantern, "1")).state == "confirmed"  # 120.00
    refused = Decision.objects.latest("pk")
    assert [rule["rule"] for rule in refused.rules] == ["blocked", "overdue", "limit", "group-limit"]
    facts = selectors.exposure(customer=abroad, on=world.on)
    assert facts is not None
    [group] = facts.groups
    assert (group.limit, group.committed, group.available) == (300, 120, 180)
    with_room = credit_decision(world, abroad, "360")  # 180.00 at half a pound each
    assert with_room.approved
    assert credit_decision(world, abroad, "360.02").rule("group-limit")["figures"]["requested"] == "180.01"
    assert credit_decision(world, abroad, "360.02").approved is False
    assert credit_decision(world, parent, "180.01").approved is False


def credit_decision(world: World, customer, amount: str) -> Decision:
    """What credit says to an order that never comes: decided, and then taken back."""
    with unit_of_work():
        account = credit.lock_account(customer_id=customer.pk)
        decision = credit.authorize(
            account=account,
            currency=customer.currency,
            reference="what-if",
            amount=D(amount),
            on=world.on,
            actor=world.system,
        )
        credit.commit(account=account, reference="what-if", amount=D(0))
    return decision


def test_without_an_exchange_rate_the_group_waits_and_says_which(world: World) -> None:
    parent = world.customer(limit="300")
    CreditAccount.objects.filter(customer=parent).update(includes_children=True)
    abroad = world.customer(parent=parent, currency="USD", export=True)
    rule = credit_decision(world, abroad, "1").rule("group-limit")
    assert rule["cure"] == {"code": "add-exchange-rate", "currency": "USD"}


def test_room_in_the_group_releases_the_held_order_of_a_child(world: World) -> None:
    lantern = world.product(price="50.00")
    parent = world.customer(limit="50")
    CreditAccount.objects.filter(customer=parent).update(includes_children=True)
    child = world.customer(parent=parent)
    order = world.order(child, (lantern, "1"))
    assert order.hold_reasons[0]["code"] == "credit-group-limit"
    credit.set_limit(customer_id=parent.pk, limit=D(60), on=world.on, actor=world.system)
    world.let_the_desks_work()
    assert Order.objects.get(pk=order.pk).state == "confirmed"


def test_an_order_may_claim_less_of_a_limit_that_was_cut(world: World) -> None:
    customer = world.customer(limit="100")
    order = world.order(customer, (world.product(price="50.00"), "1"))
    credit.set_limit(customer_id=customer.pk, limit=D(0), on=world.on, actor=world.system)
    assert claim(world, order, "60.00").approved  # as much as before
    assert claim(world, order, "30.00").approved
    assert not claim(world, order, "30.01").approved
    waived = claim(world, order, "60.00", waives={"limit"})
    assert (waived.approved, waived.rule("limit")["waived"]) == (True, True)
    assert selectors.cures_of(waived) == []
    assert figures(world, customer) == (0, 60, 60)
    assert selectors.last_decision(reference=order.number) == waived
    assert len(selectors.decisions_of(customer.pk)) == 5


def claim(world: World, order, amount: str, **options) -> Decision:
    with unit_of_work():
        return credit.authorize(
            account=credit.lock_account(customer_id=order.customer_id),
            currency="GBP",
            reference=order.number,
            amount=D(amount),
            on=world.on,
            actor=world.system,
            **options,
        )


def test_a_late_payer_within_their_days_is_let_through_and_the_decision_says_so(world: World) -> None:
    customer = world.customer()
    CreditAccount.objects.filter(customer=customer).update(days_overdue_allowed=60)
    lantern = world.product(price="10.00")
    world.invoice(world.ship(world.order(customer, (lantern, "1"))), on=world.on)
    world.on += timedelta(days=40)
    order = world.order(customer, (lantern, "1"))
    decision = selectors.last_decision(reference=order.number)
    assert decision is not None
    assert (order.state, decision.overdue, decision.days_overdue) == ("confirmed", 12, 10)


def test_a_decision_asks_two_queries_alone_and_three_more_in_a_group(world: World) -> None:
    parent = world.customer()
    CreditAccount.objects.filter(customer=parent).update(includes_children=True)
    alone, child = world.customer(), world.customer(parent=parent)
    for customer, queries in ((alone, 2), (child, 5)):
        account = selectors.account_of(customer.pk)
        assert account is not None
        with CaptureQueriesContext(connection) as captured:
            selectors.facts(account=account, currency="GBP", requested=D(1), on=world.on)
        assert len(captured.captured_queries) == queries
