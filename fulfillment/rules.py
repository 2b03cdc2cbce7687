"""What can be planned to ship."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from o2c.kernel.money import ZERO


class ShippableLine(Protocol):
    """What the rule reads of an order line."""

    pk: int
    is_stocked: bool
    reserved: Decimal

    @property
    def to_ship(self) -> Decimal:
        """Return what has neither been shipped nor cancelled."""
        ...


def plannable(lines: list[ShippableLine], *, in_work: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return what can be planned of each line: what is reserved, and services, less what is in work.

    Services wait for goods: they leave with the first shipment, or alone when the order has no goods
    left to wait for.
    """
    goods = {
        line.pk: line.reserved - in_work.get(line.pk, ZERO)
        for line in lines
        if line.is_stocked and line.reserved > in_work.get(line.pk, ZERO)
    }
    waiting = any(line.is_stocked and line.to_ship > line.reserved for line in lines)
    if not goods and waiting:
        return {}
    services = {
        line.pk: line.to_ship - in_work.get(line.pk, ZERO)
        for line in lines
        if not line.is_stocked and line.to_ship > in_work.get(line.pk, ZERO)
    }
    return goods | services
