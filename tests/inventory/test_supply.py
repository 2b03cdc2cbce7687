"""What is to come in, what runs low and out, and what to buy."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fulfillment import services as fulfillment
from inventory import selectors, services as stock
from inventory.errors import ExpectationExists, MoreThanExpected, WarehouseInactive
from inventory.models import ExpectedReceipt, ReorderRule
from o2c.kernel.errors import NotFound, NotSetUp
from o2c.kernel.models import AuditEntry, Event
from tests.documents import NOON
from tests.world import TODAY, World

D = Decimal


def expect(
    world: World, product, quantity: str = "10", *, reference: str = "PO-1", on: date = TODAY, warehouse=None
):
    return stock.expect_receipt(
        warehouse=warehouse or world.basics.warehouse,
        product_id=product.pk,
        reference=reference,
        quantity=D(quantity),
        expected_on=on,
        actor=world.system,
    )


def receive(world: World, product, quantity: str, **options) -> Decimal:
    return fulfillment.receive_goods(
        warehouse=world.basics.warehouse,
        product_id=product.pk,
        quantity=D(quantity),
        unit_cost=D(4),
        source=f"note-{next(world.serial)}",
        on=world.on,
        actor=world.system,
        **options,
    )


def rule(world: World, product, minimum: str = "10", target: str = "50", **options) -> ReorderRule:
    return stock.set_reorder_rule(
        warehouse=world.basics.warehouse,
        product_id=product.pk,
        minimum=D(minimum),
        target=D(target),
        actor=world.system,
        **options,
    )


# ---- expected receipts


def test_what_comes_is_counted_up_on_what_was_expected(world: World) -> None:
    lantern = world.product(stock="0")
    expected = expect(world, lantern)
    receive(world, lantern, "4", reference="PO-1")
    expected.refresh_from_db()
    assert expected.received == 4
    before = world.fingerprint()
    with pytest.raises(MoreThanExpected, match="7 came, but 6 of PO-1 were still expected"):
        receive(world, lantern, "7", reference="PO-1")
    with pytest.raises(NotFound, match="not expected with PO-2"):
        receive(world, lantern, "1", reference="PO-2")
    assert world.fingerprint() == before
    receive(world, lantern, "7", reference="PO-1", more_than_expected=True)
    expected.refresh_from_db()
    assert expected.received == expected.quantity == 10
    assert selectors.available(warehouse_id=world.basics.warehouse.pk, product_ids={lantern.pk}) == {
        lantern.pk: 11
    }
    trail = AuditEntry.objects.filter(table_name="inventory_expectedreceipt").latest("pk")
    assert (trail.operation, trail.actor) == ("UPDATE", world.system)


def test_a_supplier_changes_and_cancels(world: World) -> None:
    lantern = world.product(stock="0")
    expected = expect(world, lantern)
    with pytest.raises(ExpectationExists):
        expect(world, lantern)
    later = world.on + timedelta(days=9)
    changed = stock.change_expected(
        expected_id=expected.pk, quantity=D(6), expected_on=later, actor=world.system
    )
    assert (changed.quantity, changed.expected_on) == (6, later)
    receive(world, lantern, "2", reference="PO-1")
    stock.cancel_expected(expected_id=expected.pk, actor=world.system)
    expected.refresh_from_db()
    assert (expected.quantity, expected.received) == (2, 2)
    other = expect(world, lantern, reference="PO-2")
    stock.cancel_expected(expected_id=other.pk, actor=world.system)
    assert list(ExpectedReceipt.objects.all()) == [expected]


def test_overdue_receipts_are_those_that_have_not_come_whole(world: World, django_assert_num_queries) -> None:
    lantern, hook = world.product(stock="0"), world.product(stock="0")
    yesterday, long_ago = world.on - timedelta(days=1), world.on - timedelta(days=30)
    expect(world, lantern, on=yesterday)
    expect(world, hook, on=long_ago)
    expect(world, lantern, reference="PO-2", on=world.on)
    expect(world, lantern, reference="PO-3", on=long_ago)
    receive(world, lantern, "10", reference="PO-3")
    with django_assert_num_queries(1):
        overdue = [(row.reference, row.product.sku, row.warehouse.code)
                   for row in selectors.overdue_receipts(today=world.on)]  # fmt: skip
    assert overdue == [("PO-1", hook.sku, "main"), ("PO-1", lantern.sku, "main")]
    assert not selectors.overdue_receipts(today=world.on, warehouse_id=world.warehouse().pk).exists()


def test_supply_is_what_is_free_and_what_is_still_to_come(world: World, django_assert_num_queries) -> None:
    lantern, unknown = world.product(stock="7"), world.product(stock="0")
    world.order(world.customer(), (lantern, "5"))
    tomorrow = world.on + timedelta(days=1)
    expect(world, lantern, "9", reference="PO-2")
    expect(world, lantern, "4", on=tomorrow)
    receive(world, lantern, "1", reference="PO-1")
    rule(world, lantern, lead_days=12)
    with django_assert_num_queries(1):
        found = selectors.supply(warehouse_id=world.basics.warehouse.pk, product_ids=[lantern.pk, unknown.pk])
    assert (found[lantern.pk].free, found[lantern.pk].lead_days) == (3, 12)
    arrivals = [(arrival.on, arrival.quantity, arrival.reference) for arrival in found[lantern.pk].arrivals]
    assert arrivals == [(world.on, 9, "PO-2"), (tomorrow, 3, "PO-1")]
    assert (found[unknown.pk].free, found[unknown.pk].arrivals, found[unknown.pk].lead_days) == (0, (), None)


# ---- which warehouse


def test_the_first_active_warehouse_that_has_everything_ships(
    world: World, django_assert_num_queries
) -> None:
    lantern, hook = world.product(stock="5"), world.product(stock="5")
    second, third = world.warehouse(priority=2), world.warehouse(priority=3)
    closed = world.warehouse(priority=0, active=True)
    for house in (second, third, closed):
        world.receive(lantern, "9", warehouse=house)
    world.receive(hook, "9", warehouse=third)
    type(closed).objects.filter(pk=closed.pk).update(active=False)
    closed.refresh_from_db()

    def chosen(lanterns: str, hooks: str = "0", **options) -> str:
        wanted = {lantern.pk: D(lanterns), hook.pk: D(hooks)}
        return selectors.choose_warehouse(company_id=world.company.pk, wanted=wanted, **options).code

    with django_assert_num_queries(1):
        assert chosen("5", "5") == "main"
    assert chosen("6") == second.code
    assert chosen("6", "1") == third.code
    assert chosen("10") == "main"  # nobody has it: the first
    assert chosen("6", warehouse_id=third.pk) == third.code
    with pytest.raises(WarehouseInactive):
        chosen("1", warehouse_id=closed.pk)
    with pytest.raises(NotFound):
        chosen("1", warehouse_id=999_999)
    with pytest.raises(WarehouseInactive):
        world.receive(lantern, "1", warehouse=closed)


def test_a_cart_is_ordered_where_it_is_held(world: World) -> None:
    lantern, second = world.product(stock="5"), world.warehouse(priority=2)
    world.receive(lantern, "5", warehouse=second)
    cart = world.hold(lantern, "5", at=NOON)
    asked = {"company_id": world.company.pk, "wanted": {lantern.pk: D(5)}}
    assert selectors.choose_warehouse(**asked) == second
    assert selectors.choose_warehouse(**asked, cart_token=cart.token) == cart.warehouse


def test_a_company_without_an_active_warehouse_is_not_set_up(world: World) -> None:
    type(world.basics.warehouse).objects.update(active=False)
    with pytest.raises(NotSetUp, match="no active warehouse"):
        selectors.choose_warehouse(company_id=world.company.pk, wanted={})


# ---- reordering


def sold(world: World, product, quantity: str, days_ago: int) -> None:
    """The product left so many days ago."""
    world.ship(world.order(world.customer(), (product, quantity)), on=world.on - timedelta(days=days_ago))


def test_low_stock_counts_what_is_expected_and_leaves_out_what_is_promised(world: World) -> None:
    lantern, hook, wick = (world.product(stock=number) for number in ("12", "9", "4"))
    world.order(world.customer(), (lantern, "3"))
    for product in (lantern, hook, wick):
        rule(world, product)
    expect(world, hook, "1")
    found = selectors.low_stock(today=world.on)
    figures = [(row.product, row.available, row.expected, row.minimum) for row in found]
    assert figures == [(lantern, 9, 0, 10), (wick, 4, 0, 10)]
    assert not selectors.low_stock(today=world.on, warehouse_id=world.warehouse().pk).exists()


def test_purchases_are_suggested_up_to_the_target_in_lots_and_what_runs_out_first_on_top(
    world: World,
) -> None:
    lantern, hook, wick = (world.product(stock=number) for number in ("30", "9", "4"))
    sold(world, lantern, "21", 89)
    sold(world, lantern, "1", 90)  # outside the 90 days
    rule(world, lantern, lot=D(12))
    rule(world, hook)
    rule(world, wick)
    expect(world, hook, "1")
    house = world.basics.warehouse.pk
    found = selectors.purchase_suggestions(today=world.on)
    assert [(row.rule.product, row.quantity, row.days_left) for row in found] == [
        (lantern, 48, 34),  # 42 in lots of 12; 8 left of which 21 went in 90 days
        (wick, 46, None),
    ]
    found = selectors.purchase_suggestions(today=world.on, backordered={(house, hook.pk): D(5)})
    assert [(row.rule.product, row.backordered, row.quantity) for row in found] == [
        (lantern, 0, 48), (hook, 5, 45), (wick, 0, 46),
    ]  # fmt: skip


def test_the_forecast_says_when_stock_runs_out_at_the_pace_of_the_last_ninety_days(world: World) -> None:
    lantern, hook, slow = (world.product(stock=number) for number in ("100", "100", "100"))
    sold(world, lantern, "90", 30)
    sold(world, hook, "45", 2)
    sold(world, hook, "45", 60)
    sold(world, slow, "1", 5)
    world.order(world.customer(), (hook, "5"))
    found = selectors.stock_out_forecast(warehouse_id=world.basics.warehouse.pk, today=world.on)
    assert [(row.sku, row.available, row.issued, row.days_left, row.on) for row in found] == [
        (hook.sku, 5, 90, 5, date(2026, 11, 25)),
        (lantern.sku, 10, 90, 10, date(2026, 11, 30)),
    ]
    narrow = selectors.stock_out_forecast(warehouse_id=world.basics.warehouse.pk, today=world.on, within=7)
    assert [row.sku for row in narrow] == [hook.sku]


@pytest.mark.parametrize("products", [1, 12])
def test_the_lists_of_the_buyer_are_one_statement_each(
    world: World, products: int, django_assert_num_queries
) -> None:
    goods = [world.product(stock="3") for _ in range(products)]
    for product in goods:
        rule(world, product)
    world.ship(world.order(world.customer(), *((product, "1") for product in goods)))
    with django_assert_num_queries(3):
        low = [(row.product.sku, row.warehouse.code) for row in selectors.low_stock(today=world.on)]
        wanted = [row.rule.product.sku for row in selectors.purchase_suggestions(today=world.on)]
        short = selectors.stock_out_forecast(
            warehouse_id=world.basics.warehouse.pk, today=world.on, within=300
        )
    assert len(low) == len(wanted) == len(short) == products


def test_a_product_that_becomes_low_is_announced_once_until_it_recovers(world: World) -> None:
    lantern, hook = world.product(stock="9"), world.product(stock="10")
    rule(world, lantern)
    rule(world, hook)

    def watch(days: int) -> dict[str, int]:
        return stock.watch_stock(on=world.on + timedelta(days=days), actor=world.system)

    assert watch(0) == {"low": 1, "recovered": 0}
    assert watch(1) == {"low": 0, "recovered": 0}
    event = Event.objects.get(kind="product.low")
    assert (event.document_id, event.payload) == (
        lantern.pk, {"warehouse": "main", "available": "9.0000", "minimum": "10.0000"},
    )  # fmt: skip
    assert ReorderRule.objects.get(product=lantern).low_since == world.on
    world.receive(lantern, "1")
    assert watch(2) == {"low": 0, "recovered": 1}
    world.order(world.customer(), (lantern, "1"))
    assert watch(3) == {"low": 1, "recovered": 0}
    assert Event.objects.filter(kind="product.low").count() == 2


def test_a_rule_is_set_again_in_place(world: World) -> None:
    lantern = world.product()
    rule(world, lantern)
    changed = rule(world, lantern, "1", "9", lot=D(3), lead_days=0, supplier="Wick & Sons")
    assert ReorderRule.objects.get() == changed
    assert (changed.minimum, changed.target, changed.lot, changed.lead_days) == (1, 9, 3, 0)
