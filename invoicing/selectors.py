"""Questions about invoices."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, Sum, When
from django.utils.translation import gettext as _

from catalog.rules import TaxTreatment, Totals
from customers import selectors as customers
from customers.errors import AddressMissing
from customers.models import Customer
from fulfillment import selectors as fulfillment
from fulfillment.models import Return, ReturnLine, Shipment, ShipmentLine
from invoicing import errors
from invoicing.models import Invoice, InvoiceLine, InvoiceTax, PrintedInvoice
from invoicing.rules import Creditable, Preflight, Problem, problems
from o2c.kernel.models import Company, Event, EventDelivery
from orders.models import Order, OrderLine
from orders.rules import totals_of
from receivables.rules import spread

# What a document adds to what is owed: a credit note takes away.
SIGNED = Case(When(kind=Invoice.Kind.CREDIT_NOTE, then=-F("gross")), default=F("gross"))

PRINTER = "invoicing.tasks.render_pdf"

PRINTED_WITHIN = 5  # seconds, as a rule


def due_for_billing() -> QuerySet[Shipment]:
    """Return the shipments that have left and are not fully invoiced, the oldest first.

    Only confirmed orders with a line that has more shipped than invoiced are asked, which the order's lines know
    by an index of their own: so the cost grows neither with the history nor with what is not yet paid.
    """
    partly = OrderLine.objects.filter(shipped__gt=F("invoiced")).order_by().values_list("order", flat=True)
    unbilled = ShipmentLine.objects.filter(shipment=OuterRef("pk"), invoice_line=None)
    return Shipment.objects.filter(
        Exists(unbilled),
        order__in=set(partly),  # asked for by itself: the planner cannot know how few they are
        state__in=[Shipment.State.POSTED, Shipment.State.DELIVERED],
        order__state=Order.State.CONFIRMED,
    ).order_by("pk")


def billable_of(shipments: Iterable[Shipment]) -> dict[int, Totals]:
    """Return what is left to bill of each shipment, by its primary key, in its order's currency; one query."""
    lines = (
        ShipmentLine.objects.filter(shipment__in=[found.pk for found in shipments], invoice_line=None)
        .select_related("order_line__order")
        .order_by("shipment_id", "pk")
    )
    return {
        shipment_id: totals_of(
            ((line.quantity, line.order_line) for line in unbilled),
            currency=unbilled[0].order_line.order.currency,
        )
        for shipment_id, found in groupby(lines, key=lambda line: line.shipment_id)
        for unbilled in [list(found)]
    }


def creditable(lines: Iterable[InvoiceLine]) -> dict[int, Creditable]:
    """Return how far some invoice lines can be credited, by primary key; one query.

    Credit notes that are issued count, and so do drafts: what is in a draft is not credited a second time.
    """
    known = list(lines)
    given = InvoiceLine.objects.filter(credits__in=[line.pk for line in known]).order_by()
    credited = dict(given.values_list("credits").annotate(Sum("quantity")))
    return {
        line.pk: Creditable(
            sku=line.sku,
            unit=line.unit,
            invoiced=line.quantity,
            credited=credited.get(line.pk, Decimal(0)),
        )
        for line in known
    }


@dataclass(frozen=True, slots=True)
class Part:
    """How much of an invoice line is given back, and of which return's line it came back."""

    line: InvoiceLine
    quantity: Decimal
    return_line: ReturnLine | None = None


def billing_of(due: Iterable[ReturnLine]) -> Invoice | None:
    """Return the issued invoice of the shipment that came back: one bills all of it."""
    shipped = [line.shipment_line_id for line in due]
    return Invoice.objects.filter(lines__shipment_line__in=shipped, state=Invoice.State.ISSUED).first()


def parts_to_give_back(invoice: Invoice, due: Sequence[ReturnLine]) -> list[Part]:
    """Return what of an invoice's lines is to be credited for what came back.

    It is what came back and is not credited, as far as other credit notes leave that much; two queries.
    """
    billed = {line.shipment_line_id: line for line in invoice.lines.select_related("product")}
    left = creditable(billed.values())
    parts = []
    for came in due:
        line = billed[came.shipment_line_id]
        quantity = min(came.to_credit, left[line.pk].left)
        if quantity:
            parts.append(Part(line, quantity, came))
    return parts


def credit_of_return(returned: Return) -> tuple[Invoice | None, list[Part]]:
    """Return the issued invoice of what came back, and what of it is to be credited; three queries."""
    due = list(returned.lines.filter(received__gt=F("credited")).order_by("pk"))
    invoice = billing_of(due)
    is_due = invoice is not None and returned.state == Return.State.INSPECTED
    return invoice, parts_to_give_back(invoice, due) if invoice and is_due else []


def invoiced_shipments(shipment_ids: Iterable[int]) -> set[int]:
    """Return which shipments have an issued invoice; one query."""
    billed = InvoiceLine.objects.filter(
        shipment_line__shipment__in=list(shipment_ids), invoice__state=Invoice.State.ISSUED
    )
    return set(billed.values_list("shipment_line__shipment_id", flat=True))


def returns_to_credit_of(invoice: Invoice) -> list[Return]:
    """Return the inspected returns of what an invoice billed that are not credited."""
    owed = fulfillment.due_for_crediting().filter(lines__shipment_line__invoice_line__invoice=invoice)
    return list(owed.distinct().order_by("pk"))


def due_for_issuing() -> QuerySet[Invoice]:
    """Return the drafts, the oldest first: the billing desk's due list."""
    return Invoice.objects.drafts().select_related("customer", "credits").order_by("pk")


def due_for_printing() -> QuerySet[Invoice]:
    """Return the issued documents that have no PDF yet, whatever was told of them: looked for once a night."""
    return Invoice.objects.filter(state=Invoice.State.ISSUED, printed=None).order_by("pk")


def waiting_for_printing() -> QuerySet[Invoice]:
    """Return the documents whose issue was told and that were not printed: the cost follows what waits.

    A document whose event was lost is printed at night, and named by `prove` until then.
    """
    told = Event.objects.filter(dispatched_at=None, document_type="invoice").values("document_id")
    owed = EventDelivery.objects.filter(
        handler=PRINTER, handled_at=None, event__document_type="invoice"
    ).values("event__document_id")
    return Invoice.objects.filter(pk__in=told.union(owed), state=Invoice.State.ISSUED, printed=None)


def print_errors(invoices: Iterable[Invoice]) -> dict[int, str]:
    """Return why documents have no PDF yet, by their primary keys: the error of the last try; one query."""
    failed = EventDelivery.objects.filter(
        handler=PRINTER,
        handled_at=None,
        event__document_type="invoice",
        event__document_id__in=[invoice.pk for invoice in invoices],
    )
    return dict(failed.exclude(error="").values_list("event__document_id", "error"))


def printed(invoice_id: int) -> PrintedInvoice:
    """Return the PDF of a document with its hash.

    :raises DocumentNotPrinted: it is still being made.
    """
    found = PrintedInvoice.objects.select_related("invoice").filter(invoice_id=invoice_id).first()
    if found is None:
        raise errors.DocumentNotPrinted(_("The PDF is still being made."), retry_after=PRINTED_WITHIN)
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


def seller_copy(company: Company) -> dict[str, str]:
    """Return what a document prints about the seller."""
    fields = ["street", "postal_code", "city", "country", "vat_id", "registration_number", "email", "phone"]
    fields += ["bank_name", "iban", "bic"]
    return {"name": company.legal_name} | {field: getattr(company, field) for field in fields}


def buyer_copy(customer: Customer) -> dict[str, str]:
    """Return what a document prints about the buyer, at their billing address.

    :raises AddressMissing: they have no address.
    """
    address = customers.address_copy(customer=customer, role="billing")
    return address | {"name": customer.name, "number": customer.number, "vat_id": customer.vat_id}


def missing_as_drafted(invoice: Invoice, taxes: Iterable[InvoiceTax]) -> list[Problem]:
    """Return what keeps a draft from being issued with the parties that it has copied."""
    return problems(
        Preflight(
            seller=invoice.seller,
            buyer=invoice.buyer,
            treatments=[TaxTreatment(tax.code, tax.rate, tax.legal_text) for tax in taxes],
            po_number=invoice.po_number,
            requires_po_number=invoice.customer.requires_po_number and invoice.kind == Invoice.Kind.INVOICE,
        )
    )


def missing_for_issuing(invoice: Invoice, taxes: Sequence[InvoiceTax]) -> list[Problem]:
    """Return what keeps a draft from being issued now: its issuing copies the parties anew where that mends it.

    The draft that is passed has the copies afterwards; it is not saved.
    """
    if not missing_as_drafted(invoice, taxes):
        return []
    invoice.seller = seller_copy(invoice.company)
    with suppress(AddressMissing):
        invoice.buyer = buyer_copy(invoice.customer)
    return missing_as_drafted(invoice, taxes)


def printed_of(invoices: Iterable[Invoice]) -> dict[int, bytes]:
    """Return the PDFs of some documents by their primary keys, of those that have one."""
    found = PrintedInvoice.objects.filter(invoice__in=[invoice.pk for invoice in invoices])
    return {pk: bytes(content) for pk, content in found.values_list("invoice_id", "content")}
