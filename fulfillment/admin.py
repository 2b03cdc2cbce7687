"""Shipments in the finance console: read only."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from fulfillment.models import Shipment, ShipmentLine
from o2c.kernel.admin import DocumentAdmin, DocumentInline


class ShipmentLineInline(DocumentInline):
    """What leaves together."""

    model = ShipmentLine
    fk_name = "shipment"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShipmentLine]:
        """Return the lines with what was ordered."""
        lines: QuerySet[ShipmentLine] = super().get_queryset(request)
        return lines.select_related("order_line")


@admin.register(Shipment)
class ShipmentAdmin(DocumentAdmin):
    """Shipments."""

    list_display = ("number", "order", "state", "planned_on", "posted_on", "carrier", "tracking_number")
    list_select_related = ("order",)
    list_filter = ("state", "warehouse")
    search_fields = ("number", "order__number", "tracking_number")
    ordering = ("-id",)
    inlines = (ShipmentLineInline,)
