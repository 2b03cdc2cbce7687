"""The billing desk's lists: what is to invoice, to issue, to credit and to print, and every invoice."""

from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from catalog.selectors import currencies_in_use
from customers.selectors import named
from fulfillment import selectors as fulfillment
from fulfillment.models import Return, Shipment
from invoicing import selectors, services
from invoicing.labels import name_of, standing
from invoicing.models import Invoice
from o2c.kernel.worklists import BulkAction, Column, Currency, Desk, Filters, Kind, Tag, Worklist, between
from orders.selectors import orders_meant, orders_numbered


def order_url(row: Any) -> str:
    """Return the page of the order that a shipment, a return or an invoice belongs to."""
    return reverse("order", args=[row.order.number])


def invoice_url(invoice: Invoice) -> str:
    """Return the page of an invoice, by its number once it has one."""
    return reverse("invoice", args=[invoice.number or invoice.pk])


def signed_gross(invoice: Invoice) -> Decimal:
    """Return what a document adds to what is owed: a credit note takes away."""
    gross: Decimal = invoice.gross
    return gross * invoice.sign


def gross_column() -> Column:
    """Return the column of what documents are over, with the sign of their kind, by which it is sorted."""
    return Column(
        name="gross", label=gettext_lazy("Gross"), kind=Kind.MONEY, value=signed_gross, sort="signed"
    )


def draft(*, row: Shipment, desk: Desk) -> str:
    """Draft the invoice of a shipment."""
    invoice = services.draft_for_shipment(shipment_id=row.pk, on=desk.today, actor=desk.actor)
    return invoice.number or _("Drafted")


def invoice_at_once(*, row: Shipment, desk: Desk) -> str:
    """Draft and issue the invoice of a shipment in one step."""
    return str(services.invoice_shipment(shipment_id=row.pk, on=desk.today, actor=desk.actor))


def issue(*, row: Invoice, desk: Desk) -> str:
    """Issue a draft."""
    return str(services.issue_invoice(invoice_id=row.pk, on=desk.today, actor=desk.actor))


def discard(*, row: Invoice, desk: Desk) -> str:
    """Throw a draft away."""
    services.discard_draft(invoice_id=row.pk, on=desk.today, actor=desk.actor)
    return _("Discarded")


def credit_it(*, row: Return, desk: Desk) -> str:
    """Draft the credit note of a return."""
    note = services.credit_return(return_id=row.pk, on=desk.today, actor=desk.actor)
    return _("Drafted") if note else _("Credited before")


def not_creditable(row: Any) -> str:
    """Return why a return cannot be credited yet."""
    return "" if row.is_invoiced else _("Its shipment is not invoiced.")


class ToInvoice(Worklist):
    """Shipments that have left and wait for their invoice."""

    key = "to-invoice"
    title = gettext_lazy("To invoice")
    permission = "invoicing.view_invoice"
    order = "pk"
    search_hint = gettext_lazy("Shipment, order, or customer")
    nothing = gettext_lazy("Everything that left is invoiced.")
    columns: ClassVar = [
        Column(name="number", label=gettext_lazy("Shipment"), kind=Kind.LINK, sort="pk", url=order_url),
        Column(
            name="order.customer.name",
            label=gettext_lazy("Customer"),
            sort="order__customer__name",
            grows=True,
        ),
        Column(name="order.number", label=gettext_lazy("Order"), sort="order__number"),
        Column(name="posted_on", label=gettext_lazy("Left"), kind=Kind.DAY, sort="posted_on"),
        Column(name="to_bill", label=gettext_lazy("Gross"), kind=Kind.MONEY, currency="order.currency"),
        Column(
            name="age",
            label=gettext_lazy("Age"),
            kind=Kind.AGE,
            value=lambda shipment: shipment.posted_on,
            sort="posted_on",
        ),
    ]
    actions: ClassVar = [
        BulkAction(
            name="invoice",
            label=gettext_lazy("Draft and issue"),
            permission="invoicing.issue_invoice",
            do=invoice_at_once,
        ),
        BulkAction(
            name="draft",
            label=gettext_lazy("Draft"),
            permission="invoicing.add_invoice",
            do=draft,
            is_primary=True,
        ),
    ]

    def rows(self) -> QuerySet[Shipment]:
        """Return the shipments with their orders and customers."""
        return selectors.due_for_billing().select_related("order__customer")

    def found(self, rows: QuerySet[Shipment], words: str) -> QuerySet[Shipment]:
        """Return the shipments of this number, order or customer."""
        return rows.filter(Q(number=words.upper()) | Q(order__in=orders_meant(words)))

    def prepared(self, rows: list[Shipment]) -> list[Shipment]:
        """Return the shipments with what is left to bill of each, one query for the page."""
        totals = selectors.billable_of(rows)
        for shipment in rows:
            shipment.to_bill = totals[shipment.pk].gross  # type: ignore[attr-defined]
        return rows


def kind_words(invoice: Invoice) -> str:
    """Return what a document is."""
    return invoice.get_kind_display()


class Drafts(Worklist):
    """Invoices and credit notes that wait to be issued."""

    key = "drafts"
    title = gettext_lazy("Drafts to issue")
    permission = "invoicing.view_invoice"
    money = "gross"
    order = "pk"
    search_hint = gettext_lazy("Order, shipment, or customer")
    nothing = gettext_lazy("Nothing waits to be issued.")
    columns: ClassVar = [
        Column(name="kind", label=gettext_lazy("Draft"), kind=Kind.LINK, value=name_of, url=invoice_url),
        Column(name="customer.name", label=gettext_lazy("Customer"), sort="customer__name", grows=True),
        Column(name="order_number", label=gettext_lazy("Order"), sort="order_number"),
        Column(name="shipment_number", label=gettext_lazy("Shipment"), sort="shipment_number"),
        Column(name="po_number", label=gettext_lazy("PO number"), shown=False),
        Column(name="net", label=gettext_lazy("Net"), kind=Kind.MONEY, sort="net", shown=False),
        gross_column(),
        Column(
            name="age",
            label=gettext_lazy("Left"),
            kind=Kind.AGE,
            value=lambda invoice: invoice.delivered_on,
            sort="delivered_on",
        ),
    ]
    actions: ClassVar = [
        BulkAction(
            name="issue",
            label=gettext_lazy("Issue"),
            permission="invoicing.issue_invoice",
            do=issue,
            is_primary=True,
        ),
        BulkAction(
            name="discard", label=gettext_lazy("Discard"), permission="invoicing.add_invoice", do=discard
        ),
    ]

    def rows(self) -> QuerySet[Invoice]:
        """Return the drafts with their customers."""
        return selectors.due_for_issuing().annotate(signed=selectors.SIGNED)

    def found(self, rows: QuerySet[Invoice], words: str) -> QuerySet[Invoice]:
        """Return the drafts of this order, shipment or customer."""
        numbers = Q(order_number__iexact=words) | Q(shipment_number__iexact=words)
        return rows.filter(numbers | Q(customer__name__icontains=words))


class InvoiceFilters(Filters):
    """By what invoices are looked for."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show only"),
        choices=[
            ("open", gettext_lazy("Open")),
            ("overdue", gettext_lazy("Overdue")),
            ("settled", gettext_lazy("Settled")),
            ("credit-notes", gettext_lazy("Credit notes")),
        ],
        method="shown",
    )
    issued_on = between(gettext_lazy("Issued"))
    due_on = between(gettext_lazy("Due"))
    currency = Currency(in_use=currencies_in_use)

    def shown(self, rows: QuerySet[Invoice], _name: str, value: str) -> QuerySet[Invoice]:
        """Return one part of the invoices."""
        parts = {
            "open": Q(receivable__open_amount__gt=0),
            "overdue": Q(receivable__open_amount__gt=0, receivable__due_on__lt=self.today),
            "settled": Q(receivable__open_amount=0),
            "credit-notes": Q(kind=Invoice.Kind.CREDIT_NOTE),
        }
        return rows.filter(parts[value])


def tag(invoice: Any) -> Tag:
    """Return how an invoice stands on the day that somebody looks."""
    return standing(invoice, invoice.seen_on)


class Invoices(Worklist):
    """Every invoice and credit note that was issued, newest first."""

    key = "invoices"
    title = gettext_lazy("Invoices")
    permission = "invoicing.view_invoice"
    filters = InvoiceFilters
    money = "open"
    search_hint = gettext_lazy("Number, order, or customer")
    nothing = gettext_lazy("No invoice has been issued yet.")
    columns: ClassVar = [
        Column(name="number", label=gettext_lazy("Number"), kind=Kind.LINK, sort="number", url=invoice_url),
        Column(name="customer.name", label=gettext_lazy("Customer"), sort="customer__name", grows=True),
        Column(name="standing", label=gettext_lazy("Stands"), kind=Kind.TAG, value=tag),
        Column(name="kind", label=gettext_lazy("Kind"), value=kind_words, sort="kind", shown=False),
        Column(name="order_number", label=gettext_lazy("Order"), sort="order_number"),
        Column(name="po_number", label=gettext_lazy("PO number"), shown=False),
        Column(name="issued_on", label=gettext_lazy("Issued"), kind=Kind.DAY, sort="issued_on"),
        Column(name="due_on", label=gettext_lazy("Due"), kind=Kind.DAY, sort="due_on"),
        gross_column(),
        Column(
            name="open",
            label=gettext_lazy("Open"),
            kind=Kind.MONEY,
            value=lambda invoice: invoice.receivable and invoice.receivable.open_amount,
            sort="receivable__open_amount",
        ),
    ]

    actions: ClassVar = [
        BulkAction(
            name="print",
            label=gettext_lazy("Print as one PDF"),
            permission="invoicing.view_printedinvoice",
            papers=selectors.printed_of,
        ),
    ]

    def rows(self) -> QuerySet[Invoice]:
        """Return the issued documents with their customers and open items."""
        issued = Invoice.objects.exclude(state=Invoice.State.DRAFT)
        return issued.select_related("customer", "receivable").annotate(signed=selectors.SIGNED)

    def found(self, rows: QuerySet[Invoice], words: str) -> QuerySet[Invoice]:
        """Return the invoices of this number, order or customer."""
        ordered = Q(order__in=orders_numbered(words)) | Q(customer__in=named(words))
        return rows.filter(Q(number=words.upper()) | ordered)

    def prepared(self, rows: list[Invoice]) -> list[Invoice]:
        """Return the invoices with the day on which their standing is told."""
        for invoice in rows:
            invoice.seen_on = self.desk.today  # type: ignore[attr-defined]
        return rows


class ReturnsToCredit(Worklist):
    """Inspected returns whose customers have not had their money back."""

    key = "returns-to-credit"
    title = gettext_lazy("Returns to credit")
    permission = "invoicing.view_invoice"
    order = "pk"
    search_hint = gettext_lazy("Return, order, or customer")
    nothing = gettext_lazy("Every return is credited.")
    columns: ClassVar = [
        Column(
            name="number",
            label=gettext_lazy("Return"),
            kind=Kind.LINK,
            sort="number",
            url=lambda returned: reverse("return", args=[returned.number]),
        ),
        Column(
            name="shipment.order.customer.name",
            label=gettext_lazy("Customer"),
            sort="shipment__order__customer__name",
            grows=True,
        ),
        Column(name="reason", label=gettext_lazy("Reason"), value=lambda row: row.get_reason_display()),
        Column(name="shipment.order.number", label=gettext_lazy("Order")),
        Column(name="inspected_on", label=gettext_lazy("Inspected"), kind=Kind.DAY, sort="inspected_on"),
        Column(
            name="to_credit",
            label=gettext_lazy("To credit"),
            kind=Kind.MONEY,
            currency="shipment.order.currency",
        ),
        Column(
            name="age",
            label=gettext_lazy("Age"),
            kind=Kind.AGE,
            value=lambda returned: returned.inspected_on,
            sort="inspected_on",
        ),
    ]

    actions: ClassVar = [
        BulkAction(
            name="credit",
            label=gettext_lazy("Draft credit note"),
            permission="invoicing.add_invoice",
            do=credit_it,
            blocked=not_creditable,
            is_primary=True,
        ),
    ]

    def rows(self) -> QuerySet[Return]:
        """Return the returns with their orders and customers."""
        return fulfillment.due_for_crediting().select_related("shipment__order__customer")

    def found(self, rows: QuerySet[Return], words: str) -> QuerySet[Return]:
        """Return the returns of this number, order or customer."""
        return rows.filter(Q(number=words.upper()) | Q(shipment__order__in=orders_meant(words)))

    def prepared(self, rows: list[Return]) -> list[Return]:
        """Return the returns with what is left to credit of each and whether it is invoiced; two queries."""
        owed = fulfillment.returns_to_credit(among=[returned.pk for returned in rows])
        gross = {one.returned.pk: one.gross for one in owed}
        invoiced = selectors.invoiced_shipments(returned.shipment_id for returned in rows)
        for returned in rows:
            returned.to_credit = gross[returned.pk]  # type: ignore[attr-defined]
            returned.is_invoiced = returned.shipment_id in invoiced  # type: ignore[attr-defined]
        return rows


def print_tag(invoice: Any) -> Tag:
    """Return why a document has no PDF yet."""
    if invoice.print_error:
        return Tag(invoice.print_error, "bad")
    return Tag(_("Being made"), "wait")


class NotPrinted(Worklist):
    """Issued documents that have no PDF yet, and why."""

    key = "not-printed"
    title = gettext_lazy("Not printed")
    permission = "invoicing.view_invoice"
    order = "pk"
    nothing = gettext_lazy("Every issued document has its PDF.")
    columns: ClassVar = [
        Column(name="number", label=gettext_lazy("Number"), kind=Kind.LINK, sort="number", url=invoice_url),
        Column(name="customer.name", label=gettext_lazy("Customer"), sort="customer__name", grows=True),
        Column(name="why", label=gettext_lazy("Why"), kind=Kind.TAG, value=print_tag),
        Column(name="issued_on", label=gettext_lazy("Issued"), kind=Kind.DAY, sort="issued_on"),
        gross_column(),
    ]

    def rows(self) -> QuerySet[Invoice]:
        """Return the documents with their customers."""
        return selectors.waiting_for_printing().select_related("customer").annotate(signed=selectors.SIGNED)

    def prepared(self, rows: list[Invoice]) -> list[Invoice]:
        """Return the documents with the error of the last try, one query for the page."""
        errors = selectors.print_errors(rows)
        for invoice in rows:
            invoice.print_error = errors.get(invoice.pk, "")  # type: ignore[attr-defined]
        return rows
