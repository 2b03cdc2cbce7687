"""Letting days pass in the sandbox: each night's jobs in the order of their hours, and what they cause."""

from datetime import timedelta
from typing import Any

from celery import Task

from fulfillment.tasks import announce_to_carrier
from invoicing.tasks import render_pdf
from o2c import dispatch
from o2c.celery import app, daily_jobs
from o2c.gateway.sandbox.days import keep_ahead
from o2c.gateway.tasks import run_job
from o2c.kernel import partition
from o2c.kernel.errors import DomainError
from o2c.kernel.longwork import Told
from o2c.kernel.models import Job

LEFT_TO_WORKERS = [render_pdf.name, announce_to_carrier.name, run_job.name]


def pass_days(job: Job, told: Told) -> dict[str, Any]:
    """Let the days of *job* pass, from where it stopped; return what was done and what was refused."""
    app.loader.import_default_modules()
    refused: dict[str, int] = {}
    for day in range(job.done + 1, job.total + 1):
        ahead = timedelta(days=job.asked["ahead"] + day)
        keep_ahead(ahead)
        with partition.moved(ahead):
            _live_through_the_night(refused)
        told(day)
    return {"today": job.asked["to"], "days": job.total, "refused": refused}


def _live_through_the_night(refused: dict[str, int]) -> None:
    """Run the day's jobs; one that refuses keeps no other from running."""
    for task in [_task(name) for name in daily_jobs()]:
        for work in (task, lambda: dispatch.run_inline(leaving=LEFT_TO_WORKERS)):
            try:
                work()
            except DomainError as refusal:
                refused[refusal.code] = refused.get(refusal.code, 0) + 1


def _task(name: str) -> Task:  # type: ignore[type-arg]
    return app.tasks[name]
