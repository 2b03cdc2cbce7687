"""Which price applies, and the tax arithmetic of EN 16931 that orders and invoices share."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from o2c.kernel.money import ZERO, round_money, total

HUNDRED = Decimal(100)
MAX_QUANTITY = Decimal(10) ** 9
QUANTITY_STEP = Decimal("0.0001")
MAX_PRICE = Decimal(10) ** 9
PRICE_STEP = Decimal("0.000001")
PERCENT_STEP = Decimal("0.0001")


def is_quantity(value: Decimal) -> bool:
    """Say whether *value* can be ordered or moved: finite, above zero, four decimals at most."""
    return value.is_finite() and ZERO < value <= MAX_QUANTITY and value % QUANTITY_STEP == 0


def is_price(value: Decimal) -> bool:
    """Say whether *value* can be a unit price or cost: finite, zero or more, six decimals at most."""
    return value.is_finite() and ZERO <= value <= MAX_PRICE and value % PRICE_STEP == 0


def is_percent(value: Decimal) -> bool:
    """Say whether *value* can be a share in percent: from 0 to 100, four decimals at most."""
    return value.is_finite() and ZERO <= value <= HUNDRED and value % PERCENT_STEP == 0


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """A net unit price that holds from a quantity on, the name of the rule that gave it, and its price list."""

    minimum_quantity: Decimal
    unit_price: Decimal
    rule: str
    list_code: str = ""


def best_price(breaks: Iterable[PriceBreak], *, quantity: Decimal) -> PriceBreak | None:
    """Return the break with the largest minimum that *quantity* reaches, or None."""
    reached = [found for found in breaks if found.minimum_quantity <= quantity]
    return max(reached, key=lambda found: found.minimum_quantity, default=None)


@dataclass(frozen=True, slots=True)
class OrderDiscountBreak:
    """A discount in percent on whole orders from a net amount on, and the name of the rule that gave it."""

    from_net: Decimal
    percent: Decimal
    rule: str


def order_discount(discounts: Iterable[OrderDiscountBreak], *, net: Decimal) -> OrderDiscountBreak | None:
    """Return the highest discount that an order of *net* reaches, or None.

    *net* is the sum of the lines after their own discounts, in the currency of the price lists. A larger
    order never gets a smaller discount, whatever the steps are.
    """
    reached = [found for found in discounts if found.from_net <= net]
    return max(reached, key=lambda found: (found.percent, found.from_net), default=None)


def combined_discount(line_percent: Decimal, order_percent: Decimal) -> Decimal:
    """Return the percentage that takes as much off as *line_percent* and then *order_percent* do.

    Four decimals, half up: 10 % and then 5 % of the rest are 14.5 %.
    """
    left = (HUNDRED - line_percent) * (HUNDRED - order_percent) / HUNDRED
    return (HUNDRED - left).quantize(PERCENT_STEP, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class TaxTreatment:
    """How a line is taxed: EN 16931 code, rate in percent, and the text the law wants printed."""

    code: str
    rate: Decimal
    legal_text: str = ""


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """All lines of a document with one treatment: base and tax in the document's currency."""

    treatment: TaxTreatment
    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """A document's totals in its currency: net + tax = gross (BR-CO-15)."""

    net: Decimal
    tax: Decimal
    groups: list[TaxGroup]

    @property
    def gross(self) -> Decimal:
        """Return what the customer pays."""
        return self.net + self.tax


def line_net(*, quantity: Decimal, unit_price: Decimal, discount_percent: Decimal, currency: str) -> Decimal:
    """Return a line's net amount, rounded once to *currency* (EN 16931 BT-131)."""
    return round_money(quantity * unit_price * (HUNDRED - discount_percent) / HUNDRED, currency)


def document_totals(lines: Iterable[tuple[Decimal, TaxTreatment]], *, currency: str) -> Totals:
    """Return the totals of lines given as (net, treatment).

    Tax is rounded once per (code, rate) on the sum of the lines' nets, never per line (EN 16931
    BR-CO-14, BR-CO-17 and BR-S-08 ff.).
    """
    bases: dict[TaxTreatment, Decimal] = {}
    for net, treatment in lines:
        bases[treatment] = bases.get(treatment, ZERO) + net
    groups = [
        TaxGroup(treatment, base, round_money(base * treatment.rate / HUNDRED, currency))
        for treatment, base in sorted(bases.items(), key=lambda item: (item[0].code, -item[0].rate))
    ]
    return Totals(
        net=total(bases.values()),
        tax=total(group.tax for group in groups),
        groups=groups,
    )
