"""Journal entries with the documents that caused them, as ids that mean something outside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from customers.models import Customer
from fulfillment.models import Return, Shipment
from invoicing.models import Invoice
from ledger.models import JournalEntry
from o2c.kernel import public_ids
from receivables.models import Allocation, Payment

# What the sources of entries begin with that name a document by its key.
WITH_DOCUMENTS = ("invoice", "shipment", "payment", "return", "allocation")


@dataclass(frozen=True, slots=True)
class Document:
    """The document behind an entry: its id in the API and its number."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry, what happened (such as ``invoice.issued``) and to which document, with its customers' ids."""

    entry: JournalEntry
    event: str
    document: Document | None
    customers: dict[int, UUID]


def postings(entries: Iterable[JournalEntry]) -> list[Posting]:
    """Return the entries, read with their lines, with their documents and customers; six queries at most."""
    entries = list(entries)
    documents = _documents(_keys(entries))
    parties = {line.party_id for entry in entries for line in entry.lines.all() if line.party_id}
    customers = dict(Customer.objects.filter(pk__in=parties).values_list("pk", "public_id"))
    return [
        Posting(entry, _event(entry.source), documents.get(_key(entry.source)), customers)
        for entry in entries
    ]


def _key(source: str) -> tuple[str, int]:
    """Return what a source is about: its first two parts, such as ``("invoice", 17)``."""
    kind, _slash, rest = source.partition("/")
    pk = rest.partition("/")[0]
    return (kind, int(pk)) if kind in WITH_DOCUMENTS and pk.isdecimal() else ("", 0)


def _event(source: str) -> str:
    """Return what happened, without keys: ``payment/3/allocation/9`` is ``payment.allocation``."""
    kind, *rest = source.split("/")
    if kind not in WITH_DOCUMENTS:
        return kind
    return ".".join([kind, *(part for part in rest if not part.isdecimal())])


def _keys(entries: Iterable[JournalEntry]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        kind, pk = _key(entry.source)
        found[kind].add(pk)
    return found


def _documents(keys: dict[str, set[int]]) -> dict[tuple[str, int], Document]:
    """Return the documents of these keys by (kind, key), one query for each kind."""
    found: dict[tuple[str, int], Document] = {}
    invoices = Invoice.objects.filter(pk__in=keys["invoice"]).only("kind", "public_id", "number")
    found |= {("invoice", invoice.pk): _of_invoice(invoice) for invoice in invoices}
    models: dict[str, tuple[str, QuerySet[Any]]] = {
        "shipment": ("shp", Shipment.objects.all()),
        "payment": ("pay", Payment.objects.all()),
        "return": ("ret", Return.objects.all()),
    }
    for kind, (prefix, rows) in models.items():
        for pk, public_id, number in rows.filter(pk__in=keys[kind]).values_list("pk", "public_id", "number"):
            found[kind, pk] = Document(public_ids.written(prefix, public_id), number)
    allocations = Allocation.objects.filter(pk__in=keys["allocation"])
    for allocation in allocations.select_related("payment", "credit__invoice"):
        found["allocation", allocation.pk] = _source_of(allocation)
    return found


def _of_invoice(invoice: Invoice) -> Document:
    prefix = "inv" if invoice.kind == Invoice.Kind.INVOICE else "crn"
    return Document(public_ids.written(prefix, invoice.public_id), str(invoice.number))


def _source_of(allocation: Allocation) -> Document:
    """Return the payment or credit note that was used."""
    if allocation.payment is not None:
        return Document(public_ids.written("pay", allocation.payment.public_id), allocation.payment.number)
    assert allocation.credit is not None
    return _of_invoice(allocation.credit.invoice)


def sources_of(document: str) -> list[str]:
    """Return the sources of the entries that a document, such as ``inv_…``, caused; none if there is none."""
    prefix = document.partition("_")[0]
    public_id = public_ids.read(prefix, document)
    if public_id is None:
        return []
    match prefix:
        case "inv" | "crn":
            return [f"invoice/{pk}/issued" for pk in _pks(Invoice.objects.all(), public_id)]
        case "shp":
            return [f"shipment/{pk}/posted" for pk in _pks(Shipment.objects.all(), public_id)]
        case "ret":
            return [f"return/{pk}/inspected" for pk in _pks(Return.objects.all(), public_id)]
        case "pay":
            return [source for pk in _pks(Payment.objects.all(), public_id) for source in _of_payment(pk)]
        case _:
            return []


def _pks(rows: QuerySet[Any], public_id: UUID) -> list[int]:
    return list(rows.filter(public_id=public_id).values_list("pk", flat=True))


def _of_payment(pk: int) -> list[str]:
    """Return the sources of a payment: itself, and its allocations, which share an entry if made together."""
    uses = Allocation.objects.filter(payment_id=pk).values_list("pk", flat=True)
    return [
        f"payment/{pk}/received",
        f"payment/{pk}/reversed",
        *(
            source
            for use in uses
            for source in (f"payment/{pk}/allocation/{use}", f"allocation/{use}/reversed")
        ),
    ]
