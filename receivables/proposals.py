"""What an allocation would do, before it is saved: shares, what is left, and the entry that would be booked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger import selectors as ledger
from ledger.entries import Leg
from o2c.kernel.money import ZERO, total
from receivables import postings
from receivables.models import Allocation, Payment, Receivable
from receivables.rules import Item, Why, base_share, proposed, spread


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """An open item, whether it is ticked, and what it would get."""

    item: Receivable
    is_ticked: bool
    share: Decimal

    @property
    def rest(self) -> Decimal:
        """Return what would stay open."""
        left: Decimal = self.item.open_amount - self.share
        return left


@dataclass(frozen=True, slots=True)
class Booked:
    """What one account would be moved by, in base currency."""

    account: str
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """Shares of *amount* (in *currency*), what is *left* of it, and what would be booked, in *base_currency*."""

    amount: Decimal
    currency: str
    rows: list[ProposedRow]
    booked: list[Booked]
    base_currency: str
    why: Why = Why.NONE

    @property
    def shares(self) -> dict[int, Decimal]:
        """Return the shares by open item."""
        return {row.item.pk: row.share for row in self.rows if row.share}

    @property
    def allocated(self) -> Decimal:
        """Return what the shares add up to."""
        return total(self.shares.values())

    @property
    def left(self) -> Decimal:
        """Return what stays on account; below zero where more was typed than there is."""
        return self.amount - self.allocated


@dataclass(frozen=True, slots=True)
class Ticks:
    """What somebody ticked, and what they typed beside it."""

    items: frozenset[int]
    amounts: Mapping[int, Decimal]


def first_ticks(amount: Decimal, reference: str, items: Sequence[Receivable]) -> tuple[Why, Ticks]:
    """Return what to tick before anybody has ticked, and why."""
    known = [Item(item.pk, item.document_number, item.open_amount) for item in items]
    why, chosen = proposed(amount, reference, known)
    return why, Ticks(frozenset(chosen), {})


def proposed_rows(amount: Decimal, items: Sequence[Receivable], ticks: Ticks) -> list[ProposedRow]:
    """Return every open item with what it would get of *amount*: what was typed, else as much as is left."""
    ticked = [item for item in items if item.pk in ticks.items]
    shares = spread(amount, [(item.pk, ticks.amounts.get(item.pk), item.open_amount) for item in ticked])
    return [ProposedRow(item, item.pk in ticks.items, shares.get(item.pk, ZERO)) for item in items]


def of_payment(
    payment: Payment, rows: list[ProposedRow], *, on: date, why: Why = Why.NONE, is_new: bool = False
) -> Proposal:
    """Return what allocating *payment* would do; with *is_new* also what recording it would.

    *payment* may be one that is not saved yet.
    """
    base_currency = payment.company.base_currency
    made = _allocations(payment, rows, base_currency=base_currency, on=on)
    legs: list[Leg] = []
    if is_new:
        legs += postings.payment_received(payment).legs
    if made:
        legs += postings.payment_allocated(payment, made, on=on, actor_id=0).legs
    return Proposal(
        amount=payment.unallocated,
        currency=payment.currency,
        rows=rows,
        booked=_booked(legs, company_id=payment.company_id),
        base_currency=base_currency,
        why=why,
    )


def of_credit(note: Receivable, rows: list[ProposedRow], *, on: date) -> Proposal:
    """Return what using a credit note would do: only a difference of exchange rates is booked."""
    base_currency = note.company.base_currency
    left, base_left, legs = note.open_amount, note.base_open_amount, []
    for row in _with_share(rows):
        share = base_share(
            amount=-row.share, open_amount=left, base_open=base_left, base_currency=base_currency
        )
        left, base_left = left + row.share, base_left - share
        made = _allocation(row, base_source=-share, base_currency=base_currency, on=on)
        if made.base_amount != made.base_source_amount:
            legs += postings.credit_allocated(
                note.company_id,
                made,
                currency=note.currency,
                party_id=note.customer_id,
                on=on,
                actor_id=0,
            ).legs
    return Proposal(
        amount=-note.open_amount,
        currency=note.currency,
        rows=rows,
        booked=_booked(legs, company_id=note.company_id),
        base_currency=base_currency,
    )


def _with_share(rows: Iterable[ProposedRow]) -> list[ProposedRow]:
    """Return the rows that would get something, in the order in which the service takes them."""
    return sorted((row for row in rows if 0 < row.share <= row.item.open_amount), key=lambda row: row.item.pk)


def _allocations(
    payment: Payment, rows: Sequence[ProposedRow], *, base_currency: str, on: date
) -> list[Allocation]:
    left, base_left, made = payment.unallocated, payment.base_unallocated, []
    for row in _with_share(rows):
        if row.share > left:
            break
        share = base_share(
            amount=row.share, open_amount=left, base_open=base_left, base_currency=base_currency
        )
        left, base_left = left - row.share, base_left - share
        made.append(_allocation(row, base_source=share, base_currency=base_currency, on=on))
    return made


def _allocation(row: ProposedRow, *, base_source: Decimal, base_currency: str, on: date) -> Allocation:
    item = row.item
    base = base_share(
        amount=row.share,
        open_amount=item.open_amount,
        base_open=item.base_open_amount,
        base_currency=base_currency,
    )
    return Allocation(
        receivable=item, amount=row.share, base_amount=base, base_source_amount=base_source, on=on
    )


def _booked(legs: Sequence[Leg], *, company_id: int) -> list[Booked]:
    """Return the legs summed by account and side, under the names of the chart."""
    sums: dict[tuple[str, bool], Decimal] = {}
    for leg in legs:
        key = str(leg.role), bool(leg.debit)
        sums[key] = sums.get(key, ZERO) + leg.debit + leg.credit
    names = ledger.names_of_roles(company_id=company_id, roles={role for role, _is_debit in sums})
    return [
        Booked(names.get(role, role), debit=amount if is_debit else ZERO, credit=ZERO if is_debit else amount)
        for (role, is_debit), amount in sums.items()
        if amount
    ]
