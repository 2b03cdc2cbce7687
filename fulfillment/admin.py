"""The warehouse in the finance console: documents are read, carriers are edited."""

from functools import partial
from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy as _
from unfold.decorators import action

from fulfillment import services
from fulfillment.models import (
    Carrier,
    Entitlement,
    Package,
    PackageLine,
    Pickup,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
    ShippingLabel,
    TrackingEvent,
)
from inventory.models import Transfer, TransferLine
from o2c.asking import AsksFirst, ReasonForm
from o2c.kernel.admin import DocumentAdmin, DocumentInline, MasterDataAdmin
from o2c.kernel.errors import DomainError
from o2c.kernel.requests import actor, today


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
    desk_page = ("shipment", "number")


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


class ReturnLineInline(DocumentInline):
    """What comes back."""

    model = ReturnLine
    fk_name = "returned"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnLine]:
        """Return the lines with what was ordered."""
        lines: QuerySet[ReturnLine] = super().get_queryset(request)
        return lines.select_related("shipment_line__order_line").order_by("id")


@admin.register(Return)
class ReturnAdmin(DocumentAdmin):
    """What customers send back; received and inspected at the warehouse's desk."""

    list_display = ("number", "shipment", "state", "reason", "authorised_on", "valid_until", "inspected_on")
    list_select_related = ("shipment",)
    list_filter = ("state", "reason", "warehouse")
    search_fields = ("number", "shipment__number", "shipment__order__number")
    ordering = ("-id",)
    inlines = (ReturnLineInline,)
    desk_page = ("return", "number")
    actions: ClassVar = ["cancel"]

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Say whether the role authorises returns, and so cancels them."""
        return request.user.has_perm("fulfillment.authorise_return")

    @admin.action(description=_("Cancel: nothing will come"), permissions=["cancel"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Return]) -> None:
        """Cancel the chosen returns until one is refused."""
        for returned in queryset.order_by("pk"):
            try:
                services.cancel_return(return_id=returned.pk, on=today(request), actor=actor(request))
            except DomainError as refusal:
                messages.error(request, f"{refusal} ({refusal.code})")
                return
            messages.success(request, gettext("%(number)s is cancelled.") % {"number": returned.number})


@admin.register(Entitlement)
class EntitlementAdmin(AsksFirst, DocumentAdmin):
    """Who may use what."""

    list_display = ("shipment_line", "valid_from", "valid_until", "revoked_on", "revoke_reason")
    list_select_related = ("shipment_line",)
    list_filter = (("revoked_on", admin.EmptyFieldListFilter),)
    search_fields = ("shipment_line__shipment__number", "shipment_line__order_line__order__number")
    fields = ("shipment_line", "valid_from", "valid_until", "revoked_on", "revoke_reason")
    ordering = ("-id",)
    actions_detail = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role revokes access."""
        return request.user.has_perm("fulfillment.revoke_entitlement")

    @action(description=_("Revoke…"), permissions=["revoke"], icon="key_off")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason, then take the access away."""
        entitlement = self._found(object_id)
        return self._ask(
            request,
            entitlement,
            ReasonForm(request.POST or None),
            partial(services.revoke_entitlement, entitlement_id=entitlement.pk),
            title=gettext("Revoke access"),
            done=gettext("The key opens nothing any more."),
        )


class TransferLineInline(DocumentInline):
    """What travels, and what arrived of it."""

    model = TransferLine

    def get_queryset(self, request: HttpRequest) -> QuerySet[TransferLine]:
        """Return the lines with their products."""
        lines: QuerySet[TransferLine] = super().get_queryset(request)
        return lines.select_related("product").order_by("id")


@admin.register(Transfer)
class TransferAdmin(DocumentAdmin):
    """Goods on their way between warehouses; what did not arrive whole is received at the warehouse's desk."""

    list_display = ("number", "source", "target", "state", "sent_on", "expected_on", "received_on")
    list_select_related = ("source", "target")
    list_filter = ("state", "target")
    search_fields = ("number", "lines__product__sku")
    ordering = ("-id",)
    inlines = (TransferLineInline,)
    desk_page = ("transfer", "number")
    actions: ClassVar = ["receive"]

    def has_receive_permission(self, request: HttpRequest) -> bool:
        """Say whether the role receives goods."""
        return request.user.has_perm("inventory.add_stockmove")

    @admin.action(description=_("Receive: everything arrived"), permissions=["receive"])
    def receive(self, request: HttpRequest, queryset: QuerySet[Transfer]) -> None:
        """Receive the chosen transfers until one is refused."""
        for transfer in queryset.order_by("pk"):
            try:
                services.receive_transfer(transfer_id=transfer.pk, on=today(request), actor=actor(request))
            except DomainError as refusal:
                messages.error(request, f"{refusal} ({refusal.code})")
                return
            messages.success(request, gettext("%(number)s is received.") % {"number": transfer.number})
