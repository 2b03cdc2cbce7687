"""Which discount an order gets, and what two discounts take off together: pure."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from catalog.rules import OrderDiscountBreak, combined_discount, order_discount

D = Decimal

STEPS = [
    OrderDiscountBreak(D("500"), D("2"), "Autumn"),
    OrderDiscountBreak(D("1000"), D("5"), "Autumn, large"),
    OrderDiscountBreak(D("2000"), D("3"), "Clearance"),
]


@pytest.mark.parametrize(
    ("net", "percent"),
    [("0", None), ("499.99", None), ("500", "2"), ("999.99", "2"), ("1000", "5"), ("5000", "5")],
)
def test_an_order_gets_the_highest_discount_that_its_net_reaches(net: str, percent: str | None) -> None:
    found = order_discount(STEPS, net=D(net))
    assert (found and found.percent) == (percent and D(percent))


def test_without_discounts_there_is_none() -> None:
    assert order_discount([], net=D(10)) is None


@pytest.mark.parametrize(
    ("line", "order", "together"),
    [
        ("0", "0", "0"),
        ("10", "0", "10"),
        ("0", "5", "5"),
        ("10", "5", "14.5"),
        ("50", "50", "75"),
        ("100", "5", "100"),
        ("5", "100", "100"),
        ("33.3333", "33.3333", "55.5555"),
        ("0.0001", "0.0001", "0.0002"),
    ],
)
def test_the_orders_discount_comes_off_what_the_lines_own_leaves(
    line: str, order: str, together: str
) -> None:
    assert combined_discount(D(line), D(order)) == D(together)


percents = st.decimals(min_value=0, max_value=100, places=4)


@given(percents, percents)
def test_two_discounts_are_never_less_than_one_nor_more_than_everything(line: D, order: D) -> None:
    together = combined_discount(line, order)
    assert max(line, order) <= together <= 100
    assert together == together.quantize(D("0.0001"))


@given(percents, percents, percents)
def test_a_higher_discount_never_makes_the_price_higher(line: D, order: D, other: D) -> None:
    lower, higher = sorted([order, other])
    assert combined_discount(line, lower) <= combined_discount(line, higher)


nets = st.decimals(min_value=0, max_value=10**6, places=2)
breaks = st.builds(OrderDiscountBreak, nets, percents.filter(bool), st.just("any"))


@given(st.lists(breaks, max_size=6), nets, nets)
def test_a_larger_order_never_gets_a_smaller_discount(
    steps: list[OrderDiscountBreak], net: D, other: D
) -> None:
    smaller, larger = (order_discount(steps, net=value) for value in sorted([net, other]))
    assert (smaller.percent if smaller else 0) <= (larger.percent if larger else 0)
