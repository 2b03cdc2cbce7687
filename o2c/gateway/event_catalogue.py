"""THE list of what shops are told, by webhook and in ``GET events``: what is not here stays in the house.

Each line says when it happens, and which members of the event go out under ``data``: no primary keys, nothing
that opens anything, no words that one member of staff wrote for another. It is thin on purpose: whoever needs
more reads the document, and gets it as it is by then. The documentation prints these lines.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from invoicing.models import Invoice
from orders.api.reasons import codes_told

Payload = Mapping[str, Any]
Member = Callable[[Payload], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """A type of event that shops are told of.

    *type* is its name outside, *kind* ours, *means* when it happens. *data* picks what goes out of the payload.
    For documents that share a kind, *document_kind* says which are meant.
    """

    type: str
    kind: str
    means: str
    data: tuple[Member, ...] = ()
    document_kind: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A type of document: what its ids begin with, and where it is read."""

    type: str
    prefix: str
    path: str


def copied(*names: str) -> Member:
    """Let these members of the payload go out as they are."""
    return lambda payload: {name: payload.get(name) for name in names}


def amount(name: str) -> Member:
    """Let an amount go out with its currency."""
    return lambda payload: {name: {"amount": payload[name], "currency": payload["currency"]}}


def hold_codes(payload: Payload) -> dict[str, Any]:
    """Let the codes of the reasons go out as orders tell them, not the figures behind them."""
    return {"codes": codes_told(reason["code"] for reason in payload["reasons"])}


def released_codes(payload: Payload) -> dict[str, Any]:
    """Let the codes of what an order was released from go out as orders tell them."""
    return {"codes": codes_told(payload["codes"])}


CATALOGUE: dict[str, Told] = {
    told.type: told
    for told in (
        Told("order.quoted", "order.quoted", "A quote was made or revised.", (copied("version", "valid_until"),)),
        Told("order.quote_accepted", "order.quote_accepted", "The customer takes the quote."),
        Told("order.quote_expired", "order.quote_expired", "The quote's validity is over."),
        Told("order.created", "order.created", "An order was captured.", (copied("channel"),)),
        Told("order.confirmed", "order.confirmed", "Stock is reserved and credit committed."),
        Told("order.held", "order.held", "The order waits, for these reasons.", (hold_codes,)),
        Told("order.released", "order.released", "A person let it pass in spite of them.", (released_codes,)),
        Told("order.amended", "order.amended", "What was agreed is another.", (copied("version"),)),
        Told("order.backorders_reserved", "order.backorders_reserved", "Stock came for lines that waited."),
        Told("order.delayed", "order.delayed", "A promise will not be kept.", (copied("was", "now", "shipment"),)),
        Told("order.lines_cancelled", "order.lines_cancelled", "Part of it is cancelled.", (copied("code"),)),
        Told("order.rest_cancelled", "order.rest_cancelled", "What has not shipped is.", (copied("code"),)),
        Told("order.cancelled", "order.cancelled", "It will not be carried out.", (copied("code"),)),
        Told("order.closed", "order.closed", "Shipped, invoiced and settled."),
        Told("order.reopened", "order.reopened", "An invoice of a closed order is open again."),
        Told("shipment.posted", "shipment.posted", "The goods have left."),
        Told("shipment.tracked", "shipment.tracked", "The carrier saw it.", (copied("status"),)),
        Told("shipment.delivered", "shipment.delivered", "The customer has the goods."),
        Told("return.authorised", "return.authorised", "It may be sent back.", (copied("valid_until"),)),
        Told("return.received", "return.received", "The goods are back."),
        Told("return.inspected", "return.inspected", "Each piece was judged; the money is due."),
        Told("return.cancelled", "return.cancelled", "Nothing came back, and nothing will."),
        Told("invoice.issued", "invoice.issued", "The invoice is legal and open.", (amount("gross"),),
             Invoice.Kind.INVOICE),
        Told("credit_note.issued", "invoice.issued", "The credit note is legal.", (amount("gross"),),
             Invoice.Kind.CREDIT_NOTE),
        Told("payment.received", "payment.received", "Money came in.", (amount("amount"),)),
        Told("payment.allocated", "payment.allocated", "It pays open items.", (amount("amount"),)),
        Told("payment.reversed", "payment.reversed", "It was taken back.", (amount("amount"),)),
        Told("credit.limit_changed", "credit_account.limit_changed", "The customer may owe more, or less."),
        Told("credit.blocked", "credit_account.blocked", "The customer gets nothing more on credit."),
        Told("credit.unblocked", "credit_account.unblocked", "The customer may order on credit again."),
        Told("entitlement.granted", "entitlement.granted", "Something digital may be used; read the key."),
        Told("entitlement.revoked", "entitlement.revoked", "The key opens nothing any more."),
    )
}  # fmt: skip

# By the event's own type of document; a credit account is shown as its customer's credit.
DOCUMENTS: dict[str, Shown] = {
    "order": Shown("order", "ord", "/api/v1/orders/{id}"),
    "shipment": Shown("shipment", "shp", "/api/v1/shipments/{id}"),
    "return": Shown("return", "ret", "/api/v1/returns/{id}"),
    "invoice": Shown("invoice", "inv", "/api/v1/invoices/{id}"),
    "credit_note": Shown("credit_note", "crn", "/api/v1/credit-notes/{id}"),
    "payment": Shown("payment", "pay", "/api/v1/payments/{id}"),
    "credit_account": Shown("credit", "cus", "/api/v1/customers/{id}/credit"),
    "entitlement": Shown("entitlement", "ent", ""),
}
TYPES = sorted(CATALOGUE)
DOCUMENT_TYPES = sorted(shown.type for shown in DOCUMENTS.values())


def told_as(kind: str, payload: Payload) -> Told:
    """Return how an event is told outside.

    :raises LookupError: it is not.
    """
    for told in CATALOGUE.values():
        if told.kind == kind and told.document_kind in {"", payload.get("document_kind", "")}:
            return told
    raise LookupError(kind)


def data_of(told: Told, payload: Payload) -> dict[str, Any]:
    """Return what goes out of an event's payload."""
    return {name: value for pick in told.data for name, value in pick(payload).items()}
