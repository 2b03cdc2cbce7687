"""Whose goods lie on the shelf: what of a level is promised to which order."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from inventory.models import Reservation
from inventory.rules import RECOUNT
from orders.models import OrderLine
from orders.models.line import DEMAND


@dataclass(frozen=True, slots=True)
class Promised:
    """How much of a level is promised to an order; without a number to a shopping cart."""

    number: str
    quantity: Decimal


def order_numbers(demands: Iterable[str]) -> dict[str, str]:
    """Return the order's number for each demand that is an order's."""
    ids = [int(key.removeprefix(DEMAND)) for key in demands if key.startswith(DEMAND)]
    lines = OrderLine.objects.filter(pk__in=ids)
    return {f"{DEMAND}{pk}": number for pk, number in lines.values_list("pk", "order__number")}


def a_cart() -> str:
    """Return what is said instead of a number."""
    return _("a shopping cart")


def promised_of(*, level_ids: Collection[int]) -> dict[int, list[Promised]]:
    """Return to whom goods are promised, by level; what pickers missed is nobody's. Two statements at most."""
    if not level_ids:
        return {}
    open_ones = Reservation.objects.filter(level__in=level_ids, quantity__gt=0).order_by("pk")
    found = list(open_ones.exclude(demand__startswith=RECOUNT).values_list("level_id", "demand", "quantity"))
    numbers = order_numbers(demand for _level, demand, _quantity in found)
    promised: dict[int, list[Promised]] = defaultdict(list)
    for level_id, demand, quantity in found:
        promised[level_id].append(Promised(numbers.get(demand, ""), quantity))
    return dict(promised)
