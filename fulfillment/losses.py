"""What is given up with one tap, as a page shows it before it is booked: how much, its worth, and what remains."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.models import Product
from inventory.models import StockLevel, TransferLine
from inventory.rules import leaving_value, lost_value
from o2c.kernel.money import total


@dataclass(frozen=True, slots=True)
class Loss:
    """How much of a product is lost, its worth in base currency, and how much is left."""

    product: Product
    quantity: Decimal
    value: Decimal
    remains: Decimal


@dataclass(frozen=True, slots=True)
class Losses:
    """What is lost together."""

    each: Sequence[Loss]

    @property
    def value(self) -> Decimal:
        """Return what all of it is worth."""
        return total(loss.value for loss in self.each)

    @property
    def seen(self) -> str:
        """Return what somebody is shown, to find out whether they confirm this loss or another."""
        return ";".join(f"{loss.product.pk}:{loss.quantity:f}:{loss.value:f}" for loss in self.each)

    def confirmed_by(self, answer: Mapping[str, Any]) -> bool:
        """Say whether there is nothing to confirm, or an answer confirms just this."""
        return not self.each or (
            answer.get("confirms_loss") == "on" and answer.get("seen-loss", "") == self.seen
        )


def lost_on_the_way(
    lines: Iterable[TransferLine], arrived: Mapping[int, Decimal], *, currency: str
) -> Losses:
    """Return what is short of a transfer of which so much *arrived*, by product; what is not named came whole."""
    came = {line: arrived.get(line.product_id, line.quantity) for line in lines}
    return Losses(
        [
            Loss(
                line.product,
                line.quantity - quantity,
                lost_value(sent=line.quantity, value=line.value, arrived=quantity, currency=currency),
                remains=quantity,
            )
            for line, quantity in came.items()
            if quantity < line.quantity
        ]
    )


def scrapped(level: StockLevel | None, quantity: Decimal, *, currency: str) -> Losses:
    """Return what scrapping *quantity* takes from a level; nothing where so much is not free, which is refused."""
    if level is None or not 0 < quantity <= level.free:
        return Losses([])
    value = leaving_value(on_hand=level.on_hand, value=level.value, quantity=quantity, currency=currency)
    return Losses([Loss(level.product, quantity, value, level.on_hand - quantity)])
