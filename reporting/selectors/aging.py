"""Who owed how much on a day, by how long it was overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from ledger import selectors as ledger
from ledger.entries import Role
from o2c.kernel.db import fetch_all
from o2c.kernel.money import ZERO, total
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


PAGE = 50
BASE_BUCKETS = BUCKETS.replace("sum(item.amount)", "sum(item.base)")
FIGURES = (
    "not_due, days_1_to_30, days_31_to_60, days_61_to_90, over_90, credits, on_account, balance, base_balance"
)
SUMS = ", ".join(f"sum({figure})" for figure in FIGURES.split(", "))

# The largest debts of a page, and the sums over all of them: what was open is put together once.
MATRIX = """
, aged (customer_id, currency, {figures}, base_items, base_on_account) AS MATERIALIZED (
    SELECT item.customer_id, item.currency, {buckets},
           COALESCE(sum(item.base) FILTER (WHERE item.kind <> 'payment'), 0),
           COALESCE(sum(item.base) FILTER (WHERE item.kind = 'payment'), 0)
    FROM open_item item GROUP BY item.customer_id, item.currency
), page AS (
    SELECT * FROM aged ORDER BY base_balance DESC, customer_id, currency LIMIT %(limit)s OFFSET %(skipped)s
)
SELECT customer.number, customer.name, page.currency, {figures}, base_items, base_on_account
FROM page JOIN customers_customer customer ON customer.id = page.customer_id
UNION ALL
SELECT NULL, NULL, currency, {sums}, sum(base_items), sum(base_on_account) FROM aged GROUP BY currency
"""

ROWS = """
SELECT customer.number, customer.name, item.kind, item.number, item.currency, item.issued_on, item.due_on,
       item.amount, item.base, count(*) OVER (), sum(item.base) OVER ()
FROM open_item item JOIN customers_customer customer ON customer.id = item.customer_id
WHERE (%(number)s = '' OR customer.number = %(number)s) AND (%(currency)s = '' OR item.currency = %(currency)s)
  AND (%(kind)s = '' OR item.kind = %(kind)s)
  AND (%(most_days)s::int IS NULL OR %(on)s::date - item.due_on <= %(most_days)s)
  AND (%(least_days)s::int IS NULL OR %(on)s::date - item.due_on >= %(least_days)s)
ORDER BY item.due_on NULLS LAST, customer.name, item.number LIMIT %(limit)s OFFSET %(skipped)s
"""

# The buckets by name: the kind of item, and from when to when it is overdue, in days.
BUCKET_NAMES: dict[str, tuple[str, int | None, int | None]] = {
    "not_due": ("invoice", None, 0),
    "days_1_to_30": ("invoice", 1, 30),
    "days_31_to_60": ("invoice", 31, 60),
    "days_61_to_90": ("invoice", 61, 90),
    "over_90": ("invoice", 91, None),
    "credits": ("credit_note", None, None),
    "on_account": ("payment", None, None),
    "balance": ("", None, None),
}


@dataclass(frozen=True, slots=True)
class DebtorAges:
    """What was open of a customer in one currency; the figures are in it, or in base currency."""

    number: str
    name: str
    currency: str
    ages: Ages


@dataclass(frozen=True, slots=True)
class Control:
    """What the open items add up to in base currency, beside what their control account says."""

    items: Decimal
    account: Decimal

    @property
    def difference(self) -> Decimal:
        """Return how far they are apart: zero, or the books are broken."""
        return self.items - self.account


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingMatrix:
    """A page of who owed how much at the end of a day, the largest first, the sums of all, and what the ledger says."""

    rows: list[DebtorAges]
    totals: list[Ages]
    receivables: Control
    on_account: Control
    has_next: bool


@dataclass(frozen=True, slots=True)
class AgedItem:
    """An item that was open on a day; *amount* in its currency, *base* in base currency."""

    customer_number: str
    customer_name: str
    kind: str
    number: str
    currency: str
    issued_on: date
    due_on: date | None
    amount: Decimal
    base: Decimal


@dataclass(frozen=True, slots=True)
class AgedItems:
    """A page of the items behind a figure; *count* and *base* are of all of them."""

    rows: list[AgedItem]
    count: int
    base: Decimal
    has_next: bool


def aging_matrix(
    *, as_of: date, company_id: int, base_currency: str, in_base: bool, page: int = 1
) -> AgingMatrix:
    """Return who owed how much at the end of *as_of*, in documents' currencies or *in_base*; two statements.

    Exactly as the books stood for that day. What the open items are in base currency, at the documents' own
    rates, is compared with the control accounts. Pages count from 1.
    """
    matrix = MATRIX.format(buckets=BASE_BUCKETS if in_base else BUCKETS, figures=FIGURES, sums=SUMS)
    asked = {"on": as_of, "limit": PAGE + 1, "skipped": (page - 1) * PAGE}
    rows, sums, items, on_account = [], [], ZERO, ZERO
    for number, name, currency, *figures, of_items, of_payments in fetch_all(
        open_as_of(some_customers=False) + matrix, asked
    ):
        ages = Ages(base_currency if in_base else currency, *figures)
        if number is not None:
            rows.append(DebtorAges(number, name, currency, ages))
        else:
            sums.append(ages)
            items, on_account = items + of_items, on_account + of_payments
    rows.sort(key=lambda row: (-row.ages.base_balance, row.name, row.currency))
    accounts = ledger.balances_of_roles(
        company_id=company_id, roles=(Role.RECEIVABLES, Role.UNALLOCATED_CASH), as_of=as_of
    )
    return AgingMatrix(
        rows=rows[:PAGE],
        totals=_totals(sums, in_one=in_base),
        receivables=Control(items, accounts.get(Role.RECEIVABLES, ZERO)),
        on_account=Control(on_account, accounts.get(Role.UNALLOCATED_CASH, ZERO)),
        has_next=len(rows) > PAGE,
    )


def _totals(sums: list[Ages], *, in_one: bool) -> list[Ages]:
    """Return the sums by currency, or *in_one* where all of them are in base currency."""
    if not in_one or len(sums) < 2:
        return sorted(sums, key=lambda ages: ages.currency)
    figures = FIGURES.split(", ")
    return [Ages(sums[0].currency, *(total(getattr(ages, figure) for ages in sums) for figure in figures))]


def aged_items(*, as_of: date, bucket: str, number: str = "", currency: str = "", page: int = 1) -> AgedItems:
    """Return a page of the items behind a figure of the matrix, and their sum, in one statement.

    *bucket* is one of `BUCKET_NAMES`, *number* a customer's, *currency* the documents'; pages count from 1.
    """
    kind, least, most = BUCKET_NAMES[bucket]
    asked = {
        "on": as_of,
        "number": number,
        "currency": currency,
        "kind": kind,
        "least_days": least,
        "most_days": most,
        "limit": PAGE + 1,
        "skipped": (page - 1) * PAGE,
    }
    found = fetch_all(open_as_of(some_customers=False) + ROWS, asked)
    count, base = found[0][-2:] if found else (0, ZERO)
    return AgedItems([AgedItem(*row[:-2]) for row in found[:PAGE]], count, base, len(found) > PAGE)
