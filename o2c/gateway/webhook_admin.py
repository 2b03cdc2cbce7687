"""Webhooks in the finance console: where shops are told, and what they are owed."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _
from unfold.decorators import action

from o2c.asking import AsksFirst
from o2c.gateway import services
from o2c.gateway.event_catalogue import TYPES
from o2c.gateway.forms import OnceForm, WebhookForm
from o2c.gateway.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from o2c.gateway.shown_once import Secret, ShowsOnce, Words
from o2c.gateway.signing import secret_of
from o2c.kernel import clock
from o2c.kernel.admin import ConsoleAdmin, DocumentAdmin, DocumentInline, ReadOnly, among
from o2c.kernel.errors import DomainError
from o2c.kernel.requests import actor


def types_told() -> list[tuple[str, str]]:
    """Return the types of event that shops are told of, by the names that they know them by."""
    return [(one, one) for one in TYPES]


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
class WebhookEndpointAdmin(ShowsOnce, AsksFirst, ReadOnly, ConsoleAdmin):
    """Where shops are told; they register their addresses themselves, over the API, or have it done here."""

    list_display = ("url", "shop", "customer", "disabled_at", "disabled_reason", "created_at")
    list_select_related = ("shop", "customer")
    list_filter = ("shop", ("disabled_at", admin.EmptyFieldListFilter))
    search_fields = ("url", "description")
    ordering = ("-id",)
    fields = (
        "url", "shop", "customer", "description", "told_of", "api_version", "created_at", "created_by",
        "secret_version", "previous_until", "disabled_at", "disabled_reason",
    )  # fmt: skip
    readonly_fields = fields
    actions: ClassVar = ["disable", "enable"]
    actions_detail = ("renew_secret",)
    words = Words(
        make=_("Register the address"),
        before=_(
            "The secret that signs what is sent is shown on the next page, once. Have a safe place for it ready."
        ),
        title=_("The secret, this once"),
        lost=_("If it is lost or seen by others, give the address a new one."),
        twice=_("This secret was made and shown before. If nobody kept it, give the address a new one."),
    )

    @admin.display(description=_("types of event"))
    def told_of(self, endpoint: WebhookEndpoint) -> str:
        """Return what happens that the shop is told of."""
        return ", ".join(endpoint.types) or gettext("everything it may know")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        """Leave out the deleted ones."""
        found: QuerySet[WebhookEndpoint] = super().get_queryset(request)
        return found.filter(deleted_at=None)

    def has_switch_permission(self, request: HttpRequest) -> bool:
        """Say whether the role disables and enables addresses."""
        return request.user.has_perm("gateway.change_webhookendpoint")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the role registers addresses."""
        return request.user.has_perm("gateway.add_webhookendpoint")

    def has_renew_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role gives addresses new secrets."""
        return request.user.has_perm("gateway.change_webhookendpoint")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask where a shop is told of what, register the address, and show its secret."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = WebhookForm(request.POST or None, initial={"shop": request.GET.get("shop")})
        return self._issuing(
            request,
            form,
            lambda: _shown(services.create_webhook(**form.asked(), at=clock.unmoved(), actor=actor(request))),
            title=gettext("New webhook"),
        )

    @action(description=_("New secret…"), permissions=["renew"], icon="autorenew")
    def renew_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask whether, give the address a new secret, and show it; the old one signs as well for a day."""
        endpoint = self._found(object_id)
        return self._issuing(
            request,
            OnceForm(request.POST or None),
            lambda: _shown(
                services.rotate_webhook_secret(
                    endpoint_id=endpoint.pk, at=clock.unmoved(), actor=actor(request)
                )
            ),
            title=gettext("New secret for %(address)s") % {"address": endpoint.url},
            verb=gettext("Make a new secret"),
            row=endpoint,
        )

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


def _shown(endpoint: WebhookEndpoint) -> Secret:
    about = gettext("%(address)s, for %(shop)s")
    return Secret(secret_of(endpoint), about % {"address": endpoint.url, "shop": endpoint.shop})


class WebhookAttemptInline(DocumentInline):
    """The log of the tries."""

    model = WebhookAttempt
    fields = ("at", "status", "milliseconds", "error", "answer")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(DocumentAdmin):
    """What shops are owed; what no try has delivered is repeated from here."""

    list_display = ("type", "endpoint", "state", "attempts", "next_try_at", "delivered_at", "created_at")
    list_select_related = ("endpoint",)
    list_filter = ("state", ("type", among(types_told)), "endpoint__shop")
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
