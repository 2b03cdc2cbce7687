"""Questions about credit."""

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from credit.models import Commitment, CreditAccount, Decision
from credit.rules import CreditFacts
from o2c.kernel.money import ZERO
from receivables import selectors as receivables


def facts(*, account: CreditAccount, currency: str, requested: Decimal, on: date) -> CreditFacts:
    """Return the figures that a decision looks at: two queries over open work, whatever the history.

    *currency* is the customer's. Read under the account's lock, the figures cannot grow before the
    decision is written; a payment may lower them meanwhile, which only errs on the safe side.
    """
    standing = receivables.standing(customer_id=account.customer_id, currency=currency, on=on)
    committed = Commitment.objects.filter(account=account, amount__gt=0).aggregate(total=Sum("amount"))[
        "total"
    ]
    return CreditFacts(
        limit=account.limit,
        receivables=standing.balance,
        committed=committed or ZERO,
        requested=requested,
        overdue=standing.overdue,
        days_overdue=standing.days_overdue(on),
        days_overdue_allowed=account.days_overdue_allowed,
        blocked=account.blocked,
    )


def last_decision(*, reference: str) -> Decision | None:
    """Return the latest decision on an order."""
    return Decision.objects.filter(reference=reference).order_by("-pk").first()
