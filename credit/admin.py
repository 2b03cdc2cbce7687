"""Credit in the finance console: policies are edited, limits are requested and decided, decisions are read."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import action

from credit import services
from credit.forms import LimitRequestForm, ReviewForm
from credit.models import Commitment, CreditAccount, CreditPolicy, CreditReport, Decision, LimitRequest
from o2c.asking import AsksFirst, ReasonForm
from o2c.kernel import audit
from o2c.kernel.admin import DocumentAdmin, MasterDataAdmin
from o2c.kernel.errors import DomainError
from o2c.kernel.readable import readable
from o2c.kernel.requests import actor, today


@admin.register(CreditPolicy)
class CreditPolicyAdmin(MasterDataAdmin):
    """The rules for groups of customers."""

    list_display = (
        "code",
        "name",
        "first_order_limit",
        "overdue_tolerance",
        "holds_high_risk",
        "review_months",
        "limit_without_request",
    )
    search_fields = ("code", "name")


@admin.register(CreditAccount)
class CreditAccountAdmin(AsksFirst, MasterDataAdmin):
    """What customers may owe; the limit and the block have verbs of their own."""

    list_display = ("customer", "limit", "risk_class", "score", "is_repeat_offender", "review_on", "blocked")
    list_select_related = ("customer",)
    money_in = "customer.currency"
    list_filter = ("blocked", "risk_class", "is_repeat_offender", "policy")
    search_fields = ("customer__name", "customer__number")
    autocomplete_fields = ("customer",)
    editable = ("days_overdue_allowed", "policy", "includes_children")
    actions_detail = ("block", "unblock", "review", "ask_for_limit")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return what a person may enter, and of an account that exists also what the system knows."""
        if obj is None:
            return ["customer", *self.editable]
        names = (field.name for field in self.model._meta.concrete_fields if not field.primary_key)
        known = [name for name in names if name not in self.editable]
        return [*readable(self.model, known, money_in=self.money_in), *self.editable]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return what only verbs and jobs change."""
        return [name for name in self.get_fields(request, obj) if name not in self.editable] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Write only what was entered: the rest may have moved while the page was open."""
        audit.set_actor(request.user.pk)
        if change:
            obj.save(update_fields=form.changed_data)
        else:
            obj.limit = 0
            obj.save()

    def refused_of(self, row: CreditAccount) -> set[str]:
        """Return the block of what is blocked, or the end of a block that there is not."""
        return {"block"} if row.blocked else {"unblock"}

    def has_decide_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role blocks and reviews credit."""
        return request.user.has_perm("credit.change_creditaccount")

    def has_request_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role requests limits."""
        return request.user.has_perm("credit.request_limit")

    @action(description=gettext_lazy("Block…"), permissions=["decide"], icon="block")
    def block(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then block the customer's credit."""
        return self._verb(request, object_id, services.block_credit, ReasonForm, _("Block credit"))

    @action(description=gettext_lazy("Unblock…"), permissions=["decide"], icon="lock_open")
    def unblock(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then unblock the customer's credit."""
        return self._verb(request, object_id, services.unblock_credit, ReasonForm, _("Unblock credit"))

    @action(description=gettext_lazy("Review…"), permissions=["decide"], icon="rate_review")
    def review(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask what was found, then note the review."""
        return self._verb(request, object_id, services.record_review, ReviewForm, _("Review credit"))

    @action(description=gettext_lazy("Request a limit…"), permissions=["request"], icon="approval")
    def ask_for_limit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the limit and the reason, then request it."""
        return self._verb(request, object_id, services.request_limit, LimitRequestForm, _("Request a limit"))

    def _verb(
        self, request: HttpRequest, object_id: str, service: Any, form_class: Any, title: str
    ) -> HttpResponse:
        account = self._found(object_id)

        def verb(**given: Any) -> None:
            service(customer_id=account.customer_id, **given)

        form = form_class(request.POST or None)
        return self._ask(request, account, form, verb, title=title, done=_("Done: %s") % title)


@admin.register(LimitRequest)
class LimitRequestAdmin(AsksFirst, DocumentAdmin):
    """Who asked for which limit, and what the second person said."""

    list_display = (
        "account",
        "state",
        "old_limit",
        "limit",
        "reason",
        "requested_by",
        "on",
        "decided_by",
        "decided_on",
    )
    list_select_related = ("account__customer", "requested_by", "decided_by")
    money_in = "account.customer.currency"
    list_filter = ("state",)
    search_fields = ("account__customer__name", "account__customer__number", "reason")
    ordering = ("-id",)
    actions: ClassVar = ["approve"]
    actions_detail = ("reject",)

    def refused_of(self, row: LimitRequest) -> set[str]:
        """Return the decision on what is decided."""
        return set() if row.state == LimitRequest.State.REQUESTED else {"reject"}

    def has_approve_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role decides on limits."""
        return request.user.has_perm("credit.approve_limit")

    @admin.action(description=gettext_lazy("Approve"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[LimitRequest]) -> None:
        """Approve the chosen requests, each by itself; a refusal of one stops none of the others."""
        for chosen in queryset.order_by("pk"):
            try:
                services.approve_limit_request(request_id=chosen.pk, on=today(request), actor=actor(request))
            except DomainError as refusal:
                messages.error(request, f"{refusal} ({refusal.code})")
            else:
                messages.success(request, _("The limit is %(limit)s now.") % {"limit": chosen.limit})

    @action(description=gettext_lazy("Reject…"), permissions=["approve"], icon="close")
    def reject(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then reject the request."""
        chosen = self._found(object_id)

        def verb(*, reason: str, **by: Any) -> None:
            services.reject_limit_request(request_id=chosen.pk, answer=reason, **by)

        return self._ask(
            request,
            chosen,
            ReasonForm(request.POST or None),
            verb,
            title=_("Reject the request"),
            done=_("The request is rejected."),
        )


@admin.register(Commitment)
class CommitmentAdmin(DocumentAdmin):
    """What orders have claimed."""

    list_display = ("reference", "account", "amount")
    list_select_related = ("account__customer",)
    money_in = "account.customer.currency"
    search_fields = ("reference",)
    ordering = ("-id",)


@admin.register(Decision)
class DecisionAdmin(DocumentAdmin):
    """Every credit decision with its figures."""

    list_display = ("at", "reference", "account", "approved", "requested", "exposure", "limit", "actor")
    list_select_related = ("account__customer", "actor")
    money_in = "account.customer.currency"
    list_filter = ("approved",)
    search_fields = ("reference",)
    ordering = ("-id",)


@admin.register(CreditReport)
class CreditReportAdmin(DocumentAdmin):
    """What bureaus and insurers said."""

    list_display = ("account", "source", "score", "covered", "on", "valid_until")
    list_select_related = ("account__customer",)
    money_in = "account.customer.currency"
    search_fields = ("account__customer__name", "source", "reference")
    ordering = ("-id",)
