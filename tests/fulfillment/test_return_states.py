"""Every verb on a return in every state, what may come back at most, and what bad input meets."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fulfillment import errors, selectors, services as fulfillment, tasks
from fulfillment.models import Return, ReturnLine, ShipmentLine
from inventory.models import StockLevel
from o2c.kernel.errors import NotFound
from o2c.kernel.models import JobRun
from orders.models import OrderLine
from tests.documents import cells, walk
from tests.fulfillment.returns import RETURN_STATES, authorised, inspected, of_each, received, return_in
from tests.world import World

TABLE = """
                 authorised               received                 inspected                cancelled
receive_return   received                 !return-not-receivable   !return-not-receivable   !return-not-receivable
inspect_return   !return-not-inspectable  inspected                !return-not-inspectable  !return-not-inspectable
cancel_return    cancelled                !return-not-cancellable  !return-not-cancellable  !return-not-cancellable
"""


@pytest.mark.parametrize("state", RETURN_STATES)
def test_every_verb_in_every_state_of_a_return(world: World, state: str) -> None:
    one = return_in(world, state)
    two = of_each(one, "2")
    inputs = {
        "receive_return": {"received": two},
        "inspect_return": {"restocked": two, "scrapped": {}},
        "cancel_return": {},
    }

    def run(verb: str) -> object:
        return getattr(fulfillment, verb)(return_id=one.pk, **inputs[verb], on=world.on, actor=world.system)

    walk(world, TABLE, state, run=run, state_after=lambda: str(Return.objects.get(pk=one.pk).state))


def test_the_table_names_every_state_of_a_return() -> None:
    assert set(RETURN_STATES) == set(Return.State.values) == {cell.state for cell in cells(TABLE)}


def test_two_lines_of_one_product_come_back_by_their_rows_not_by_their_product(world: World) -> None:
    """R059: the second row has nothing in returns because the first has."""
    lantern = world.product(price="10.00", stock="10")
    shipment = world.ship(world.order(world.customer(), (lantern, "4"), (lantern, "2")))
    first, second = shipment.lines.all()

    def authorise(line: ShipmentLine, quantity: str) -> Return:
        return fulfillment.authorise_return(
            shipment_id=shipment.pk,
            lines={line.pk: Decimal(quantity)},
            reason="damaged",
            valid_until=world.on,
            on=world.on,
            actor=world.system,
        )

    received(world, authorise(first, "4"), "4")
    with pytest.raises(errors.ReturnTooMuch):
        authorise(first, "1")
    with pytest.raises(errors.ReturnTooMuch):
        authorise(second, "3")
    received(world, authorise(second, "2"), "2")
    assert list(OrderLine.objects.values_list("returned", flat=True)) == [4, 2]


def test_what_did_not_come_and_what_was_cancelled_can_come_back_later(world: World) -> None:
    shipment = world.ship(world.order(world.customer(), (world.product(stock="5"), "5")))
    received(world, authorised(world, shipment, "5"), "2")
    cancelled = authorised(world, shipment, "3")
    fulfillment.cancel_return(return_id=cancelled.pk, on=world.on, actor=world.system)
    with pytest.raises(errors.ReturnTooMuch) as refusal:
        authorised(world, shipment, "4")
    assert refusal.value.details == {"left": {str(shipment.lines.get().pk): "3.0000"}}
    received(world, authorised(world, shipment, "3"), "3")
    assert OrderLine.objects.get().returned == 5


def test_the_database_lets_no_more_come_back_than_left(world: World) -> None:
    one = return_in(world, "authorised")
    for statement in (
        "UPDATE fulfillment_shipmentline SET in_returns = quantity + 1",
        "UPDATE fulfillment_returnline SET received = authorised + 1",
        "UPDATE fulfillment_returnline SET restocked = 1",
        "UPDATE fulfillment_returnline SET credited = 1",
        "UPDATE orders_orderline SET returned = shipped + 1",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReturnLine.objects.filter(returned=one).update(authorised=5)


NOT_QUANTITIES = ["0", "-1", "NaN", "Infinity", "0.00001", "99999999999999999999"]


@pytest.mark.parametrize("quantity", NOT_QUANTITIES)
def test_no_wrong_quantity_is_authorised_received_or_inspected(world: World, quantity: str) -> None:
    one = return_in(world, "authorised")
    line_id = one.lines.get().shipment_line_id
    wrong = {line_id: Decimal(quantity)}
    by = {"on": world.on, "actor": world.system}
    before = world.fingerprint()
    with pytest.raises(errors.InvalidReturn):
        fulfillment.authorise_return(
            shipment_id=one.shipment_id, lines=wrong, reason="other", valid_until=world.on, **by
        )
    with pytest.raises((errors.InvalidReturn, errors.ReturnTooMuch)):
        fulfillment.receive_return(return_id=one.pk, received=wrong, **by)
    assert world.fingerprint() == before
    received(world, one, "2")
    before = world.fingerprint()
    with pytest.raises(errors.InvalidReturn):
        fulfillment.inspect_return(return_id=one.pk, restocked=wrong, scrapped={}, **by)
    with pytest.raises(errors.InvalidReturn):
        fulfillment.inspect_return(
            return_id=one.pk, restocked=of_each(one, "2"), scrapped={1: Decimal(1)}, **by
        )
    assert world.fingerprint() == before


def test_a_return_that_cannot_be_right_is_refused_with_every_problem(world: World) -> None:
    service = world.product(kind="service")
    shipment = world.ship(world.order(world.customer(), (world.product(), "1"), (service, "1")))
    by = {"on": world.on, "actor": world.system}
    before = world.fingerprint()
    with pytest.raises(errors.InvalidReturn) as refusal:
        fulfillment.authorise_return(
            shipment_id=shipment.pk,
            lines={shipment.lines.get(order_line__product=service).pk: Decimal(1), 1: Decimal(1)},
            reason="bored",
            valid_until=world.on - timedelta(days=1),
            **by,
        )
    assert len(refusal.value.details["problems"]) == 4
    wanted = {"lines": {}, "reason": "other", "valid_until": world.on, **by}
    with pytest.raises(errors.InvalidReturn):
        fulfillment.authorise_return(shipment_id=shipment.pk, **wanted)
    with pytest.raises(NotFound):
        fulfillment.authorise_return(shipment_id=0, **wanted)
    with pytest.raises(NotFound):
        fulfillment.cancel_return(return_id=0, **by)
    planned = fulfillment.plan_shipment(
        order_id=world.order(world.customer(), (world.product(), "1")).pk, **by
    )
    with pytest.raises(errors.ShipmentNotReturnable):
        authorised(world, planned, "1")
    assert world.fingerprint() != before  # the planned shipment; no return
    assert not Return.objects.exists()


def test_what_was_not_authorised_is_not_received_and_the_desk_is_told_what_to_do(world: World) -> None:
    one = return_in(world, "authorised")
    other = world.ship(world.order(world.customer(), (world.product(), "1"))).lines.get()
    by = {"return_id": one.pk, "on": world.on, "actor": world.system}
    with pytest.raises(errors.InvalidReturn, match="authorise another return for it"):
        fulfillment.receive_return(received={other.pk: Decimal(1)}, **by)
    with pytest.raises(errors.ReturnTooMuch, match="authorise another return for the rest"):
        fulfillment.receive_return(received=of_each(one, "3"), **by)
    with pytest.raises(errors.InvalidReturn, match="cancel the return instead"):
        fulfillment.receive_return(received={}, **by)
    assert Return.objects.get(pk=one.pk).state == "authorised"


def test_a_return_nobody_used_in_time_is_cancelled_by_the_nightly_job(world: World) -> None:
    late, came = return_in(world, "authorised"), return_in(world, "received")
    assert selectors.expired_returns(on=late.valid_until) == []
    after = late.valid_until + timedelta(days=1)
    assert selectors.expired_returns(on=after) == [late.pk]
    Return.objects.filter(pk=late.pk).update(valid_until=world.on - timedelta(days=1))
    tasks.expire_returns()
    run = JobRun.objects.get(job="fulfillment.tasks.expire_returns")
    assert run.outcome == {"returns": 1}
    assert Return.objects.get(pk=late.pk).state == "cancelled"
    assert Return.objects.get(pk=came.pk).state == "received"
    assert late.lines.get().shipment_line.in_returns == 0


@pytest.mark.parametrize("returns", [1, 4])
def test_the_due_lists_of_returns_take_the_same_statements_however_many_returns(
    world: World, returns: int
) -> None:
    lines = [(world.product(stock="9"), "3") for _ in range(returns)]
    for _ in range(returns):
        shipment = world.ship(world.order(world.customer(), *lines[:1]))
        authorised(world, shipment, "1")
        inspected(world, received(world, authorised(world, shipment, "1"), "1"), restocked="1", scrapped="0")
    with CaptureQueriesContext(connection) as captured:
        assert len(selectors.returns_to_credit()) == returns
        waiting = selectors.returns_to_receive(warehouse_id=world.basics.warehouse.pk)
        named = [
            (
                one.shipment.order.customer.name,
                [line.shipment_line.order_line.description for line in one.lines.all()],
            )
            for one in waiting
        ]
    assert len(named) == returns
    assert len(captured) == 5
    assert StockLevel.objects.order_by("pk").first().on_hand == 9 - 2 * returns
