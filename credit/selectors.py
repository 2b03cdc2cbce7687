"""Questions about credit."""

from datetime import date
from decimal import Decimal

from credit.models import CreditAccount, Decision
from credit.rules import CreditFacts
from o2c.kernel.db import fetch_all
from receivables import selectors as receivables

COMMITTED = "SELECT COALESCE(sum(amount), 0) FROM credit_commitment WHERE account_id = %s AND amount > 0"


def facts(*, account: CreditAccount, currency: str, requested: Decimal, on: date) -> CreditFacts:
    """Return the figures that a decision looks at: two queries over open work, whatever the history.

    *currency* is the customer's. Read under the account's lock, the figures cannot grow before the
    decision is written; a payment may lower them meanwhile, which only errs on the safe side.
    """
    standing = receivables.standing(customer_id=account.customer_id, currency=currency, on=on)
    [(committed,)] = fetch_all(COMMITTED, [account.pk])
    return CreditFacts(
        limit=account.limit,
        receivables=standing.balance,
        committed=committed,
        requested=requested,
        overdue=standing.overdue,
        days_overdue=standing.days_overdue(on),
        days_overdue_allowed=account.days_overdue_allowed,
        blocked=account.blocked,
    )


def last_decision(*, reference: str) -> Decision | None:
    """Return the latest decision on an order."""
    return Decision.objects.filter(reference=reference).order_by("-pk").first()
