"""What credit refuses, and with which figures."""

from dataclasses import replace
from decimal import Decimal

import pytest

from credit.rules import CreditFacts, GroupFacts, evaluate, is_approved

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
        "on_account": "0",
    }
    assert outcome.cure == {"code": "pay", "amount": "120.50", "limit": "1120.50", "up_to": "500"}


def test_what_cures_a_limit_depends_on_what_is_owed_and_what_is_on_account() -> None:
    over = replace(GOOD, requested=D(700))  # 200 too much, 300 owed
    assert limit_cure(over) == "pay"
    assert limit_cure(replace(over, on_account=D(200))) == "allocate"
    assert limit_cure(replace(over, on_account=D("199.99"))) == "pay"
    assert limit_cure(replace(over, receivables=D(0), committed=D(500))) == "raise-limit"


def limit_cure(facts: CreditFacts) -> str:
    [outcome] = [outcome for outcome in evaluate(facts) if outcome.rule == "limit"]
    return outcome.cure["code"]


def test_a_small_overdue_debt_is_tolerated() -> None:
    late = replace(GOOD, overdue=D(50), days_overdue=3, overdue_tolerance=D(50))
    assert refused_by(late) == []
    assert refused_by(replace(late, overdue=D("50.01"))) == ["overdue"]


def test_a_first_order_waits_above_the_policys_limit_or_what_an_insurer_covers() -> None:
    first = replace(GOOD, is_first_order=True, first_order_limit=D(400))
    assert refused_by(first) == ["first-order"]
    assert refused_by(replace(first, requested=D(400))) == []
    assert refused_by(replace(first, covered=D(500))) == []
    assert refused_by(replace(first, is_first_order=False)) == []
    assert refused_by(replace(first, first_order_limit=None)) == []
    assert evaluate(first)[-1].cure == {"code": "first-order-up-to", "amount": "400"}


def test_a_high_risk_waits_where_the_policy_says_so() -> None:
    risky = replace(GOOD, risk_class="high", score=30)
    assert refused_by(risky) == []
    assert refused_by(replace(risky, holds_high_risk=True)) == ["risk"]
    assert refused_by(replace(risky, holds_high_risk=True, risk_class="medium")) == []


def test_who_pays_in_advance_is_asked_for_the_money_and_for_nothing_else() -> None:
    advance = replace(
        GOOD,
        is_prepayment=True,
        limit=D(0),
        on_account=D(1000),
        is_first_order=True,
        first_order_limit=D(1),
        risk_class="high",
        holds_high_risk=True,
    )
    assert [outcome.rule for outcome in evaluate(advance)] == ["blocked", "overdue", "prepayment"]
    assert refused_by(advance) == []
    [outcome] = evaluate(replace(advance, on_account=D("999.99")))[2:]
    assert (outcome.passed, outcome.cure) == (False, {"code": "pay", "amount": "0.01"})
    assert refused_by(replace(advance, blocked=True)) == ["blocked"]


GROUP = GroupFacts(
    customer="Holding Ltd",
    currency="GBP",
    limit=D(2000),
    receivables=D(900),
    committed=D(600),
    requested=D(500),
)


def test_a_group_counts_what_all_of_it_owes() -> None:
    assert refused_by(replace(GOOD, groups=(GROUP,))) == []
    over = replace(GOOD, groups=(replace(GROUP, committed=D("600.01")),))
    assert refused_by(over) == ["group-limit"]
    assert evaluate(over)[3].cure["amount"] == "0.01"


def test_a_group_with_a_currency_that_nobody_can_convert_waits_for_the_rate() -> None:
    outcome = evaluate(replace(GOOD, groups=(replace(GROUP, currency_missing="USD"),)))[3]
    assert (outcome.passed, outcome.cure) == (False, {"code": "add-exchange-rate", "currency": "USD"})


def test_a_waived_rule_is_on_record_as_refused_and_waived() -> None:
    over = replace(GOOD, requested=D(900), blocked=True)
    outcomes = evaluate(over, waives={"limit", "risk"})
    assert [(outcome.rule, outcome.passed, outcome.waived) for outcome in outcomes] == [
        ("blocked", False, False),
        ("overdue", True, False),
        ("limit", False, True),
    ]
    assert not is_approved(outcomes)
    assert is_approved(evaluate(over, waives={"limit", "blocked"}))


def test_an_order_that_asks_for_no_more_than_it_has_is_not_decided_anew() -> None:
    cut = replace(GOOD, limit=D(0), blocked=True, claimed=D(500))
    assert refused_by(cut) == []
    assert refused_by(replace(cut, requested=D("500.01"))) == ["blocked", "limit"]


def test_what_is_available_never_falls_below_zero() -> None:
    assert replace(GOOD, limit=D(100)).available == 0
    assert GOOD.exposure == D(500)
