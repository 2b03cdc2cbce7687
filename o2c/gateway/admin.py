"""The key desk in the finance console: shops, their API keys, and the work that they began."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import action, display

from o2c.asking import AsksFirst
from o2c.gateway import services
from o2c.gateway.forms import KeyForm, RevocationForm, RotationForm
from o2c.gateway.models import ApiKey, Shop
from o2c.gateway.services import IssuedKey
from o2c.gateway.shown_once import Secret, ShowsOnce, Words
from o2c.gateway.webhook_admin import WebhookDeliveryAdmin, WebhookEndpointAdmin
from o2c.kernel import clock
from o2c.kernel.admin import ConsoleAdmin, DocumentAdmin, MasterDataAdmin, ReadOnly
from o2c.kernel.models import Job
from o2c.kernel.requests import actor, company

__all__ = ["ApiKeyAdmin", "JobAdmin", "ShopAdmin", "WebhookDeliveryAdmin", "WebhookEndpointAdmin"]


@admin.register(Shop)
class ShopAdmin(MasterDataAdmin):
    """Programs that sell for us."""

    list_display = ("name", "account", "sees_all", "active", "created_at")
    list_select_related = ("account",)
    search_fields = ("name",)
    ordering = ("name",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Ask for the name of a new shop only: its orders are told apart by it."""
        return ("name", "account", "sees_all", "active", "created_at") if obj else ("name", "sees_all")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Fix what other rows tell it by."""
        return ("name", "account", "created_at") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a shop that sells no more is not active."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Register a new shop with its account; change another under the name of the person."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made = services.create_shop(name=obj.name, sees_all=obj.sees_all, actor=actor(request))
        obj.__dict__.update(made.__dict__)


class KeyState:
    """How a key stands."""

    IN_USE, ENDING, EXPIRED, REVOKED = "in use", "ending", "expired", "revoked"
    COLOURS: ClassVar = {IN_USE: "success", ENDING: "warning", EXPIRED: "info", REVOKED: "danger"}
    WORDS: ClassVar = {
        IN_USE: gettext_lazy("In use"),
        ENDING: gettext_lazy("Ending"),
        EXPIRED: gettext_lazy("Expired"),
        REVOKED: gettext_lazy("Revoked"),
    }


def state_of(key: ApiKey, *, at: datetime) -> str:
    """Return how a key stands at an instant."""
    if key.revoked_at is not None:
        return KeyState.REVOKED
    if key.expires_at is None:
        return KeyState.IN_USE
    return KeyState.ENDING if key.expires_at > at else KeyState.EXPIRED


@admin.register(ApiKey)
class ApiKeyAdmin(ShowsOnce, AsksFirst, ReadOnly, ConsoleAdmin):
    """Their keys: made, rotated and revoked here. What a key opens with is on one page, once."""

    list_display = ("label", "shop", "mode", "shown", "how_it_stands", "last_used_at", "expires_at")
    list_select_related = ("shop",)
    list_filter = ("mode", "shop")
    search_fields = ("label", "shown")
    ordering = ("-id",)
    fields = (
        "shop", "label", "mode", "shown", "stands", "scopes_in_words", "customer", "test_customer", "quota",
        "api_version", "created_at", "created_by", "expires_at", "revoked_at", "last_used_at", "replaced_by",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("rotate", "revoke")
    words = Words(
        make=gettext_lazy("Make the key"),
        before=gettext_lazy("The key is shown on the next page, once. Have a safe place for it ready."),
        title=gettext_lazy("The key, this once"),
        lost=gettext_lazy("If it is lost or seen by others, revoke it and make another."),
        twice=gettext_lazy("This key was made and shown before. If nobody kept it, revoke it."),
    )

    @display(description=gettext_lazy("state"), label=KeyState.COLOURS)
    def how_it_stands(self, key: ApiKey) -> tuple[str, Any]:
        """Return the state, and the word that its colour is behind."""
        state = state_of(key, at=clock.now())
        return state, KeyState.WORDS[state]

    @admin.display(description=gettext_lazy("state"))
    def stands(self, key: ApiKey) -> str:
        """Return the state in words: the page of one key knows no colours."""
        return str(KeyState.WORDS[state_of(key, at=clock.now())])

    @admin.display(description=gettext_lazy("scopes"))
    def scopes_in_words(self, key: ApiKey) -> str:
        """Return the scopes, one after the other."""
        return ", ".join(key.scopes)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the role issues keys."""
        return request.user.has_perm("gateway.add_apikey")

    def refused_of(self, row: ApiKey) -> set[str]:
        """Return what a revoked key has behind it."""
        return {"rotate", "revoke"} if row.revoked_at else set()

    def has_rotate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role rotates and revokes keys."""
        return request.user.has_perm("gateway.rotate_apikey")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask what the key may do, make it, and show it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = KeyForm(request.POST or None, initial={"shop": request.GET.get("shop")})
        return self._issuing(
            request,
            form,
            lambda: _shown(
                services.create_key(
                    **form.asked(time_zone=company(request).time_zone), at=clock.now(), actor=actor(request)
                )
            ),
            title=_("New API key"),
        )

    @action(description=gettext_lazy("Rotate…"), permissions=["rotate"], icon="autorenew")
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask how long both work, make a successor, and show it."""
        key = self._found(object_id)
        form = RotationForm(request.POST or None)
        return self._issuing(
            request,
            form,
            lambda: _shown(
                services.rotate_key(
                    key_id=key.pk,
                    overlap=timedelta(days=form.cleaned_data["overlap"]),
                    at=clock.now(),
                    actor=actor(request),
                )
            ),
            title=_("Rotate %(key)s") % {"key": key},
            row=key,
        )

    @action(description=gettext_lazy("Revoke…"), permissions=["rotate"], icon="block")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask whether, then end the key at once."""
        key = self._found(object_id)
        return self._ask(
            request,
            key,
            RevocationForm(request.POST if request.method == "POST" else None),
            lambda *, on, actor: services.revoke_key(key_id=key.pk, at=clock.now(), actor=actor),
            title=_("Revoke the key at once"),
            done=_("The key is revoked."),
        )


def _shown(issued: IssuedKey) -> Secret:
    key = issued.key
    about = _("%(label)s, for %(shop)s (%(mode)s)")
    return Secret(
        issued.secret, about % {"label": key.label, "shop": key.shop, "mode": key.get_mode_display()}
    )


@admin.register(Job)
class JobAdmin(DocumentAdmin):
    """Work that calls and people began."""

    list_display = ("queued_at", "owner", "kind", "title", "state", "done", "total", "finished_at")
    list_select_related = ("owner",)
    list_filter = ("state", "kind")
    ordering = ("-id",)
