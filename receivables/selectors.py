"""Questions about what is owed."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum

from customers.models import Customer
from ledger import selectors as ledger
from ledger.errors import RateMissing
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Company
from o2c.kernel.money import ZERO, round_money
from receivables.models import Payment, Receivable


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer owes on a day, and the money of theirs that is not allocated, in their currency."""

    balance: Decimal
    overdue: Decimal
    oldest_due_on: date | None
    on_account: Decimal

    def days_overdue(self, on: date) -> int:
        """Return how many days the oldest overdue item is late on *on*; zero when none is."""
        return max((on - self.oldest_due_on).days, 0) if self.oldest_due_on else 0


STANDING = """
SELECT COALESCE(sum(open_amount), 0), COALESCE(sum(open_amount) FILTER (WHERE late), 0),
    min(due_on) FILTER (WHERE late),
    (SELECT COALESCE(sum(unallocated), 0) FROM receivables_payment
     WHERE customer_id = %(customer)s AND currency = %(currency)s AND unallocated > 0)
FROM (SELECT open_amount, due_on, open_amount > 0 AND due_on < %(on)s AS late FROM receivables_receivable
      WHERE customer_id = %(customer)s AND currency = %(currency)s AND open_amount <> 0) item
"""


def standing(*, customer_id: int, currency: str, on: date) -> Standing:
    """Return the customer's open balance, overdue debt and money on account. One query over open items only.

    Open credit notes lower the balance; unallocated payments do not, until somebody allocates them.
    """
    [(balance, overdue, oldest, on_account)] = fetch_all(
        STANDING, {"customer": customer_id, "currency": currency, "on": on}
    )
    return Standing(balance, overdue, oldest, on_account)


GROUP_BALANCES = """
SELECT item.currency, sum(item.open_amount) FROM customers_customer customer
JOIN receivables_receivable item ON item.customer_id = customer.id AND item.open_amount <> 0
WHERE customer.id = %(parent)s OR customer.parent_id = %(parent)s GROUP BY item.currency
"""


def group_balances(*, parent_id: int) -> dict[str, Decimal]:
    """Return what a customer and their direct children owe, by currency. One query over open items only."""
    return dict(fetch_all(GROUP_BALANCES, {"parent": parent_id}))


def rates_into(currency: str, *, currencies: Collection[str], on: date) -> dict[str, Decimal | None]:
    """Return what one unit of each of *currencies* is worth in *currency* on that day; None where no rate is known.

    The ledger's rates, over the base currency; without another currency it asks nobody.
    """
    if set(currencies) <= {currency}:
        return dict.fromkeys(currencies, Decimal(1))
    company = Company.objects.current()
    in_base: dict[str, Decimal] = {}
    for code in {currency, *currencies}:
        with suppress(RateMissing):
            in_base[code] = ledger.rate_on(
                company_id=company.pk, base_currency=company.base_currency, currency=code, on=on
            )
    into = in_base.get(currency)
    return {code: in_base[code] / into if into and code in in_base else None for code in currencies}


def converted(amount: Decimal, rate: Decimal | None, currency: str) -> Decimal:
    """Return *amount* at a rate of `rates_into`, rounded to *currency*; zero where there is no rate."""
    return ZERO if rate is None else round_money(amount * rate, currency)


BEHAVIOUR = """
WITH item AS (
    SELECT customer_id, base_amount, true AS is_settled, GREATEST(settled_on - due_on, 0) AS days
    FROM receivables_receivable WHERE kind = 'invoice' AND settled_on BETWEEN %(since)s AND %(on)s
    UNION ALL
    SELECT customer_id, base_amount, false, %(on)s - due_on
    FROM receivables_receivable WHERE kind = 'invoice' AND open_amount > 0 AND due_on < %(on)s
)
SELECT customer_id, count(*), count(*) FILTER (WHERE is_settled),
    COALESCE(round(sum(days * base_amount) / NULLIF(sum(base_amount), 0), 2), 0),
    count(*) FILTER (WHERE days > 0), count(*) FILTER (WHERE days > %(very_late)s),
    COALESCE(max(days) FILTER (WHERE NOT is_settled), 0)
FROM item GROUP BY customer_id
"""


@dataclass(frozen=True, slots=True)
class Payer:
    """How a customer paid the invoices settled in a stretch of time, and those overdue at its end.

    *average_days_late* is weighted by the invoices' amounts in base currency; paid early counts as zero days.
    """

    customer_id: int
    invoices: int
    settled: int
    average_days_late: Decimal
    late: int
    very_late: int
    days_overdue: int


def payment_behaviour(*, since: date, on: date, very_late_days: int) -> list[Payer]:
    """Return how every customer with an invoice settled from *since* to *on*, or overdue on *on*, has paid.

    One query, over the settlements of those days and over what is overdue. *very_late_days* is from when on
    late is very late. An invoice counts as paid on the day it was settled, also where a credit note did that.
    """
    rows = fetch_all(BEHAVIOUR, {"since": since, "on": on, "very_late": very_late_days})
    return [Payer(*row) for row in rows]


def open_items(*, customer_id: int, currency: str) -> QuerySet[Receivable]:
    """Return the customer's invoices with something left to pay, the longest due first."""
    return Receivable.objects.filter(customer_id=customer_id, currency=currency, open_amount__gt=0).order_by(
        "due_on", "pk"
    )


def due_for_allocation() -> QuerySet[Payment]:
    """Return the payments with money left to allocate, the oldest first: the cash desk's due list."""
    return Payment.objects.filter(unallocated__gt=0).select_related("customer").order_by("received_on", "pk")


# What was open on a day: what is open now, and what of later allocations and reversals was not so then. Read are
# open work and what was allocated or taken back since that day, by indexes; never the history before it. What is
# open now carries its own columns: only what was settled since is looked up by its key.
OPEN_AS_OF = """
WITH later AS MATERIALIZED (
    SELECT use.receivable_id, use.payment_id, use.credit_id, use.amount * side AS amount,
           use.base_amount * side AS base, use.base_source_amount * side AS base_source
    FROM (SELECT *, 1 AS side FROM receivables_allocation WHERE "on" > %(on)s AND reversed_on IS NULL
          UNION ALL SELECT *, -1 FROM receivables_allocation WHERE reversed_on > %(on)s AND "on" <= %(on)s) use
    {of_use}
), later_item (id, amount, base) AS (
    SELECT id, sum(amount), sum(base)
    FROM (SELECT receivable_id AS id, amount, base FROM later
          UNION ALL SELECT credit_id, -amount, -base_source FROM later WHERE credit_id IS NOT NULL) part GROUP BY id
), later_payment (id, amount, base) AS (
    SELECT id, sum(amount), sum(base)
    FROM (SELECT payment_id AS id, amount, base_source AS base FROM later WHERE payment_id IS NOT NULL
          UNION ALL SELECT r.id, r.amount, r.base_amount FROM receivables_payment r
          JOIN ledger_journalentry entry
              ON entry.company_id = r.company_id AND entry.source = 'payment/' || r.id || '/reversed'
          WHERE r.state = 'reversed' AND entry."on" > %(on)s {of}) part GROUP BY id
), item AS (
    SELECT r.*, r.open_amount + COALESCE(later.amount, 0) AS then_open,
           r.base_open_amount + COALESCE(later.base, 0) AS base
    FROM receivables_receivable r LEFT JOIN later_item later ON later.id = r.id WHERE r.open_amount <> 0 {of}
    UNION ALL
    SELECT r.*, later.amount, later.base
    FROM later_item later JOIN receivables_receivable r ON r.id = later.id WHERE r.open_amount = 0
), money AS (
    SELECT r.*, r.unallocated + COALESCE(later.amount, 0) AS then_open,
           r.base_unallocated + COALESCE(later.base, 0) AS base
    FROM receivables_payment r LEFT JOIN later_payment later ON later.id = r.id WHERE r.unallocated > 0 {of}
    UNION ALL
    SELECT r.*, later.amount, later.base
    FROM later_payment later JOIN receivables_payment r ON r.id = later.id WHERE r.unallocated = 0
), open_item AS (
    SELECT customer_id, currency, kind, id, document_number AS number, issued_on, due_on, then_open AS amount, base
    FROM item WHERE issued_on <= %(on)s AND then_open <> 0
    UNION ALL
    SELECT customer_id, currency, 'payment', id, number, received_on, NULL, -then_open, -base
    FROM money WHERE received_on <= %(on)s AND then_open <> 0
)
"""
OF_CUSTOMERS = "AND r.customer_id = ANY(%(customers)s::bigint[])"


def open_as_of(*, some_customers: bool) -> str:
    """Return common table expressions up to ``open_item``: what was open on the day that the parameter ``on`` names.

    Invoices are positive; credit notes, and payments with money left (of kind ``payment``, without a day due), are
    negative: what is open of a customer sums up to what they owe. With *some_customers* only those of the
    parameter ``customers`` (ids) are read. Ageing and statements read this one relation.
    """
    if not some_customers:
        return OPEN_AS_OF.format(of="", of_use="")
    return OPEN_AS_OF.format(
        of=OF_CUSTOMERS,
        of_use=f"JOIN receivables_receivable r ON r.id = use.receivable_id {OF_CUSTOMERS}",
    )


def late_customers(*, on: date) -> QuerySet[Customer]:
    """Return the customers with something overdue on a day, each with ``overdue`` (in their currency), how many
    ``items`` that is and the ``oldest`` due day. The cost follows what is overdue.
    """
    late = (
        Receivable.objects.overdue(on=on)
        .filter(customer=OuterRef("pk"), currency=OuterRef("currency"))
        .order_by()
        .values("customer")
    )
    return Customer.objects.filter(Exists(late)).annotate(
        overdue=Subquery(late.annotate(found=Sum("open_amount")).values("found")),
        items=Subquery(late.annotate(found=Count("pk")).values("found")),
        oldest=Subquery(late.annotate(found=Min("due_on")).values("found")),
    )


def unused_credits(*, customer_id: int, currency: str) -> QuerySet[Receivable]:
    """Return the customer's credit notes with something left to use, the oldest first."""
    return Receivable.objects.filter(customer_id=customer_id, currency=currency, open_amount__lt=0).order_by(
        "issued_on", "pk"
    )


def next_due_for_allocation(*, after: int) -> Payment | None:
    """Return the payment that follows in the list of those to allocate, from the top again after the last."""
    due = due_for_allocation().exclude(pk=after)
    current = Payment.objects.filter(pk=after).values_list("received_on", flat=True).first()
    later = due.filter(Q(received_on__gt=current) | Q(received_on=current, pk__gt=after)) if current else due
    return later.first() or due.first()
