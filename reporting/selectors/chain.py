"""What became of an order: every document of the case, stage by stage, down to the journal."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from fulfillment.models import Return, Shipment
from invoicing.models import Invoice
from ledger.models import JournalEntry
from o2c.kernel.errors import NotFound
from o2c.kernel.money import ZERO, total
from orders.models import Order
from orders.selectors import with_progress
from receivables.models import Allocation, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLink:
    """A journal entry that a document caused; *amount* is one side of it, in base currency."""

    id: int
    number: int | None
    on: date
    description: str
    amount: Decimal
    currency: str
    reversed_by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentLink:
    """A shipment of the order; *cost* is in base currency, None until it has left."""

    id: int
    number: str
    state: str
    state_name: str
    on: date
    quantity: Decimal
    cost: Decimal | None
    currency: str
    entries: tuple[EntryLink, ...]

    @property
    def key(self) -> str:
        """Return what a page calls it."""
        return f"shipment/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLink:
    """What comes back of a shipment; *quantity* is what came, before that what may come."""

    id: int
    number: str
    state: str
    state_name: str
    on: date
    quantity: Decimal
    shipment_number: str

    @property
    def key(self) -> str:
        """Return what a page calls it."""
        return f"return/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLink:
    """A payment that settles something of the order; amounts in its currency."""

    id: int
    number: str
    state: str
    state_name: str
    on: date
    amount: Decimal
    unallocated: Decimal
    currency: str
    entries: tuple[EntryLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationLink:
    """What of a payment, or of a credit note, was used for an invoice; reversed ones stay visible.

    Exactly one of *payment_id* and *credit_id* (the credit note's receivable) is set;
    *source_number* names the document.
    """

    id: int
    on: date
    reversed_on: date | None
    amount: Decimal
    currency: str
    payment_id: int | None
    credit_id: int | None
    source_number: str
    entries: tuple[EntryLink, ...]

    @property
    def key(self) -> str:
        """Return what a page calls the payment."""
        return f"payment/{self.payment_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLink:
    """An invoice or credit note of the order; *open_amount* is None while it is a draft, zero once it is settled.

    *credits_number* is the number of the invoice that a credit note takes back.
    """

    id: int
    number: str
    kind: str
    credits_number: str
    state: str
    state_name: str
    on: date | None
    due_on: date | None
    settled_on: date | None
    gross: Decimal
    open_amount: Decimal | None
    currency: str
    receivable_id: int | None
    shipment_id: int | None
    entries: tuple[EntryLink, ...]
    allocations: tuple[AllocationLink, ...]

    @property
    def key(self) -> str:
        """Return what a page calls it."""
        return f"invoice/{self.id}"

    @property
    def name(self) -> str:
        """Return what its address calls it: the number, of a draft the id."""
        return self.number or str(self.id)

    @property
    def settled(self) -> Decimal:
        """Return what has been paid or credited."""
        return ZERO if self.open_amount is None else self.gross - self.open_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChain:
    """An order and everything that came of it, stage by stage; amounts gross, in the order's currency.

    The *order* has the sums that its stage is told by.
    """

    id: int
    number: str
    state: str
    order: Order
    on: date
    customer_id: int
    customer_name: str
    gross: Decimal
    currency: str
    shipments: tuple[ShipmentLink, ...]
    returns: tuple[ReturnLink, ...]
    invoices: tuple[InvoiceLink, ...]
    payments: tuple[PaymentLink, ...]

    @property
    def key(self) -> str:
        """Return what a page calls the order."""
        return f"order/{self.id}"

    @property
    def invoiced(self) -> Decimal:
        """Return the gross of the issued invoices, less that of the credit notes."""
        return total(
            invoice.gross if invoice.kind == Invoice.Kind.INVOICE else -invoice.gross
            for invoice in self.invoices
            if invoice.open_amount is not None
        )

    @property
    def open_amount(self) -> Decimal:
        """Return what is still to be paid of the issued invoices."""
        return total(invoice.open_amount or ZERO for invoice in self.invoices)

    @property
    def is_settled_in_part(self) -> bool:
        """Say whether any payment or credit was used for its invoices."""
        return any(invoice.allocations for invoice in self.invoices)

    @property
    def entries(self) -> tuple[EntryLink, ...]:
        """Return every journal entry of the case, each once, in the order of posting."""
        found = {
            entry.id: entry
            for documents in (self.shipments, self.invoices, self.payments)
            for document in documents
            for entry in document.entries
        }
        for invoice in self.invoices:
            for allocation in invoice.allocations:
                found.update((entry.id, entry) for entry in allocation.entries)
        return tuple(found[key] for key in sorted(found))


def document_chain(order_id: int) -> DocumentChain:
    """Return the order with its shipments, invoices, allocations, payments and entries, in seven queries at most.

    :raises NotFound: there is no such order.
    """
    orders = with_progress(Order.objects.filter(pk=order_id))
    order = orders.select_related("customer", "company").first()
    if order is None:
        raise NotFound(_("There is no order %(order_id)s.") % {"order_id": order_id})
    shipments = list(
        Shipment.objects.filter(order=order)
        .annotate(total_quantity=Sum("lines__quantity"), total_cost=Sum("lines__cost"))
        .order_by("pk")
    )
    returns = (
        Return.objects.filter(shipment__order=order)
        .select_related("shipment")
        .annotate(authorised=Sum("lines__authorised"), came=Sum("lines__received"))
        .order_by("pk")
    )
    invoices = list(
        Invoice.objects.filter(order=order)
        .select_related("receivable", "credits")
        .annotate(shipment_id=Max("lines__shipment_line__shipment_id"))
        .order_by("pk")
    )
    allocations = list(
        Allocation.objects.filter(receivable__invoice__order=order)
        .select_related("payment", "credit")
        .order_by("pk")
    )
    payments = {payment.pk: payment for payment in (made.payment for made in allocations) if payment}
    entries = _Entries(order, shipments, invoices, payments.keys(), allocations)
    return DocumentChain(
        id=order.pk,
        number=order.number,
        state=order.state,
        order=order,
        on=order.ordered_on,
        customer_id=order.customer_id,
        customer_name=order.customer.name,
        gross=order.gross,
        currency=order.currency,
        shipments=tuple(_shipment_link(shipment, entries) for shipment in shipments),
        returns=tuple(_return_link(returned) for returned in returns),
        invoices=tuple(_invoice_link(invoice, allocations, entries) for invoice in invoices),
        payments=tuple(_payment_link(payment, entries) for payment in payments.values()),
    )


class _Entries:
    """The journal entries of a case, found by the sources that the postings give: two queries.

    Allocations of a payment that were made together share one entry, named after the first of them,
    which may belong to another order's invoice.
    """

    def __init__(
        self,
        order: Order,
        shipments: Sequence[Shipment],
        invoices: Sequence[Invoice],
        payment_ids: Iterable[int],
        allocations: Sequence[Allocation],
    ) -> None:
        self.currency = order.company.base_currency
        self._of_payment: dict[int, list[int]] = defaultdict(list)
        for pk, payment_id in (
            Allocation.objects.filter(payment__in=list(payment_ids))
            .order_by("pk")
            .values_list("pk", "payment_id")
        ):
            self._of_payment[payment_id or 0].append(pk)
        sources = [f"shipment/{shipment.pk}/posted" for shipment in shipments]
        sources += [f"invoice/{invoice.pk}/issued" for invoice in invoices]
        for payment_id, allocation_ids in self._of_payment.items():
            sources += [f"payment/{payment_id}/received", f"payment/{payment_id}/reversed"]
            sources += [f"payment/{payment_id}/allocation/{pk}" for pk in allocation_ids]
        for allocation in allocations:
            sources += [f"allocation/{allocation.pk}/credit", f"allocation/{allocation.pk}/reversed"]
        found = (
            JournalEntry.objects.filter(company_id=order.company_id, source__in=sources)
            .select_related("reversed_by")
            .annotate(amount=Sum("lines__debit"))
            .order_by("pk")
        )
        self._by_source: dict[str, EntryLink] = {entry.source: self._link(entry) for entry in found}

    def _link(self, entry: JournalEntry) -> EntryLink:
        reversal = getattr(entry, "reversed_by", None)
        return EntryLink(
            id=entry.pk,
            number=entry.number,
            on=entry.on,
            description=entry.description,
            amount=getattr(entry, "amount"),  # noqa: B009 - an annotation
            currency=self.currency,
            reversed_by_id=reversal.pk if reversal else None,
        )

    def from_sources(self, *sources: str) -> tuple[EntryLink, ...]:
        """Return the entries posted for these sources."""
        return tuple(self._by_source[source] for source in sources if source in self._by_source)

    def of_allocation(self, allocation: Allocation) -> tuple[EntryLink, ...]:
        """Return the entry of the batch that the allocation was made in, and that of its reversal."""
        made = [f"allocation/{allocation.pk}/credit"]
        for pk in reversed(self._of_payment.get(allocation.payment_id or 0, [])):
            source = f"payment/{allocation.payment_id}/allocation/{pk}"
            if pk <= allocation.pk and source in self._by_source:
                made = [source]
                break
        return self.from_sources(*made, f"allocation/{allocation.pk}/reversed")


def _shipment_link(shipment: Shipment, entries: _Entries) -> ShipmentLink:
    return ShipmentLink(
        id=shipment.pk,
        number=shipment.number,
        state=shipment.state,
        state_name=shipment.get_state_display(),
        on=shipment.posted_on or shipment.planned_on,
        quantity=getattr(shipment, "total_quantity"),  # noqa: B009 - an annotation
        cost=getattr(shipment, "total_cost"),  # noqa: B009 - an annotation
        currency=entries.currency,
        entries=entries.from_sources(f"shipment/{shipment.pk}/posted"),
    )


def _return_link(returned: Return) -> ReturnLink:
    came, authorised = getattr(returned, "came"), getattr(returned, "authorised")  # noqa: B009 - annotations
    return ReturnLink(
        id=returned.pk,
        number=returned.number,
        state=returned.state,
        state_name=returned.get_state_display(),
        on=returned.inspected_on or returned.received_on or returned.authorised_on,
        quantity=(came if returned.received_on else authorised) or ZERO,
        shipment_number=returned.shipment.number,
    )


def _invoice_link(invoice: Invoice, allocations: Sequence[Allocation], entries: _Entries) -> InvoiceLink:
    item = invoice.receivable
    open_amount = ZERO if invoice.state == Invoice.State.ISSUED else None
    return InvoiceLink(
        id=invoice.pk,
        number=invoice.number or "",
        kind=invoice.kind,
        credits_number=invoice.credits.number or "" if invoice.credits else "",
        state=invoice.state,
        state_name=invoice.get_state_display(),
        on=invoice.issued_on,
        due_on=invoice.due_on,
        settled_on=item.settled_on if item else None,
        gross=invoice.gross,
        open_amount=item.open_amount if item else open_amount,
        currency=invoice.currency,
        receivable_id=invoice.receivable_id,
        shipment_id=getattr(invoice, "shipment_id"),  # noqa: B009 - an annotation
        entries=entries.from_sources(f"invoice/{invoice.pk}/issued"),
        allocations=tuple(
            _allocation_link(allocation, invoice.currency, entries)
            for allocation in allocations
            if allocation.receivable_id == invoice.receivable_id
        ),
    )


def _allocation_link(allocation: Allocation, currency: str, entries: _Entries) -> AllocationLink:
    source = allocation.payment.number if allocation.payment else ""
    return AllocationLink(
        id=allocation.pk,
        on=allocation.on,
        reversed_on=allocation.reversed_on,
        amount=allocation.amount,
        currency=currency,
        payment_id=allocation.payment_id,
        credit_id=allocation.credit_id,
        source_number=allocation.credit.document_number if allocation.credit else source,
        entries=entries.of_allocation(allocation),
    )


def _payment_link(payment: Payment, entries: _Entries) -> PaymentLink:
    return PaymentLink(
        id=payment.pk,
        number=payment.number,
        state=payment.state,
        state_name=payment.get_state_display(),
        on=payment.received_on,
        amount=payment.amount,
        unallocated=payment.unallocated,
        currency=payment.currency,
        entries=entries.from_sources(f"payment/{payment.pk}/received", f"payment/{payment.pk}/reversed"),
    )
