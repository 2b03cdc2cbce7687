"""A journal entry before it is written: pure, balanced, in base currency with the document's currency beside.

Debits and credits are non-negative amounts of the company's base currency. ``amount`` is the same leg
in the document's currency, positive for a debit and negative for a credit; a pure exchange difference
has none.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from o2c.kernel.money import ZERO, exact


class Role(StrEnum):
    """What an account is for; postings name roles, the chart of accounts says which account that is."""

    RECEIVABLES = "receivables"
    REVENUE = "revenue"
    SERVICE_REVENUE = "service_revenue"
    OUTPUT_TAX = "output_tax"
    BANK = "bank"
    GATEWAY_CLEARING = "gateway_clearing"
    UNALLOCATED_CASH = "unallocated_cash"
    STOCK = "stock"
    STOCK_ADJUSTMENT = "stock_adjustment"
    GOODS_RECEIVED = "goods_received"
    COST_OF_GOODS = "cost_of_goods"
    FX_GAIN = "fx_gain"
    FX_LOSS = "fx_loss"
    ROUNDING = "rounding"


class UnbalancedDraft(ValueError):
    """The legs of a draft do not balance: a fault of the posting function, never of the user."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of an entry on the account that has *role*."""

    role: Role
    debit: Decimal
    credit: Decimal
    currency: str
    amount: Decimal
    party_id: int | None = None
    tax_code: str = ""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """A balanced entry to be: *source* is its once-only key, such as ``invoice/17/issued``."""

    company_id: int
    source: str
    on: date
    description: str
    actor_id: int
    legs: list[Leg] = field(default_factory=list)

    def check_balanced(self) -> None:
        """Verify that the legs balance in base currency and in every document currency.

        :raises UnbalancedDraft: they do not, or there are fewer than two.
        """
        if len(self.legs) < 2:
            raise UnbalancedDraft(f"{self.source}: an entry has at least two legs.")
        if sum(leg.debit - leg.credit for leg in self.legs) != 0:
            raise UnbalancedDraft(f"{self.source}: debits and credits differ.")
        for currency in {leg.currency for leg in self.legs}:
            if sum(leg.amount for leg in self.legs if leg.currency == currency) != 0:
                raise UnbalancedDraft(f"{self.source}: the legs in {currency} do not balance.")


def debit(
    role: Role,
    base: Decimal,
    *,
    currency: str,
    amount: Decimal | None = None,
    party_id: int | None = None,
    tax_code: str = "",
) -> Leg:
    """Return a debit of *base* (base currency); *amount* is the document amount where it differs.

    A negative debit becomes a credit, so that credit notes need no posting rules of their own.
    """
    return _leg(
        role,
        exact(base),
        currency,
        exact(base if amount is None else amount),
        party_id,
        tax_code,
    )


def credit(
    role: Role,
    base: Decimal,
    *,
    currency: str,
    amount: Decimal | None = None,
    party_id: int | None = None,
    tax_code: str = "",
) -> Leg:
    """Return a credit of *base* (base currency); *amount* is the document amount where it differs."""
    return _leg(
        role,
        -exact(base),
        currency,
        -exact(base if amount is None else amount),
        party_id,
        tax_code,
    )


def _leg(
    role: Role,
    base: Decimal,
    currency: str,
    amount: Decimal,
    party_id: int | None,
    tax_code: str,
) -> Leg:
    return Leg(
        role=role,
        debit=max(base, ZERO),
        credit=max(-base, ZERO),
        currency=currency,
        amount=amount,
        party_id=party_id,
        tax_code=tax_code,
    )


def without_empty(legs: Iterable[Leg]) -> list[Leg]:
    """Return the legs that carry an amount: a zero-rated tax group posts no tax leg."""
    return [leg for leg in legs if leg.debit or leg.credit]
