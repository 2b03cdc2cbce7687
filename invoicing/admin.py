"""Invoices and credit notes in the finance console: read only."""

from django.contrib import admin

from invoicing.models import Invoice, InvoiceLine, InvoiceTax, PrintedInvoice
from o2c.kernel.admin import DocumentAdmin, DocumentInline
from o2c.kernel.readable import amount


class InvoiceLineInline(DocumentInline):
    """What is billed."""

    model = InvoiceLine
    money_in = "invoice.currency"
    fields = ("position", "sku", "description", "quantity", "unit_price", "net", "tax_code", "tax_rate")


class InvoiceTaxInline(DocumentInline):
    """The tax groups."""

    model = InvoiceTax
    fk_name = "invoice"
    money_in = "invoice.currency"


@admin.register(Invoice)
class InvoiceAdmin(DocumentAdmin):
    """Invoices and credit notes."""

    list_display = ("__str__", "kind", "customer", "state", "issued_on", "due_on", amount("gross"))
    list_select_related = ("customer", "credits")
    list_filter = ("state", "kind")
    search_fields = ("number", "order_number", "customer__name")
    ordering = ("-id",)
    inlines = (InvoiceLineInline, InvoiceTaxInline)
    desk_page = ("invoice", "number")


@admin.register(PrintedInvoice)
class PrintedInvoiceAdmin(DocumentAdmin):
    """The PDFs, by their hash."""

    list_display = ("invoice", "sha256", "rendered_at")
    list_select_related = ("invoice",)
    ordering = ("-id",)
