"""What leaving stock is worth, who gets how much of what is free, when goods can leave, and how many to buy."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from inventory.rules import (
    Arrival,
    Demand,
    Portion,
    Promise,
    Supply,
    days_of_cover,
    found_value,
    grant,
    is_implausible,
    is_implausible_cost,
    known_cost,
    leaving_value,
    promise,
    to_buy,
)

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


@pytest.mark.parametrize(
    ("on_hand", "value", "difference", "worth"),
    [
        ("10", "33.33", "-1", "-3.33"),
        ("10", "33.33", "-10", "-33.33"),
        ("10", "33.33", "2", "6.67"),
        ("0", "0", "2", "0"),  # nobody knows what it cost
    ],
)
def test_what_a_count_finds_is_worth_the_average_cost(
    on_hand: str, value: str, difference: str, worth: str
) -> None:
    found = found_value(on_hand=D(on_hand), value=D(value), difference=D(difference), currency="GBP")
    assert found == D(worth)


FRIDAY = date(2026, 11, 20)
COMING = (
    Arrival(date(2026, 12, 1), D(10), "PO-2"),
    Arrival(date(2026, 11, 24), D(5), "PO-1"),
)


@pytest.mark.parametrize(
    ("quantity", "free", "claimed", "on", "why"),
    [
        ("3", "3", "0", "2026-11-23", "in stock"),
        ("3", "2", "0", "2026-11-25", "expected on 24 Nov 2026 (PO-1)"),
        ("3", "3", "1", "2026-11-25", "expected on 24 Nov 2026 (PO-1)"),  # an earlier order waits for one
        ("7", "2", "0", "2026-11-25", "expected on 24 Nov 2026 (PO-1)"),
        ("8", "2", "0", "2026-12-02", "expected on 1 Dec 2026 (PO-2)"),
        ("17", "2", "0", "2026-12-02", "expected on 1 Dec 2026 (PO-2)"),
        ("18", "2", "0", "2026-12-01", "to be bought, which takes 10 days"),
        ("1", "0", "15", "2026-12-01", "to be bought, which takes 10 days"),
    ],
)
def test_the_promise_is_when_stock_arrivals_or_a_purchase_cover_it(
    quantity: str, free: str, claimed: str, on: str, why: str
) -> None:
    supply = Supply(free=D(free), arrivals=COMING, lead_days=10)
    found = promise(quantity=D(quantity), supply=supply, handling_days=1, today=FRIDAY, claimed=D(claimed))
    assert found == Promise(date.fromisoformat(on), why)


@pytest.mark.parametrize(
    ("quantity", "free", "claimed", "lead_days", "portions"),
    [
        ("3", "5", "0", 10, [("3", "2026-11-23")]),
        ("7", "2", "0", 10, [("2", "2026-11-23"), ("5", "2026-11-25")]),
        ("7", "2", "4", 10, [("3", "2026-11-25"), ("4", "2026-12-02")]),  # who waits is served first
        ("18", "2", "0", 5, [("2", "2026-11-23"), ("5", "2026-11-25"), ("11", "2026-11-26")]),
        ("18", "2", "0", None, [("2", "2026-11-23"), ("5", "2026-11-25"), ("10", "2026-12-02"), ("1", None)]),
        ("0", "0", "0", 10, []),
    ],
)
def test_what_could_leave_before_is_told_in_portions_that_add_up(
    quantity: str, free: str, claimed: str, lead_days: int | None, portions: list[tuple[str, str | None]]
) -> None:
    supply = Supply(free=D(free), arrivals=COMING, lead_days=lead_days)
    found = promise(quantity=D(quantity), supply=supply, handling_days=1, today=FRIDAY, claimed=D(claimed))
    expected = [Portion(D(share), date.fromisoformat(on) if on else None) for share, on in portions]
    assert list(found.portions) == expected


def test_an_overdue_arrival_is_awaited_from_today_and_named_so() -> None:
    supply = Supply(free=D(0), arrivals=(Arrival(date(2026, 11, 2), D(5), "PO-1"),))
    found = promise(quantity=D(5), supply=supply, handling_days=2, today=FRIDAY)
    assert found == Promise(date(2026, 11, 24), "expected on 2 Nov 2026, overdue (PO-1)")


@pytest.mark.parametrize(
    ("on_hand", "counted", "is_odd"),
    [
        ("10", "999", False),
        ("10", "1000", True),
        ("0", "99", False),
        ("0", "100", True),
        ("0.5", "99", False),
        ("1000", "0", False),
        ("0", "0", False),
    ],
)
def test_a_hundred_times_what_the_books_say_is_looked_at_twice(
    on_hand: str, counted: str, is_odd: bool
) -> None:
    assert is_implausible(on_hand=D(on_hand), counted=D(counted)) is is_odd


@pytest.mark.parametrize(
    ("known", "unit_cost", "is_odd"),
    [
        ("4", "39.99", False), ("4", "40", True), ("4", "0.41", False), ("4", "0.4", True), ("4", "0", True),
        ("0", "99999999", False),
    ],
)  # fmt: skip
def test_a_cost_ten_times_what_is_known_or_a_tenth_of_it_is_looked_at_twice(
    known: str, unit_cost: str, is_odd: bool
) -> None:
    assert is_implausible_cost(unit_cost=D(unit_cost), known=D(known)) is is_odd


def test_what_is_on_the_shelf_says_what_one_costs_and_else_the_standard_cost() -> None:
    assert known_cost(on_hand=D(4), value=D(10), standard_cost=D(7)) == D("2.5")
    assert known_cost(on_hand=D(0), value=D(0), standard_cost=D(7)) == 7


def test_nobody_promises_what_nobody_knows() -> None:
    found = promise(quantity=D(5), supply=Supply(free=D(4)), handling_days=1, today=FRIDAY)
    assert found == Promise(None, "4 free, 1 missing, and nothing more is expected")


@pytest.mark.parametrize(
    ("available", "issued", "days"),
    [("30", "90", 30), ("1", "180", 0), ("0", "9", 0), ("-2", "9", 0), ("100", "0", None)],
)
def test_stock_lasts_as_long_as_it_leaves_at_the_old_pace(
    available: str, issued: str, days: int | None
) -> None:
    assert days_of_cover(available=D(available), issued=D(issued), days=90) == days


@pytest.mark.parametrize(
    ("position", "lot", "buy"),
    [
        ("10", "1", "0"),  # at the minimum is enough
        ("9.5", "1", "41"),
        ("9", "12", "48"),  # four lots for 41
        ("2", "12", "48"),
        ("1", "12", "60"),
        ("-5", "5", "55"),  # more is promised than there is
        ("9", "0.25", "41"),
    ],
)
def test_below_the_minimum_whole_lots_are_bought_up_to_the_target(position: str, lot: str, buy: str) -> None:
    assert to_buy(position=D(position), minimum=D(10), target=D(50), lot=D(lot)) == D(buy)


def test_who_cannot_be_promised_everything_is_told_how_much_there_is() -> None:
    """1,000 wanted, 516 free and nothing expected: neither "in stock" nor "not in stock"."""
    short = promise(
        quantity=Decimal(1000), supply=Supply(free=Decimal(516)), handling_days=1, today=date(2026, 11, 20)
    )
    assert (short.on, short.why) == (None, "516 free, 484 missing, and nothing more is expected")
    none = promise(
        quantity=Decimal(1), supply=Supply(free=Decimal(0)), handling_days=1, today=date(2026, 11, 20)
    )
    assert none.why == "not in stock, and nothing is expected"
