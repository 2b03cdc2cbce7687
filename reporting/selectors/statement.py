"""What happened on a customer's account between two days, and what was open at the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from customers.models import Customer
from o2c.kernel.db import fetch_all
from o2c.kernel.money import total
from receivables.selectors import open_as_of

# By the indexes of customer and day; a payment that was taken back is there twice, with both its days.
MOVEMENTS = """
SELECT r.kind, invoice.public_id, r.document_number, r.issued_on AS day, r.due_on, r.amount, 1 AS place, r.id
FROM receivables_receivable r LEFT JOIN invoicing_invoice invoice ON invoice.receivable_id = r.id
WHERE r.customer_id = %(customer)s AND r.currency = %(currency)s AND r.issued_on BETWEEN %(since)s AND %(on)s
UNION ALL
SELECT 'payment', public_id, number, received_on, NULL, -amount, 2, id FROM receivables_payment
WHERE customer_id = %(customer)s AND currency = %(currency)s AND received_on BETWEEN %(since)s AND %(on)s
UNION ALL
SELECT 'payment_reversed', p.public_id, p.number, entry."on", NULL, p.amount, 3, p.id FROM receivables_payment p
JOIN ledger_journalentry entry
    ON entry.company_id = p.company_id AND entry.source = 'payment/' || p.id || '/reversed'
WHERE p.customer_id = %(customer)s AND p.currency = %(currency)s AND p.state = 'reversed'
  AND entry."on" BETWEEN %(since)s AND %(on)s
ORDER BY day, place, id
"""

OPEN = """
SELECT item.kind, COALESCE(invoice.public_id, payment.public_id), item.number, item.issued_on, item.due_on, item.amount
FROM open_item item
LEFT JOIN invoicing_invoice invoice ON invoice.receivable_id = item.id AND item.kind <> 'payment'
LEFT JOIN receivables_payment payment ON payment.id = item.id AND item.kind = 'payment'
WHERE item.currency = %(currency)s ORDER BY item.due_on NULLS LAST, item.issued_on, item.number
"""


@dataclass(frozen=True, slots=True)
class Movement:
    """A document on the account; *amount* is positive for what the customer owes, *balance* what they owe then."""

    kind: str
    public_id: UUID | None
    number: str
    on: date
    due_on: date | None
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What was open of a document at the end; negative for credit notes and money that is not allocated."""

    kind: str
    public_id: UUID | None
    number: str
    on: date
    due_on: date | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A customer's account in one currency from *since* to *until*, both included."""

    customer: Customer
    currency: str
    since: date
    until: date
    opening: Decimal
    movements: list[Movement]
    open_items: list[OpenItem]

    @property
    def closing(self) -> Decimal:
        """Return what the customer owed at the end: the sum of what was open."""
        return total(item.amount for item in self.open_items)


def statement(*, customer: Customer, currency: str, since: date, until: date) -> Statement:
    """Return a customer's account in *currency* from *since* to *until*, both included, in two statements.

    The closing balance is what was open on *until*; the opening one is that without the movements, so that
    nothing before *since* is read.
    """
    asked = {
        "customer": customer.pk,
        "customers": [customer.pk],
        "currency": currency,
        "since": since,
        "on": until,
    }
    items = [OpenItem(*row) for row in fetch_all(open_as_of(some_customers=True) + OPEN, asked)]
    rows = fetch_all(MOVEMENTS, asked)
    opening = total(item.amount for item in items) - total(row[5] for row in rows)
    return Statement(
        customer=customer,
        currency=currency,
        since=since,
        until=until,
        opening=opening,
        movements=list(_running(rows, opening)),
        open_items=items,
    )


def _running(rows: Iterable[tuple[object, ...]], balance: Decimal) -> Iterable[Movement]:
    for kind, public_id, number, on, due_on, amount, *_order in rows:
        balance += amount  # type: ignore[operator] # of a row of MOVEMENTS
        yield Movement(kind, public_id, number, on, due_on, amount, balance)  # type: ignore[arg-type]
