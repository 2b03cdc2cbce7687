"""Questions about invoices."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from fulfillment.models import Shipment
from invoicing import errors
from invoicing.models import Invoice, PrintedInvoice
from invoicing.rules import spread

PRINTED_WITHIN = 5  # seconds, as a rule


def due_for_billing() -> QuerySet[Shipment]:
    """Return the shipments that have left and are not fully invoiced, the oldest first."""
    return (
        Shipment.objects.filter(
            state__in=[Shipment.State.POSTED, Shipment.State.DELIVERED],
            lines__invoice_line=None,
        )
        .distinct()
        .order_by("pk")
    )


def due_for_issuing() -> QuerySet[Invoice]:
    """Return the drafts, the oldest first: the billing desk's due list."""
    return Invoice.objects.drafts().select_related("customer").order_by("pk")


def due_for_printing() -> QuerySet[Invoice]:
    """Return the issued documents that have no PDF yet."""
    return Invoice.objects.filter(state=Invoice.State.ISSUED, printed=None).order_by("pk")


def printed(invoice_id: int) -> PrintedInvoice:
    """Return the PDF of a document with its hash.

    :raises DocumentNotPrinted: it is still being made.
    """
    found = PrintedInvoice.objects.select_related("invoice").filter(invoice_id=invoice_id).first()
    if found is None:
        raise errors.DocumentNotPrinted("The PDF is still being made.", retry_after=PRINTED_WITHIN)
    return found


def settlement_of_order(order_id: int) -> tuple[int, date | None]:
    """Return how many invoices of an order are not settled, and when the first of them is due."""
    unsettled = Invoice.objects.filter(order_id=order_id, kind=Invoice.Kind.INVOICE).filter(
        Q(receivable__open_amount__gt=0)
    )
    return unsettled.count(), unsettled.aggregate(first=Min("due_on"))["first"]


def shares_of_order(order_id: int, *, amount: Decimal, currency: str) -> dict[int, Decimal]:
    """Return what of *amount* is for which open item of an order's invoices in *currency*, the first due first."""
    invoices = Invoice.objects.filter(order_id=order_id, currency=currency, receivable__open_amount__gt=0)
    found = invoices.select_related("receivable").order_by("due_on", "pk")
    return _spread(found, wanted={}, amount=amount)


def shares_of_invoices(
    known: QuerySet[Invoice], *, wanted: Mapping[UUID, Decimal | None], amount: Decimal
) -> dict[int, Decimal] | None:
    """Return what of *amount* is for which open item, in the order of the invoices' ids in *wanted*.

    Where that says no amount it is as much as is open and left. None if one of them is not *known*.
    """
    invoices = known.filter(kind=Invoice.Kind.INVOICE, public_id__in=wanted).select_related("receivable")
    found = {invoice.public_id: invoice for invoice in invoices} if wanted else {}
    if wanted.keys() - found.keys():
        return None
    return _spread([found[public_id] for public_id in wanted], wanted=wanted, amount=amount)


def _spread(
    invoices: Iterable[Invoice], *, wanted: Mapping[UUID, Decimal | None], amount: Decimal
) -> dict[int, Decimal]:
    return spread(
        amount,
        [
            (invoice.receivable.pk, wanted.get(invoice.public_id), invoice.receivable.open_amount)
            for invoice in invoices
            if invoice.receivable is not None
        ],
    )
