"""What the figures of checks and the documents that offend are called in the reader's language.

A report and a certificate keep the names of SQL columns and English words, whoever asks; here they are worded
when they are read. A name that a check had on an earlier night is shown as it was kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext, gettext_lazy as _

from customers.models import Message
from fulfillment.models import Return, Shipment
from inventory.models import CartHold, Transfer
from invoicing.models import Invoice
from o2c.kernel import figures
from o2c.kernel.models import JobRun
from orders.models import Order
from receivables.models import Payment


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a page shows it: its label and its value in the reader's language."""

    label: str
    value: str


AMOUNTS = {
    "allocated": _("allocated"),
    "amount": _("amount"),
    "base": _("taxable amount"),
    "base_allocated": _("allocated, in base currency"),
    "base_amount": _("amount, in base currency"),
    "base_gross": _("gross, in base currency"),
    "base_open_amount": _("open, in base currency"),
    "base_should_be": _("should be, in base currency"),
    "base_unallocated": _("unallocated, in base currency"),
    "booked": _("booked"),
    "booked_back": _("booked back"),
    "booked_base": _("booked, in base currency"),
    "booked_gross": _("gross booked"),
    "booked_tax": _("tax booked"),
    "committed": _("credit committed"),
    "cost": _("cost"),
    "credit": _("credit"),
    "debit": _("debit"),
    "difference": _("difference"),
    "gain": _("exchange gain"),
    "gross": _("gross"),
    "gross_credited": _("gross credited"),
    "gross_invoiced": _("gross invoiced"),
    "in_force": _("in force"),
    "ledger": _("in the ledger"),
    "left_over": _("left over"),
    "left_over_amount": _("left over, in the document's currency"),
    "lost": _("lost on the way"),
    "net": _("net"),
    "not_invoiced": _("not invoiced"),
    "on_the_way": _("on the way"),
    "open": _("open, in base currency"),
    "open_amount": _("open amount"),
    "paid_in": _("paid in"),
    "posted_credit": _("credit posted"),
    "posted_debit": _("debit posted"),
    "receivables": _("open items"),
    "should_be": _("should be"),
    "sum_of_bases": _("sum of the taxable amounts"),
    "sum_of_lines": _("sum of the lines"),
    "sum_of_taxes": _("sum of the taxes"),
    "tax": _("tax"),
    "tax_of_base": _("tax of the taxable amount"),
    "tax_of_lines": _("tax of the lines"),
    "unallocated": _("unallocated"),
    "value": _("worth"),
    "value_arrived": _("worth of what arrived"),
    "value_moved": _("worth of the moves"),
    "value_sent": _("worth of what was sent"),
}
QUANTITIES = {
    "approved": _("approved"),
    "arrived": _("arrived"),
    "attempts": _("attempts"),
    "authorised": _("authorised"),
    "billed": _("billed"),
    "bytes": _("bytes"),
    "cancelled": _("cancelled"),
    "closed": _("closed"),
    "confirmed": _("confirmed"),
    "credited": _("credited"),
    "currencies": _("currencies"),
    "customers": _("customers"),
    "delivered": _("delivered"),
    "deliveries": _("deliveries"),
    "documents": _("documents"),
    "done": _("done"),
    "drafts": _("drafts"),
    "entries": _("journal entries"),
    "handled": _("delivered"),
    "in_returns": _("in returns"),
    "in_work": _("in shipments under way"),
    "invoiced": _("invoiced"),
    "invoices": _("invoices"),
    "jobs": _("jobs"),
    "kept": _("kept by the warehouse"),
    "left_with_shipments": _("left with shipments"),
    "lines": _("lines"),
    "lines_not_billed": _("lines not billed"),
    "most_attempts": _("most attempts"),
    "moved": _("moved"),
    "not_printed": _("not printed"),
    "numbered": _("numbered"),
    "on_hand": _("on hand"),
    "on_invoices": _("on invoices"),
    "open_invoices": _("open invoices"),
    "open_items": _("open items"),
    "ordered": _("ordered"),
    "passed": _("passed"),
    "payments": _("payments"),
    "periods": _("periods"),
    "quantity": _("quantity"),
    "rate": _("rate in percent"),
    "received": _("received"),
    "reservations": _("sum of the reservations"),
    "reserved": _("reserved"),
    "returned": _("returned"),
    "returns": _("on returns"),
    "reversals": _("reversals"),
    "reversed": _("of them reversed"),
    "revoked": _("revoked"),
    "sent": _("sent"),
    "shipped": _("shipped"),
    "to_invoice": _("to invoice"),
    "to_ship": _("to ship"),
    "undelivered": _("not delivered"),
}
NAMES = {
    "account": _("account"),
    "caused_by": _("caused by"),
    "code": _("tax code"),
    "computed": _("SHA-256 computed"),
    "currency": _("currency"),
    "customer": _("customer"),
    "entitlement": _("entitlement"),
    "error": _("error"),
    "handler": _("handler"),
    "last": _("last number"),
    "number": _("number"),
    "period": _("period"),
    "position": _("line"),
    "previous": _("the one before"),
    "provider": _("provider"),
    "provider_reference": _("provider's reference"),
    "released_by": _("released by"),
    "sequence": _("number in the year"),
    "settled_by": _("settled by"),
    "settled_in": _("settled in"),
    "sha256": _("SHA-256"),
    "sku": _("SKU"),
    "year": _("year"),
}
DAYS = {
    "due_on": _("due on"),
    "first_due_on": _("first due on"),
    "first_on": _("first day"),
    "issued_on": _("issued on"),
    "item_due_on": _("open item due on"),
    "last_on": _("last day"),
    "line_on": _("day of the line"),
    "on": _("day"),
    "posted_on": _("posted on"),
    "previous_on": _("day of the one before"),
}
INSTANTS = {
    "at": _("at"),
    "closed_at": _("closed at"),
    "handled_at": _("delivered at"),
    "issued_at": _("issued at"),
    "last_sent": _("last sent at"),
    "posted_at": _("posted at"),
    "started_at": _("started at"),
}
WORDS = {"cart": _("cart"), "kind": _("kind"), "state": _("state")}

LABELS = AMOUNTS | QUANTITIES | NAMES | DAYS | INSTANTS | WORDS

# What a state may be, by the first word of the document and the name of the figure.
CHOICES: dict[tuple[str, str], type[TextChoices]] = {
    ("credit_note", "state"): Invoice.State,
    ("demand", "cart"): CartHold.State,
    ("invoice", "state"): Invoice.State,
    ("job", "state"): JobRun.State,
    ("message", "state"): Message.State,
    ("order", "state"): Order.State,
    ("payment", "state"): Payment.State,
    ("return", "state"): Return.State,
    ("shipment", "kind"): Shipment.Kind,
    ("shipment", "state"): Shipment.State,
    ("transfer", "state"): Transfer.State,
}

# How a check names a document, and what that is in words. The first that fits the whole name counts.
DOCUMENTS: list[tuple[str, Any]] = [
    (r"account (?P<code>\S+) on (?P<on>\S+)", _("account %(code)s on %(on)s")),
    (r"certificate (?P<id>\d+) of (?P<on>\S+)", _("certificate %(id)s of %(on)s")),
    (r"counter invoice (?P<year>\d+)", _("counter of the invoices of %(year)s")),
    (r"counter credit_note (?P<year>\d+)", _("counter of the credit notes of %(year)s")),
    (r"credit.note draft (?P<id>\d+)", _("draft %(id)s of a credit note")),
    (r"credit.note without number, id (?P<id>\d+)", _("credit note without a number, id %(id)s")),
    (r"credit.note (?P<number>.+)", _("credit note %(number)s")),
    (r"customer unknown", _("an unknown customer")),
    (r"customer (?P<number>.+)", _("customer %(number)s")),
    (r"demand (?P<key>.+)", _("demand %(key)s")),
    (r"event (?P<what>.+)", _("event %(what)s")),
    (r"invoice draft (?P<id>\d+)", _("draft %(id)s of an invoice")),
    (r"invoice without number, id (?P<id>\d+)", _("invoice without a number, id %(id)s")),
    (r"invoice (?P<number>.+)", _("invoice %(number)s")),
    (r"job (?P<name>\S+) of (?P<on>\S+)", _("job %(name)s of %(on)s")),
    (r"journal counter of company (?P<id>\d+)", _("counter of the journal of company %(id)s")),
    (r"journal entry (?P<source>.+)", _("journal entry %(source)s")),
    (r"message (?P<what>.+)", _("message %(what)s")),
    (r"order (?P<number>\S+) line (?P<line>\d+)", _("order %(number)s, line %(line)s")),
    (r"order (?P<number>.+)", _("order %(number)s")),
    (r"payment (?P<number>.+)", _("payment %(number)s")),
    (r"product (?P<sku>.+) in (?P<house>\S+)", _("product %(sku)s in %(house)s")),
    (r"return (?P<number>.+)", _("return %(number)s")),
    (r"shipment (?P<number>.+)", _("shipment %(number)s")),
    (r"stock account of (?P<name>.+)", _("stock account of %(name)s")),
    (r"stock move (?P<source>.+)", _("stock move %(source)s")),
    (r"transfer (?P<number>.+)", _("transfer %(number)s")),
    (r"trigger (?P<name>\S+) of (?P<table>\S+)", _("trigger %(name)s of %(table)s")),
]


def document_words(document: str) -> str:
    """Return a document that a check named in the reader's language; as it was kept where nobody knows it."""
    for pattern, words in DOCUMENTS:
        if found := re.fullmatch(pattern, document):
            told = found.groupdict()
            if "on" in told:
                told["on"] = figures.day_words(date.fromisoformat(told["on"]))
            return str(words % told) if told else str(words)
    return document


def figures_of(found: Iterable[tuple[str, Any]], *, document: str = "", currency: str) -> list[Figure]:
    """Return figures in the reader's language: all but the *document* itself, which says what its states are.

    Amounts have at least the decimals of *currency*, the company's, and all that are stored.
    """
    return [
        Figure(str(LABELS.get(name, name.replace("_", " "))), _value(name, value, document, currency))
        for name, value in found
        if name != "document"
    ]


def _value(name: str, value: Any, document: str, currency: str) -> str:
    if value is None:
        return "–"
    if name in AMOUNTS:
        return figures.unit_price(Decimal(str(value)), currency)
    if name in QUANTITIES:
        return figures.quantity(Decimal(str(value)))
    if name in DAYS:
        return figures.day(date.fromisoformat(str(value)))
    if name in INSTANTS:
        return figures.instant(datetime.fromisoformat(str(value)))
    if name in WORDS:
        return _state(name, str(value), document)
    return str(value)


def _state(name: str, value: str, document: str) -> str:
    choices = CHOICES.get((document.partition(" ")[0], name))
    if choices is not None and value in choices.values:
        return str(choices(value).label)
    return gettext("missing") if value == "missing" else value
