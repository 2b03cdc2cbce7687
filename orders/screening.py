"""Simple fraud rules: what an order has against it, in points. Pure; a score holds an order, it never refuses it."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Protocol

SEEN = 50  # the latest orders of a customer that anybody looks at: the cost is flat with history
USUAL_FROM = 3  # fewer orders are no habit
TRUSTED_FROM = 3  # orders carried out to the end, or invoices settled within a year


class Policy(Protocol):
    """The figures of `orders.models.OrderPolicy` that the rules compare with."""

    hold_score: int
    velocity_hours: int
    velocity_orders: int
    velocity_points: int
    amount_factor: Decimal
    amount_points: int
    address_points: int
    country_points: int
    new_customer_days: int
    new_customer_amount: Decimal
    new_customer_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at; amounts net, in the order's currency.

    *at_once* counts this order and those of the policy's hours before it. *usual* is the average of the
    customer's latest orders, None where there are too few. *days_known* is None for a customer of whom
    nobody wrote down since when.
    """

    net: Decimal
    at_once: int
    usual: Decimal | None
    closed: int
    settled_invoices: int
    frauds: int
    days_known: int | None
    address_known: bool
    country: str
    country_known: bool

    @property
    def is_trusted(self) -> bool:
        """Say whether the customer has shown that they pay, and was never suspected with reason."""
        return not self.frauds and max(self.closed, self.settled_invoices) >= TRUSTED_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that spoke: its points, why in words, and the figures it compared."""

    rule: str
    points: int
    text: str
    figures: dict[str, str]


@dataclass(frozen=True, slots=True)
class Screening:
    """All that spoke against an order."""

    findings: list[Finding]

    @property
    def score(self) -> int:
        """Return the sum of the points."""
        return sum(finding.points for finding in self.findings)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the findings as the order keeps them."""
        return [asdict(finding) for finding in self.findings]


def screen(facts: Facts, *, policy: Policy) -> Screening:
    """Return what speaks against an order.

    Where it goes is asked of every order, also a good customer's: a stolen login orders in a good name.
    What is only unusual is not asked of those who have shown that they pay.
    """
    rules = [_address(facts, policy), _country(facts, policy)]
    if not facts.is_trusted:
        rules += [_velocity(facts, policy), _amount(facts, policy), _new_customer(facts, policy)]
    return Screening([finding for finding in rules if finding is not None and finding.points])


def hold_reason(screening: Screening, *, policy: Policy) -> dict[str, Any] | None:
    """Return why the order waits for a person, or None when its points are too few."""
    if screening.score < policy.hold_score:
        return None
    words = " ".join(finding.text for finding in screening.findings)
    return {
        "code": "screening",
        "text": f"Looks unusual ({screening.score} points): {words}",
        "figures": {"score": str(screening.score), "hold_score": str(policy.hold_score)},
    }


def _velocity(facts: Facts, policy: Policy) -> Finding | None:
    if facts.at_once < min(policy.velocity_orders, SEEN):
        return None
    return Finding(
        rule="velocity",
        points=policy.velocity_points,
        text=f"{facts.at_once} orders within {policy.velocity_hours} hours.",
        figures={"orders": str(facts.at_once), "hours": str(policy.velocity_hours)},
    )


def _amount(facts: Facts, policy: Policy) -> Finding | None:
    if facts.usual is None or facts.net <= facts.usual * policy.amount_factor:
        return None
    times = (facts.net / facts.usual).quantize(Decimal("0.1")) if facts.usual else facts.net
    return Finding(
        rule="amount",
        points=policy.amount_points,
        text=f"{times:f} times the customer's usual order.",
        figures={"net": f"{facts.net:f}", "usual": f"{facts.usual:f}"},
    )


def _address(facts: Facts, policy: Policy) -> Finding | None:
    if facts.address_known:
        return None
    return Finding(
        rule="address",
        points=policy.address_points,
        text="The delivery address is not known for this customer.",
        figures={},
    )


def _country(facts: Facts, policy: Policy) -> Finding | None:
    if facts.country_known:
        return None
    return Finding(
        rule="country",
        points=policy.country_points,
        text=f"The customer has no address in {facts.country}.",
        figures={"country": facts.country},
    )


def _new_customer(facts: Facts, policy: Policy) -> Finding | None:
    days = facts.days_known
    if days is None or days > policy.new_customer_days or facts.net < policy.new_customer_amount:
        return None
    return Finding(
        rule="new-customer",
        points=policy.new_customer_points,
        text=f"A customer for {days} days orders a large amount.",
        figures={"days": str(days), "net": f"{facts.net:f}", "large": f"{policy.new_customer_amount:f}"},
    )
