"""Every verb on an order in every state: what becomes of it, or how it is refused."""

import pytest

from fulfillment import services as fulfillment
from o2c.kernel.errors import NotPermitted
from orders import services as orders
from orders.models import Order
from tests.documents import ORDER_STATES, cells, order_in, walk
from tests.world import World, staff

# part_shipped is a confirmed order of which something has left.
TABLE = """
                         quoted                   expired                  lost                     draft                    submitted                on_hold                  confirmed                part_shipped             closed                   cancelled
accept_quote             draft                    !quote-expired           !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open
accept_and_submit_quote  confirmed                !quote-expired           !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open
revise_quote             quoted                   !quote-expired           !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open
lose_quote               lost                     !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open          !quote-not-open
renew_quote              !quote-not-expired       quoted                   !quote-not-expired       !quote-not-expired       !quote-not-expired       !quote-not-expired       !quote-not-expired       !quote-not-expired       !quote-not-expired       !quote-not-expired
submit_order             !order-not-submittable   !order-not-submittable   !order-not-submittable   confirmed                !order-not-submittable   !order-not-submittable   !order-not-submittable   !order-not-submittable   !order-not-submittable   !order-not-submittable
retry_order              !order-not-held          !order-not-held          !order-not-held          !order-not-held          !order-not-held          on_hold                  !order-not-held          !order-not-held          !order-not-held          !order-not-held
release_order            !order-not-held          !order-not-held          !order-not-held          !order-not-held          !order-not-held          confirmed                !order-not-held          !order-not-held          !order-not-held          !order-not-held
reserve_backorders       quoted                   expired                  lost                     draft                    submitted                on_hold                  confirmed                confirmed                closed                   cancelled
cancel_order             !order-not-cancellable   !order-not-cancellable   !order-not-cancellable   cancelled                cancelled                cancelled                cancelled                !order-not-cancellable   !order-not-cancellable   !order-not-cancellable
cancel_rest              !order-not-cancellable   !order-not-cancellable   !order-not-cancellable   !order-not-cancellable   !order-not-cancellable   !order-not-cancellable   !order-not-cancellable   confirmed                !order-not-cancellable   !order-not-cancellable
declare_unfulfillable    !order-not-cancellable   !order-not-cancellable   !order-not-cancellable   !order-not-cancellable   cancelled                cancelled                cancelled                confirmed                !order-not-cancellable   !order-not-cancellable
grant_access             !order-not-shippable     !order-not-shippable     !order-not-shippable     !order-not-shippable     !order-not-shippable     !order-not-shippable     !nothing-to-perform      !nothing-to-perform      !order-not-shippable     !order-not-shippable
plan_shipment            !order-not-shippable     !order-not-shippable     !order-not-shippable     !order-not-shippable     !order-not-shippable     !order-not-shippable     confirmed                !nothing-to-ship         !order-not-shippable     !order-not-shippable
ship_order               !order-not-shippable     !order-not-shippable     !order-not-shippable     !order-not-shippable     !order-not-shippable     !order-not-shippable     confirmed                !nothing-to-ship         !order-not-shippable     !order-not-shippable
"""  # noqa: E501 - a table

EXTRA = {
    "cancel_order": {"reason": "Changed their mind"},
    "cancel_rest": {"reason": "Discontinued"},
    "declare_unfulfillable": {"reason": "Fire"},
    "release_order": {"reason": "Known for years"},
    "lose_quote": {"code": "price"},
}


@pytest.mark.parametrize("state", ORDER_STATES)
def test_every_verb_in_every_state_of_an_order(world: World, state: str) -> None:
    order = order_in(world, state)
    manager = world.system

    def run(verb: str) -> object:
        if verb == "revise_quote":
            wanted = world.wanted(order.customer, (order.lines.get().product, "6"))
            return orders.revise_quote(
                order_id=order.pk, order=wanted, reason="More", expected_version=order.version, actor=manager
            )
        owner = fulfillment if verb in {"plan_shipment", "ship_order", "grant_access"} else orders
        return getattr(owner, verb)(order_id=order.pk, on=world.on, actor=manager, **EXTRA.get(verb, {}))

    walk(world, TABLE, state, run=run, state_after=lambda: str(Order.objects.get(pk=order.pk).state))


def test_the_table_names_every_state_of_an_order() -> None:
    assert set(ORDER_STATES) - {"part_shipped"} == set(Order.State.values)
    assert {cell.state for cell in cells(TABLE)} == set(ORDER_STATES)


def test_a_release_asks_for_the_right_before_anything_changes(world: World) -> None:
    order = order_in(world, "on_hold")
    clerk = staff("Order clerk", "another-clerk")
    with pytest.raises(NotPermitted):
        orders.release_order(order_id=order.pk, reason="Please", on=world.on, actor=clerk)
    assert Order.objects.get(pk=order.pk).state == "on_hold"
