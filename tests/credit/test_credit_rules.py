"""What credit refuses, and with which figures."""

from dataclasses import replace
from decimal import Decimal

import pytest

from credit.rules import CreditFacts, evaluate

D = Decimal
GOOD = CreditFacts(
    limit=D(1000),
    receivables=D(300),
    committed=D(200),
    requested=D(500),
    overdue=D(0),
    days_overdue=0,
    days_overdue_allowed=0,
    blocked=False,
)


def refused_by(facts: CreditFacts) -> list[str]:
    return [outcome.rule for outcome in evaluate(facts) if not outcome.passed]


def test_an_order_that_just_fits_the_limit_passes_every_rule() -> None:
    assert [outcome.rule for outcome in evaluate(GOOD)] == ["blocked", "overdue", "limit"]
    assert refused_by(GOOD) == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"requested": D("500.01")}, ["limit"]),
        ({"receivables": D("300.01")}, ["limit"]),
        ({"committed": D("200.01")}, ["limit"]),
        ({"limit": D("999.99")}, ["limit"]),
        ({"receivables": D(-100), "requested": D(900)}, []),  # a credit note gives room
        ({"limit": D(0), "receivables": D(0), "committed": D(0), "requested": D(0)}, []),
        ({"blocked": True}, ["blocked"]),
        ({"overdue": D("0.01"), "days_overdue": 1}, ["overdue"]),
        ({"overdue": D(100), "days_overdue": 5, "days_overdue_allowed": 5}, []),
        ({"overdue": D(100), "days_overdue": 6, "days_overdue_allowed": 5}, ["overdue"]),
        ({"overdue": D(0), "days_overdue": 9}, []),
        (
            {"blocked": True, "overdue": D(1), "days_overdue": 1, "limit": D(1)},
            ["blocked", "overdue", "limit"],
        ),
    ],
)
def test_each_rule_refuses_for_its_own_reason(change: dict[str, object], rules: list[str]) -> None:
    assert refused_by(replace(GOOD, **change)) == rules


def test_the_limit_rule_says_by_how_much_and_shows_its_figures() -> None:
    outcome = evaluate(replace(GOOD, requested=D("620.50")))[2]
    assert outcome.reason == "The order exceeds the credit limit by 120.5."
    assert outcome.figures == {
        "limit": "1000",
        "receivables": "300",
        "committed": "200",
        "requested": "620.50",
        "available": "500",
    }


def test_what_is_available_never_falls_below_zero() -> None:
    assert replace(GOOD, limit=D(100)).available == 0
    assert GOOD.exposure == D(500)
