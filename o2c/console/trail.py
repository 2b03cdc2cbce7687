"""The audit trail of an auditor: what was changed in master data and what was done, in one line of time.

Two tables keep it, both append-only: the database writes every version of master data (`kernel.audit`), the verbs
write what they did (`kernel.events`). Nothing is copied; this reads both.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, make_aware
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from o2c.console.audit_admin import BRIEFLY, DEEDS, changes_of, words_of
from o2c.kernel.db import fetch_all
from o2c.kernel.fields import DayField
from o2c.kernel.models import AuditEntry, Event, User
from o2c.kernel.workdays import ONE_DAY
from reporting.selectors import Happening
from reporting.templatetags.stages import event_detail, happened

SHOWN = 100


# The newest of each table by its primary key; the rest is filtered by its indexes.
NEWEST = """
WITH changed AS (
    SELECT 'change' AS source, a.id, a.at FROM kernel_auditentry a
    LEFT JOIN kernel_user person ON person.id = a.actor_id
    WHERE (%(person)s::text = '' OR person.username = %(person)s)
      AND (%(words)s::text = '' OR a.table_name ILIKE %(like)s OR a.row_id::text = %(words)s
           OR a.after ->> 'number' ILIKE %(words)s OR a.after ->> 'code' ILIKE %(words)s
           OR a.after ->> 'sku' ILIKE %(words)s OR a.before ->> 'number' ILIKE %(words)s)
      AND (%(since)s::timestamptz IS NULL OR a.at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR a.at < %(until)s)
      AND (%(before)s::timestamptz IS NULL OR a.at < %(before)s)
    ORDER BY a.id DESC LIMIT %(limit)s
), done AS (
    SELECT 'event' AS source, e.id, e.at FROM kernel_event e
    JOIN kernel_user person ON person.id = e.actor_id
    WHERE (%(person)s::text = '' OR person.username = %(person)s)
      AND (%(words)s::text = '' OR e.document_number ILIKE %(words)s OR e.kind ILIKE %(like)s)
      AND (%(since)s::timestamptz IS NULL OR e.at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR e.at < %(until)s)
      AND (%(before)s::timestamptz IS NULL OR e.at < %(before)s)
    ORDER BY e.id DESC LIMIT %(limit)s
)
SELECT source, id FROM (SELECT * FROM changed UNION ALL SELECT * FROM done) told
ORDER BY at DESC, id DESC LIMIT %(limit)s
"""


class TrailForm(forms.Form):
    """By whom, about what and when."""

    person = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    words = forms.CharField(
        label=gettext_lazy("Document"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("A number, a SKU or a code."),
    )
    since = DayField(label=pgettext_lazy("date", "From"), required=False)
    until = DayField(label=pgettext_lazy("date", "Until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = User.objects.order_by("username").values_list("username", flat=True)
        self.fields["person"].choices = [("", _("Everybody")), *((name, name) for name in names)]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, who, what was done to what, and its own page."""

    at: datetime
    on: date | None
    actor: str
    deed: str
    about: str
    detail: str
    url: str


def trail(
    *, person: str, words: str, since: datetime | None, until: datetime | None, before: datetime | None
) -> list[Entry]:
    """Return the newest entries of both tables *before* an instant; three statements."""
    found = fetch_all(
        NEWEST,
        {
            "person": person,
            "words": words,
            "like": f"%{words}%",
            "since": since,
            "until": until,
            "before": before,
            "limit": SHOWN,
        },
    )
    ids = {source: [pk for kind, pk in found if kind == source] for source in ("change", "event")}
    changes = AuditEntry.objects.select_related("actor").in_bulk(ids["change"])
    events = Event.objects.select_related("actor").in_bulk(ids["event"])
    return [_of_change(changes[pk]) if source == "change" else _of_event(events[pk]) for source, pk in found]


def _of_change(entry: AuditEntry) -> Entry:
    told = [what for what, _was, _now in changes_of(entry)] if entry.operation == "UPDATE" else []
    row = entry.after or entry.before or {}
    name = next((str(row[key]) for key in ("number", "code", "sku", "name", "username") if row.get(key)), "")
    return Entry(
        at=entry.at,
        on=None,
        actor=str(entry.actor or "–"),
        deed=str(DEEDS.get(entry.operation, entry.operation)),
        about=f"{words_of(entry.table_name)} {name or entry.row_id}",
        detail=", ".join(told[:BRIEFLY]) + (" …" if len(told) > BRIEFLY else ""),
        url=reverse("admin:kernel_auditentry_change", args=[entry.pk]),
    )


def _of_event(event: Event) -> Entry:
    happening = Happening(
        event.pk, event.kind, event.document_type, event.document_id, event.document_number,
        event.on, event.at, str(event.actor), event.payload,
    )  # fmt: skip
    return Entry(
        at=event.at,
        on=event.on,
        actor=str(event.actor),
        deed=happened(happening),
        about=event.document_number,
        detail=event_detail(happening),
        url=reverse("admin:kernel_event_change", args=[event.pk]),
    )


@require_GET
@permission_required("kernel.view_auditentry", raise_exception=True)
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Show who changed and did what, the newest first, by person, document and day."""
    form = TrailForm(request.GET)
    told = form.cleaned_data if form.is_valid() else {}
    before = parse_datetime(request.GET.get("before", ""))
    until = told.get("until")
    entries = trail(
        person=told.get("person") or "",
        words=(told.get("words") or "").strip(),
        since=_midnight(told.get("since")),
        until=_midnight(until + ONE_DAY if until and until < date.max else None),
        before=before if before is None or is_aware(before) else None,
    )
    asked = request.GET.copy()
    if len(entries) == SHOWN:
        asked["before"] = entries[-1].at.isoformat()
    older = asked.urlencode() if len(entries) == SHOWN else ""
    return render(request, "console/trail.html", {"form": form, "entries": entries, "older": older})


def _midnight(day: date | None) -> datetime | None:
    """Return when a day begins where the company is."""
    return None if day is None else make_aware(datetime.combine(day, time.min))
