"""The credit rules: pure figures in, an outcome for each rule out."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """What the rules look at; amounts gross, in the customer's currency."""

    limit: Decimal
    receivables: Decimal
    committed: Decimal
    requested: Decimal
    overdue: Decimal
    days_overdue: int
    days_overdue_allowed: int
    blocked: bool

    @property
    def exposure(self) -> Decimal:
        """Return what the customer owes and has on order, without this request."""
        return self.receivables + self.committed

    @property
    def available(self) -> Decimal:
        """Return what is left of the limit; never below zero."""
        return max(self.limit - self.exposure, Decimal(0))


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule said and which figures it compared."""

    rule: str
    passed: bool
    reason: str
    figures: dict[str, str]


def evaluate(facts: CreditFacts) -> list[RuleOutcome]:
    """Return the outcome of every rule; the request is approved when all pass."""
    return [_blocked(facts), _overdue(facts), _limit(facts)]


def _blocked(facts: CreditFacts) -> RuleOutcome:
    return RuleOutcome("blocked", not facts.blocked, "The customer's credit is blocked.", {})


def _overdue(facts: CreditFacts) -> RuleOutcome:
    late = facts.overdue > 0 and facts.days_overdue > facts.days_overdue_allowed
    return RuleOutcome(
        "overdue",
        not late,
        f"{facts.overdue.normalize():f} are overdue, the oldest by {facts.days_overdue} days.",
        {
            "overdue": f"{facts.overdue:f}",
            "days": str(facts.days_overdue),
            "days_allowed": str(facts.days_overdue_allowed),
        },
    )


def _limit(facts: CreditFacts) -> RuleOutcome:
    over = facts.exposure + facts.requested - facts.limit
    return RuleOutcome(
        "limit",
        over <= 0,
        f"The order exceeds the credit limit by {max(over, Decimal(0)).normalize():f}.",
        {
            "limit": f"{facts.limit:f}",
            "receivables": f"{facts.receivables:f}",
            "committed": f"{facts.committed:f}",
            "requested": f"{facts.requested:f}",
            "available": f"{facts.available:f}",
        },
    )
