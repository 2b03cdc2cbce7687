"""Returns under races: what left comes back once, access is granted once, a service is performed once."""

from functools import partial

import pytest
from django.db import IntegrityError

from fulfillment import services as fulfillment
from fulfillment.errors import InvalidPerformance, NothingToPerform, ReturnNotReceivable, ReturnTooMuch
from fulfillment.models import Entitlement, Return, ShipmentLine
from fulfillment.services import performance, returns
from inventory.models import StockMove
from o2c.kernel.models import Event
from orders import services as orders
from orders.models import OrderLine
from tests.concurrency.rivals import Rival, constraint_of, locks_removed, rival_after
from tests.conftest import in_parallel, wins
from tests.fulfillment.returns import authorised, of_each, received
from tests.world import World

pytestmark = pytest.mark.committed


def authorise_twice(world: World) -> tuple[object, Rival]:
    """Two clerks authorise a return of the same three pieces; the second comes when the first has looked."""
    shipment = world.ship(world.order(world.customer(), (world.product(stock="5"), "5")))
    again = partial(authorised, world, shipment, "3")
    with rival_after(returns, "_ensure_left", again) as rival:
        try:
            first: object = again()
        except IntegrityError as error:
            first = error
    return first, rival


def test_without_the_lock_more_would_be_authorised_than_left_and_a_constraint_refuses(
    unguarded: World,
) -> None:
    """A07, the mutant: both clerks see five pieces that can come back."""
    with locks_removed():
        first, rival = authorise_twice(unguarded)
    assert isinstance(rival.result, Return)
    assert constraint_of(first) == "shipmentline_never_more_comes_back"
    assert Return.objects.count() == 1


def test_what_left_is_authorised_to_come_back_once(world: World) -> None:
    """A07, exact interleaving: the second clerk waits, then sees that two are left."""
    _, rival = authorise_twice(world)
    assert rival.waited
    assert isinstance(rival.result, ReturnTooMuch)
    assert ShipmentLine.objects.get().in_returns == 3


def test_a_return_is_received_and_put_on_the_shelf_once_however_many_desks(world: World) -> None:
    shipment = world.ship(world.order(world.customer(), (world.product(stock="5"), "5")))
    one = authorised(world, shipment, "3")
    results = in_parallel(*[partial(received, world, one, "3")] * 6)
    assert len(wins(results)) == 1
    assert sum(isinstance(result, ReturnNotReceivable) for result in results) == 5
    assert OrderLine.objects.get().returned == 3
    inspect = partial(
        fulfillment.inspect_return,
        return_id=one.pk,
        restocked=of_each(one, "3"),
        scrapped={},
        on=world.on,
        actor=world.system,
    )
    assert len(wins(in_parallel(*[inspect] * 6))) == 1
    assert StockMove.objects.filter(kind="return").count() == 1


def test_access_is_granted_once_when_the_event_comes_twice_at_once(world: World) -> None:
    order = world.order(world.customer(), (world.product(kind="digital"), "1"))
    grant = partial(fulfillment.grant_access, order_id=order.pk, on=world.on, actor=world.system)
    with rival_after(performance.orders, "lines_of", grant) as rival:
        grant()
    assert rival.waited
    assert isinstance(rival.result, NothingToPerform)
    assert Entitlement.objects.count() == Event.objects.filter(kind="entitlement.granted").count() == 1


def test_a_service_is_performed_once_however_many_technicians_say_so(world: World) -> None:
    order = world.order(world.customer(), (world.product(kind="service"), "2"))
    perform = partial(
        fulfillment.perform_services,
        order_id=order.pk,
        quantities={order.lines.get().pk: order.lines.get().ordered},
        performed_on=world.on,
        performed_by="Ada",
        actor=world.system,
    )
    results = in_parallel(*[perform] * 4)
    assert len(wins(results)) == 1
    assert sum(isinstance(result, InvalidPerformance) for result in results) == 3


def test_a_shipment_leaves_or_the_order_is_given_up(world: World) -> None:
    """C26: ship versus cannot fulfil."""
    order = world.order(world.customer(), (world.product(stock="5"), "5"))
    ship = partial(fulfillment.ship_order, order_id=order.pk, on=world.on, actor=world.system)
    give_up = partial(
        orders.declare_unfulfillable, order_id=order.pk, reason="Fire", on=world.on, actor=world.system
    )
    assert len(wins(in_parallel(*[ship, give_up] * 3))) == 1
