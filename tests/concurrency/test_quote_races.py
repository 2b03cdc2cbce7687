"""Quotes and repeated orders under races: one answer to a quote, one order for one call."""

from datetime import timedelta
from functools import partial

import pytest

from o2c.kernel.models import Event
from orders import errors, services as orders
from orders.models import Order, OrderVersion
from orders.services import checks, quote as quote_verbs
from tests.concurrency.rivals import locks_removed, rival_after
from tests.conftest import in_parallel, wins

pytestmark = pytest.mark.committed

LATER = timedelta(days=1)


def a_quote(world) -> Order:
    wanted = world.wanted(world.customer(), (world.product(), "1"), channel="phone")
    return orders.quote_order(order=wanted, valid_until=world.on, actor=world.system)


def answers(order: Order) -> list[str]:
    kinds = Event.objects.filter(document_id=order.pk, kind__startswith="order.quote_")
    return sorted(kinds.values_list("kind", flat=True))


def test_two_people_accept_a_quote_and_one_order_comes_of_it(world) -> None:
    quote = a_quote(world)
    accept = partial(orders.accept_and_submit_quote, order_id=quote.pk, on=world.on, actor=world.system)
    results = in_parallel(accept, accept, accept)
    assert [order.state for order in wins(results)] == ["confirmed"]
    assert [type(result) for result in results].count(errors.QuoteNotOpen) == 2
    assert answers(quote) == ["order.quote_accepted"]


def test_a_quote_is_accepted_or_expires_and_never_both(world) -> None:
    quote = a_quote(world)
    with rival_after(  # the nightly job comes by while somebody accepts on the last day
        quote_verbs, "_lock_open", partial(orders.expire_quotes, on=world.on + LATER, actor=world.system)
    ) as rival:
        order = orders.accept_quote(order_id=quote.pk, on=world.on, actor=world.system)
    assert rival.result == 0  # it leaves a quote alone that somebody is about to answer
    assert (order.state, answers(quote)) == ("draft", ["order.quote_accepted"])


def test_one_of_accepting_losing_and_expiring_a_quote_happens(world) -> None:
    quote = a_quote(world)
    by = {"order_id": quote.pk, "on": world.on, "actor": world.system}
    in_parallel(
        partial(orders.accept_quote, **by),
        partial(orders.lose_quote, code="price", **by),
        partial(orders.expire_quotes, on=world.on + LATER, actor=world.system),
    )
    orders.expire_quotes(on=world.on + LATER, actor=world.system)
    state = Order.objects.get(pk=quote.pk).state
    [answer] = answers(quote)
    assert (answer, state) in {
        ("order.quote_accepted", "draft"),
        ("order.quote_lost", "lost"),
        ("order.quote_expired", "expired"),
    }


def test_two_people_revise_a_quote_and_the_second_is_told(world) -> None:
    quote = a_quote(world)
    wanted = world.wanted(quote.customer, (quote.lines.get().product, "2"), channel="phone")
    revise = partial(
        orders.revise_quote, order_id=quote.pk, order=wanted, reason="More", expected_version=1, actor=world.system
    )  # fmt: skip
    results = in_parallel(revise, revise)
    assert len(wins(results)) == 1
    assert {type(result) for result in results} == {Order, errors.OrderChanged}
    assert list(OrderVersion.objects.values_list("version", flat=True)) == [2]


def called_twice(world):
    """The same call is entered at two desks: the second while the first is being looked at."""
    lantern, customer = world.product(), world.customer()
    enter = partial(world.order, customer, (lantern, "1"), channel="phone", acknowledges_duplicate=False)
    with rival_after(checks, "past_of", enter) as rival:
        first = enter()
    return first, rival


def test_the_same_call_entered_at_two_desks_is_one_order(world) -> None:
    first, rival = called_twice(world)
    assert rival.waited  # for the customer's credit account
    assert first.state == "confirmed"
    assert isinstance(rival.result, errors.DuplicateSuspected)


def test_without_the_accounts_lock_a_call_becomes_two_orders(unguarded) -> None:
    """The mutant: no constraint can see that two orders are one."""
    with locks_removed():
        first, rival = called_twice(unguarded)
    assert (first.state, rival.result.state) == ("confirmed", "confirmed")
