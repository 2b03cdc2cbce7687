"""Credit under races: the limit is claimed once, and a cut or a block is either before or after an order."""

from decimal import Decimal
from functools import partial

import pytest

from credit import selectors, services as credit
from credit.errors import LimitRequestOutdated
from credit.models import Commitment, CreditAccount, LimitRequest
from credit.services import limits
from orders import services as orders
from orders.models import Order
from receivables import services as receivables
from receivables.models import Allocation
from tests.concurrency.rivals import locks_removed, rival_after, rival_before
from tests.conftest import in_parallel, wins
from tests.world import staff

pytestmark = pytest.mark.committed


def committed_credit() -> Decimal:
    """What all orders claim."""
    return sum((claim.amount for claim in Commitment.objects.all()), Decimal(0))


def order_twice(world):
    """A customer with a limit of 100 orders 72 twice, the second time while the first is decided."""
    lantern = world.product(price="60.00")
    customer = world.customer(limit="100")
    with rival_after(selectors, "facts", partial(world.order, customer, (lantern, "1"))) as rival:
        order = world.order(customer, (lantern, "1"))
    return order, rival


def test_without_the_lock_the_limit_is_claimed_twice(unguarded) -> None:
    """C10, the mutant: no constraint can see this, only the account's lock stands against it."""
    with locks_removed():
        order, rival = order_twice(unguarded)
    assert (order.state, rival.result.state) == (Order.State.CONFIRMED, Order.State.CONFIRMED)
    assert committed_credit() > 100


def test_the_second_order_waits_for_the_first_and_is_over_the_limit(world) -> None:
    """C10, exact interleaving."""
    order, rival = order_twice(world)
    assert rival.waited
    assert order.state == Order.State.CONFIRMED
    assert rival.result.state == Order.State.ON_HOLD
    assert rival.result.hold_reasons[0]["code"] == "credit-limit"


@pytest.mark.parametrize("tabs", [8, pytest.param(20, marks=pytest.mark.soak)])
def test_many_orders_of_sixty_percent_of_the_limit_and_one_is_confirmed(world, tabs: int) -> None:
    """C10: from the checkout, from the clerk's screen and from a file at once."""
    lantern = world.product(price="50.00")
    customer = world.customer(limit="100")
    channels = ["api", "phone", "import", "web"]
    results = in_parallel(
        *(partial(world.order, customer, (lantern, "1"), channel=channels[n % 4]) for n in range(tabs))
    )
    states = [order.state for order in wins(results)]
    assert states.count(Order.State.CONFIRMED) == 1
    assert states.count(Order.State.ON_HOLD) == tabs - 1
    assert committed_credit() == 60


def test_two_workers_retry_the_same_held_orders_and_each_is_confirmed_once(world) -> None:
    """C10: money came in; two messages of it are handled at once."""
    lantern = world.product(price="50.00")
    customer = world.customer(limit="0")
    held = [world.order(customer, (lantern, "1")) for _ in range(3)]
    credit.set_limit(customer_id=customer.pk, limit=Decimal(130), on=world.on, actor=world.system)
    retry = [
        partial(orders.retry_order, order_id=order.pk, on=world.on, actor=world.system)
        for order in [*held, *held]
    ]
    in_parallel(*retry)
    assert Order.objects.filter(state=Order.State.CONFIRMED).count() == 2
    assert committed_credit() == 120


def cut_the_limit(world, customer):
    return partial(
        credit.set_limit, customer_id=customer.pk, limit=Decimal(0), on=world.on, actor=world.system
    )


def test_without_the_lock_a_cut_limit_is_overwritten_by_nobody_but_seen_too_late(unguarded) -> None:
    """C12, the mutant: the order is confirmed after the cut has committed."""
    world = unguarded
    lantern = world.product(price="60.00")
    customer = world.customer(limit="100")
    with locks_removed(), rival_after(selectors, "facts", cut_the_limit(world, customer)) as cut:
        order = world.order(customer, (lantern, "1"))
        assert not cut.waited
    assert order.state == Order.State.CONFIRMED


def test_a_limit_cut_during_an_order_waits_until_the_order_is_in(world) -> None:
    """C12: the order that came first stands, the next one is refused."""
    lantern = world.product(price="60.00")
    customer = world.customer(limit="100")
    with rival_after(selectors, "facts", cut_the_limit(world, customer)) as cut:
        order = world.order(customer, (lantern, "1"))
        assert cut.waited
    assert order.state == Order.State.CONFIRMED
    assert CreditAccount.objects.get().limit == 0
    assert world.order(customer, (lantern, "1")).state == Order.State.ON_HOLD


def test_an_order_during_a_limit_cut_waits_and_meets_the_new_limit(world) -> None:
    """C12, the other way round."""
    lantern = world.product(price="60.00")
    customer = world.customer(limit="100")
    with rival_after(limits, "lock_account", partial(world.order, customer, (lantern, "1"))) as rival:
        cut_the_limit(world, customer)()
    assert rival.waited
    assert rival.result.state == Order.State.ON_HOLD


def test_a_block_set_during_an_order_holds_the_next_one(world) -> None:
    """C12: whoever blocks writes the locked row, so the block is before or after an order, never inside."""
    lantern = world.product(price="60.00")
    customer = world.customer(limit="1000")
    block = partial(
        credit.block_credit, customer_id=customer.pk, reason="Late", on=world.on, actor=world.system
    )
    with rival_after(selectors, "facts", block) as blocking:
        order = world.order(customer, (lantern, "1"))
        assert blocking.waited
    assert order.state == Order.State.CONFIRMED
    assert world.order(customer, (lantern, "1")).hold_reasons[0]["code"] == "credit-blocked"


def test_a_customer_without_an_account_gets_one_however_many_orders_come_first(world) -> None:
    """C10: the row to lock is made by whoever comes first."""
    lantern = world.product()
    customer = world.customer()
    CreditAccount.objects.filter(customer=customer).delete()
    results = in_parallel(*[partial(world.order, customer, (lantern, "1"))] * 4)
    assert [order.state for order in wins(results)] == [Order.State.ON_HOLD] * 4
    assert CreditAccount.objects.count() == 1


def test_an_order_during_the_issue_of_an_invoice_counts_the_debt_once(world) -> None:
    """C11: the claim becomes a receivable in one step; nobody sees both, and nobody sees neither."""
    lantern = world.product(price="50.00")
    customer = world.customer(limit="120")
    shipment = world.ship(world.order(customer, (lantern, "1")))
    with rival_after(credit, "commit", partial(world.order, customer, (lantern, "1"))) as rival:
        world.invoice(shipment)
    assert rival.waited
    assert rival.result.state == Order.State.CONFIRMED
    assert committed_credit() == 60
    assert world.order(customer, (lantern, "1")).state == Order.State.ON_HOLD


def test_money_taken_back_during_an_order_is_before_or_after_it(world) -> None:
    """C10: a reversal raises the debt without asking for credit; it never splits the figures of a decision."""
    lantern = world.product(price="50.00")
    customer = world.customer(limit="120")
    payment = world.pay(world.invoice(world.ship(world.order(customer, (lantern, "1")))))
    undo = partial(
        receivables.reverse_allocation,
        allocation_id=Allocation.objects.get(payment=payment).pk,
        on=world.on,
        actor=world.system,
    )
    with rival_after(selectors, "facts", undo):
        order = world.order(customer, (lantern, "2"))
    assert order.state == Order.State.CONFIRMED
    assert world.order(customer, (lantern, "1")).state == Order.State.ON_HOLD


# ---- a limit of the whole group
def a_group(world, *, limit: str = "100", **fields):
    """A parent whose limit is the group's, and two children with room of their own."""
    parent = world.customer(limit=limit, **fields)
    CreditAccount.objects.filter(customer=parent).update(includes_children=True)
    return parent, *(world.customer(limit="1000", parent=parent) for _ in range(2))


def siblings_order(world):
    """Two children of a group with a limit of 100 order 72 each, the second while the first is decided."""
    lantern = world.product(price="60.00")
    _parent, one, two = a_group(world)
    with rival_after(selectors, "facts", partial(world.order, two, (lantern, "1"))) as rival:
        order = world.order(one, (lantern, "1"))
    return order, rival


def test_without_the_lock_two_children_pass_the_limit_of_their_group(unguarded) -> None:
    """C10, the mutant: each has room of its own, only the parent's lock sees both."""
    with locks_removed():
        order, rival = siblings_order(unguarded)
    assert (order.state, rival.result.state) == (Order.State.CONFIRMED, Order.State.CONFIRMED)
    assert committed_credit() == 144


def test_a_child_waits_for_its_sibling_and_is_over_the_limit_of_the_group(world) -> None:
    """C10: the parent's account is locked with the child's."""
    order, rival = siblings_order(world)
    assert rival.waited
    assert order.state == Order.State.CONFIRMED
    assert rival.result.hold_reasons[0]["code"] == "credit-group-limit"


def test_parent_and_children_order_at_once_and_the_group_keeps_its_limit(world) -> None:
    """C10: whatever comes first, one fits; nobody deadlocks, as accounts are locked by primary key."""
    lantern = world.product(price="50.00")
    members = a_group(world)
    results = in_parallel(*(partial(world.order, member, (lantern, "1")) for member in [*members, *members]))
    states = [order.state for order in wins(results)]
    assert (len(states), states.count(Order.State.CONFIRMED)) == (6, 1)
    assert committed_credit() == 60


# ---- four eyes
def a_request(world, limit: str = "500"):
    """A clerk asks for a limit of 500 instead of 100."""
    customer = world.customer(limit="100")
    return credit.request_limit(
        customer_id=customer.pk, limit=Decimal(limit), reason="Growing", on=world.on, actor=staff("AR clerk")
    )


def approve(world, request, username: str):
    manager = staff("Finance manager", username)
    return partial(credit.approve_limit_request, request_id=request.pk, on=world.on, actor=manager)


def test_two_managers_decide_at_once_and_the_second_is_told_so(world) -> None:
    """C33: the request waits under its account's lock; it is decided once, by one person."""
    request = a_request(world)
    reject = partial(
        credit.reject_limit_request,
        request_id=request.pk,
        answer="Too new",
        on=world.on,
        actor=staff("Finance manager", "carol"),
    )
    with rival_after(limits, "lock_account", reject) as rival:
        approve(world, request, "bob")()
    assert rival.waited
    assert rival.result.code == "limit-request-decided"
    request = LimitRequest.objects.get()
    assert (request.state, request.decided_by.username) == ("approved", "bob")
    assert CreditAccount.objects.get().limit == 500


def test_the_approver_cannot_be_made_the_requester_meanwhile(world) -> None:
    """C33: changing who asked is refused by the table, before and after the approval."""
    request = a_request(world)
    manager = staff("Finance manager", "bob")

    def swap() -> None:
        LimitRequest.objects.filter(pk=request.pk).update(requested_by=manager)

    with rival_after(limits, "lock_account", swap) as rival:
        approve(world, request, "bob")()
    assert "is frozen" in str(rival.result)
    request = LimitRequest.objects.get()
    assert request.requested_by == staff("AR clerk")


def test_a_limit_cut_while_a_raise_waits_for_its_approval_wins(world) -> None:
    """C12: who cut the limit knew something; the older request is refused and the cut stands."""
    request = a_request(world)
    customer = request.account.customer
    cut = cut_the_limit(world, customer)
    with rival_before(limits, "lock_account", cut) as rival, pytest.raises(LimitRequestOutdated):
        approve(world, request, "bob")()
    assert not rival.waited
    assert CreditAccount.objects.get().limit == 0


def test_the_same_limit_requested_twice_at_once_is_one_request(world) -> None:
    """C33: one open request per customer."""
    customer = world.customer(limit="100")
    ask = partial(
        credit.request_limit,
        customer_id=customer.pk,
        limit=Decimal(500),
        reason="Growing",
        on=world.on,
        actor=world.system,
    )
    results = in_parallel(ask, ask, ask)
    assert len(wins(results)) == 1
    assert {result.code for result in results if isinstance(result, Exception)} == {"limit-request-open"}
