"""Webhooks in the finance console: where shops are told, and what they are owed."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy as _

from o2c.gateway import services
from o2c.gateway.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from o2c.kernel import clock
from o2c.kernel.admin import DocumentAdmin, DocumentInline
from o2c.kernel.errors import DomainError
from o2c.kernel.requests import actor


def each(request: HttpRequest, rows: QuerySet[Any], verb: Callable[[Any], object], done: object) -> None:
    """Do a verb to each chosen row, and say of each what became of it."""
    for row in rows.order_by("pk"):
        try:
            verb(row)
        except DomainError as refusal:
            messages.error(request, f"{refusal} ({refusal.code})")
        else:
            messages.success(request, f"{row}: {done}")


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(DocumentAdmin):
    """Where shops are told; they register their addresses themselves, over the API."""

    list_display = ("url", "shop", "customer", "disabled_at", "disabled_reason", "created_at")
    list_select_related = ("shop", "customer")
    list_filter = ("shop", ("disabled_at", admin.EmptyFieldListFilter))
    search_fields = ("url", "description")
    actions: ClassVar = ["disable", "enable"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        """Leave out the deleted ones."""
        found: QuerySet[WebhookEndpoint] = super().get_queryset(request)
        return found.filter(deleted_at=None)

    def has_switch_permission(self, request: HttpRequest) -> bool:
        """Say whether the role disables and enables addresses."""
        return request.user.has_perm("gateway.change_webhookendpoint")

    @admin.action(description=_("Disable"), permissions=["switch"])
    def disable(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Send nothing there any more."""
        by, reason = actor(request), gettext("Disabled in the finance console.")

        def run(row: WebhookEndpoint) -> object:
            return services.disable_webhook(endpoint_id=row.pk, reason=reason, at=clock.unmoved(), actor=by)

        each(request, queryset, run, _("disabled."))

    @admin.action(description=_("Enable"), permissions=["switch"])
    def enable(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Send there again, from now on."""
        by = actor(request)
        each(
            request,
            queryset,
            lambda row: services.enable_webhook(endpoint_id=row.pk, actor=by),
            _("enabled."),
        )


class WebhookAttemptInline(DocumentInline):
    """The log of the tries."""

    model = WebhookAttempt
    fields = ("at", "status", "milliseconds", "error", "answer")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(DocumentAdmin):
    """What shops are owed; what no try has delivered is repeated from here."""

    list_display = ("type", "endpoint", "state", "attempts", "next_try_at", "delivered_at", "created_at")
    list_select_related = ("endpoint",)
    list_filter = ("state", "type", "endpoint__shop")
    ordering = ("-id",)
    inlines = (WebhookAttemptInline,)
    actions: ClassVar = ["replay"]

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Say whether the role delivers again."""
        return request.user.has_perm("gateway.replay_webhookdelivery")

    @admin.action(description=_("Deliver again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        """Send the chosen ones again, from the first try on."""
        by = actor(request)
        each(
            request,
            queryset,
            lambda row: services.replay_delivery(delivery_id=row.pk, at=clock.unmoved(), actor=by),
            _("on its way again."),
        )
