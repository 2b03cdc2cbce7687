"""The books in the finance console: accounts, periods and rates are edited, the journal is read and reversed."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _, gettext_lazy, gettext_noop
from unfold.decorators import action

from ledger import services
from ledger.forms import ExchangeRateForm, ReversalForm
from ledger.models import Account, ExchangeRate, JournalEntry, JournalLine, Period
from o2c.asking import AsksFirst
from o2c.kernel.admin import DocumentAdmin, DocumentInline, MasterDataAdmin
from o2c.kernel.deskform import posted
from o2c.kernel.errors import DomainError, NotFound
from o2c.kernel.readable import amount
from o2c.kernel.requests import actor, today

FOR_GOOD = gettext_noop("This cannot be undone: nothing is posted into a closed period, and nobody opens it.")


@admin.register(Account)
class AccountAdmin(MasterDataAdmin):
    """The chart of accounts."""

    list_display = ("code", "name", "kind", "role", "is_control")
    list_filter = ("kind", "is_control")
    search_fields = ("code", "name")


@admin.register(Period)
class PeriodAdmin(AsksFirst, MasterDataAdmin):
    """Accounting periods, the first to close at the top; a period that exists keeps its days."""

    list_display = ("name", "starts_on", "ends_on", "state")
    list_filter = ("state",)
    ordering = ("-state", "starts_on")  # open before closed
    readonly_fields = ("state",)
    actions = ("close",)
    actions_detail = ("close_this",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Fix the days once there is a period: entries were dated into it."""
        return ("state", "company", "starts_on", "ends_on") if obj else ("state",)

    def refused_of(self, row: Period) -> set[str]:
        """Return the closing of a period that is closed."""
        return {"close_this"} if row.state == Period.State.CLOSED else set()

    def has_close_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role closes periods."""
        return request.user.has_perm("ledger.close_period")

    @admin.action(description=gettext_lazy("Close for good"), permissions=["close"])
    def close(self, request: HttpRequest, queryset: QuerySet[Period]) -> HttpResponse | None:
        """Ask whether, then close the chosen periods, the earliest first, until one is refused."""
        periods = queryset.order_by("starts_on")
        asked = self._unless_sure(request, periods, title=_("Close for good"), warning=_(FOR_GOOD))
        if asked is not None:
            return asked
        for period in list(periods):
            try:
                services.close_period(period_id=period.pk, on=today(request), actor=actor(request))
            except DomainError as refusal:
                messages.error(request, f"{refusal} ({refusal.code})")
                return None
            messages.success(request, _("%(period)s is closed.") % {"period": period})
        return None

    @action(description=gettext_lazy("Close for good…"), permissions=["close"], icon="lock")
    def close_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask whether, then close the period of the page."""
        period = self._found(object_id)
        form = Form(posted(request))

        def verb(**by: Any) -> None:
            services.close_period(period_id=period.pk, **by)

        done = _("%(period)s is closed.") % {"period": period}
        return self._ask(
            request, period, form, verb, title=_("Close for good"), done=done, warning=_(FOR_GOOD)
        )


@admin.register(ExchangeRate)
class ExchangeRateAdmin(MasterDataAdmin):
    """Exchange rates by day."""

    form = ExchangeRateForm

    list_display = ("currency", "rate", "valid_from", "valid_to")
    list_filter = ("currency",)


class JournalLineInline(DocumentInline):
    """The legs of an entry."""

    model = JournalLine
    fields = (
        "account",
        amount("debit", currency="entry.company.base_currency", label=gettext_lazy("debit")),
        amount("credit", currency="entry.company.base_currency", label=gettext_lazy("credit")),
        "amount",
        "tax_code",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[JournalLine]:
        """Return the legs with their accounts."""
        legs: QuerySet[JournalLine] = super().get_queryset(request)
        return legs.select_related("account").order_by("pk")


@admin.register(JournalEntry)
class JournalEntryAdmin(DocumentAdmin):
    """The journal: read only, corrected by reversal."""

    list_display = ("number", "on", "description", "source", "actor", "reverses")
    list_display_links = ("number", "description")
    list_select_related = ("actor", "reverses")
    list_filter = (("reverses", admin.EmptyFieldListFilter),)
    search_fields = ("source", "description")
    ordering = ("-id",)
    inlines = (JournalLineInline,)
    actions_list = ("post_by_hand",)
    actions_detail = ("reverse",)
    desk_page = ("entry", "pk")

    def has_post_permission(self, request: HttpRequest) -> bool:
        """Say whether the role posts by hand."""
        return request.user.has_perm("ledger.add_journalentry")

    @action(description=gettext_lazy("Post by hand…"), permissions=["post"], icon="edit_note")
    def post_by_hand(self, request: HttpRequest) -> HttpResponse:
        """Go to the page that asks for an entry."""
        return redirect("console-post")

    def refused_of(self, row: JournalEntry) -> set[str]:
        """Return the reversal where nothing is left to reverse by hand."""
        return {"reverse"} if services.why_not_reversible(row) else set()

    def has_reverse_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Say whether the role reverses entries."""
        return request.user.has_perm("ledger.reverse_journalentry")

    @action(description=gettext_lazy("Reverse…"), permissions=["reverse"], icon="undo")
    def reverse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the date and the reason, then post the mirror image of an entry."""
        entry = JournalEntry.objects.filter(pk=object_id).first() if object_id.isdigit() else None
        if entry is None:
            raise NotFound(_("There is no such journal entry."))
        form = ReversalForm(request.POST or None, initial={"on": today(request)})
        if form.is_valid():
            try:
                reversal = services.reverse_entry(
                    entry_id=entry.pk, **form.cleaned_data, today=today(request), actor=actor(request)
                )
            except DomainError as refusal:
                form.add_error(None, f"{refusal} ({refusal.code})")
            else:
                messages.success(request, _("The entry is reversed; this is the reversal."))
                return redirect("admin:ledger_journalentry_change", reversal.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reverse: %(entry)s") % {"entry": entry.description},
            "opts": self.model._meta,
            "original": entry,
            "lines": entry.lines.select_related("account").order_by("pk"),
            "form": form,
        }
        return TemplateResponse(request, "admin/reverse_entry.html", context)
