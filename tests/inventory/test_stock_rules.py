"""What leaving stock is worth, and who gets how much of what is free."""

from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from inventory.rules import Demand, grant, leaving_value

D = Decimal
QUIET = settings(database=None, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("on_hand", "value", "quantity", "leaves"),
    [
        ("3", "10.00", "1", "3.33"),
        ("2", "6.67", "1", "3.34"),  # 3.335 half up
        ("1", "3.33", "1", "3.33"),  # the last takes the rest
        ("3", "0.01", "1", "0.00"),
        ("3", "0.01", "2", "0.01"),
        ("10", "0", "4", "0"),
        ("0.5", "1.00", "0.25", "0.50"),
    ],
)
def test_goods_leave_at_average_cost(on_hand: str, value: str, quantity: str, leaves: str) -> None:
    found = leaving_value(on_hand=D(on_hand), value=D(value), quantity=D(quantity), currency="GBP")
    assert found == D(leaves)


@QUIET
@given(value=st.integers(0, 10**9), parts=st.lists(st.integers(1, 1000), min_size=1, max_size=20))
def test_whatever_leaves_in_whatever_parts_the_whole_value_leaves(value: int, parts: list[int]) -> None:
    on_hand, left = D(sum(parts)), D(value) / 100
    for part in parts:
        leaving = leaving_value(on_hand=on_hand, value=left, quantity=D(part), currency="GBP")
        assert 0 <= leaving <= left
        on_hand, left = on_hand - part, left - leaving
    assert (on_hand, left) == (0, 0)


def test_earlier_demands_are_served_first() -> None:
    demands = [Demand("a", 1, D(5)), Demand("b", 2, D(1)), Demand("c", 1, D(5)), Demand("d", 3, D(1))]
    assert grant(demands, free={1: D(7), 2: D(4), 3: D(-1)}) == {"a": 5, "b": 1, "c": 2, "d": 0}
    assert grant(demands, free={}) == {"a": 0, "b": 0, "c": 0, "d": 0}


@QUIET
@given(
    free=st.dictionaries(st.integers(1, 3), st.integers(0, 50).map(D)),
    wanted=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 30)), max_size=10),
)
def test_nobody_gets_more_than_asked_and_all_together_no_more_than_is_free(free, wanted) -> None:
    demands = [Demand(str(index), product, D(number)) for index, (product, number) in enumerate(wanted)]
    granted = grant(demands, free=free)
    for product in {demand.product_id for demand in demands}:
        asked = [demand for demand in demands if demand.product_id == product]
        given_out = sum(granted[demand.key] for demand in asked)
        assert given_out == min(free.get(product, D(0)), sum(demand.quantity for demand in asked))
    assert all(0 <= granted[demand.key] <= demand.quantity for demand in demands)
