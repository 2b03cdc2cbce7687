"""Orders in the finance console: read, released, cancelled; who releases much needs a second person."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import action

from o2c.asking import AsksFirst, ReasonForm
from o2c.kernel.admin import DocumentAdmin, DocumentInline, MasterDataAdmin
from o2c.kernel.errors import DomainError
from o2c.kernel.readable import amount
from o2c.kernel.requests import actor, today
from orders import services
from orders.asking import CancelForm, ReleaseForm
from orders.models import Order, OrderLine, OrderPolicy, OrderRequest, OrderVersion, Release


class OrderLineInline(DocumentInline):
    """What was agreed, and how far it is."""

    model = OrderLine
    money_in = "order.currency"
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


class ReleaseInline(DocumentInline):
    """Who let it pass, from what and how far."""

    model = Release
    money_in = "order.currency"
    fields = ("state", "codes", "up_to", "valid_until", "reason", "proposed_by", "decided_by")


@admin.register(OrderPolicy)
class OrderPolicyAdmin(MasterDataAdmin):
    """When an order looks unusual, and how long a quote holds."""

    list_display = ("company", "hold_score", "quote_days", "duplicate_hours", "second_release_from")


@admin.register(Order)
class OrderAdmin(AsksFirst, DocumentAdmin):
    """Orders."""

    list_display = ("number", "customer", "state", "ordered_on", amount("gross"), "channel")
    list_select_related = ("customer",)
    list_filter = ("state", "channel")
    search_fields = ("number", "customer__name", "external_id", "po_number")
    ordering = ("-id",)
    inlines = (OrderLineInline, ReleaseInline, OrderVersionInline)
    desk_page = ("order", "number")
    actions_detail = ("release", "cancel", "cancel_rest")

    def has_release_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role releases orders from hold."""
        return request.user.has_perm("orders.release_order")

    def has_cancel_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role cancels orders."""
        return request.user.has_perm("orders.cancel_order")

    @action(description=gettext_lazy("Release…"), permissions=["release"], icon="lock_open")
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why and how far, then release the order or propose it."""
        return self._verb(request, object_id, services.release_order, ReleaseForm, _("Release the order"))

    @action(description=gettext_lazy("Cancel…"), permissions=["cancel"], icon="cancel")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then cancel the order."""
        return self._verb(request, object_id, services.cancel_order, CancelForm, _("Cancel the order"))

    @action(description=gettext_lazy("Cancel the rest…"), permissions=["cancel"], icon="remove_circle")
    def cancel_rest(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then cancel what has not shipped."""
        return self._verb(request, object_id, services.cancel_rest, CancelForm, _("Cancel the rest"))

    def _verb(
        self, request: HttpRequest, object_id: str, service: Any, form_class: Any, title: str
    ) -> HttpResponse:
        order = self._found(object_id)

        def verb(**given: Any) -> None:
            service(order_id=order.pk, **given)

        form = form_class(request.POST or None)
        return self._ask(request, order, form, verb, title=title, done=_("Done: %s") % title)


@admin.register(Release)
class ReleaseAdmin(AsksFirst, DocumentAdmin):
    """Who let which order pass, from what and how far; the proposed ones wait for a second person."""

    list_display = ("order", "state", "codes", "up_to", "valid_until", "reason", "proposed_by", "decided_by")
    list_select_related = ("order", "proposed_by", "decided_by")
    money_in = "order.currency"
    list_filter = ("state",)
    search_fields = ("order__number", "order__customer__name", "reason")
    ordering = ("-id",)
    actions: ClassVar = ["approve"]
    actions_detail = ("reject",)

    def has_decide_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role releases orders from hold."""
        return request.user.has_perm("orders.release_order")

    @admin.action(description=gettext_lazy("Approve"), permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Release]) -> None:
        """Approve the chosen releases, each by itself; a refusal of one stops none of the others."""
        for chosen in queryset.order_by("pk"):
            try:
                services.approve_release(release_id=chosen.pk, on=today(request), actor=actor(request))
            except DomainError as refusal:
                messages.error(request, f"{refusal} ({refusal.code})")
            else:
                messages.success(request, _("The order %(order)s may pass.") % {"order": chosen.order})

    @action(description=gettext_lazy("Reject…"), permissions=["decide"], icon="close")
    def reject(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then reject the release."""
        chosen = self._found(object_id)

        def verb(**given: Any) -> None:
            services.reject_release(release_id=chosen.pk, **given)

        return self._ask(
            request,
            chosen,
            ReasonForm(request.POST or None),
            verb,
            title=_("Reject the release"),
            done=_("The release is rejected."),
        )


@admin.register(OrderRequest)
class OrderRequestAdmin(DocumentAdmin):
    """What came in on the channels, and what became of it."""

    list_display = ("received_at", "channel", "sender", "subject", "customer", "state", "order")
    list_select_related = ("customer", "order")
    list_filter = ("state", "channel")
    search_fields = ("sender", "subject")
    ordering = ("-id",)
