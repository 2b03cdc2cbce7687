"""Orders in the finance console: read only."""

from django.contrib import admin

from o2c.kernel.admin import DocumentAdmin, DocumentInline, MasterDataAdmin, amount
from orders.models import Order, OrderLine, OrderPolicy, OrderVersion


class OrderLineInline(DocumentInline):
    """What was agreed, and how far it is."""

    model = OrderLine
    fields = (
        "position",
        "description",
        "unit_price",
        "net",
        "ordered",
        "cancelled",
        "reserved",
        "shipped",
        "invoiced",
    )


class OrderVersionInline(DocumentInline):
    """What it was before it was changed."""

    model = OrderVersion
    fields = ("version", "on", "actor", "reason", "changes")


@admin.register(OrderPolicy)
class OrderPolicyAdmin(MasterDataAdmin):
    """When an order looks unusual, and how long a quote holds."""

    list_display = ("company", "hold_score", "quote_days", "duplicate_hours", "second_release_from")


@admin.register(Order)
class OrderAdmin(DocumentAdmin):
    """Orders."""

    list_display = ("number", "customer", "state", "ordered_on", amount("gross"), "channel")
    list_select_related = ("customer",)
    list_filter = ("state", "channel")
    search_fields = ("number", "customer__name", "external_id", "po_number")
    ordering = ("-id",)
    inlines = (OrderLineInline, OrderVersionInline)
