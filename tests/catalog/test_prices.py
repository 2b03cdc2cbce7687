"""Prices and discounts from a day to a day: set, ended, taken back, and read in one statement."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from catalog import selectors, services
from catalog.errors import InvalidOrderDiscount, InvalidPrice, InvalidValidity
from catalog.models import OrderDiscount, Price, PriceList
from o2c.kernel.errors import NotFound
from o2c.kernel.models import AuditEntry
from tests.world import World

D = Decimal

NOV = date(2026, 11, 1)


def held(rows) -> list[tuple[str, str, str]]:
    """What holds when: figure, first day, last day."""
    name = "unit_price" if rows.model is Price else "percent"
    return [
        (f"{getattr(row, name).normalize():f}", f"{row.valid_from:%m-%d}", f"{row.valid_to or '':%m-%d}")
        if row.valid_to
        else (f"{getattr(row, name).normalize():f}", f"{row.valid_from:%m-%d}", "")
        for row in rows.order_by("valid_from")
    ]


def test_a_new_price_ends_the_one_before_and_a_passing_one_lets_it_come_back(world: World) -> None:
    product = world.product(price="10")
    prices = Price.objects.filter(product=product)

    def set_price(price: str, since: date, until: date | None = None) -> None:
        services.set_price(
            price_list=world.basics.prices, product=product, unit_price=D(price), valid_from=since,
            valid_to=until, actor=world.system,
        )  # fmt: skip

    set_price("11", NOV)
    assert held(prices) == [("10", "01-01", "10-31"), ("11", "11-01", "")]
    set_price("8", date(2026, 11, 20), date(2026, 11, 27))
    assert held(prices)[1:] == [("11", "11-01", "11-19"), ("8", "11-20", "11-27"), ("11", "11-28", "")]
    set_price("9", date(2026, 11, 20), date(2026, 11, 27))
    assert held(prices)[2:] == [("9", "11-20", "11-27"), ("11", "11-28", "")]
    set_price("7", date(2026, 5, 1))
    assert held(prices)[:3] == [("10", "01-01", "04-30"), ("7", "05-01", "10-31"), ("11", "11-01", "11-19")]
    assert AuditEntry.objects.filter(table_name="catalog_price", actor=world.system).count() >= 9


def test_a_price_is_ended_or_withdrawn_before_it_begins(world: World) -> None:
    product = world.product(price="10")
    running = Price.objects.get(product=product)
    planned = services.set_price(
        price_list=world.basics.prices, product=product, unit_price=D(12), valid_from=date(2027, 1, 1),
        actor=world.system,
    )  # fmt: skip
    for price in (running, planned):
        services.end_price(price_id=price.pk, last_on=world.on, actor=world.system)
    assert held(Price.objects.filter(product=product)) == [("10", "01-01", "11-20")]
    services.end_price(price_id=running.pk, last_on=date(2026, 12, 1), actor=world.system)
    assert held(Price.objects.filter(product=product)) == [("10", "01-01", "11-20")]
    with pytest.raises(NotFound):
        services.end_price(price_id=planned.pk, last_on=world.on, actor=world.system)


def test_order_discounts_are_set_and_ended_like_prices(world: World) -> None:
    def discount(percent: str, since: date, until: date | None = None, net: str = "500") -> OrderDiscount:
        return services.set_order_discount(
            price_list=world.basics.prices, name=" Autumn ", percent=D(percent), from_net=D(net),
            valid_from=since, valid_to=until, actor=world.system,
        )  # fmt: skip

    discount("2", NOV)
    discount("6", date(2026, 11, 23), date(2026, 11, 29))
    large = discount("5", NOV, net="1000")
    assert held(OrderDiscount.objects.filter(from_net=500)) == [
        ("2", "11-01", "11-22"),
        ("6", "11-23", "11-29"),
        ("2", "11-30", ""),
    ]
    services.end_order_discount(discount_id=large.pk, last_on=world.on, actor=world.system)
    large.refresh_from_db()
    assert (large.name, large.valid_to) == ("Autumn", world.on)
    with pytest.raises(NotFound):
        services.end_order_discount(discount_id=0, last_on=world.on, actor=world.system)


def test_prices_and_discounts_that_cannot_be_right_change_nothing(world: World) -> None:
    product, prices = world.product(), world.basics.prices
    before = world.fingerprint()
    for percent in ("0", "-1", "100.0001", "1.00001", "NaN", "Infinity"):
        with pytest.raises(InvalidOrderDiscount):
            services.set_order_discount(
                price_list=prices, name="x", percent=D(percent), valid_from=NOV, actor=world.system
            )
    for net in ("-0.01", "0.001", "NaN", "Infinity", "9" * 20):
        with pytest.raises(InvalidOrderDiscount):
            services.set_order_discount(
                price_list=prices, name="x", percent=D(1), from_net=D(net), valid_from=NOV, actor=world.system
            )
    with pytest.raises(InvalidOrderDiscount):
        services.set_order_discount(
            price_list=prices, name=" ", percent=D(1), valid_from=NOV, actor=world.system
        )
    backwards = {"valid_from": NOV, "valid_to": date(2026, 10, 31), "actor": world.system}
    with pytest.raises(InvalidValidity):
        services.set_order_discount(price_list=prices, name="x", percent=D(1), **backwards)
    with pytest.raises(InvalidValidity):
        services.set_price(price_list=prices, product=product, unit_price=D(1), **backwards)
    with pytest.raises(InvalidPrice):
        services.set_price(
            price_list=prices, product=product, unit_price=D("NaN"), valid_from=NOV, actor=world.system
        )
    assert world.fingerprint() == before


def pricing(world: World, lists: list[PriceList], quantities: dict) -> selectors.Pricing:
    return selectors.prices(
        price_list_ids=[price_list.pk for price_list in lists],
        quantities={product.pk: D(quantity) for product, quantity in quantities.items()},
        on=world.on,
    )


def test_the_first_list_that_has_a_price_for_the_quantity_decides(world: World) -> None:
    agreed, listed, neither = world.product(price="10"), world.product(price="10"), world.product()
    Price.objects.filter(product=neither).delete()
    contract = PriceList.objects.create(code="contract-acme", name="Acme", currency="GBP")
    world.price(agreed, "12", price_list=contract)
    world.price(agreed, "11", minimum="10", price_list=contract)
    world.price(listed, "5", minimum="100", price_list=contract)
    wanted = {agreed: "10", listed: "99", neither: "1"}
    found = pricing(world, [contract, world.basics.prices], wanted).prices
    assert {pk: (price.unit_price, price.rule) for pk, price in found.items()} == {
        agreed.pk: (D(11), "contract-acme from 10"),
        listed.pk: (D(10), "standard-gbp from 1"),
    }
    assert pricing(world, [world.basics.prices, contract], wanted).prices[agreed.pk].unit_price == D(10)
    assert pricing(world, [], wanted) == selectors.Pricing({}, [])


def test_discounts_come_with_the_prices_if_they_hold_on_the_day(world: World) -> None:
    for name, since, until in (("Autumn", NOV, None), ("Over", date(2026, 1, 1), date(2026, 11, 19))):
        services.set_order_discount(
            price_list=world.basics.prices, name=name, percent=D(5), from_net=D(len(name)),
            valid_from=since, valid_to=until, actor=world.system,
        )  # fmt: skip
    [found] = pricing(world, [world.basics.prices], {world.product(): "1"}).discounts
    assert (found.from_net, found.percent, found.rule) == (6, 5, "Autumn (standard-gbp)")


@pytest.mark.parametrize("products", [1, 20])
def test_pricing_is_one_statement(world: World, django_assert_num_queries, products: int) -> None:
    wanted = {world.product(stock="0"): "1" for _ in range(products)}
    with django_assert_num_queries(1):
        assert len(pricing(world, [world.basics.prices], wanted).prices) == products


def test_a_price_list_keeps_its_currency(world: World) -> None:
    with pytest.raises(DatabaseError, match="make another list"), transaction.atomic():
        PriceList.objects.filter(pk=world.basics.prices.pk).update(currency="EUR")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_pricelist SET name = 'New name', currency = currency")
        assert cursor.rowcount == 1
