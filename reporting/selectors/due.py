"""What waits for somebody: one count for each desk, with the money it holds up and the oldest day."""

from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.utils.timezone import localdate

from credit.models import LimitRequest
from fulfillment import selectors as fulfillment
from fulfillment.models import Return
from inventory import selectors as inventory
from invoicing.models import Invoice
from invoicing.selectors import SIGNED, billable_of, due_for_billing
from o2c.kernel.money import ZERO, Money
from orders import selectors as orders
from orders.models import Order, OrderRequest, Release
from receivables.models import Receivable
from receivables.selectors import due_for_allocation


@dataclass(frozen=True, slots=True)
class Due:
    """How many documents wait, how much money by currency, and since when the oldest."""

    count: int
    amounts: tuple[Money, ...]
    oldest_on: date | None


def held_orders() -> Due:
    """Return the orders on hold."""
    return _due(orders.held(), amount="gross", since="ordered_on")


def requests_to_answer() -> Due:
    """Return what came in on the channels and nobody has answered."""
    waiting = OrderRequest.objects.filter(state=OrderRequest.State.WAITING)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("received_at"))
    return Due(found["count"], (), localdate(found["oldest"]) if found["oldest"] else None)


def drafts_to_submit() -> Due:
    """Return the orders that somebody began to enter."""
    return _due(Order.objects.filter(state=Order.State.DRAFT), amount="gross", since="ordered_on")


def quotes_ending(*, on: date) -> Due:
    """Return the open quotes that end within three days of *on*."""
    quotes = Order.objects.filter(state=Order.State.QUOTED, valid_until__lte=on + timedelta(days=3))
    return _due(quotes, amount="gross", since="ordered_on")


def lines_without_stock() -> Due:
    """Return the lines of confirmed orders that wait for stock."""
    missing = F("ordered") - F("cancelled") - F("shipped") - F("reserved")
    waiting = orders.backordered_lines().order_by()
    return _due(
        waiting, amount=missing * F("unit_price"), since="order__ordered_on", currency="order__currency"
    )


def limits_to_decide() -> Due:
    """Return the credit limits that somebody asked for and nobody has decided on."""
    asked = LimitRequest.objects.filter(state=LimitRequest.State.REQUESTED)
    return _due(asked, amount=F("limit"), since="on", currency="account__customer__currency")


def releases_to_agree() -> Due:
    """Return the releases from hold that wait for a second person."""
    proposed = Release.objects.filter(state=Release.State.PROPOSED)
    return _due(proposed, amount=F("up_to"), since="on", currency="order__currency")


def orders_to_ship() -> Due:
    """Return the confirmed orders with something left to ship."""
    return _due(orders.to_ship(), amount="gross", since="ordered_on")


def shipments_to_invoice() -> Due:
    """Return the shipments that have left and are not fully invoiced; what of them is still to bill."""
    shipments = list(due_for_billing().select_related("order"))
    totals = billable_of(shipments)
    amounts: dict[str, Decimal] = {}
    for shipment in shipments:
        currency = shipment.order.currency
        amounts[currency] = amounts.get(currency, ZERO) + totals[shipment.pk].gross
    return _counted(shipments, amounts, [shipment.posted_on for shipment in shipments])


def returns_to_credit() -> Due:
    """Return the inspected returns that no credit note has given back; what of them is still to credit."""
    owed = fulfillment.returns_to_credit()
    amounts: dict[str, Decimal] = {}
    for one in owed:
        amounts[one.currency] = amounts.get(one.currency, ZERO) + one.gross
    return _counted(owed, amounts, [one.returned.inspected_on for one in owed])


def _counted(found: Sized, amounts: Mapping[str, Decimal], days: Iterable[date | None]) -> Due:
    return Due(
        count=len(found),
        amounts=tuple(
            Money(amount, currency) for currency, amount in sorted(amounts.items(), key=lambda pair: -pair[1])
        ),
        oldest_on=min(filter(None, days), default=None),
    )


def invoices_to_issue() -> Due:
    """Return the drafts, what credit notes give back taken off."""
    return _due(Invoice.objects.drafts(), amount=SIGNED, since="delivered_on")


def payments_to_allocate() -> Due:
    """Return the payments with money left to allocate."""
    return _due(due_for_allocation(), amount="unallocated", since="received_on")


def overdue_items(*, on: date) -> Due:
    """Return the open items that should have been paid before *on*."""
    return _due(Receivable.objects.overdue(on=on), amount="open_amount", since="due_on")


def to_pick() -> Due:
    """Return the shipments that nobody has taken to pick."""
    return _since(fulfillment.to_pick(), since="planned_on")


def to_pack() -> Due:
    """Return the shipments that are being picked."""
    return _since(fulfillment.to_pack(), since="planned_on")


def to_hand_over() -> Due:
    """Return the packed shipments."""
    return _since(fulfillment.packed(), since="planned_on")


def delivery_exceptions() -> Due:
    """Return the shipments of which the carrier's latest word is bad."""
    found = fulfillment.delivery_exceptions()
    return Due(len(found), (), min((one.since for one in found), default=None))


def returns_to_receive() -> Due:
    """Return what customers may send back, and has not come."""
    return _since(Return.objects.filter(state=Return.State.AUTHORISED), since="authorised_on")


def returns_to_inspect() -> Due:
    """Return what came back and nobody has decided on."""
    return _since(Return.objects.filter(state=Return.State.RECEIVED), since="received_on")


def overdue_receipts(*, on: date) -> Due:
    """Return what suppliers should have sent before *on*."""
    return _since(inventory.overdue_receipts(today=on), since="expected_on")


def services_to_perform() -> Due:
    """Return the services that confirmed orders wait for."""
    return _since(fulfillment.services_to_perform(), since="order__ordered_on")


def _since(documents: QuerySet[Any], *, since: str) -> Due:
    """Return how many wait and since when, where no money tells more."""
    found = documents.order_by().aggregate(documents=Count("pk", distinct=True), oldest=Min(since))
    return Due(found["documents"], (), found["oldest"])


def _due(
    documents: QuerySet[Any], *, amount: str | Combinable, since: str, currency: str = "currency"
) -> Due:
    worth = F(amount) if isinstance(amount, str) else amount
    rows: Iterable[dict[str, Any]] = (
        documents.order_by()
        .values(in_currency=F(currency))
        .annotate(documents=Count("pk"), money=Sum(worth), oldest=Min(since))
        .order_by("-money")
    )
    found = list(rows)
    return Due(
        count=sum(row["documents"] for row in found),
        amounts=tuple(Money(row["money"], row["in_currency"]) for row in found),
        oldest_on=min((row["oldest"] for row in found if row["oldest"]), default=None),
    )
