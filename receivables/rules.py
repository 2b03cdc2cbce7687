"""The arithmetic of open items."""

from decimal import Decimal

from o2c.kernel.money import ZERO, minor_unit, round_money


def is_payable(amount: Decimal, currency: str) -> bool:
    """Say whether *amount* can be paid in *currency*: finite, above zero, no finer than the minor unit."""
    return amount.is_finite() and ZERO < amount < Decimal(10) ** 15 and amount % minor_unit(currency) == 0


def base_share(*, amount: Decimal, open_amount: Decimal, base_open: Decimal, base_currency: str) -> Decimal:
    """Return the base-currency share of using *amount* of *open_amount*; the last use takes the rest.

    A credit note's amounts are all negative, and so is its share: it never goes beyond *base_open*.
    """
    if amount == open_amount:
        return base_open
    share = round_money(base_open * amount / open_amount, base_currency)
    return min(share, base_open, key=abs)
