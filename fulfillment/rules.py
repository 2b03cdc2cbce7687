"""What can be planned to ship, the way past the bins, and what fits into boxes."""

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_UP, Decimal
from typing import Protocol

from o2c.kernel.money import ZERO, round_money
from o2c.kernel.words import gettext as _


class ShippableLine(Protocol):
    """What the rule reads of an order line."""

    pk: int
    is_stocked: bool
    reserved: Decimal

    @property
    def to_ship(self) -> Decimal:
        """Return what has neither been shipped nor cancelled."""
        ...


def plannable(
    lines: list[ShippableLine], *, in_work: Mapping[int, Decimal], is_complete_only: bool
) -> dict[int, Decimal]:
    """Return what can be planned of each line: what is reserved, and services, less what is in work.

    Services go along with goods: delivery, or fitting on the spot. Without goods left to wait for they stand
    alone. With *is_complete_only* nothing leaves before all goods can; a service keeps nothing waiting, for it
    can be left for another day (`leave_services`). Lines of digital products are left out by the
    caller: access waits for nothing.
    """
    goods = {
        line.pk: line.reserved - in_work.get(line.pk, ZERO)
        for line in lines
        if line.is_stocked and line.reserved > in_work.get(line.pk, ZERO)
    }
    waiting = any(line.is_stocked and line.to_ship > line.reserved for line in lines)
    if waiting and (is_complete_only or not goods):
        return {}
    services = {
        line.pk: line.to_ship - in_work.get(line.pk, ZERO)
        for line in lines
        if not line.is_stocked and line.to_ship > in_work.get(line.pk, ZERO)
    }
    return goods | services


def returning_cost(
    *, cost: Decimal, shipped: Decimal, before: Decimal, now: Decimal, currency: str
) -> Decimal:
    """Return the share of a shipment line's *cost* that *now* pieces bring back to stock.

    The shares of all its returns add up to the cost when everything has come back: each is the rounded share
    of what is back by then, less what was back *before*. Amounts in *currency*, the base currency.
    """
    return _share(cost, before + now, shipped, currency) - _share(cost, before, shipped, currency)


def _share(cost: Decimal, pieces: Decimal, shipped: Decimal, currency: str) -> Decimal:
    return round_money(cost * pieces / shipped, currency)


DAMAGE = frozenset({"damaged", "defective"})  # reasons of a return that mean: it is not sold again as it is


def means_damage(reason: str) -> bool:
    """Say whether goods that come back for this *reason* are proposed as scrap, and not for the shelf."""
    return reason in DAMAGE


def walking_order(bin_: str) -> tuple[bool, tuple[tuple[bool, int, str], ...]]:
    """Return the key that sorts bins as one walks past them: A-2 before A-10, what has no bin last."""
    parts = re.findall(r"[0-9]+|[^0-9]+", bin_)
    return not bin_, tuple(
        (False, int(part), "") if part[0] in "0123456789" else (True, 0, part.casefold()) for part in parts
    )


def packing_problems(
    packed: Mapping[int, Decimal], *, picked: Mapping[int, Decimal], names: Mapping[int, str]
) -> list[str]:
    """Return what is wrong with the sums of what is *packed*, by shipment line: they equal what was *picked*."""
    problems = [
        _("line %(line_id)s is not in this shipment") % {"line_id": line_id}
        for line_id in packed
        if line_id not in picked
    ]
    for line_id, quantity in picked.items():
        boxed = packed.get(line_id, ZERO)
        if boxed != quantity:
            problems.append(
                _("%(product)s: %(boxed)s of %(picked)s are in boxes")
                % {
                    "product": names[line_id],
                    "boxed": f"{boxed.normalize():f}",
                    "picked": f"{quantity.normalize():f}",
                }
            )
    return problems


GRAM = Decimal("0.001")
HEAVIEST = Decimal("999999.999")


def is_weight(kilograms: Decimal) -> bool:
    """Say whether a box can weigh so much: finite, above zero, to the gram."""
    return kilograms.is_finite() and ZERO < kilograms <= HEAVIEST and kilograms % GRAM == 0


def weight_of(contents: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Return the weight in kg of (weight of one, quantity), rounded up to the gram."""
    weight = sum((each * quantity for each, quantity in contents), ZERO)
    return max(weight.quantize(GRAM, ROUND_UP), GRAM)
