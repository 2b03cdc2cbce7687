"""Carts under races: one is ordered, given back or expires, once, and nobody gets what another holds."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError

from inventory import services as stock
from inventory.errors import (
    InsufficientStock,
)
from inventory.models import CartHold, StockLevel
from inventory.services import carts
from o2c.kernel.db import sqlstate
from tests.concurrency.rivals import locks_removed, rival_after
from tests.conftest import in_parallel, wins
from tests.documents import NOON

pytestmark = pytest.mark.committed


def a_cart_and_its_order(world):
    """The last five lanterns are in a cart, and its checkout is about to be completed."""
    lantern = world.product(stock="5")
    cart = world.hold(lantern, "5", at=NOON)
    return cart, partial(world.order, world.customer(), (lantern, "5"), cart_token=cart.token)


def expiry_of(world, cart: CartHold):
    return partial(stock.expire_carts, at=cart.expires_at, on=world.on, actor=world.system)


def test_a_cart_that_is_just_being_ordered_does_not_expire(world) -> None:
    """C05: the order has the cart's lock; the expiry leaves it alone instead of waiting."""
    cart, finish = a_cart_and_its_order(world)
    with rival_after(carts, "_lock_held", expiry_of(world, cart)) as rival:
        order = finish()
    assert (rival.waited, rival.result) == (False, 0)
    assert order.lines.get().reserved == 5
    assert CartHold.objects.get().state == "ordered"
    assert StockLevel.objects.get().reserved == 5


def test_an_order_whose_cart_is_just_expiring_waits_and_reserves_what_is_free(world) -> None:
    """C05, the other way round."""
    cart, finish = a_cart_and_its_order(world)
    with rival_after(carts, "_lock_levels", finish) as rival:
        assert expiry_of(world, cart)() == 1
    assert rival.waited
    assert rival.result.lines.get().reserved == 5
    assert CartHold.objects.get().state == "expired"
    assert StockLevel.objects.get().reserved == 5


def test_without_the_lock_a_cart_is_ordered_and_expires(unguarded) -> None:
    """C05, the mutant: both find the cart held, and both give its stock back; the state machine refuses one."""
    cart, finish = a_cart_and_its_order(unguarded)
    with (
        locks_removed(),
        pytest.raises(DatabaseError) as refused,
        rival_after(carts, "_lock_held", expiry_of(unguarded, cart)),
    ):
        finish()
    assert sqlstate(refused.value) == "P0001"
    assert "expired" in str(refused.value)


def test_nobody_steals_from_a_cart_while_it_is_ordered(world) -> None:
    """A rival order waits for the level until the cart's stock is the order's."""
    _, finish = a_cart_and_its_order(world)
    product = StockLevel.objects.get().product
    with rival_after(carts, "_give_back", partial(world.order, world.customer(), (product, "1"))) as rival:
        order = finish()
    assert rival.waited
    assert order.lines.get().reserved == 5
    assert rival.result.lines.get().reserved == 0


@pytest.mark.parametrize("shoppers", [8])
def test_many_carts_want_the_last_unit_and_one_gets_it(world, shoppers: int) -> None:
    """C01 for carts."""
    lantern = world.product(stock="1")
    results = in_parallel(*[partial(world.hold, lantern, "1", at=NOON)] * shoppers)
    assert len(wins(results)) == 1
    assert all(isinstance(result, InsufficientStock) for result in results if result not in wins(results))


def test_one_cart_held_twice_at_once_holds_once(world) -> None:
    """Two tabs of one shopper: the token is unique, and the second replaces what the first held."""
    lantern = world.product(stock="5")
    hold = partial(
        stock.hold_cart, company_id=world.company.pk, token="tab", wanted={lantern.sku: Decimal(4)},
        minutes=5, at=NOON, actor=world.system,
    )  # fmt: skip
    assert len(wins(in_parallel(hold, hold, hold))) == 3
    assert StockLevel.objects.get().reserved == 4
