"""Questions about returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import F, QuerySet

from fulfillment.models import Return, ReturnLine
from orders.rules import totals_of


@dataclass(frozen=True, slots=True)
class ReturnToCredit:
    """An inspected return whose customer has not had all their money back, and how much that is."""

    returned: Return
    lines: Mapping[int, Decimal]
    currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal


def returns_to_receive(*, warehouse_id: int) -> QuerySet[Return]:
    """Return what a warehouse waits for or has to inspect, the oldest first: its due list of returns."""
    return (
        Return.objects.filter(
            warehouse_id=warehouse_id, state__in=[Return.State.AUTHORISED, Return.State.RECEIVED]
        )
        .select_related("shipment__order__customer")
        .prefetch_related("lines__shipment_line__order_line")
        .order_by("pk")
    )


def expired_returns(*, on: date) -> list[int]:
    """Return the ids of authorised returns whose customer should have sent the goods before *on*."""
    expired = Return.objects.filter(state=Return.State.AUTHORISED, valid_until__lt=on)
    return list(expired.order_by("pk").values_list("pk", flat=True))


def returns_to_credit() -> list[ReturnToCredit]:
    """Return the inspected returns that no credit note has given back in full: the credit desk's due list.

    Its lines are what is left to credit by return line; the amounts are theirs at the order's prices, in the
    order's currency. One statement, whose cost follows what is owed, not the history.
    """
    owed = (
        ReturnLine.objects.filter(received__gt=F("credited"), returned__state=Return.State.INSPECTED)
        .select_related("returned__shipment__order__customer", "shipment_line__order_line")
        .order_by("returned_id", "pk")
    )
    return [_to_credit([*lines]) for _, lines in groupby(owed, key=lambda line: line.returned_id)]


def _to_credit(lines: list[ReturnLine]) -> ReturnToCredit:
    returned = lines[0].returned
    currency = returned.shipment.order.currency
    left = {line.pk: line.received - line.credited for line in lines}
    totals = totals_of(((left[line.pk], line.shipment_line.order_line) for line in lines), currency=currency)
    return ReturnToCredit(returned, left, currency, totals.net, totals.tax, totals.gross)
