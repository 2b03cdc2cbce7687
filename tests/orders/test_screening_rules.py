"""The simple fraud rules: each speaks for itself, and their points add up."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from orders.models import OrderPolicy
from orders.screening import Facts, hold_reason, screen

POLICY = OrderPolicy()  # hold from 50; five at once 30, 5 times the usual 30, address 20, country 30, new 30
PLAIN = Facts(
    net=Decimal("100"),
    at_once=1,
    usual=Decimal("80"),
    closed=0,
    settled_invoices=0,
    frauds=0,
    days_known=400,
    address_known=True,
    country="GB",
    country_known=True,
)


def spoken(**facts: object) -> list[tuple[str, int]]:
    found = screen(replace(PLAIN, **facts), policy=POLICY)  # type: ignore[arg-type]
    return [(finding.rule, finding.points) for finding in found.findings]


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({}, []),
        ({"at_once": 4}, []),
        ({"at_once": 5}, [("velocity", 30)]),
        ({"net": Decimal("400.00")}, []),
        ({"net": Decimal("400.01")}, [("amount", 30)]),
        ({"net": Decimal(1), "usual": Decimal(0)}, [("amount", 30)]),
        ({"net": Decimal(0), "usual": Decimal(0)}, []),
        ({"net": Decimal(99999), "usual": None}, []),  # no habit, nothing unusual
        ({"address_known": False}, [("address", 20)]),
        ({"address_known": False, "country_known": False}, [("address", 20), ("country", 30)]),
        ({"days_known": 30, "net": Decimal(5000), "usual": None}, [("new-customer", 30)]),
        ({"days_known": 31, "net": Decimal(5000), "usual": None}, []),
        ({"days_known": 0, "net": Decimal("4999.99"), "usual": None}, []),
        ({"days_known": None, "net": Decimal(5000), "usual": None}, []),
    ],
)
def test_what_each_rule_says(facts: dict[str, object], rules: list[tuple[str, int]]) -> None:
    assert spoken(**facts) == rules


@pytest.mark.parametrize("trust", [{"closed": 3}, {"settled_invoices": 3}])
def test_who_has_shown_that_they_pay_may_do_the_unusual_but_not_elsewhere(trust: dict[str, int]) -> None:
    unusual = {"at_once": 40, "net": Decimal(99999), "days_known": 3}
    assert spoken(**unusual, **trust) == []
    assert spoken(**unusual, **trust, address_known=False, country_known=False) == [
        ("address", 20),
        ("country", 30),
    ]


def test_a_fraud_once_found_ends_the_trust() -> None:
    assert spoken(at_once=5, closed=30, frauds=1) == [("velocity", 30)]


def test_fewer_points_than_the_policys_hold_nothing_and_say_nothing() -> None:
    assert hold_reason(screen(replace(PLAIN, at_once=5), policy=POLICY), policy=POLICY) is None


def test_enough_points_hold_the_order_and_say_why_with_figures() -> None:
    screening = screen(replace(PLAIN, at_once=7, net=Decimal(1000)), policy=POLICY)
    assert screening.as_json() == [
        {
            "rule": "velocity",
            "points": 30,
            "text": "7 orders within 24 hours.",
            "figures": {"orders": "7", "hours": "24"},
        },
        {
            "rule": "amount",
            "points": 30,
            "text": "12.5 times the customer's usual order.",
            "figures": {"net": "1000", "usual": "80"},
        },
    ]
    assert hold_reason(screening, policy=POLICY) == {
        "code": "screening",
        "text": "Looks unusual (60 points): 7 orders within 24 hours. 12.5 times the customer's usual order.",
        "figures": {"score": "60", "hold_score": "50"},
    }


def test_a_rule_without_points_does_not_speak() -> None:
    silent = OrderPolicy(address_points=0)
    assert screen(replace(PLAIN, address_known=False), policy=silent).findings == []


@given(
    net=st.decimals(0, 10**9, places=2),
    usual=st.none() | st.decimals(0, 10**9, places=2),
    at_once=st.integers(1, 50),
    known=st.booleans(),
)
def test_the_score_is_the_sum_and_a_larger_order_never_looks_better(
    net: Decimal, usual: Decimal | None, at_once: int, known: bool
) -> None:
    facts = replace(PLAIN, net=net, usual=usual, at_once=at_once, address_known=known, days_known=1)
    found = screen(facts, policy=POLICY)
    assert found.score == sum(finding.points for finding in found.findings)
    assert screen(replace(facts, net=net + 1), policy=POLICY).score >= found.score
