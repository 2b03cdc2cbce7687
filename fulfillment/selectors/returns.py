"""Questions about returns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.db.models import Exists, F, OuterRef, QuerySet

from catalog.models import Product
from fulfillment.models import Return, ReturnLine, Shipment, ShipmentLine
from orders.models import OrderPolicy
from orders.rules import totals_of

# Since the customer's last day to send goods back is two weeks after they said so (Directive 2011/83/EU, art. 14).
SENT_WITHIN = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returnable:
    """What may still come back of a shipment, by line, and until which day a customer may ask for it.

    *until* is None for a shipment that has not left. *lines* have their order lines and products.
    """

    shipment: Shipment
    until: date | None
    lines: Mapping[ShipmentLine, Decimal]

    def is_open(self, on: date) -> bool:
        """Say whether a customer may ask on the day *on*."""
        return self.until is not None and on <= self.until and any(self.lines.values())


def returnable(shipment: Shipment) -> Returnable:
    """Return what a customer may send back of a shipment, counted from its delivery; two queries.

    Services cannot come back. As long as nobody said that it arrived, the days count from when it left.
    """
    policy = OrderPolicy.objects.filter(company_id=shipment.company_id).first() or OrderPolicy()
    since = shipment.delivered_on or shipment.posted_on
    lines = shipment.lines.select_related("order_line__product").order_by("order_line__position")
    goods = [line for line in lines if line.order_line.product.kind != Product.Kind.SERVICE]
    return Returnable(
        shipment=shipment,
        until=since + timedelta(days=policy.return_days) if since else None,
        lines={line: line.quantity - line.in_returns for line in goods},
    )


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


def due_for_crediting() -> QuerySet[Return]:
    """Return the inspected returns that no credit note has given back in full; the cost follows what is owed."""
    owed = ReturnLine.objects.filter(returned=OuterRef("pk"), received__gt=F("credited"))
    return Return.objects.filter(Exists(owed), state=Return.State.INSPECTED)


def returns_to_credit(*, among: Collection[int] | None = None) -> list[ReturnToCredit]:
    """Return what is left to credit of the inspected returns, or of those *among* them: the credit desk's list.

    Its lines are what is left to credit by return line; the amounts are theirs at the order's prices, in the
    order's currency. One statement, whose cost follows what is owed, not the history.
    """
    owed = (
        ReturnLine.objects.filter(received__gt=F("credited"), returned__state=Return.State.INSPECTED)
        .select_related("returned__shipment__order__customer", "shipment_line__order_line")
        .order_by("returned_id", "pk")
    )
    if among is not None:
        owed = owed.filter(returned__in=among)
    return [_to_credit([*lines]) for _, lines in groupby(owed, key=lambda line: line.returned_id)]


def _to_credit(lines: list[ReturnLine]) -> ReturnToCredit:
    returned = lines[0].returned
    currency = returned.shipment.order.currency
    left = {line.pk: line.to_credit for line in lines}
    totals = totals_of(((left[line.pk], line.shipment_line.order_line) for line in lines), currency=currency)
    return ReturnToCredit(returned, left, currency, totals.net, totals.tax, totals.gross)
