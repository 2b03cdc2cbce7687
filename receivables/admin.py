"""Open items and payments in the finance console."""

from django.contrib import admin

from o2c.kernel.admin import DocumentAdmin, DocumentInline
from o2c.kernel.readable import amount
from receivables.models import Allocation, Payment, Receivable


class ReceivableAllocationInline(DocumentInline):
    """What settled the item."""

    model = Allocation
    fk_name = "receivable"
    money_in = "receivable.currency"
    fields = ("payment", "credit", "amount", "on", "reversed_on")


class PaymentAllocationInline(DocumentInline):
    """What the payment settled."""

    model = Allocation
    fk_name = "payment"
    money_in = "payment.currency"
    fields = ("receivable", "amount", "on", "reversed_on")


@admin.register(Receivable)
class ReceivableAdmin(DocumentAdmin):
    """Open items."""

    list_display = (
        "document_number",
        "customer",
        "kind",
        "due_on",
        amount("amount"),
        amount("open_amount"),
        "settled_on",
    )
    list_select_related = ("customer",)
    list_filter = ("kind", ("settled_on", admin.EmptyFieldListFilter))
    search_fields = ("document_number", "customer__name")
    ordering = ("-id",)
    inlines = (ReceivableAllocationInline,)


@admin.register(Payment)
class PaymentAdmin(DocumentAdmin):
    """Money received."""

    list_display = (
        "number",
        "customer",
        "received_on",
        "state",
        amount("amount"),
        amount("unallocated"),
        "reference",
    )
    list_select_related = ("customer",)
    list_filter = ("state", "method")
    search_fields = ("number", "customer__name", "reference", "provider_reference")
    ordering = ("-id",)
    inlines = (PaymentAllocationInline,)
    desk_page = ("payment", "number")


@admin.register(Allocation)
class AllocationAdmin(DocumentAdmin):
    """Which money settled which item."""

    list_display = ("receivable", "payment", "credit", "amount", "on", "reversed_on")
    list_select_related = ("receivable", "payment", "credit")
    money_in = "receivable.currency"
    ordering = ("-id",)
