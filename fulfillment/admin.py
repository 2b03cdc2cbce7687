"""The warehouse in the finance console: documents are read, carriers are edited."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from fulfillment.models import (
    Carrier,
    Package,
    PackageLine,
    Pickup,
    Shipment,
    ShipmentLine,
    ShippingLabel,
    TrackingEvent,
)
from o2c.kernel.admin import DocumentAdmin, DocumentInline, MasterDataAdmin


class ShipmentLineInline(DocumentInline):
    """What leaves together."""

    model = ShipmentLine
    fk_name = "shipment"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShipmentLine]:
        """Return the lines with what was ordered."""
        lines: QuerySet[ShipmentLine] = super().get_queryset(request)
        return lines.select_related("order_line")


class PackageInline(DocumentInline):
    """The boxes, with the labels as the carrier gave them."""

    model = Package
    fk_name = "shipment"
    fields = ("position", "weight", "length", "width", "height", "tracking_number", "label_file")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Package]:
        """Return the boxes in order, without reading the labels themselves."""
        boxes: QuerySet[Package] = super().get_queryset(request)
        return boxes.select_related("label").defer("label__content").order_by("position")

    @admin.display(description=_("label"))
    def label_file(self, package: Package) -> str:
        """Return a link to the label's PDF."""
        if not hasattr(package, "label"):
            return "–"
        address = reverse("shipping-label", args=[package.pk])
        return format_html('<a href="{}">{}</a>', address, _("PDF"))


class TrackingInline(DocumentInline):
    """What the carrier said."""

    model = TrackingEvent
    fk_name = "shipment"
    ordering = ("at", "id")


@admin.register(Shipment)
class ShipmentAdmin(DocumentAdmin):
    """Shipments."""

    list_display = ("number", "order", "state", "planned_on", "posted_on", "carrier", "tracking_number")
    list_select_related = ("order",)
    list_filter = ("state", "warehouse")
    search_fields = ("number", "order__number", "tracking_number")
    ordering = ("-id",)
    inlines = (ShipmentLineInline, PackageInline, TrackingInline)


class PackageLineInline(DocumentInline):
    """What is in the box."""

    model = PackageLine
    fk_name = "package"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PackageLine]:
        """Return the contents with what was ordered."""
        lines: QuerySet[PackageLine] = super().get_queryset(request)
        return lines.select_related("shipment_line__order_line")


class LabelInline(DocumentInline):
    """The label of the box."""

    model = ShippingLabel
    fk_name = "package"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingLabel]:
        """Return the label without its bytes."""
        labels: QuerySet[ShippingLabel] = super().get_queryset(request)
        return labels.defer("content")


@admin.register(Package)
class PackageAdmin(DocumentAdmin):
    """Boxes, found by their tracking numbers."""

    list_display = ("shipment", "position", "weight", "tracking_number")
    list_select_related = ("shipment",)
    search_fields = ("tracking_number", "shipment__number")
    ordering = ("-id",)
    inlines = (PackageLineInline, LabelInline)


@admin.register(Carrier)
class CarrierAdmin(MasterDataAdmin):
    """Who carries goods."""

    list_display = ("name", "code", "adapter", "transit_days", "max_weight", "active")
    list_filter = ("active",)
    search_fields = ("code", "name")


@admin.register(Pickup)
class PickupAdmin(DocumentAdmin):
    """When carriers come, and what they took."""

    list_display = ("number", "on", "carrier", "warehouse", "state", "from_time", "to_time", "reference")
    list_select_related = ("carrier", "warehouse")
    list_filter = ("state", "carrier")
    ordering = ("-on", "-id")
