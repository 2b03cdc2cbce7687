"""What can be paid, and what a part of a debt is worth."""

from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from receivables.rules import base_share, is_payable

D = Decimal
QUIET = settings(database=None, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("amount", "currency", "payable"),
    [
        ("0.01", "GBP", True),
        ("0.001", "GBP", False),
        ("0.001", "KWD", True),
        ("1", "JPY", True),
        ("1.5", "JPY", False),
        ("0", "GBP", False),
        ("-1", "GBP", False),
        ("NaN", "GBP", False),
        ("Infinity", "GBP", False),
        ("10000000000000", "GBP", True),
        ("10000000000000.01", "GBP", False),
        ("1E+30", "GBP", False),
        ("0.01000000000000000000000000000001", "GBP", False),
    ],
)
def test_what_can_be_paid(amount: str, currency: str, payable: bool) -> None:
    assert is_payable(D(amount), currency) is payable


@pytest.mark.parametrize(
    ("amount", "open_amount", "base_open", "share"),
    [
        ("30", "100", "80.00", "24.00"),
        ("100", "100", "80.00", "80.00"),  # the last use takes the rest
        ("33.33", "100.01", "83.34", "27.77"),
        ("0.01", "0.03", "0.01", "0.00"),
        ("0.02", "0.03", "0.01", "0.01"),
        ("-30", "-100", "-80.00", "-24.00"),  # a credit note
        ("-100", "-100", "-80.00", "-80.00"),
        ("-0.02", "-0.03", "-0.01", "-0.01"),
    ],
)
def test_a_part_of_a_debt_is_worth_its_part(amount, open_amount, base_open, share) -> None:
    found = base_share(
        amount=D(amount), open_amount=D(open_amount), base_open=D(base_open), base_currency="GBP"
    )
    assert found == D(share)


@QUIET
@given(
    parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=20),
    rate=st.integers(1, 10**6),
    sign=st.sampled_from([1, -1]),
)
def test_in_whatever_parts_a_debt_is_paid_its_whole_worth_goes(parts, rate, sign) -> None:
    left = sign * D(sum(parts)) / 100
    base_left = round(left * rate / 10_000, 2)
    for part in parts:
        amount = sign * D(part) / 100
        share = base_share(amount=amount, open_amount=left, base_open=base_left, base_currency="GBP")
        assert 0 <= sign * share <= sign * base_left
        left, base_left = left - amount, base_left - share
    assert (left, base_left) == (0, 0)
