"""The endpoints of invoices and credit notes."""

from typing import Any, ClassVar, cast

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from invoicing.api.serializers import EXPANDABLE, CreditNoteOut, DocumentOut, InvoiceOut
from invoicing.models import Invoice
from invoicing.selectors import printed
from o2c.kernel import public_ids
from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.errors import ResourceNotFound
from o2c.kernel.api.expansion import Expansion
from o2c.kernel.api.files import PDF_ANSWER, PdfRenderer, pdf
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import PublicIdField, listed
from o2c.kernel.public_ids import NOBODY
from orders.models import Order, OrderLine
from receivables.models import Allocation

ORDER = Prefetch(
    "order",
    queryset=Order.objects.select_related("customer").prefetch_related(
        Prefetch("lines", queryset=OrderLine.objects.select_related("product"))
    ),
)
ALLOCATIONS = Allocation.objects.select_related("payment", "credit__invoice", "receivable__invoice")


class DocumentsQuery(ListQuery):
    """Which documents to list."""

    customer = PublicIdField("cus", required=False)
    order = PublicIdField("ord", required=False)
    number = serializers.CharField(max_length=40, required=False)
    issued_from = serializers.DateField(required=False)
    issued_to = serializers.DateField(required=False, help_text="That day included.")
    state = serializers.ChoiceField(["open", "settled"], required=False)


class InvoicesQuery(DocumentsQuery):
    """Which invoices to list."""

    state = serializers.ChoiceField(
        ["open", "settled", "overdue"], required=False, help_text="Overdue ones are open, too."
    )


class DocumentEndpoint(Endpoint):
    """What the endpoints of both kinds share."""

    kind: ClassVar[str]
    shape: ClassVar[type[DocumentOut]]

    def known(self, expansion: Expansion) -> QuerySet[Invoice]:
        """Return the issued documents of this kind that the key may know, with what is to be shown of them."""
        known = Invoice.objects.for_principal(self.principal).filter(kind=self.kind)
        known = known.select_related("customer", "receivable", "credits").prefetch_related("taxes")
        known = known.prefetch_related(ORDER) if "order" in expansion else known.select_related("order")
        if "lines" in expansion:
            known = known.prefetch_related("lines")
        if "payments" in expansion:
            path = f"receivable__{self.shape.settled_by}"
            known = known.prefetch_related(Prefetch(path, queryset=ALLOCATIONS))
        return known

    def chosen(self, documents: QuerySet[Invoice], asked: dict[str, Any]) -> QuerySet[Invoice]:
        """Return those that were asked for."""
        names = {
            "customer": "customer__public_id",
            "order": "order__public_id",
            "number": "number",
            "issued_from": "issued_on__gte",
            "issued_to": "issued_on__lte",
        }
        documents = documents.filter(**{path: asked[name] for name, path in names.items() if name in asked})
        match asked.get("state"):
            case "open":
                return documents.exclude(receivable=None).exclude(receivable__open_amount=0)
            case "settled":
                return documents.filter(Q(receivable=None) | Q(receivable__open_amount=0))
            case "overdue":
                return documents.filter(receivable__open_amount__gt=0, receivable__due_on__lt=self.today)
            case _:
                return documents

    def one(self, text: str, known: QuerySet[Invoice]) -> Invoice:
        """Return the document with this id.

        :raises ResourceNotFound: there is none for this key.
        """
        found = known.filter(public_id=public_ids.read(self.prefix, text) or NOBODY).first()
        if found is None:
            raise ResourceNotFound
        return found

    def list_of(self) -> Response:
        """Answer with a page of documents."""
        asked, expansion = self.asked(), self.expansion()
        page = self.page(self.chosen(self.known(expansion), asked), asked)
        shape = self.shape(page.rows, many=True, today=self.today, expansion=expansion)
        return Response(page.body(cast("list[Any]", shape.data)))

    def detail_of(self, text: str) -> Response:
        """Answer with one document and its lines."""
        expansion = Expansion(["lines", *(name for name in EXPANDABLE if name in self.expansion())])
        found = self.one(text, self.known(expansion))
        return Response(self.shape(found, today=self.today, expansion=expansion).data)

    def pdf_of(self, text: str) -> HttpResponse:
        """Answer with the stored PDF."""
        known = Invoice.objects.for_principal(self.principal).filter(kind=self.kind)
        document = printed(self.one(text, known).pk)
        return pdf(bytes(document.content), name=str(document.invoice.number), sha256=document.sha256)


class InvoiceEndpoint(DocumentEndpoint):
    """What the endpoints of invoices share."""

    scopes: ClassVar = {"GET": "invoices:read"}
    prefix = "inv"
    kind = Invoice.Kind.INVOICE
    shape = InvoiceOut
    expandable = frozenset(EXPANDABLE)


class CreditNoteEndpoint(DocumentEndpoint):
    """What the endpoints of credit notes share."""

    scopes: ClassVar = {"GET": "invoices:read"}
    prefix = "crn"
    kind = Invoice.Kind.CREDIT_NOTE
    shape = CreditNoteOut
    expandable = frozenset(EXPANDABLE)


class InvoicesView(InvoiceEndpoint):
    """All invoices of the key's customers."""

    query = InvoicesQuery

    @extend_schema(operation_id="listInvoices", responses={200: listed(InvoiceOut)})
    def get(self, request: Request) -> Response:
        """List invoices, newest first."""
        return self.list_of()


class InvoiceView(InvoiceEndpoint):
    """One invoice."""

    @extend_schema(operation_id="getInvoice", responses={200: InvoiceOut})
    def get(self, request: Request, invoice_id: str) -> Response:
        """Show an invoice with its lines and tax groups."""
        return self.detail_of(invoice_id)


NOT_YET = {"409": "The PDF is still being made; Retry-After says when to come back"}


class InvoicePdfView(InvoiceEndpoint):
    """The PDF of an invoice."""

    renderer_classes = (PdfRenderer,)
    expandable = frozenset()
    refuses = NOT_YET

    @extend_schema(operation_id="getInvoicePdf", responses=PDF_ANSWER)
    def get(self, request: Request, invoice_id: str) -> HttpResponse:
        """Give out the PDF as the customer got it."""
        return self.pdf_of(invoice_id)


class CreditNotesView(CreditNoteEndpoint):
    """All credit notes of the key's customers."""

    query = DocumentsQuery

    @extend_schema(operation_id="listCreditNotes", responses={200: listed(CreditNoteOut)})
    def get(self, request: Request) -> Response:
        """List credit notes, newest first."""
        return self.list_of()


class CreditNoteView(CreditNoteEndpoint):
    """One credit note."""

    @extend_schema(operation_id="getCreditNote", responses={200: CreditNoteOut})
    def get(self, request: Request, credit_note_id: str) -> Response:
        """Show a credit note with its lines and tax groups."""
        return self.detail_of(credit_note_id)


class CreditNotePdfView(CreditNoteEndpoint):
    """The PDF of a credit note."""

    renderer_classes = (PdfRenderer,)
    expandable = frozenset()
    refuses = NOT_YET

    @extend_schema(operation_id="getCreditNotePdf", responses=PDF_ANSWER)
    def get(self, request: Request, credit_note_id: str) -> HttpResponse:
        """Give out the PDF as the customer got it."""
        return self.pdf_of(credit_note_id)
