"""Credit in the finance console: limits are set by the verb, decisions are read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from credit import services
from credit.models import Commitment, CreditAccount, Decision
from o2c.context import actor, today
from o2c.kernel.admin import DocumentAdmin, MasterDataAdmin


@admin.register(CreditAccount)
class CreditAccountAdmin(MasterDataAdmin):
    """What customers may owe."""

    list_display = ("customer", "limit", "days_overdue_allowed", "blocked")
    list_select_related = ("customer",)
    list_filter = ("blocked",)
    search_fields = ("customer__name", "customer__number")
    autocomplete_fields = ("customer",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Fix the customer once there is an account."""
        return ("customer",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Set the limit by the verb, which announces it; the rest is plain master data."""
        if not change or "limit" in form.changed_data:
            account = services.set_limit(
                customer_id=obj.customer_id, limit=obj.limit, on=today(request), actor=actor(request)
            )
            obj.pk = account.pk
        obj._state.adding = False
        super().save_model(request, obj, form, change)


@admin.register(Commitment)
class CommitmentAdmin(DocumentAdmin):
    """What orders have claimed."""

    list_display = ("reference", "account", "amount")
    list_select_related = ("account",)
    search_fields = ("reference",)
    ordering = ("-id",)


@admin.register(Decision)
class DecisionAdmin(DocumentAdmin):
    """Every credit decision with its figures."""

    list_display = ("at", "reference", "approved", "requested", "exposure", "limit", "actor")
    list_select_related = ("actor",)
    list_filter = ("approved",)
    search_fields = ("reference",)
    ordering = ("-id",)
