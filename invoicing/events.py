"""What invoicing announces."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDrafted(DomainEvent):
    """There is a document to issue."""

    kind = "invoice.drafted"

    document_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued(DomainEvent):
    """The document is legal, booked and open."""

    kind = "invoice.issued"

    customer_id: int
    document_kind: str
    gross: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDiscarded(DomainEvent):
    """A draft is thrown away; what it billed or credited is to be billed or credited again."""

    kind = "invoice.discarded"

    customer_id: int
    document_kind: str
    drawn_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePrinted(DomainEvent):
    """The PDF is there."""

    kind = "invoice.printed"

    sha256: str
