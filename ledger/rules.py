"""Exchange arithmetic."""

from decimal import Decimal

from o2c.kernel.money import ZERO, is_amount, minor_unit, round_money


def to_base(amount: Decimal, *, rate: Decimal, base_currency: str) -> Decimal:
    """Return *amount* of a document currency in base currency, rounded to its minor unit.

    *rate* is how many units of base currency one unit of the document currency is worth.
    """
    return round_money(amount * rate, base_currency)


def is_side(debit: Decimal, credit: Decimal, *, currency: str) -> bool:
    """Say whether exactly one of *debit* and *credit* is an amount of *currency* above zero, the other zero."""
    amount, nothing = (debit, credit) if debit else (credit, debit)
    is_one = is_amount(amount) and amount > ZERO and nothing == 0
    return is_one and amount % minor_unit(currency) == 0
