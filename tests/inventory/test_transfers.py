"""Goods on their way between warehouses: nobody's level, still our stock, and what is lost is booked."""

from decimal import Decimal

import pytest

from fulfillment import services as fulfillment
from inventory import selectors
from inventory.models import StockLevel, StockMove, Transfer
from ledger.models import JournalEntry
from o2c.kernel.models import Event
from tests.documents import TRANSFER_STATES, cells, transfer_in, walk
from tests.world import World

D = Decimal

TABLE = """
                   sent       received
receive_transfer   received   !transfer-not-receivable
"""


@pytest.mark.parametrize("state", TRANSFER_STATES)
def test_every_verb_in_every_state_of_a_transfer(world: World, state: str) -> None:
    transfer = transfer_in(world, state)

    def run(verb: str) -> object:
        return getattr(fulfillment, verb)(transfer_id=transfer.pk, on=world.on, actor=world.system)

    walk(world, TABLE, state, run=run, state_after=lambda: str(Transfer.objects.get(pk=transfer.pk).state))


def test_the_table_names_every_state_of_a_transfer() -> None:
    assert set(TRANSFER_STATES) == set(Transfer.State.values) == {cell.state for cell in cells(TABLE)}


def send(world: World, target, **wanted: str) -> Transfer:
    """Send quantities by product id, which the keyword is with a leading p."""
    return fulfillment.send_transfer(
        source=world.basics.warehouse,
        target=target,
        wanted={int(key[1:]): D(quantity) for key, quantity in wanted.items()},
        on=world.on,
        expected_on=world.on,
        actor=world.system,
    )


def levels(product) -> list[tuple[Decimal, Decimal]]:
    """What each warehouse has, and what it is worth, in the order in which they had it."""
    return list(StockLevel.objects.filter(product=product).order_by("pk").values_list("on_hand", "value"))


def test_the_worth_travels_to_the_cent_and_the_books_stay(world: World) -> None:
    lantern, target = world.product(stock="3", cost="3.3333"), world.warehouse()
    before = world.books()
    transfer = send(world, target, **{f"p{lantern.pk}": "2"})
    assert levels(lantern) == [(1, D("3.33"))]
    assert transfer.lines.get().value == D("6.67")
    assert world.books() == before
    fulfillment.receive_transfer(transfer_id=transfer.pk, on=world.on, actor=world.system)
    assert levels(lantern) == [(1, D("3.33")), (2, D("6.67"))]
    assert world.books() == before
    moves = StockMove.objects.filter(kind="transfer").order_by("pk")
    assert list(moves.values_list("quantity", "value", "source")) == [
        (-2, D("-6.67"), f"transfer/{transfer.pk}"),
        (2, D("6.67"), f"transfer/{transfer.pk}"),
    ]


def test_what_does_not_arrive_is_a_loss_at_what_it_was_worth(world: World) -> None:
    lantern, hook = world.product(stock="3", cost="3.3333"), world.product(stock="4", cost="1.00")
    transfer = send(world, world.warehouse(), **{f"p{lantern.pk}": "3", f"p{hook.pk}": "2"})
    fulfillment.receive_transfer(
        transfer_id=transfer.pk, arrived={lantern.pk: D(1), hook.pk: D(0)}, on=world.on, actor=world.system
    )
    assert levels(lantern) == [(0, 0), (1, D("3.33"))]
    assert levels(hook) == [(2, D("2.00")), (0, 0)]
    assert world.books() == {"stock": "5.33", "goods_received": "-14.00", "stock_adjustment": "8.67"}
    assert JournalEntry.objects.get(source=f"transfer/{transfer.pk}/received").description == (
        f"Lost on the way: {transfer.number}"
    )
    told = Event.objects.get(kind="transfer.received")
    assert told.payload["missing"] == {str(lantern.pk): "2.0000", str(hook.pk): "2.0000"}
    received = Event.objects.filter(kind="product.received", document_number=transfer.number)
    assert [event.document_id for event in received] == [lantern.pk]


def test_goods_on_their_way_are_supply_of_the_warehouse_that_awaits_them(world: World) -> None:
    lantern, target = world.product(stock="5"), world.warehouse()
    transfer = send(world, target, **{f"p{lantern.pk}": "2"})
    found = selectors.supply(warehouse_id=target.pk, product_ids=[lantern.pk])[lantern.pk]
    assert [(arrival.quantity, arrival.reference) for arrival in found.arrivals] == [(2, transfer.number)]
    fulfillment.receive_transfer(transfer_id=transfer.pk, on=world.on, actor=world.system)
    found = selectors.supply(warehouse_id=target.pk, product_ids=[lantern.pk])[lantern.pk]
    assert (found.free, found.arrivals) == (2, ())


def test_an_order_that_waits_gets_what_arrives(world: World) -> None:
    lantern, target = world.product(stock="5"), world.warehouse()
    order = world.order(world.customer(), (lantern, "2"), warehouse_id=target.pk)
    assert order.lines.get().reserved == 0
    transfer = send(world, target, **{f"p{lantern.pk}": "2"})
    fulfillment.receive_transfer(transfer_id=transfer.pk, on=world.on, actor=world.system)
    world.let_the_desks_work()
    assert order.lines.get().reserved == 2


@pytest.mark.parametrize("products", [1, 20])
def test_a_transfer_takes_the_same_statements_however_long_it_is(
    world: World, products: int, django_assert_num_queries
) -> None:
    goods = {world.product(stock="5").pk: D(2) for _ in range(products)}
    target, actor = world.warehouse(), world.system
    actor.has_perm("inventory.add_stockmove")
    with django_assert_num_queries(8):
        transfer = fulfillment.send_transfer(
            source=world.basics.warehouse, target=target, wanted=goods, on=world.on, expected_on=world.on,
            actor=actor,
        )  # fmt: skip
    arrived = {product_id: D(1) for product_id in goods}
    with django_assert_num_queries(14):
        fulfillment.receive_transfer(transfer_id=transfer.pk, arrived=arrived, on=world.on, actor=actor)
