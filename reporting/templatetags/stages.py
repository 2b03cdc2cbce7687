"""What a stage, a hold and an event are called on a page: the reason, not only the state."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy

from fulfillment.models import Return
from ledger.models import Account
from o2c.kernel import units
from o2c.kernel.figures import day, money
from orders.labels import TONES, stage_words
from orders.models import Order
from orders.reasons import sentence
from orders.rules import Stage
from orders.selectors import stage_of
from reporting.selectors import Happening

register = template.Library()

EVENTS = {
    "customer.addresses_set": gettext_lazy("Addresses changed"),
    "customer.contacts_set": gettext_lazy("Contacts changed"),
    "customer.contract_prices_set": gettext_lazy("Prices agreed with the customer"),
    "customer.registered": gettext_lazy("Customer %(number)s registered"),
    "customer.vat_check_requested": gettext_lazy("Check of the VAT id asked for"),
    "customer.vat_id_checked": gettext_lazy("VAT id checked"),
    "order.quoted": gettext_lazy("Quoted"),
    "order.quote_accepted": gettext_lazy("Quote accepted"),
    "order.quote_lost": gettext_lazy("Quote lost"),
    "order.quote_expired": gettext_lazy("Quote expired: nobody accepted it in time"),
    "order.quote_renewed": gettext_lazy("Quote holds again"),
    "order.created": gettext_lazy("Order captured"),
    "order.submitted": gettext_lazy("Order submitted"),
    "order.confirmed": gettext_lazy("Order confirmed: credit and stock suffice"),
    "order.held": gettext_lazy("Order put on hold"),
    "order.rechecked": gettext_lazy("Checked again: it still waits"),
    "order.released": gettext_lazy("Order released from hold"),
    "order.release_proposed": gettext_lazy("Release from hold proposed"),
    "order.release_rejected": gettext_lazy("Release from hold rejected"),
    "order.placed_while_overdue": gettext_lazy("Ordered while owing overdue money"),
    "order.amended": gettext_lazy("Order amended"),
    "order.lines_cancelled": gettext_lazy("Part of the order cancelled"),
    "order.reallocated": gettext_lazy("Reserved stock given to another order"),
    "order.backorders_reserved": gettext_lazy("Stock came in for what was missing"),
    "order.cancelled": gettext_lazy("Order cancelled"),
    "order.rest_cancelled": gettext_lazy("Rest of the order cancelled"),
    "order.closed": gettext_lazy("Order closed: everything is settled"),
    "order.reopened": gettext_lazy("Order open again: an invoice is not settled any more"),
    "shipment.planned": gettext_lazy("Shipment %(number)s planned"),
    "shipment.short_picked": gettext_lazy("Not everything of shipment %(number)s was found"),
    "shipment.packed": gettext_lazy("Shipment %(number)s packed"),
    "shipment.announced": gettext_lazy("Carrier told of shipment %(number)s"),
    "shipment.tracked": gettext_lazy("Carrier's news of shipment %(number)s"),
    "pickup.planned": gettext_lazy("Pickup %(number)s planned"),
    "pickup.confirmed": gettext_lazy("Pickup %(number)s confirmed by the carrier"),
    "pickup.done": gettext_lazy("Pickup %(number)s: the carrier has been here"),
    "pickup.cancelled": gettext_lazy("Pickup %(number)s cancelled"),
    "product.received": gettext_lazy("Goods received with %(number)s"),
    "product.counted": gettext_lazy("Stock counted: the books were corrected"),
    "product.recounted": gettext_lazy("Stock counted again after a short pick"),
    "product.freed": gettext_lazy("Stock of carts is free again"),
    "product.returned": gettext_lazy("Goods returned to stock"),
    "product.scrapped": gettext_lazy("Goods scrapped"),
    "product.low": gettext_lazy("Stock is low: time to buy"),
    "transfer.sent": gettext_lazy("Transfer %(number)s sent"),
    "transfer.received": gettext_lazy("Transfer %(number)s received"),
    "cart_hold.expired": gettext_lazy("Cart expired: its stock is free again"),
    "shipment.posted": gettext_lazy("Shipment %(number)s left the house"),
    "shipment.delivered": gettext_lazy("Shipment %(number)s delivered"),
    "shipment.cancelled": gettext_lazy("Shipment %(number)s cancelled"),
    "order.delayed": gettext_lazy("Order delayed"),
    "order.unfulfillable": gettext_lazy("Part of the order cannot be delivered"),
    "return.authorised": gettext_lazy("Return %(number)s authorised"),
    "return.received": gettext_lazy("Return %(number)s received"),
    "return.inspected": gettext_lazy("Return %(number)s inspected"),
    "return.cancelled": gettext_lazy("Return %(number)s cancelled"),
    "entitlement.granted": gettext_lazy("Access granted with %(number)s"),
    "entitlement.revoked": gettext_lazy("Access of %(number)s revoked"),
    "invoice.drafted": gettext_lazy("Invoice drafted"),
    "invoice.issued": gettext_lazy("Invoice %(number)s issued"),
    "invoice.discarded": gettext_lazy("Draft of an invoice discarded"),
    "invoice.printed": gettext_lazy("PDF of %(number)s made"),
    "payment.received": gettext_lazy("Payment %(number)s received"),
    "payment.allocated": gettext_lazy("Payment %(number)s allocated"),
    "payment.reversed": gettext_lazy("Payment %(number)s reversed"),
    "receivable.credit_allocated": gettext_lazy("Credit used for %(number)s"),
    "receivable.settled": gettext_lazy("%(number)s settled in full"),
    "receivable.reopened": gettext_lazy("%(number)s open again"),
    "message.resent": gettext_lazy("Message about %(number)s sent again"),
    "message.settled": gettext_lazy("Message about %(number)s found to have arrived"),
    "journal_entry.posted": gettext_lazy("Journal entry posted by hand: %(number)s"),
    "api_key.issued": gettext_lazy("API key issued: %(number)s"),
    "api_key.revoked": gettext_lazy("API key revoked: %(number)s"),
    "period.closed": gettext_lazy("Period %(number)s closed"),
    "user.created": gettext_lazy("User %(number)s let in"),
    "user.changed": gettext_lazy("Account of %(number)s changed"),
    "user.roles_changed": gettext_lazy("Roles of %(number)s changed"),
    "user.disabled": gettext_lazy("User %(number)s disabled"),
    "user.enabled": gettext_lazy("User %(number)s enabled"),
    "user.password_renewed": gettext_lazy("New password for %(number)s"),
    "user.second_factor_reset": gettext_lazy("Second factor of %(number)s taken away"),
    "journal_entry.reversed": gettext_lazy("Journal entry %(number)s reversed"),
}
CREDIT_NOTE_EVENTS = {
    "invoice.drafted": gettext_lazy("Credit note drafted"),
    "invoice.discarded": gettext_lazy("Draft of a credit note discarded"),
    "invoice.issued": gettext_lazy("Credit note %(number)s issued"),
}

KEY_EVENTS = {"order.confirmed", "shipment.posted", "invoice.issued", "payment.received", "order.closed"}
BAD_NEWS = {"order.held", "order.cancelled", "order.reopened", "payment.reversed", "receivable.reopened"}


@register.simple_tag
def stage_tag(order: Order, stage: Stage, today: date) -> str:
    """Return the tag that says where the order stands and why."""
    return format_html('<span class="tag {}">{}</span>', TONES[stage], stage_words(order, stage, today))


@register.filter
def stage_name(order: Order, today: date) -> str:
    """Return the stage of an order in the words of the lists; it was read with its progress."""
    return stage_words(order, stage_of(order, today=today), today)


@register.filter
def happened(event: Happening) -> str:
    """Return what happened, in words."""
    is_credit = event.payload.get("document_kind") == "credit_note"
    words = (CREDIT_NOTE_EVENTS if is_credit else EVENTS).get(event.kind) or EVENTS.get(event.kind)
    if words is None:
        return f"{event.kind.replace('.', ' ').replace('_', ' ').capitalize()} {event.document_number}"
    return str(words) % {"number": event.document_number}


@register.filter
def event_class(event: Happening) -> str:
    """Return how much the event stands out."""
    if event.kind in BAD_NEWS:
        return "bad-news"
    return "key" if event.kind in KEY_EVENTS else ""


@register.filter
def event_detail(event: Happening) -> str:
    """Return the figures and reasons that the event carries, in words."""
    payload = event.payload
    parts = [
        f"{money(Decimal(payload[name]), payload['currency'])} {payload['currency']}"
        for name in ("amount", "gross")
        if name in payload
    ]
    parts += [sentence(reason, payload.get("currency", "")) for reason in payload.get("reasons", [])]
    if payload.get("reason"):
        parts.append(f"“{_reason(event)}”")
    return " · ".join(parts)


def _reason(event: Happening) -> str:
    """Return why: a return's reason is one of a list, all others are what somebody wrote."""
    reason = str(event.payload["reason"])
    known = dict(Return.Reason.choices) if event.document_type == "return" else {}
    return str(known.get(reason, reason))


@register.filter
def due_day(due_on: date | None, today: date) -> str:
    """Return the due day, and how late it is when it is."""
    if due_on is None:
        return ""
    if due_on < today:
        return _("overdue %(days)d d") % {"days": (today - due_on).days}
    return format_html(_("due {day}"), day=day(due_on))


@register.filter
def account_kind(kind: str) -> str:
    """Return where an account stands in the statements, in words."""
    return str(Account.Kind(kind).label)


@register.filter
def unit(code: str) -> str:
    """Return the short name of a unit: ``pc``, ``kg``."""
    return units.short_name(code)


# What postings write, in the words that keep it; what somebody typed is none of these.
ENTRY_TEXTS: list[tuple[str, Any]] = [
    (r"Payment (?P<number>\S+)", gettext_lazy("Payment %(number)s")),
    (r"Payment (?P<number>\S+) reversed", gettext_lazy("Payment %(number)s reversed")),
    (r"Payment (?P<number>\S+) allocated", gettext_lazy("Payment %(number)s allocated")),
    (
        r"Payment (?P<number>\S+): allocation taken back",
        gettext_lazy("Payment %(number)s: allocation taken back"),
    ),
    (r"Credit note allocated", gettext_lazy("Credit note allocated")),
    (r"Shipment (?P<number>\S+)", gettext_lazy("Shipment %(number)s")),
    (r"Return (?P<number>\S+)", gettext_lazy("Return %(number)s")),
    (r"Invoice to (?P<name>.+)", gettext_lazy("Invoice to %(name)s")),
    (r"Credit note to (?P<name>.+)", gettext_lazy("Credit note to %(name)s")),
    (r"Reversal: (?P<reason>.+)", gettext_lazy("Reversal: %(reason)s")),
]


@register.filter
def entry_text(description: str) -> str:
    """Return the text of a journal entry in the reader's language; what somebody typed stays as typed."""
    for pattern, words in ENTRY_TEXTS:
        if found := re.fullmatch(pattern, description):
            return str(words) % found.groupdict()
    return description


@register.filter
def entry_name(number: int | None) -> str:
    """Return what a journal entry is called; it has no number until the journal is sealed."""
    return f"JE-{number}" if number else _("Entry not numbered yet")
