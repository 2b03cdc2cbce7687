"""Who owed how much on a day, by how long it was overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from o2c.kernel.db import fetch_all
from receivables.selectors import open_as_of

BUCKETS = """
    COALESCE(sum(item.amount) FILTER (WHERE item.kind = 'invoice' AND item.due_on >= %(on)s::date), 0),
    COALESCE(sum(item.amount) FILTER (WHERE item.kind = 'invoice' AND %(on)s::date - item.due_on BETWEEN 1 AND 30), 0),
    COALESCE(sum(item.amount) FILTER (WHERE item.kind = 'invoice' AND %(on)s::date - item.due_on BETWEEN 31 AND 60), 0),
    COALESCE(sum(item.amount) FILTER (WHERE item.kind = 'invoice' AND %(on)s::date - item.due_on BETWEEN 61 AND 90), 0),
    COALESCE(sum(item.amount) FILTER (WHERE item.kind = 'invoice' AND %(on)s::date - item.due_on > 90), 0),
    COALESCE(sum(item.amount) FILTER (WHERE item.kind = 'credit_note'), 0),
    COALESCE(sum(item.amount) FILTER (WHERE item.kind = 'payment'), 0),
    sum(item.amount), sum(item.base)
"""

# A page of customers, each with all of their currencies.
BY_CUSTOMER = f"""
, paged AS (
    SELECT item.*, dense_rank() OVER (ORDER BY customer_id) AS place FROM open_item item
    WHERE customer_id > COALESCE((SELECT id FROM customers_customer WHERE public_id = %(after)s::uuid), 0)
)
SELECT customer.public_id, customer.number, customer.name, item.currency, {BUCKETS}
FROM paged item JOIN customers_customer customer ON customer.id = item.customer_id
WHERE place <= %(limit)s GROUP BY customer.id, item.currency ORDER BY customer.id, item.currency
"""  # noqa: S608 - of constants

BY_CURRENCY = f"SELECT currency, {BUCKETS} FROM open_item item GROUP BY currency ORDER BY currency"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Ages:
    """What was open in a currency, by how many days it was overdue; *base_balance* is in base currency.

    *credits* and *on_account* are not positive: open credit notes, and money that is not allocated.
    """

    currency: str
    not_due: Decimal
    days_1_to_30: Decimal
    days_31_to_60: Decimal
    days_61_to_90: Decimal
    over_90: Decimal
    credits: Decimal
    on_account: Decimal
    balance: Decimal
    base_balance: Decimal


@dataclass(frozen=True, slots=True)
class AgesOfCustomer:
    """What was open of a customer in one currency."""

    customer: UUID
    number: str
    name: str
    ages: Ages


@dataclass(frozen=True, slots=True)
class Aging:
    """A page of customers, and what was open of all of them together, by currency."""

    as_of: date
    rows: list[AgesOfCustomer]
    next_customer: UUID | None
    totals: list[Ages]


def aging(
    *, as_of: date, customers: Sequence[int] | None = None, after: UUID | None = None, limit: int
) -> Aging:
    """Return who owed how much at the end of *as_of*, exactly as the books stood for that day; two statements.

    *customers* are the only ones to be looked at (ids), None for all; *after* is the last customer of the page
    before, by the id in the API. Base amounts are at the documents' own rates, as the ledger has them.
    """
    with_items = open_as_of(some_customers=customers is not None)
    asked: dict[str, Any] = {
        "on": as_of,
        "customers": list(customers or ()),
        "after": after,
        "limit": limit + 1,
    }
    found = [
        AgesOfCustomer(customer, number, name, Ages(*figures))
        for customer, number, name, *figures in fetch_all(with_items + BY_CUSTOMER, asked)
    ]
    ids = list(dict.fromkeys(row.customer for row in found))
    shown = ids[:limit]
    return Aging(
        as_of=as_of,
        rows=[row for row in found if row.customer in set(shown)],
        next_customer=shown[-1] if len(ids) > limit else None,
        totals=[Ages(*row) for row in fetch_all(with_items + BY_CURRENCY, asked)],
    )
