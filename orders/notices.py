"""What customers are told about their orders: one consumer per notice, named as its kind and its templates.

A notice tells how things stand when it is written: what is no longer true (an order cancelled before its
confirmation was written) is not told. Imported orders are history, of which customers were told long ago.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from catalog.models import Product
from credit import selectors as credit
from credit.selectors import OverdueInvoice
from customers import services as customers
from customers.letters import bank_account
from customers.models import Contact
from o2c.kernel import clock
from o2c.kernel.background import consumer
from o2c.kernel.formats import Formats
from o2c.kernel.models import Event
from orders import wording
from orders.models import Order, OrderLine
from orders.services import note_answer

State = Order.State
Describe = Callable[[Formats], Mapping[str, Any]]
BUYERS = (Contact.Role.ORDERING, Contact.Role.BILLING)
RECEIVERS = (Contact.Role.DELIVERY, Contact.Role.ORDERING)
PAYERS = (Contact.Role.BILLING, Contact.Role.DUNNING, Contact.Role.ORDERING)


def order_to_tell(order_id: int, *states: str) -> Order | None:
    """Return the order unless it was imported, or is in none of *states* any more."""
    found = Order.objects.select_related("company", "customer", "terms").exclude(channel=Order.Channel.IMPORT)
    order = found.filter(pk=order_id).first()
    return None if order is None or (states and order.state not in states) else order


def lines_of(order: Order) -> list[OrderLine]:
    """Return the lines, in their order."""
    return list(order.lines.order_by("position"))


def write(
    *, event_id: int, kind: str, order: Order, describe: Describe, roles: Sequence[str] = BUYERS
) -> None:
    """Write the notice *kind* about an event of an order, or of what follows from it, to the order's customer."""
    """Write a notice; with the first, the order has been answered, whether or not somebody can be mailed."""
    note_answer(order_id=order.pk, at=clock.now())
    customers.write_message(
        event_id=event_id,
        kind=kind,
        company=order.company,
        customer=order.customer,
        roles=roles,
        content=describe,
    )


def _overdue_invoices(order: Order) -> list[OverdueInvoice]:
    """Return the customer's overdue invoices in the order's currency, as of today."""
    today = clock.today(order.company.time_zone)
    return credit.overdue_invoices(customer_id=order.customer_id, currency=order.currency, on=today)


@consumer
def order_confirmed(*, event_id: int, document_id: int, **_: Any) -> None:
    """Confirm an order to the customer: what, at which prices, by when, and what is still missing."""
    order = order_to_tell(document_id, State.CONFIRMED, State.CLOSED)
    if order is None:
        return
    lines = lines_of(order)

    def describe(formats: Formats) -> dict[str, Any]:
        missing = wording.awaited(((line, line.backordered) for line in lines), formats)
        return wording.agreement(order, lines, formats) | {"items": missing}

    write(event_id=event_id, kind="order_confirmed", order=order, describe=describe)


@consumer
def order_held(*, event_id: int, document_id: int, **_: Any) -> None:
    """Tell the customer that their order waits, and what cures it if they can."""
    order = order_to_tell(document_id, State.ON_HOLD)
    if order is None:
        return
    cures = wording.cures(order.hold_reasons, gross=order.gross)
    codes = {reason["code"] for reason in order.hold_reasons}
    if codes == {"credit-overdue"} and _announced_with(event_id, "order.placed_while_overdue"):
        return  # `late_payer` tells it
    lines = lines_of(order) if cures.stock else []
    invoices = _overdue_invoices(order) if cures.overdue else []

    def describe(formats: Formats) -> dict[str, Any]:
        missing = cures.prepayment
        return {
            **wording.heading(order, formats),
            **wording.overdue(invoices, formats),
            "cures": cures,
            "prepayment": "" if missing is None else formats.money(missing, order.currency),
            "items": wording.awaited(((line, line.backordered) for line in lines), formats),
            "account": bank_account(order.company, reference=order.number),
        }

    write(event_id=event_id, kind="order_held", order=order, describe=describe)


@consumer
def late_payer(*, event_id: int, document_id: int, **_: Any) -> None:
    """Tell a customer who orders while they owe us overdue money: which invoices, and whether the order waits."""
    order = order_to_tell(document_id, State.SUBMITTED, State.ON_HOLD, State.CONFIRMED, State.CLOSED)
    invoices = _overdue_invoices(order) if order else []
    if order is None or not invoices:
        return
    is_held = order.state == State.ON_HOLD

    def describe(formats: Formats) -> dict[str, Any]:
        return {
            **wording.heading(order, formats),
            **wording.overdue(invoices, formats),
            "held": is_held,
            "account": bank_account(order.company, reference=order.customer.number),
        }

    write(event_id=event_id, kind="late_payer", order=order, describe=describe, roles=PAYERS)


@consumer
def order_cancelled(*, event_id: int, document_id: int, payload: dict[str, Any], **_: Any) -> None:
    """Tell the customer that their order is cancelled; one that was never more than a draft was no order to them."""
    order = order_to_tell(document_id, State.CANCELLED)
    if order is None or not _was_submitted(document_id) or _announced_with(event_id, "order.unfulfillable"):
        return
    lines = lines_of(order)

    def describe(formats: Formats) -> dict[str, Any]:
        return wording.heading(order, formats) | {
            "items": wording.items(((line, line.ordered) for line in lines), formats),
            "reason": wording.reason_to_tell(code=payload.get("code", ""), reason=payload["reason"]),
        }

    write(event_id=event_id, kind="order_cancelled", order=order, describe=describe)


@consumer
def order_rest_cancelled(*, event_id: int, document_id: int, payload: dict[str, Any], **_: Any) -> None:
    """Tell the customer that part of their order is cancelled: the lines named, or all that had not shipped."""
    order = order_to_tell(document_id)
    if order is None or not _was_submitted(document_id) or _announced_with(event_id, "order.unfulfillable"):
        return
    quantities = [(line, quantity) for line, quantity in _named(lines_of(order), payload)]

    def describe(formats: Formats) -> dict[str, Any]:
        return wording.heading(order, formats) | {
            "items": wording.items(quantities, formats),
            "reason": wording.reason_to_tell(code=payload.get("code", ""), reason=payload["reason"]),
        }

    write(event_id=event_id, kind="order_rest_cancelled", order=order, describe=describe)


def _named(lines: Sequence[OrderLine], payload: Mapping[str, Any]) -> list[tuple[OrderLine, Decimal]]:
    """Return the quantities that an event names by position; without names, all that is cancelled."""
    if "lines" not in payload:
        return [(line, line.cancelled) for line in lines]
    named = {entry["position"]: Decimal(entry["quantity"]) for entry in payload["lines"]}
    return [(line, named[line.position]) for line in lines if line.position in named]


@consumer
def order_amended(*, event_id: int, document_id: int, payload: dict[str, Any], **_: Any) -> None:
    """Tell the customer what changed in their order. A new version of a quote is sent as a whole instead."""
    order = order_to_tell(document_id, State.SUBMITTED, State.ON_HOLD, State.CONFIRMED)
    if order is None:
        return
    version, lines = order.versions.get(version=payload["version"]), lines_of(order)

    def describe(formats: Formats) -> dict[str, Any]:
        changes = wording.amendments(version.changes, lines, currency=order.currency, formats=formats)
        return wording.agreement(order, lines, formats) | {"items": changes}

    write(event_id=event_id, kind="order_amended", order=order, describe=describe)


@consumer
def backorders_reserved(*, event_id: int, document_id: int, **_: Any) -> None:
    """Tell the customer that missing goods have come in."""
    order = order_to_tell(document_id, State.CONFIRMED)
    lines = lines_of(order) if order else []
    if order is None or not any(line.reserved for line in lines):
        return

    def describe(formats: Formats) -> dict[str, Any]:
        return wording.heading(order, formats) | {
            "items": wording.items(((line, line.reserved) for line in lines), formats),
            "missing": wording.awaited(((line, line.backordered) for line in lines), formats),
        }

    write(event_id=event_id, kind="backorders_reserved", order=order, describe=describe)


@consumer
def quote_sent(*, event_id: int, document_id: int, payload: dict[str, Any], **_: Any) -> None:
    """Send a quote, or its new version."""
    order = order_to_tell(document_id, State.QUOTED)
    if order is None or order.valid_until is None or order.version != payload["version"]:
        return
    lines, valid_until = lines_of(order), order.valid_until

    def describe(formats: Formats) -> dict[str, Any]:
        return wording.agreement(order, lines, formats) | {
            "is_new_version": order.version > 1,
            "valid_until": formats.date(valid_until),
        }

    write(event_id=event_id, kind="quote_sent", order=order, describe=describe)


@consumer
def order_delayed(*, event_id: int, document_id: int, payload: dict[str, Any], **_: Any) -> None:
    """Tell the customer that a promise will not be kept, before they find out."""
    shipment = payload.get("shipment", "")  # on the road, the order may be closed
    order = order_to_tell(document_id, State.CONFIRMED, State.CLOSED)
    if order is None:
        return
    lines = [] if shipment else lines_of(order)

    def describe(formats: Formats) -> dict[str, Any]:
        return wording.heading(order, formats) | {
            "shipment": shipment,
            "was": wording.day(payload["was"], formats),
            "now": wording.day(payload["now"], formats),
            "items": wording.items(((line, line.to_ship) for line in lines), formats),
        }

    write(event_id=event_id, kind="order_delayed", order=order, describe=describe)


@consumer
def cannot_fulfil(*, event_id: int, document_id: int, payload: dict[str, Any], **_: Any) -> None:
    """Tell the customer what we cannot deliver, that it is not billed, and what they could have instead."""
    order = order_to_tell(document_id)
    if order is None:
        return
    lines = lines_of(order)
    missing = _named(lines, payload)
    products = Product.objects.filter(pk__in=[line.product_id for line, _quantity in missing])
    instead = {
        product.pk: product.alternative.name_in(order.customer.language)
        for product in products.filter(alternative__active=True).select_related("alternative")
        if product.alternative
    }

    def describe(formats: Formats) -> dict[str, Any]:
        return wording.heading(order, formats) | {
            "items": wording.items_or_instead(missing, instead, formats),
            "rest": order.state != State.CANCELLED and any(line.ordered > line.cancelled for line in lines),
        }

    write(event_id=event_id, kind="cannot_fulfil", order=order, describe=describe)


def _announced_with(event_id: int, kind: str) -> bool:
    """Say whether the transaction that announced the event announced one of *kind* about the same document."""
    event = Event.objects.get(pk=event_id)
    same = Event.objects.filter(document_type=event.document_type, document_id=event.document_id)
    return same.filter(kind=kind, at=event.at).exists()


def _was_submitted(order_id: int) -> bool:
    events = Event.objects.filter(document_type="order", document_id=order_id)
    return events.filter(kind__in=["order.submitted", "order.quoted"]).exists()
