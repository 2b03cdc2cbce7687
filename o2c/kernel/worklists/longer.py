"""What takes longer than a page should: many rows at once, long exports and merged papers, as jobs.

A job keeps the address of the list and the ids of its rows, so what is done is what was ticked. Each row has its
effect and its outcome in one transaction: a job whose worker died goes on with the rows that have none yet.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import get_language, gettext as _, override

from o2c.kernel import longwork
from o2c.kernel.db import verb
from o2c.kernel.errors import DomainError, NotFound, NotPermitted
from o2c.kernel.models import Company, Job, JobFile, JobRow
from o2c.kernel.worklists import exports
from o2c.kernel.worklists.actions import BulkAction, ensure_may
from o2c.kernel.worklists.worklist import Desk, Worklist, worklist_of

LONG = 200  # rows; more are done in the background
MOST = 20_000
MOST_PAPERS = 1_000  # of one PDF, which a worker holds in memory
CHUNK = 50
LONG_EXPORT = 5_000
MOST_EXPORTED = {"csv": 200_000, "xlsx": 50_000}
PDF = "application/pdf"


def _asked(worklist: Worklist, **more: Any) -> dict[str, Any]:
    return {
        "list": worklist.key,
        "path": worklist.path,
        "query": worklist.query.urlencode(),
        "today": worklist.desk.today.isoformat(),
        "language": get_language() or "en",
        **more,
    }


@verb
def queue_action(*, worklist: Worklist, action: BulkAction, ids: Sequence[int], fields: str = "") -> Job:
    """Queue an action for the rows *ids* of a list; *fields* is what its form was given, as an address.

    :raises NotPermitted: who asks may not have it.
    """
    ensure_may(action, worklist.desk.actor)
    wanted = list(ids[: MOST_PAPERS if action.papers else MOST])
    return longwork.queue(
        kind=Job.Kind.PAPERS if action.papers else Job.Kind.ACTION,
        title=_("%(action)s: %(list)s") % {"action": action.label, "list": worklist.title},
        asked=_asked(worklist, action=action.name, ids=wanted, fields=fields),
        total=len(wanted),
        on=worklist.desk.today,
        actor=worklist.desk.actor,
    )


@verb
def queue_export(*, worklist: Worklist, ending: str) -> Job:
    """Queue the export of exactly this view as ``csv`` or ``xlsx``."""
    return longwork.queue(
        kind=Job.Kind.EXPORT,
        title=_("Export: %(list)s") % {"list": worklist.title},
        asked=_asked(worklist, ending=ending),
        total=min(worklist.matching.order_by().count(), MOST_EXPORTED[ending]),
        on=worklist.desk.today,
        actor=worklist.desk.actor,
    )


@verb
def queue_again(*, job: Job) -> Job | None:
    """Queue what a job refused once more; None where it refused nothing."""
    refused = list(job.rows.filter(done=False).order_by("pk").values_list("row_id", flat=True))
    if not refused or not job.is_over:
        return None
    return longwork.queue(
        kind=job.kind,
        title=job.title,
        asked=job.asked | {"ids": refused},
        total=len(refused),
        on=date.fromisoformat(job.asked["today"]),
        actor=job.owner,
    )


# ---- what a worker does
def _again(job: Job) -> Worklist:
    """Return the list as it stood in the address, for who began the job and as they may see it now."""
    kind = worklist_of(job.asked["list"])
    if not kind.is_open_to(job.owner):
        raise NotPermitted(
            _("%(person)s may not see “%(list)s”.") % {"person": job.owner, "list": kind.title}
        )
    desk = Desk(job.owner, date.fromisoformat(job.asked["today"]), Company.objects.current())
    return kind(desk, QueryDict(job.asked["query"]))


def _action_of(worklist: Worklist, job: Job) -> BulkAction:
    action = next((one for one in worklist.actions if one.name == job.asked["action"]), None)
    if action is None:
        raise NotFound(_("There is no such action."))
    ensure_may(action, job.owner)
    return action


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def work_through(job: Job, told: longwork.Told) -> dict[str, Any]:
    """Have the action of *job* row by row; a refusal of one stops no other."""
    with override(job.asked["language"]):
        worklist = _again(job)
        action = _action_of(worklist, job)
        form = action.form(QueryDict(job.asked["fields"])) if action.form else None
        arguments = form.cleaned_data if form is not None and form.is_valid() else {}
        had = set(job.rows.values_list("row_id", flat=True))
        done = len(had)
        for ids in _chunks([pk for pk in job.asked["ids"] if pk not in had]):
            found = {row.pk: row for row in worklist.prepared(list(worklist.matching.filter(pk__in=ids)))}
            for pk in ids:
                _one(job, action, pk, found.get(pk), {"desk": worklist.desk, **arguments})
                done += 1
                told(done)
    refused = job.rows.filter(done=False).count()
    return {"done": done - refused, "refused": refused}


def _one(job: Job, action: BulkAction, pk: int, row: Any, arguments: dict[str, Any]) -> None:
    if row is None:
        _refuse(job=job, pk=pk, label=str(pk), text=_("It is not in this list any more."))
    elif blocked := str(action.blocked(row)):
        _refuse(job=job, pk=pk, label=str(row), text=blocked)
    else:
        try:
            _have(job=job, action=action, row=row, arguments=arguments)
        except DomainError as refusal:
            _refuse(
                job=job,
                pk=pk,
                label=str(row),
                text=str(refusal.message),
                next_step=str(refusal.next_step),
                code=refusal.code,
            )


@verb
def _have(*, job: Job, action: BulkAction, row: Any, arguments: dict[str, Any]) -> None:
    text = action.do(row=row, **arguments) or ""
    JobRow.objects.create(job=job, row_id=row.pk, label=str(row)[:200], done=True, text=str(text)[:500])


@verb
def _refuse(*, job: Job, pk: int, label: str, text: str, next_step: str = "", code: str = "") -> None:
    JobRow.objects.create(
        job=job,
        row_id=pk,
        label=label[:200],
        done=False,
        text=text[:500],
        next_step=next_step[:500],
        code=code,
    )


@verb
def _keep(*, job: Job, name: str, content_type: str, content: bytes) -> None:
    """Keep what a job made; made again, it replaces the first."""
    kept = {"name": name, "content_type": content_type, "content": content}
    JobFile.objects.update_or_create(job=job, defaults=kept)


def export(job: Job, told: longwork.Told) -> dict[str, Any]:
    """Write the list of *job* into a file."""
    ending = job.asked["ending"]
    with override(job.asked["language"]):
        worklist = _again(job)
        most = MOST_EXPORTED[ending]

        def counted(rows: int) -> None:
            told(min(rows, job.total))

        if ending == "csv":
            content = "".join(exports.as_csv(worklist, most=most, told=counted)).encode()
        else:
            content = exports.as_workbook(worklist, most=most, told=counted)
        name = f"{slugify(worklist.key)}-{worklist.desk.today.isoformat()}.{ending}"
    _keep(job=job, name=name, content_type=exports.TYPES[ending], content=content)
    told(job.total)
    return {"rows": job.total}


def put_together(job: Job, told: longwork.Told) -> dict[str, Any]:
    """Make one PDF of the papers of the rows of *job*, in the order in which they stood."""
    with override(job.asked["language"]):
        worklist = _again(job)
        action = _action_of(worklist, job)
        assert action.papers is not None
        sheets: list[bytes] = []
        for place, ids in enumerate(_chunks(job.asked["ids"])):
            found = {row.pk: row for row in worklist.matching.filter(pk__in=ids)}
            papers = action.papers(list(found.values()))
            sheets += [papers[pk] for pk in ids if pk in papers]
            for pk in ids:
                if pk not in papers:
                    _miss(job=job, pk=pk, label=str(found.get(pk, pk)), text=_("It has no PDF yet."))
            told(place * CHUNK + len(ids))
    if sheets:
        name = f"{slugify(worklist.key)}-{worklist.desk.today.isoformat()}.pdf"
        _keep(job=job, name=name, content_type=PDF, content=exports.merged(sheets))
    return {"papers": len(sheets), "missing": job.total - len(sheets)}


@verb
def _miss(*, job: Job, pk: int, label: str, text: str) -> None:
    JobRow.objects.get_or_create(
        job=job, row_id=pk, defaults={"label": label[:200], "done": False, "text": text}
    )
