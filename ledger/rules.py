"""Exchange arithmetic."""

from decimal import Decimal

from o2c.kernel.money import round_money


def to_base(amount: Decimal, *, rate: Decimal, base_currency: str) -> Decimal:
    """Return *amount* of a document currency in base currency, rounded to its minor unit.

    *rate* is how many units of base currency one unit of the document currency is worth.
    """
    return round_money(amount * rate, base_currency)
