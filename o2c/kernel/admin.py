"""The finance console's two kinds of page: master data, which is edited, and documents, which are read.

Every admin class of the apps is one of these. A refusal of the domain or of the database becomes a
message on the page it came from; nothing is saved then.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Group
from django.core.paginator import Paginator
from django.db import DatabaseError, IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from o2c.kernel import audit, partition, rows
from o2c.kernel.db import sqlstate
from o2c.kernel.errors import DomainError
from o2c.kernel.masterform import LastingForm, LastingRows, MasterDataForm
from o2c.kernel.models import (
    Assignment,
    Company,
    DocumentCounter,
    IdempotencyKey,
    JobRun,
    Sandbox,
    SavedView,
)
from o2c.kernel.readable import readable
from o2c.kernel.requests import today

View = Callable[..., HttpResponse]
COUNTED = 10_000
OURS = "OC"  # the SQLSTATEs of our own triggers begin so


def refusals_as_messages(view: View) -> View:
    """Let an admin view answer a refusal with a message on the same page instead of a failure."""

    @wraps(view)
    def run(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(self, request, *args, **kwargs)
        except DomainError as refusal:
            messages.error(request, f"{refusal} ({refusal.code})")
        except DatabaseError as error:
            if not isinstance(error, IntegrityError) and not sqlstate(error).startswith(OURS):
                raise
            messages.error(request, _("The database refused this, nothing was saved: %s") % _said(error))
        return HttpResponseRedirect(request.get_full_path())

    return run


def _said(error: DatabaseError) -> str:
    """Return what the database said, without the row it printed."""
    return str(error).splitlines()[0].strip()


class RoleFilter(admin.RelatedFieldListFilter):
    """Offers the roles by their names in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("roles")

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the roles."""
        names = [(key, str(name)) for key, name in super().field_choices(field, request, model_admin)]
        return [(key, gettext(name)) for key, name in names]


def among(known: Callable[[], Iterable[tuple[str, Any]]]) -> type[admin.FieldListFilter]:
    """Return the filter of a column whose values the code knows, with their names.

    Django would look for the values in every row there is: of what grows day by day, longer each day.
    """

    class Among(admin.ChoicesFieldListFilter):
        def choices(self, changelist: Any) -> Any:
            every = {"selected": not self.lookup_val, "display": _("All")}
            yield every | {"query_string": changelist.get_query_string(remove=[self.lookup_kwarg])}
            for value, name in sorted(known(), key=lambda one: str(one[1])):
                yield {
                    "selected": value in (self.lookup_val or ()),
                    "query_string": changelist.get_query_string({self.lookup_kwarg: value}),
                    "display": name,
                }

    return Among


class CappedPages(Paginator):  # type: ignore[type-arg]
    """Pages of rows that are counted to ten thousand: of a longer history nobody reads the last page."""

    @cached_property
    def count(self) -> int:
        """Return how many rows there are to page through."""
        rows: Any = self.object_list
        found: int = rows.order_by()[: COUNTED + 1].count()
        return min(found, COUNTED)


class ConsoleAdmin(ModelAdmin):
    """What both kinds share."""

    list_per_page = 25  # what the theme draws within the time of a page
    paginator = CappedPages
    show_full_result_count = False
    list_filter_submit = False
    compressed_fields = True
    money_in = "currency"  # where the currency of the rows' amounts stands, as a path
    desk_page: ClassVar[tuple[str, str] | None] = (
        None  # the address of a row's page on the desks, and its argument
    )

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns: figures in the reader's format, what is kept in JSON in words."""
        return readable(self.model, self.list_display, money_in=self.money_in)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Return the verbs on a row: those that the role has and that are not refused whatever is entered."""
        offered = super().get_actions_detail(request, object_id)
        row = self.get_object(request, str(object_id)) if offered and object_id else None
        idle = self.refused_of(row) if row is not None else set()
        return [one for one in offered if one.method.original_function_name not in idle]

    def refused_of(self, row: Any) -> set[str]:
        """Return the verbs that the state of a row refuses, by the names of their methods."""
        return set()

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return where the row is worked on: its page on the desks, if it has one."""
        if obj is None or self.desk_page is None:
            return None
        name, field = self.desk_page
        value = getattr(obj, field)
        return reverse(name, args=[value]) if value else None

    changeform_view = refusals_as_messages(ModelAdmin.changeform_view)
    delete_view = refusals_as_messages(ModelAdmin.delete_view)
    changelist_view = refusals_as_messages(ModelAdmin.changelist_view)


class MasterDataAdmin(ConsoleAdmin):
    """Master data: edited in place, every version kept by the audit trigger with who changed it."""

    form = MasterDataForm

    @refusals_as_messages
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Lock the row that is to be saved: its form is compared with what it replaces, not with what was there."""
        if request.method == "POST" and object_id is not None and (pk := unquote(object_id)).isdecimal():
            rows.read(self.model, "id = %s", [int(pk)], "FOR NO KEY UPDATE")
        return super().changeform_view(request, object_id, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save the row under the name of the person."""
        audit.set_actor(request.user.pk)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row under the name of the person."""
        audit.set_actor(request.user.pk)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete the rows under the name of the person."""
        with transaction.atomic():
            audit.set_actor(request.user.pk)
            super().delete_queryset(request, queryset)


class MasterDataInline(TabularInline):
    """Rows that belong to a piece of master data and are edited with it."""

    form = MasterDataForm
    extra = 0
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows, locked when they are to be saved: they may have pages of their own."""
        found: models.QuerySet[Any] = super().get_queryset(request)
        return found.select_for_update(no_key=True, of=("self",)) if request.method == "POST" else found


class LastingAdmin(MasterDataAdmin):
    """Master data with days of validity: what has begun is ended and followed, never changed or deleted."""

    form = LastingForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: Any = False, **kwargs: Any) -> Any:  # noqa: FBT002
        """Tell the form which day it is."""
        form = super().get_form(request, obj, change, **kwargs)
        form.today = today(request)
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to delete what has begun."""
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.valid_from > today(request))


class LastingInline(MasterDataInline):
    """The same as rows beside what they belong to."""

    form = LastingForm
    formset = LastingRows

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tell the forms which day it is."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.today = today(request)
        return formset


def _shown_fields(model: type[models.Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and not isinstance(field, models.BinaryField)
    ]


class ReadOnly:
    """Nothing can be added, changed or deleted; what may be seen is the role's."""

    actions: ClassVar[list[str]] = []
    model: type[models.Model]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: documents are made by the desks' verbs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: documents change by the desks' verbs only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: documents are corrected by new ones."""
        return False


class DocumentAdmin(ReadOnly, ConsoleAdmin):
    """Documents and records: shown whole, never edited here."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return every column, what is kept in JSON in words."""
        return readable(self.model, self.fields or _shown_fields(self.model), money_in=self.money_in)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return every column, also those that forms leave out."""
        return [
            name
            for row in self.get_fields(request, obj)
            for name in (row if isinstance(row, tuple) else [row])
        ]


class DocumentInline(ReadOnly, TabularInline):
    """The lines of a document."""

    extra = 0
    can_delete = False
    show_change_link = False
    hide_title = True  # the columns say it
    money_in = "currency"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the named columns, or every one but the document's own key."""
        key = self.fk_name
        shown = self.fields or [name for name in _shown_fields(self.model) if name != key]
        return readable(self.model, shown, money_in=self.money_in)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return every column."""
        return self.get_fields(request, obj)


admin.site.unregister(Group)  # the roles are a table in the code, applied after every migrate


@admin.register(Company)
class CompanyAdmin(MasterDataAdmin):
    """The selling company."""

    list_display = ("name", "legal_name", "country", "base_currency", "time_zone")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix the base currency once the company exists: its books are kept in it."""
        return ["base_currency"] if obj else []


@admin.register(DocumentCounter)
class DocumentCounterAdmin(DocumentAdmin):
    """The gapless numbers."""

    list_display = ("counts", "in_year", "last", "last_on")
    fields = ("company", "counts", "in_year", "last", "last_on")

    @admin.display(description=_("kind"), ordering="kind")
    def counts(self, counter: DocumentCounter) -> str:
        """Return what is numbered, in words."""
        return counter.kind_words

    @admin.display(description=_("year"), ordering="year")
    def in_year(self, counter: DocumentCounter) -> str:
        """Return the year; nothing where the numbers go on over the years."""
        return str(counter.year or "–")


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(DocumentAdmin):
    """What API requests were answered, kept for a week."""

    list_display = ("created_at", "scope", "key", "status")
    search_fields = ("key",)
    ordering = ("-id",)


@admin.register(JobRun)
class JobRunAdmin(DocumentAdmin):
    """The nightly jobs."""

    list_display = ("job", "business_date", "state", "attempts", "started_at", "finished_at")
    list_filter = ("state", "job")
    ordering = ("-business_date", "job")


@admin.register(Sandbox)
class SandboxAdmin(DocumentAdmin):
    """The sandbox of test keys: its row is read from its own database."""

    list_display = ("set_up_at", "ahead")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Sandbox]:
        """Return the sandbox's row, if there is a sandbox."""
        rows = Sandbox.objects.using(partition.SANDBOX)
        return rows if partition.is_configured() else Sandbox.objects.none()


@admin.register(Assignment)
class AssignmentAdmin(DocumentAdmin):
    """Who was asked to do what, and what came of it."""

    list_display = ("title", "document_number", "role", "assignee", "due_on", "done_at", "outcome")
    list_select_related = ("role", "assignee")
    list_filter = (("role", RoleFilter), ("done_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "document_number")
    ordering = ("due_on",)


@admin.register(SavedView)
class SavedViewAdmin(DocumentAdmin):
    """The views that people keep of their lists."""

    list_display = ("worklist", "name", "owner", "shared")
    list_select_related = ("owner",)
    list_filter = ("worklist", "shared")
