"""What leaving stock is worth, and who gets how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from o2c.kernel.money import ZERO, round_money


def leaving_value(*, on_hand: Decimal, value: Decimal, quantity: Decimal, currency: str) -> Decimal:
    """Return the worth of *quantity* at average cost, rounded to *currency*; the last unit takes the rest."""
    if quantity == on_hand:
        return value
    return min(round_money(value * quantity / on_hand, currency), value)


@dataclass(frozen=True, slots=True)
class Demand:
    """What one order line wants of a product: *key* is such as ``order-line/17``."""

    key: str
    product_id: int
    quantity: Decimal


def grant(demands: list[Demand], *, free: Mapping[int, Decimal]) -> dict[str, Decimal]:
    """Return what each demand gets of the *free* stock by product; earlier demands are served first."""
    left = dict(free)
    granted: dict[str, Decimal] = {}
    for demand in demands:
        share = min(demand.quantity, max(left.get(demand.product_id, ZERO), ZERO))
        left[demand.product_id] = left.get(demand.product_id, ZERO) - share
        granted[demand.key] = share
    return granted


# Under this demand is reserved what a picker could not find: promised to nobody until the bin is counted.
RECOUNT = "recount/"


def recount_key(product_id: int) -> str:
    """Return the demand that keeps what is missing of a product in a warehouse."""
    return f"{RECOUNT}{product_id}"
