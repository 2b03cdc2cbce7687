"""Why a held order waits: what its last check found, and what credit would find today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from credit import selectors as credit
from credit.rules import CreditFacts, evaluate
from o2c.kernel.models import Event
from o2c.kernel.money import ZERO
from orders.models import Order, OrderLine
from orders.rules import uninvoiced_gross

CREDIT = "credit-"
CHECKS = ("order.held", "order.rechecked")  # the events that keep what a check found
Reason = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LimitUse:
    """How much of a limit is needed with this order, in the order's currency."""

    limit: Decimal
    needed: Decimal

    @property
    def over(self) -> Decimal:
        """Return by how much it exceeds the limit; never below zero."""
        return max(self.needed - self.limit, ZERO)


@dataclass(frozen=True, slots=True)
class ReasonNow:
    """A hold reason as it was found, and as credit would say it now; None where it has gone.

    What credit does not say (*is_credit*) is found again only by checking the order again.
    """

    then: Reason
    now: Reason | None
    is_credit: bool

    @property
    def changed(self) -> bool:
        """Say whether the figures are other ones by now."""
        return self.is_credit and (self.now is None or self.now["figures"] != self.then["figures"])

    @property
    def use_then(self) -> LimitUse | None:
        """Return how much of the limit was needed; None where the limit is not the reason."""
        return limit_use([self.then])


@dataclass(frozen=True, slots=True)
class Standing:
    """Why an order waits, as of its last check of the day *checked_on* and as of now."""

    reasons: list[ReasonNow]
    checked_on: date | None
    use_now: LimitUse


def standing(
    order: Order, lines: Iterable[OrderLine], *, facts: CreditFacts, checked_on: date | None
) -> Standing:
    """Return what the reasons of a held order have become, by its customer's *facts* of today; no queries."""
    asked = replace(facts, requested=uninvoiced_gross(lines, currency=order.currency))
    now = {
        f"{CREDIT}{outcome.rule}": {"code": f"{CREDIT}{outcome.rule}", "text": outcome.reason,
                                    "figures": outcome.figures, "cure": outcome.cure}
        for outcome in evaluate(asked)
        if not outcome.passed
    }  # fmt: skip
    reasons = [
        ReasonNow(reason, now.get(reason["code"]), is_credit=reason["code"].startswith(CREDIT))
        for reason in order.hold_reasons
    ]
    return Standing(reasons, checked_on, LimitUse(asked.limit, asked.exposure + asked.requested))


def standing_today(order: Order, *, today: date) -> Standing:
    """Return the same of an order read with its customer and their terms; six queries, three more for each group."""
    lines = list(order.lines.all())
    facts = credit.outlook(customer=order.customer, requested=ZERO, on=today).facts
    checks = Event.objects.filter(document_type="order", document_id=order.pk, kind__in=CHECKS)
    checked_on = checks.order_by("-pk").values_list("on", flat=True).first()
    return standing(order, lines, facts=facts, checked_on=checked_on)


def limit_use(reasons: Iterable[Reason]) -> LimitUse | None:
    """Return how much of the limit was needed, from the figures that the decision kept; None if that holds nothing."""
    for reason in reasons:
        if reason["code"] == "credit-limit":
            figures = {name: Decimal(value) for name, value in reason["figures"].items()}
            needed = figures["receivables"] + figures["committed"] + figures["requested"]
            return LimitUse(figures["limit"], needed)
    return None
