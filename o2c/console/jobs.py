"""What runs by itself: each job with its hours, how its last run ended, and what it has missed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from celery.schedules import crontab
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _, gettext_lazy
from redis.exceptions import RedisError

from o2c.celery import SCHEDULE
from o2c.kernel import heartbeat
from o2c.kernel.db import fetch_all
from o2c.kernel.jobs import DEAD_AFTER
from o2c.kernel.models import EventDelivery, JobRun

SHOWN_DAYS = 14

# What each job is for, in words; the schedule names them for machines.
NAMES = {
    "orders.tasks.expire_quotes": gettext_lazy("Close quotes that are over"),
    "credit.tasks.assess_customers": gettext_lazy("Judge how customers pay"),
    "inventory.tasks.watch_stock": gettext_lazy("Look for low stock"),
    "orders.tasks.serve_everything_waiting": gettext_lazy("Give free stock to waiting orders"),
    "fulfillment.tasks.plan_everything_due": gettext_lazy("Plan shipments"),
    "fulfillment.tasks.grant_everything_due": gettext_lazy("Give access to what is digital"),
    "fulfillment.tasks.expire_returns": gettext_lazy("Cancel returns that never came"),
    "fulfillment.tasks.detect_delays": gettext_lazy("Tell customers of delays"),
    "invoicing.tasks.bill_everything_due": gettext_lazy("Draft invoices"),
    "invoicing.tasks.print_everything_due": gettext_lazy("Print documents"),
    "fulfillment.tasks.ask_carriers": gettext_lazy("Ask carriers where parcels are"),
    "customers.tasks.recheck_vat_ids": gettext_lazy("Check VAT ids again"),
    "o2c.gateway.tasks.forget_answers": gettext_lazy("Forget what shops were answered"),
    "reporting.tasks.certify": gettext_lazy("Prove the books"),
    "o2c.dispatch_events": gettext_lazy("Pass events on"),
    "ledger.tasks.seal": gettext_lazy("Number the journal"),
    "customers.tasks.send_messages": gettext_lazy("Send messages"),
    "o2c.gateway.tasks.send_webhooks": gettext_lazy("Send webhooks"),
    "inventory.tasks.expire_carts": gettext_lazy("Free expired carts"),
}

# What the figures of a run are called.
FIGURES = {
    "changed": gettext_lazy("changed"),
    "orders": gettext_lazy("orders"),
    "shipments": gettext_lazy("shipments"),
    "invoices": gettext_lazy("invoices"),
    "returns": gettext_lazy("returns"),
    "expired": gettext_lazy("expired"),
    "sightings": gettext_lazy("sightings"),
    "silent": gettext_lazy("not answered by carriers"),
    "valid": gettext_lazy("valid"),
    "not_valid": gettext_lazy("not valid"),
    "not_answered": gettext_lazy("not answered"),
    "certificate": gettext_lazy("certificate"),
    "passed": gettext_lazy("passed"),
    "failed": gettext_lazy("failed"),
    "jobs": gettext_lazy("jobs"),
    "deliveries": gettext_lazy("deliveries"),
}

# The rows that a job of every minute still has before it, and since when the oldest.
BACKLOG = """
SELECT 'o2c.dispatch_events', count(*), min(at) FROM kernel_event WHERE dispatched_at IS NULL
UNION ALL
SELECT 'ledger.tasks.seal', count(*), min(posted_at) FROM ledger_journalentry WHERE number IS NULL
UNION ALL
SELECT 'customers.tasks.send_messages', count(*), min(queued_at) FROM customers_message WHERE state = 'queued'
UNION ALL
SELECT 'o2c.gateway.tasks.send_webhooks', count(*), min(next_try_at) FROM gateway_webhookdelivery
WHERE state = 'pending' AND next_try_at <= %(at)s
UNION ALL
SELECT 'inventory.tasks.expire_carts', count(*), min(expires_at) FROM inventory_carthold
WHERE state = 'held' AND expires_at <= %(at)s
"""

# Since the first run that anybody remembers, the days on which a job did not end well.
MISSED = """
WITH first AS (
    SELECT job, min(business_date) AS on_day FROM kernel_jobrun GROUP BY job
)
SELECT first.job, day::date
FROM first, generate_series(greatest(first.on_day, %(today)s::date - %(days)s), %(today)s::date - 1, '1 day') AS day
WHERE NOT EXISTS (
    SELECT FROM kernel_jobrun run WHERE run.job = first.job AND run.business_date = day::date AND run.state = 'done'
)
ORDER BY first.job, day
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyJob:
    """A job of one business date: when it runs, how its last run ended, and the days that it missed."""

    task: str
    name: str
    runs_at: str
    next_run: datetime
    last: JobRun | None
    missed: list[date]
    made_up: bool
    late: bool

    @property
    def tone(self) -> str:
        """Return how its state is coloured."""
        if self.last is None:
            return ""
        if self.late or self.last.state == JobRun.State.FAILED:
            return "bad"
        return "good" if self.last.state == JobRun.State.DONE else "info"

    @property
    def seconds(self) -> float | None:
        """Return how long the last run took, None where it has not ended."""
        if self.last is None or self.last.finished_at is None:
            return None
        return (self.last.finished_at - self.last.started_at).total_seconds()

    @property
    def found(self) -> str:
        """Return what the last run did, in words."""
        return figures_in_words(self.last.outcome) if self.last else ""

    @property
    def needs_a_run(self) -> bool:
        """Say whether something of it is undone: the last run failed or died, or a day is not made up for."""
        return self.tone == "bad" or (bool(self.missed) and not self.made_up)

    @property
    def is_behind(self) -> bool:
        """Say whether catching up runs it: something of it is undone, or it never ran."""
        return self.last is None or self.needs_a_run


@dataclass(frozen=True, slots=True, kw_only=True)
class MinuteJob:
    """A job of every minute: what still lies before it."""

    task: str
    name: str
    waiting: int
    since: datetime | None
    late: bool


def daily_jobs_of(*, at: datetime, today: date) -> list[DailyJob]:
    """Return the daily jobs in the order of their hours. Two queries."""
    last = {run.job: run for run in JobRun.objects.order_by("job", "-business_date").distinct("job")}
    missed: dict[str, list[date]] = {}
    for job, day in fetch_all(MISSED, {"today": today, "days": SHOWN_DAYS}):
        missed.setdefault(job, []).append(day)
    daily = [entry for entry in SCHEDULE.values() if isinstance(entry["schedule"], crontab)]
    daily.sort(key=lambda entry: _hour(entry["schedule"]))
    return [_daily(entry, last=last, missed=missed, at=at) for entry in daily]


def _daily(
    entry: Mapping[str, Any], *, last: Mapping[str, JobRun], missed: Mapping[str, list[date]], at: datetime
) -> DailyJob:
    task, run = entry["task"], last.get(entry["task"])
    hour, minute = _hour(entry["schedule"])
    days = missed.get(task, [])
    return DailyJob(
        task=task,
        name=name_of(task),
        runs_at=f"{hour:02}:{minute:02}",
        next_run=next_run(entry["schedule"], at=at),
        last=run,
        missed=days,
        made_up=bool(run and run.state == JobRun.State.DONE and all(day < run.business_date for day in days)),
        late=bool(run and run.state == JobRun.State.RUNNING and at - run.started_at > DEAD_AFTER),
    )


def _hour(schedule: Any) -> tuple[int, int]:
    return min(schedule.hour), min(schedule.minute)


def next_run(schedule: crontab, *, at: datetime) -> datetime:
    """Return when a daily job runs next; the schedule is in UTC."""
    hour, minute = _hour(schedule)
    today = at.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > at else today + timedelta(days=1)


def minute_jobs(*, at: datetime) -> Iterator[MinuteJob]:
    """Return the jobs of every minute with what lies before them. One query."""
    for task, waiting, since in fetch_all(BACKLOG, {"at": at}):
        late = since is not None and at - since > timedelta(minutes=5)
        yield MinuteJob(task=task, name=name_of(task), waiting=waiting, since=since, late=late)


def name_of(task: str) -> str:
    """Return what a job is called in words; its own name where nobody has given it any."""
    return str(NAMES.get(task, task.rpartition(".")[2].replace("_", " ")))


def worker_seen() -> datetime | None:
    """Return when a worker last looked for work; None if none ever did, or nobody can say."""
    try:
        return heartbeat.last_seen()
    except (RedisError, OSError):
        return None


def stuck_deliveries(*, at: datetime) -> QuerySet[EventDelivery]:
    """Return the effects that were tried in vain or are owed for long, the oldest first."""
    owed = EventDelivery.objects.filter(handled_at=None)
    in_vain = ~Q(error="") | Q(event__dispatched_at__lt=at - timedelta(minutes=15))
    return owed.filter(in_vain).select_related("event").order_by("event_id", "id")


def figures_in_words(outcome: Mapping[str, Any]) -> str:
    """Return a run's figures as people read them: ``orders 3, shipments 0``."""
    told = []
    for name, value in outcome.items():
        shown = _shown(value)
        if shown:
            told.append(f"{FIGURES.get(name, name.replace('_', ' '))} {shown}")
    return ", ".join(told) or (_("nothing to do") if not outcome else _("nothing found"))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value[:3])
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {one}" for name, one in value.items())
    return "" if value is None else str(value)
