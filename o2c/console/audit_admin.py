"""The audit trail in the finance console: who changed which master data, from what to what."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.admin import DocumentAdmin, among
from o2c.kernel.models import AuditEntry
from o2c.kernel.readable import structure

BRIEFLY = 3  # changes that a line of the list names
DEEDS = {
    "INSERT": gettext_lazy("Added"),
    "UPDATE": gettext_lazy("Changed"),
    "DELETE": gettext_lazy("Deleted"),
}


@cache
def models_by_table() -> dict[str, type[Model]]:
    """Return which model a table is of."""
    return {model._meta.db_table: model for model in apps.get_models()}


def words_of(table: str) -> str:
    """Return what the rows of a table are called; the table itself where it is no model's any more."""
    model = models_by_table().get(table)
    return str(model._meta.verbose_name) if model else table


def column_words(table: str, column: str) -> str:
    """Return what a column is called; its own name where it is no field's any more."""
    model = models_by_table().get(table)
    field = next((field for field in model._meta.fields if field.column == column), None) if model else None
    if field is None:
        return column.removesuffix("_id").replace("_", " ")
    if field.remote_field and not isinstance(field.verbose_name, Promise):  # nobody gave the link a name
        return words_of(field.remote_field.model._meta.db_table)
    return str(field.verbose_name)


def changes_of(entry: AuditEntry) -> Iterator[tuple[str, Any, Any]]:
    """Return what changed: the column in words, its value before and after."""
    before, after = entry.before or {}, entry.after or {}
    for name in {**before, **after}:
        if name != "id" and before.get(name) != after.get(name):
            yield column_words(entry.table_name, name), before.get(name), after.get(name)


class KindFilter(admin.SimpleListFilter):
    """Narrows the trail to one kind of master data, by its name."""

    title = gettext_lazy("of what")
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the tables that are watched."""
        watched = (
            (table, model._meta.verbose_name)
            for table, model in models_by_table().items()
            if any(trigger.name == "audited" for trigger in getattr(model._meta, "triggers", ()))
        )
        return sorted(watched, key=lambda one: str(one[1]))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the entries of the chosen table, or all."""
        return queryset.filter(table_name=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(DocumentAdmin):
    """Every change of master data."""

    list_display = ("at", "actor", "deed", "what", "row", "briefly")
    list_select_related = ("actor",)
    list_filter = (KindFilter, ("operation", among(DEEDS.items)))
    search_fields = ("actor__username", "table_name")
    ordering = ("-id",)
    fields = ("at", "actor", "deed", "what", "row", "changes")

    @admin.display(description=gettext_lazy("deed"), ordering="operation")
    def deed(self, entry: AuditEntry) -> str:
        """Return what was done."""
        return str(DEEDS.get(entry.operation, entry.operation))

    @admin.display(description=gettext_lazy("what"), ordering="table_name")
    def what(self, entry: AuditEntry) -> str:
        """Return what kind of row it was."""
        return words_of(entry.table_name)

    @admin.display(description=gettext_lazy("row"))
    def row(self, entry: AuditEntry) -> str:
        """Return the row's number, leading to its page where it has one."""
        model = models_by_table().get(entry.table_name)
        if model is None or entry.operation == "DELETE":
            return str(entry.row_id)
        try:
            url = reverse(
                f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[entry.row_id]
            )
        except NoReverseMatch:
            return str(entry.row_id)
        return format_html('<a class="cs-link" href="{}">{}</a>', url, entry.row_id)

    @admin.display(description=gettext_lazy("changes"))
    def briefly(self, entry: AuditEntry) -> str:
        """Return the first changes on one line; what was added or deleted is on its page."""
        if entry.operation != "UPDATE":
            return "–"
        told = [_("%(what)s: %(was)s → %(now)s") % {"what": what, "was": _short(was), "now": _short(now)}
                for what, was, now in changes_of(entry)]  # fmt: skip
        return ", ".join(told[:BRIEFLY]) + (" …" if len(told) > BRIEFLY else "")

    @admin.display(description=gettext_lazy("changes"))
    def changes(self, entry: AuditEntry) -> str:
        """Return every change as a table: before and after."""
        rows = format_html_join(
            "",
            '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>',
            ((what, structure(was), structure(now)) for what, was, now in changes_of(entry)),
        )
        head = format_html(
            '<tr><td></td><th scope="col">{}</th><th scope="col">{}</th></tr>', _("before"), _("after")
        )
        return format_html('<table class="cs-data"><thead>{}</thead><tbody>{}</tbody></table>', head, rows)


def _short(value: Any) -> str:
    """Return a value on one line."""
    text = "–" if value in (None, "") else str(value)
    return text if len(text) <= 30 else f"{text[:29]}…"
