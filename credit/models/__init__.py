"""How much a customer may owe, by which rules, what is committed, every request and every decision."""

from credit.models.account import CreditAccount, CreditPolicy
from credit.models.commitment import Commitment
from credit.models.decision import Decision
from credit.models.limit_request import LimitRequest
from credit.models.report import CreditReport

__all__ = ["Commitment", "CreditAccount", "CreditPolicy", "CreditReport", "Decision", "LimitRequest"]
