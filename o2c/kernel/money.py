"""Money: an exact amount with its currency. Floats and mixed currencies are refused, no cent is lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_precision

ZERO = Decimal(0)
MAX_AMOUNT = Decimal(10) ** 13  # of a document; its column holds a hundred times that, in base currency too


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum."""


@lru_cache(maxsize=256)
def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of *currency* (ISO 4217): 0.01 for EUR, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    """Return the codes (ISO 4217) of what is legal tender somewhere today, as CLDR knows it."""
    history = get_global("territory_currencies").values()
    return frozenset(code for uses in history for code, _since, until, tender in uses if tender and not until)


def is_currency(code: str) -> bool:
    """Say whether *code* is a currency's in which somebody can pay today."""
    return code in _currencies()


def exact(value: Decimal | int | str) -> Decimal:
    """Return *value* as a finite Decimal.

    :raises TypeError: it is a float, whose cents are already lost.
    :raises ValueError: it is no number, or not a finite one.
    """
    if isinstance(value, float):
        raise TypeError("Money is never a float: pass a Decimal or a string.")
    try:
        amount = Decimal(value)
    except ArithmeticError as error:
        raise ValueError(f"{value!r} is not a number.") from error
    if not amount.is_finite():
        raise ValueError(f"{value!r} is not a finite number.")
    return amount


def shortest(number: Decimal) -> Decimal:
    """Return a number without the zeros of its column's scale: ``2.5`` for 2.5000, ``100`` for 100.0000."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def is_amount(value: Decimal) -> bool:
    """Say whether the books can hold *value* as a line's or a document's amount."""
    return value.is_finite() and abs(value) <= MAX_AMOUNT


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Return *amount* rounded half up to the minor unit of *currency*."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of one currency; arithmetic keeps the currency and never rounds by itself."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", exact(self.amount))
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"{self.currency!r} is not an ISO 4217 currency code.")

    def _same(self, other: "Money") -> Decimal:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be added.")
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * exact(factor), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __str__(self) -> str:
        return f"{self.rounded().amount} {self.currency}"

    def rounded(self) -> "Money":
        """Return the amount rounded half up to the currency's minor unit."""
        return Money(round_money(self.amount, self.currency), self.currency)

    def allocate(self, weights: Sequence[Decimal | int]) -> list["Money"]:
        """Split into shares proportional to *weights*; the shares add up to exactly this amount."""
        return [Money(share, self.currency) for share in allocate(self.amount, weights, self.currency)]


def allocate(amount: Decimal, weights: Sequence[Decimal | int], currency: str) -> list[Decimal]:
    """Split *amount* of *currency* by *weights*, largest remainder first, so that no minor unit is lost.

    Ties go to the earlier share, so the same input always gives the same split.

    :raises ValueError: a weight is negative, or all are zero, or *amount* has fractions of a minor unit.
    """
    factors = [exact(weight) for weight in weights]
    total = sum(factors, ZERO)
    if any(factor < 0 for factor in factors) or total == 0:
        raise ValueError("Weights must be zero or more, and not all zero.")
    unit = minor_unit(currency)
    units = exact(amount) / unit
    if units != units.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of {currency} minor units.")
    raw = [units * factor / total for factor in factors]
    shares = [value.to_integral_value(rounding=ROUND_DOWN) for value in raw]
    rest = int(units - sum(shares, ZERO))
    step = 1 if rest >= 0 else -1
    by_remainder = sorted(range(len(raw)), key=lambda index: (-abs(raw[index] - shares[index]), index))
    for index in by_remainder[: abs(rest)]:
        shares[index] += step
    return [share * unit for share in shares]


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum, zero for nothing."""
    return sum(amounts, ZERO)
