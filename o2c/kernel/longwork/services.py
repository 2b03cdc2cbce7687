"""Work that outlasts the request that began it: queued in its transaction, done by a worker, watched by who asked.

What a kind of job does is said by the project at start-up (`o2c.operations.apps`). A runner works in steps that
may be repeated: when its worker dies, the job is owed again like every effect of an event, and goes on where it
stopped.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from o2c.kernel import rows
from o2c.kernel.db import fetch_all, requires_transaction, unit_of_work
from o2c.kernel.errors import DomainError
from o2c.kernel.events import announce
from o2c.kernel.longwork.errors import JobRunning
from o2c.kernel.longwork.events import JobQueued
from o2c.kernel.models import Job, User
from o2c.kernel.partition import SANDBOX

Told = Callable[[int], None]
Runner = Callable[[Job, Told], dict[str, Any]]

_runners: dict[str, Runner] = {}

# A session's lock, so that it goes with the worker that dies; by the row's id, in a space of its own.
TAKE = "SELECT pg_try_advisory_lock(7105, %s)"
GIVE_BACK = "SELECT pg_advisory_unlock(7105, %s)"
RESET = "sandbox-reset"


def carried_out_by(kind: str, runner: Runner) -> None:
    """Set what a kind of job does; the runner gets the job and whom to tell how much is done."""
    _runners[kind] = runner


@requires_transaction
def queue(*, kind: str, asked: dict[str, Any], total: int, on: date, actor: User, title: str = "") -> Job:
    """Queue a job of *total* steps; *asked* is what its runner reads, *title* what its card says."""
    [job] = rows.insert([Job(kind=kind, owner=actor, title=title[:200], asked=asked, total=total)])
    announce(JobQueued.of(job, on=on, actor=actor))
    return job


def run(*, job_id: int, now: Callable[[], datetime]) -> None:
    """Do a queued job, or go on with one whose worker died; *now* tells when it ended.

    :raises JobRunning: another worker is at it.
    """
    if not fetch_all(TAKE, [job_id])[0][0]:
        raise JobRunning(_("The job %(job_id)s is being done.") % {"job_id": job_id})
    try:
        _run(job_id, now)
    finally:
        fetch_all(GIVE_BACK, [job_id])


def _run(job_id: int, now: Callable[[], datetime]) -> None:
    job = _begun(job_id)
    if job is None:
        return
    try:
        outcome = _runners[job.kind](job, lambda done: _tell(job, done))
    except DomainError as refusal:
        code, text = refusal.code, str(refusal)
        _end(job, lambda row: row.mark_failed(code=code, text=text, at=now()))
        return
    _end(job, lambda row: row.mark_done(outcome=outcome, at=now()))


def _begun(job_id: int) -> Job | None:
    """Return the job, running; None when it is over."""
    with unit_of_work():
        job = next(iter(Job.objects.lock_where("id = %s", job_id)), None)
        if job is None or job.state in {Job.State.DONE, Job.State.FAILED}:
            return None
        if job.state == Job.State.QUEUED:
            job.mark_running()
            rows.update(job, "state")
        return job


def _tell(job: Job, done: int) -> None:
    """Note how much is done.

    :raises JobRunning: the job is over: somebody emptied the sandbox meanwhile.
    """
    job.done = done
    if not Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(done=done):
        raise JobRunning(_("The job was ended."))


def _end(job: Job, mark: Callable[[Job], None]) -> None:
    with unit_of_work():
        row = Job.objects.lock(job.pk)
        if row.state == Job.State.RUNNING:
            mark(row)
            rows.update(row, "state", "outcome", "error_code", "error", "finished_at")


@requires_transaction
def end_all(*, at: datetime) -> None:
    """End every job that is not over, because what it works on is going."""
    for job in Job.objects.lock_where("state IN ('queued', 'running')"):
        job.mark_failed(code=RESET, text=f"The {SANDBOX} was reset.", at=at)
        rows.update(job, "state", "error_code", "error", "finished_at")
