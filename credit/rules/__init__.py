"""The credit rules: plain figures in, an answer with its figures out."""

from credit.rules.behaviour import (
    VERY_LATE_DAYS,
    Known,
    PaymentBehaviour,
    is_repeat_offender,
    proposed_terms,
    risk_class,
    score,
    score_of_newcomer,
)
from credit.rules.decision import CreditFacts, GroupFacts, RuleOutcome, evaluate, is_approved

__all__ = [
    "VERY_LATE_DAYS",
    "CreditFacts",
    "GroupFacts",
    "Known",
    "PaymentBehaviour",
    "RuleOutcome",
    "evaluate",
    "is_approved",
    "is_repeat_offender",
    "proposed_terms",
    "risk_class",
    "score",
    "score_of_newcomer",
]
