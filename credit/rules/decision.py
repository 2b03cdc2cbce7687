"""May this order be confirmed? Figures in, an outcome for each rule out, with what would cure a refusal."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)
HIGH_RISK = "high"


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A parent whose limit is the whole group's: all amounts in the parent's currency, but *currency_missing*.

    *currency_missing* names a currency of which no exchange rate is known on the day; then nobody can say
    what the group owes, and the rule refuses.
    """

    customer: str
    currency: str
    limit: Decimal
    receivables: Decimal
    committed: Decimal
    requested: Decimal
    currency_missing: str = ""

    @property
    def exposure(self) -> Decimal:
        """Return what the group owes and has on order, without this request."""
        return self.receivables + self.committed

    @property
    def available(self) -> Decimal:
        """Return what is left of the group's limit; never below zero."""
        return max(self.limit - self.exposure, ZERO)


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """What the rules look at; amounts gross, in the customer's currency.

    *committed* is what other orders claim, *claimed* what this order claims already: an order that asks for
    no more than it has is not decided anew. *on_account* is money received and not allocated.
    *first_order_limit* is None where no policy sets one, *covered* what an insurer or bureau covers.
    """

    limit: Decimal
    receivables: Decimal
    committed: Decimal
    requested: Decimal
    overdue: Decimal
    days_overdue: int
    days_overdue_allowed: int
    blocked: bool
    block_reason: str = ""
    claimed: Decimal = ZERO
    overdue_tolerance: Decimal = ZERO
    on_account: Decimal = ZERO
    is_prepayment: bool = False
    is_first_order: bool = False
    first_order_limit: Decimal | None = None
    covered: Decimal = ZERO
    score: int | None = None
    risk_class: str = "new"
    holds_high_risk: bool = False
    groups: tuple[GroupFacts, ...] = ()

    @property
    def exposure(self) -> Decimal:
        """Return what the customer owes and has on order, without this request."""
        return self.receivables + self.committed

    @property
    def available(self) -> Decimal:
        """Return what is left of the limit; never below zero."""
        return max(self.limit - self.exposure, ZERO)

    @property
    def asks_for_more(self) -> bool:
        """Say whether the request goes beyond what the order claims already."""
        return self.claimed == 0 or self.requested > self.claimed


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule said, which figures it compared, and what would cure its refusal.

    ``cure`` is a machine code with its figures; both it and ``reason`` are empty where the rule passed. A
    waived rule refused, and a person let the order pass all the same.
    """

    rule: str
    passed: bool
    reason: str
    figures: dict[str, str]
    cure: dict[str, str] = field(default_factory=dict)
    waived: bool = False

    def as_record(self) -> dict[str, Any]:
        """Return the outcome as a decision keeps it."""
        return {
            "rule": self.rule,
            "passed": self.passed,
            "reason": self.reason,
            "figures": self.figures,
            "cure": self.cure,
            "waived": self.waived,
        }


def evaluate(facts: CreditFacts, *, waives: Collection[str] = ()) -> list[RuleOutcome]:
    """Return the outcome of every rule that applies; refusals of the rules in *waives* are marked as waived.

    Who pays in advance is asked for the money instead of for a limit: with everything covered there is no
    risk, so neither the limits nor the first order nor the risk class are asked. An order that asks for no
    more than it claims already passes: a lowered limit stops new commitments, it never takes one back.
    """
    outcomes = [_blocked(facts), _overdue(facts)]
    if facts.is_prepayment:
        outcomes.append(_prepayment(facts))
    else:
        outcomes.append(_limit(facts))
        outcomes += [_group_limit(group) for group in facts.groups]
        if facts.is_first_order and facts.first_order_limit is not None:
            outcomes.append(_first_order(facts, facts.first_order_limit))
        if facts.holds_high_risk:
            outcomes.append(_risk(facts))
    if not facts.asks_for_more:
        return [replace(outcome, passed=True, reason="", cure={}) for outcome in outcomes]
    return [
        replace(outcome, waived=True) if outcome.rule in waives and not outcome.passed else outcome
        for outcome in outcomes
    ]


def is_approved(outcomes: list[RuleOutcome]) -> bool:
    """Say whether every rule passed or was waived."""
    return all(outcome.passed or outcome.waived for outcome in outcomes)


def _said(
    rule: str, *, passed: bool, reason: str, figures: dict[str, str], cure: dict[str, str]
) -> RuleOutcome:
    return RuleOutcome(rule, passed, "" if passed else reason, figures, {} if passed else cure)


def _text(amount: Decimal) -> str:
    return f"{amount:f}"


def _words(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _blocked(facts: CreditFacts) -> RuleOutcome:
    because = f" {facts.block_reason}" if facts.block_reason else ""
    return _said(
        "blocked",
        passed=not facts.blocked,
        reason=f"The customer's credit is blocked.{because}",
        figures={"reason": facts.block_reason} if facts.block_reason else {},
        cure={"code": "unblock"},
    )


def _overdue(facts: CreditFacts) -> RuleOutcome:
    late = facts.overdue > facts.overdue_tolerance and facts.days_overdue > facts.days_overdue_allowed
    return _said(
        "overdue",
        passed=not late,
        reason=f"{_words(facts.overdue)} are overdue, the oldest by {facts.days_overdue} days.",
        figures={
            "overdue": _text(facts.overdue),
            "days": str(facts.days_overdue),
            "days_allowed": str(facts.days_overdue_allowed),
            "tolerance": _text(facts.overdue_tolerance),
        },
        cure={"code": "pay", "amount": _text(facts.overdue)},
    )


def _limit(facts: CreditFacts) -> RuleOutcome:
    needed = facts.exposure + facts.requested
    over = needed - facts.limit
    return _said(
        "limit",
        passed=over <= 0,
        reason=f"The order exceeds the credit limit by {_words(max(over, ZERO))}.",
        figures={
            "limit": _text(facts.limit),
            "receivables": _text(facts.receivables),
            "committed": _text(facts.committed),
            "requested": _text(facts.requested),
            "available": _text(facts.available),
            "on_account": _text(facts.on_account),
        },
        cure=_room(
            over, needed=needed, payable=facts.receivables, money=facts.on_account, left=facts.available
        ),
    )


def _room(
    over: Decimal, *, needed: Decimal, payable: Decimal, left: Decimal, money: Decimal = ZERO
) -> dict[str, str]:
    """Return what makes room for *over*: money that is there already, a payment, or else a higher limit."""
    others = {"limit": _text(needed), "up_to": _text(left)}
    if over <= min(money, payable):
        return {"code": "allocate", "amount": _text(over), **others}
    if over <= payable:
        return {"code": "pay", "amount": _text(over), **others}
    return {"code": "raise-limit", **others}


def _group_limit(group: GroupFacts) -> RuleOutcome:
    needed = group.exposure + group.requested
    over = needed - group.limit
    figures = {
        "group": group.customer,
        "currency": group.currency,
        "limit": _text(group.limit),
        "receivables": _text(group.receivables),
        "committed": _text(group.committed),
        "requested": _text(group.requested),
        "available": _text(group.available),
    }
    if group.currency_missing:
        return _said(
            "group-limit",
            passed=False,
            reason=f"There is no exchange rate between {group.currency_missing} and {group.currency}.",
            figures=figures | {"currency_missing": group.currency_missing},
            cure={"code": "add-exchange-rate", "currency": group.currency_missing},
        )
    return _said(
        "group-limit",
        passed=over <= 0,
        reason=f"The order exceeds the limit of the group of {group.customer} by "
        f"{_words(max(over, ZERO))} {group.currency}.",
        figures=figures,
        cure=_room(over, needed=needed, payable=group.receivables, left=group.available),
    )


def _first_order(facts: CreditFacts, policy_limit: Decimal) -> RuleOutcome:
    up_to = max(policy_limit, facts.covered)
    figures = {
        "first_order_limit": _text(policy_limit),
        "covered": _text(facts.covered),
        "requested": _text(facts.requested),
    }
    return _said(
        "first-order",
        passed=facts.requested <= up_to,
        reason=f"This is the customer's first order, and it is over {_words(up_to)}.",
        figures=figures if facts.score is None else figures | {"score": str(facts.score)},
        cure={"code": "first-order-up-to", "amount": _text(up_to)},
    )


def _risk(facts: CreditFacts) -> RuleOutcome:
    return _said(
        "risk",
        passed=facts.risk_class != HIGH_RISK,
        reason="The customer is a high risk: they pay late.",
        figures={
            "risk_class": facts.risk_class,
            "score": "" if facts.score is None else str(facts.score),
        },
        cure={"code": "pay-in-advance", "amount": _text(facts.exposure + facts.requested)},
    )


def _prepayment(facts: CreditFacts) -> RuleOutcome:
    missing = facts.exposure + facts.requested - facts.on_account
    return _said(
        "prepayment",
        passed=missing <= 0,
        reason=f"The customer pays in advance: {_words(max(missing, ZERO))} are not there yet.",
        figures={
            "on_account": _text(facts.on_account),
            "receivables": _text(facts.receivables),
            "committed": _text(facts.committed),
            "requested": _text(facts.requested),
        },
        cure={"code": "pay", "amount": _text(missing)},
    )
