"""Scores and risk classes, worked out by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from credit.rules import (
    Known,
    PaymentBehaviour,
    is_repeat_offender,
    proposed_terms,
    risk_class,
    score,
    score_of_newcomer,
)

D = Decimal
PROMPT = PaymentBehaviour(invoices=10, settled=10)


@pytest.mark.parametrize(
    ("change", "points", "risk"),
    [
        ({}, 100, "low"),
        ({"average_days_late": D("4.5"), "late": 2}, 90, "low"),  # 100 - 4.5 - 6 = 89.5
        ({"average_days_late": D(10), "late": 5}, 75, "low"),  # 100 - 10 - 15
        ({"average_days_late": D("10.6"), "late": 5}, 74, "medium"),
        ({"average_days_late": D(25), "late": 10}, 45, "medium"),  # 100 - 25 - 30
        ({"average_days_late": D(26), "late": 10}, 44, "high"),
        ({"average_days_late": D(400), "late": 10}, 30, "high"),  # at most 40 and 30
        ({"days_overdue": 9}, 96, "low"),  # 95.5, rounded half up
        ({"days_overdue": 400}, 80, "low"),  # at most 20
        ({"broken_promises": 1, "dunning_level": 2}, 80, "low"),
        ({"broken_promises": 9, "dunning_level": 9}, 65, "medium"),  # at most 20 and 15
        (
            {
                "average_days_late": D(99),
                "late": 10,
                "days_overdue": 99,
                "broken_promises": 9,
                "dunning_level": 9,
            },
            0,
            "high",
        ),
    ],
)
def test_the_score_and_the_class_of_who_has_paid(change: dict[str, object], points: int, risk: str) -> None:
    behaviour = replace(PROMPT, **change)
    assert (score(behaviour), risk_class(behaviour)) == (points, risk)


def test_who_has_no_invoice_yet_is_new() -> None:
    assert risk_class(PaymentBehaviour()) == "new"
    assert PaymentBehaviour().share_late == 0


@pytest.mark.parametrize(
    ("invoices", "late", "very_late", "offender"),
    [(6, 3, 3, True), (7, 3, 3, False), (4, 4, 2, False), (3, 3, 3, True), (0, 0, 0, False)],
)
def test_a_repeat_offender_is_late_by_habit(invoices: int, late: int, very_late: int, offender: bool) -> None:
    behaviour = PaymentBehaviour(invoices=invoices, settled=invoices, late=late, very_late=very_late)
    assert is_repeat_offender(behaviour) is offender


def test_a_repeat_offender_is_never_a_low_risk() -> None:
    habit = PaymentBehaviour(invoices=6, settled=6, average_days_late=D(8), late=3, very_late=3)
    assert score(habit) == 77
    assert risk_class(habit) == "medium"


@pytest.mark.parametrize(
    ("known", "points"),
    [
        (Known(), 40),
        (Known(vat_id_checked=True, is_company=True, address_complete=True), 70),
        (Known(is_prepayment=True), 60),
        (Known(group_risk="low"), 55),
        (Known(group_risk="medium"), 40),
        (Known(group_risk="high"), 20),
        (Known(True, True, True, True, "low"), 100),
        (Known(bureau_score=91), 66),  # (40 + 91) / 2 = 65.5
        (Known(bureau_score=0), 20),
    ],
)
def test_a_newcomer_is_scored_by_what_is_known(known: Known, points: int) -> None:
    assert score_of_newcomer(known) == points


def test_a_newcomer_with_few_points_is_offered_prepayment() -> None:
    assert (proposed_terms(60), proposed_terms(59)) == ("on-account", "prepayment")
