"""How much a customer may owe, what is committed, and every decision."""

from credit.models.account import CreditAccount
from credit.models.commitment import Commitment
from credit.models.decision import Decision

__all__ = ["Commitment", "CreditAccount", "Decision"]
