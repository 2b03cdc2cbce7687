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
from credit.rules.on_account import PayOnAccount, pay_on_account

__all__ = [
    "VERY_LATE_DAYS",
    "CreditFacts",
    "GroupFacts",
    "Known",
    "PayOnAccount",
    "PaymentBehaviour",
    "RuleOutcome",
    "evaluate",
    "is_approved",
    "is_repeat_offender",
    "pay_on_account",
    "proposed_terms",
    "risk_class",
    "score",
    "score_of_newcomer",
]
