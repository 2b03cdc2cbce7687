"""Questions about invoices."""

from datetime import date

from django.db.models import Min, Q, QuerySet

from fulfillment.models import Shipment
from invoicing import errors
from invoicing.models import Invoice, PrintedInvoice


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
        raise errors.DocumentNotPrinted("The PDF is still being made.")
    return found


def settlement_of_order(order_id: int) -> tuple[int, date | None]:
    """Return how many invoices of an order are not settled, and when the first of them is due."""
    unsettled = Invoice.objects.filter(order_id=order_id, kind=Invoice.Kind.INVOICE).filter(
        Q(receivable__open_amount__gt=0)
    )
    return unsettled.count(), unsettled.aggregate(first=Min("due_on"))["first"]
