"""Questions about what is owed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from o2c.kernel.db import fetch_all
from receivables.models import Payment, Receivable


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer owes on a day, in their currency."""

    balance: Decimal
    overdue: Decimal
    oldest_due_on: date | None

    def days_overdue(self, on: date) -> int:
        """Return how many days the oldest overdue item is late on *on*; zero when none is."""
        return max((on - self.oldest_due_on).days, 0) if self.oldest_due_on else 0


STANDING = """
SELECT COALESCE(sum(open_amount), 0), COALESCE(sum(open_amount) FILTER (WHERE late), 0), min(due_on) FILTER (WHERE late)
FROM (SELECT open_amount, due_on, open_amount > 0 AND due_on < %(on)s AS late FROM receivables_receivable
      WHERE customer_id = %(customer)s AND currency = %(currency)s AND open_amount <> 0) item
"""


def standing(*, customer_id: int, currency: str, on: date) -> Standing:
    """Return the customer's open balance and overdue debt. One query over open items only.

    Open credit notes lower the balance; unallocated payments do not, until somebody allocates them.
    """
    [(balance, overdue, oldest)] = fetch_all(
        STANDING, {"customer": customer_id, "currency": currency, "on": on}
    )
    return Standing(balance, overdue, oldest)


def open_items(*, customer_id: int, currency: str) -> QuerySet[Receivable]:
    """Return the customer's invoices with something left to pay, the longest due first."""
    return Receivable.objects.filter(customer_id=customer_id, currency=currency, open_amount__gt=0).order_by(
        "due_on", "pk"
    )


def due_for_allocation() -> QuerySet[Payment]:
    """Return the payments with money left to allocate, the oldest first: the cash desk's due list."""
    return Payment.objects.filter(unallocated__gt=0).select_related("customer").order_by("received_on", "pk")
