"""Money is exact: nothing is a float, no currency meets another, no cent is lost."""

from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from o2c.kernel.money import CurrencyMismatch, Money, allocate, exact, minor_unit, round_money, total

QUIET = settings(database=None, derandomize=True, deadline=None)
D = Decimal


@pytest.mark.parametrize(
    ("currency", "unit"), [("GBP", "0.01"), ("EUR", "0.01"), ("JPY", "1"), ("KWD", "0.001"), ("ISK", "1")]
)
def test_each_currency_has_its_smallest_amount(currency: str, unit: str) -> None:
    assert minor_unit(currency) == D(unit)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "GBP", "0.01"),
        ("0.0049", "GBP", "0.00"),
        ("-0.005", "GBP", "-0.01"),
        ("2.675", "EUR", "2.68"),
        ("0.5", "JPY", "1"),
        ("1234.4999", "JPY", "1234"),
        ("0.0005", "KWD", "0.001"),
        ("1.23449", "KWD", "1.234"),
    ],
)
def test_halves_are_rounded_away_from_zero(amount: str, currency: str, rounded: str) -> None:
    assert str(round_money(D(amount), currency)) == rounded


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        exact(0.1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(0.1, "GBP")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(D(1), "GBP") * 0.5  # type: ignore[operator]


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "", "twelve", "1,50"])
def test_what_is_no_finite_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError):
        exact(value)


@pytest.mark.parametrize("code", ["", "gbp", "POUND", "G1"])
def test_a_currency_has_three_capital_letters(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(D(1), code)


def test_amounts_of_one_currency_add_and_compare() -> None:
    ten, four = Money(D(10), "GBP"), Money(D("4.10"), "GBP")
    assert ten + four == Money(D("14.10"), "GBP")
    assert ten - four == Money(D("5.90"), "GBP")
    assert -ten == Money(D(-10), "GBP")
    assert ten * 3 == Money(D(30), "GBP")
    assert four < ten
    assert four <= four
    assert str(Money(D("1.005"), "GBP")) == "1.01 GBP"


def test_two_currencies_never_meet() -> None:
    pound, euro = Money(D(1), "GBP"), Money(D(1), "EUR")
    for meet in (lambda: pound + euro, lambda: pound - euro, lambda: pound < euro, lambda: pound <= euro):
        with pytest.raises(CurrencyMismatch):
            meet()
    assert pound != euro


@pytest.mark.parametrize(
    ("amount", "weights", "currency", "shares"),
    [
        ("100.00", (1, 1, 1), "GBP", ("33.34", "33.33", "33.33")),
        ("-100.00", (1, 1, 1), "GBP", ("-33.34", "-33.33", "-33.33")),
        ("0.01", (1, 1), "GBP", ("0.01", "0.00")),
        ("0.05", (3, 7), "GBP", ("0.02", "0.03")),
        ("100", (1, 1, 1), "JPY", ("34", "33", "33")),
        ("0.010", (1, 2), "KWD", ("0.003", "0.007")),
        ("10.00", (0, 5, 0), "GBP", ("0", "10.00", "0")),
    ],
)
def test_shares_follow_the_weights_and_lose_nothing(amount, weights, currency, shares) -> None:
    assert allocate(D(amount), weights, currency) == [D(share) for share in shares]
    assert Money(D(amount), currency).allocate(weights) == [Money(D(s), currency) for s in shares]


@pytest.mark.parametrize("weights", [(), (0, 0), (1, -1), (2, -1)])
def test_weights_are_zero_or_more_and_not_all_zero(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Weights"):
        allocate(D("1.00"), weights, "GBP")


def test_half_a_cent_cannot_be_shared() -> None:
    with pytest.raises(ValueError, match="minor units"):
        allocate(D("0.005"), (1, 1), "GBP")


@QUIET
@given(
    units=st.integers(-(10**12), 10**12),
    weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any),
    currency=st.sampled_from(["GBP", "JPY", "KWD"]),
)
def test_shares_add_up_whatever_is_shared(units: int, weights: list[int], currency: str) -> None:
    unit = minor_unit(currency)
    shares = allocate(units * unit, weights, currency)
    assert total(shares) == units * unit
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - units * unit * weight / sum(weights)) < unit
        assert share % unit == 0
