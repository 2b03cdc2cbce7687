"""What the gateway does in the background: shops are told, calls' jobs are done, and what is over is forgotten."""

from datetime import date, timedelta
from typing import Any

from celery import shared_task
from django.core.cache import cache

from o2c.gateway import services
from o2c.kernel import clock, idempotency, longwork, partition
from o2c.kernel.background import daily_job, repeatable_consumer
from o2c.kernel.models import Job

JOBS_KEPT = timedelta(days=30)
DELIVERIES_KEPT = timedelta(days=30)
LONGEST = 40  # seconds of one sender; the next call, a minute later, goes on
CALL_LASTS = 90
LINGER = 6  # the first retry comes after five seconds


def sender_called() -> str:
    """Return the flag that is set while a call for a sender of these books waits in the queue, or one is awake."""
    return f"webhook-sender-called/{partition.current()}"


@shared_task(name="o2c.gateway.tasks.send_webhooks")
def send_webhooks(*, called: bool = False, **_: Any) -> None:
    """Send what is due. *called* when something is, else every minute, unless one is awake: the row is the queue."""
    if not called and not cache.add(sender_called(), 1, timeout=CALL_LASTS):
        return
    # In real time, in the sandbox too: a shop refuses what was signed on another day.
    services.send_due(now=clock.unmoved, until=LONGEST, linger=LINGER)
    cache.delete(sender_called())
    services.send_due(now=clock.unmoved, until=LONGEST)  # what came after the last look and did not call


@repeatable_consumer
def run_job(*, document_id: int, **_: Any) -> None:
    """Do the job; one whose worker died goes on where it stopped."""
    longwork.run(job_id=document_id, now=clock.unmoved)


@daily_job
def forget_answers(*, on: date) -> dict[str, Any]:
    """Forget what requests were answered a week ago, and what was sent and which jobs ended a month ago."""
    now = clock.unmoved()
    ended, _by_model = Job.objects.filter(finished_at__lt=now - JOBS_KEPT).delete()
    told = services.forget_deliveries(before=now - DELIVERIES_KEPT)
    return idempotency.forget(before=now - idempotency.KEPT) | {"jobs": ended, "deliveries": told}
