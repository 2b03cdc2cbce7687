"""Counting: one product or a whole sheet, whose goods a count would take, and what is to be counted next."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fulfillment import services as fulfillment
from inventory import selectors, services as stock
from inventory.errors import CountBelowReserved, ImplausibleCount, StockSourceReused
from inventory.models import Reservation, StockLevel
from inventory.rules import Demand, recount_key
from ledger.models import JournalEntry
from o2c.kernel.db import unit_of_work
from o2c.kernel.models import Event
from tests.documents import NOON
from tests.world import World

D = Decimal


def count(world: World, source: str = "sheet", on: date | None = None, **counted) -> Decimal:
    return fulfillment.count_many(
        warehouse=world.basics.warehouse,
        counted={product.pk: D(number) for product, number in counted["lines"]},
        source=source,
        on=on or world.on,
        actor=world.system,
        confirms_implausible=counted.get("confirms_implausible", False),
    )


def test_a_sheet_is_one_entry_and_each_difference_a_move(world: World) -> None:
    lantern, hook, wick = (world.product(stock="10", cost=cost) for cost in ("4.00", "1.00", "2.00"))
    assert count(world, lines=[(lantern, "8"), (hook, "13"), (wick, "10")]) == D("-5.00")
    entry = JournalEntry.objects.get(source="count/main/sheet")
    assert entry.lines.count() == 2
    assert world.books() == {"stock": "65.00", "goods_received": "-70.00", "stock_adjustment": "5.00"}
    assert Event.objects.filter(kind="product.counted").count() == 2
    assert set(StockLevel.objects.values_list("counted_on", flat=True)) == {world.on}
    with pytest.raises(StockSourceReused):
        count(world, lines=[(lantern, "9")])


def test_a_count_that_can_hardly_be_right_is_refused_until_somebody_confirms_it(world: World) -> None:
    lantern, hook = world.product(stock="10"), world.product(stock="10")
    before = world.fingerprint()
    with pytest.raises(ImplausibleCount) as refusal:
        count(world, lines=[(lantern, "1000"), (hook, "9")])
    assert refusal.value.message == f"1000 counted of {lantern.sku}, but the books say 10."
    assert world.fingerprint() == before
    assert count(world, lines=[(lantern, "999")]) == D("3956.00")
    assert count(world, source="again", lines=[(hook, "1000")], confirms_implausible=True) == D("3960.00")


def test_a_count_that_would_take_somebodys_goods_says_whose(world: World) -> None:
    lantern, hook = world.product(stock="10"), world.product(stock="10")
    order = world.order(world.customer(), (lantern, "6"))
    cart = world.hold(lantern, "2", at=NOON)
    before = world.fingerprint()
    with pytest.raises(CountBelowReserved) as refusal:
        count(world, lines=[(lantern, "7"), (hook, "9")])
    assert refusal.value.message == (
        f"7 counted of {lantern.sku}, but 8 are promised. They are for {order.number}: 6, a shopping cart: 2."
    )
    assert refusal.value.details["demands"] == {order.lines.get().demand_key: "6", cart.demand_key: "2"}
    assert world.fingerprint() == before
    assert count(world, lines=[(lantern, "8")]) == D("-8.00")


def test_a_count_settles_what_pickers_missed(world: World) -> None:
    lantern = world.product(stock="10")
    world.order(world.customer(), (lantern, "6"))
    with unit_of_work():
        missed = [Demand(recount_key(lantern.pk), lantern.pk, D(3))]
        stock.reserve_available(warehouse_id=world.basics.warehouse.pk, demands=missed)
    count(world, lines=[(lantern, "7")])
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (7, 6)
    assert Reservation.objects.get(demand__startswith="recount/").quantity == 0
    assert Event.objects.filter(kind="product.recounted").count() == 1


def test_the_cycle_count_asks_for_what_was_not_counted_longest_then_for_what_is_worth_most(
    world: World,
) -> None:
    cheap, dear, long_ago, lately = (world.product(stock="10", cost=cost) for cost in ("1", "9", "5", "5"))
    count(world, "a", world.on - timedelta(days=200), lines=[(long_ago, "10")])
    count(world, "b", lines=[(lately, "10")])
    due = selectors.due_for_counting(warehouse_id=world.basics.warehouse.pk)
    assert [level.product for level in due] == [dear, cheap, long_ago, lately]


def test_the_stock_list_walks_through_the_bins(world: World, django_assert_num_queries) -> None:
    wick, lantern, hook = (world.product(stock=number) for number in ("1", "2", "3"))
    world.order(world.customer(), (hook, "1"))
    house = world.basics.warehouse
    for product, place in ((lantern, "B-01"), (hook, " A-02 ")):
        stock.set_bin(warehouse_id=house.pk, product_id=product.pk, bin=place, actor=world.system)
    world.receive(wick, "7", warehouse=world.warehouse())
    with django_assert_num_queries(1):
        shelf = [(level.bin, level.product.sku, level.free_quantity)
                 for level in selectors.stock_list(warehouse_id=house.pk)]  # fmt: skip
    assert shelf == [("", wick.sku, 1), ("A-02", hook.sku, 2), ("B-01", lantern.sku, 2)]
    assert selectors.stock_list().count() == 4


@pytest.mark.parametrize("products", [1, 30])
def test_a_sheet_takes_the_same_statements_however_long_it_is(
    world: World, products: int, django_assert_num_queries
) -> None:
    goods = {world.product(stock="5").pk: D(3) for _ in range(products)}
    actor = world.system
    actor.has_perm("inventory.add_stockmove")
    with django_assert_num_queries(11):
        fulfillment.count_many(
            warehouse=world.basics.warehouse, counted=goods, source="sheet", on=world.on, actor=actor
        )


def test_what_a_count_finds_goes_to_the_orders_that_wait(world: World) -> None:
    lantern = world.product(stock="5")
    order = world.order(world.customer(), (lantern, "7"))
    count(world, lines=[(lantern, "8")])
    world.let_the_desks_work()
    assert order.lines.get().reserved == 7
