"""The arithmetic of open items."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from o2c.kernel.money import ZERO, is_amount, minor_unit, round_money


def is_payable(amount: Decimal, currency: str) -> bool:
    """Say whether *amount* can be paid in *currency*: finite, above zero, no finer than the minor unit."""
    return is_amount(amount) and amount > ZERO and amount % minor_unit(currency) == 0


def base_share(*, amount: Decimal, open_amount: Decimal, base_open: Decimal, base_currency: str) -> Decimal:
    """Return the base-currency share of using *amount* of *open_amount*; the last use takes the rest.

    A credit note's amounts are all negative, and so is its share: it never goes beyond *base_open*.
    """
    if amount == open_amount:
        return base_open
    share = round_money(base_open * amount / open_amount, base_currency)
    return min(share, base_open, key=abs)


def spread(amount: Decimal, items: Sequence[tuple[int, Decimal | None, Decimal]]) -> dict[int, Decimal]:
    """Return what of *amount* goes to which open item, given as (key, wanted, open) in their order.

    An item without a wanted amount gets what is open of it, as far as the money goes; one that gets nothing is
    left out. Wanted amounts are taken as they are: who allocates refuses what is too much.
    """
    left = amount - sum((wanted for _key, wanted, _open in items if wanted is not None), ZERO)
    shares: dict[int, Decimal] = {}
    for key, wanted, open_amount in items:
        share = wanted if wanted is not None else max(min(open_amount, left), ZERO)
        left -= share if wanted is None else ZERO
        if share:
            shares[key] = share
    return shares


class Why(StrEnum):
    """Why open items are proposed for a payment."""

    NAMED = "named"
    EXACT = "exact"
    OLDEST = "oldest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Item:
    """An open item as a proposal looks at it, given in the order of the due days."""

    id: int
    number: str
    open_amount: Decimal


def proposed(amount: Decimal, reference: str, items: Sequence[Item]) -> tuple[Why, list[int]]:
    """Return which open items *amount* is probably for, and why.

    Those that the remittance text names come first; else the one whose amount it is to the cent; else the
    longest due until the money is used up.
    """
    said = "".join(reference.upper().split())
    if named := [item.id for item in items if item.number.upper() in said]:
        return Why.NAMED, named
    if exact := [item.id for item in items if item.open_amount == amount]:
        return Why.EXACT, exact[:1]
    left, oldest = amount, []
    for item in items:
        if left <= 0:
            break
        oldest.append(item.id)
        left -= item.open_amount
    return (Why.OLDEST, oldest) if oldest else (Why.NONE, [])
