"""What moved goods, by the number that people know it by."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from fulfillment.models import Return, Shipment
from inventory.models import StockMove, Transfer


def name_causes(moves: Iterable[StockMove]) -> None:
    """Give each move ``cause``, a number or what the desk wrote, and ``cause_url``; three queries, however many."""
    moves, keys = list(moves), defaultdict(set)
    for move in moves:
        kind, key = _split(move.source)
        keys[kind].add(key)
    rows: dict[str, QuerySet[Any]] = {
        "shipment": Shipment.objects.all(),
        "return": Return.objects.all(),
        "transfer": Transfer.objects.all(),
    }
    numbers = {
        (kind, pk): number
        for kind, found in rows.items()
        for pk, number in found.filter(pk__in=keys[kind] or {0}).values_list("pk", "number")
    }
    for move in moves:
        kind, key = _split(move.source)
        number = numbers.get((kind, key))
        move.cause = number or move.source  # type: ignore[attr-defined]
        move.cause_url = reverse(kind, args=[number]) if number else ""  # type: ignore[attr-defined]


def _split(source: str) -> tuple[str, int]:
    """Return what a source such as ``shipment/17`` names."""
    kind, _slash, rest = source.partition("/")
    key = rest.partition("/")[0]
    return kind, int(key) if key.isdecimal() else 0
