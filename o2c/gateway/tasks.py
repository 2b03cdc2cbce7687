"""What the gateway does in the background: jobs that calls began, and forgetting what nobody asks for again."""

from datetime import date, timedelta
from typing import Any

from o2c.gateway import jobs
from o2c.gateway.models import Job
from o2c.kernel import clock, idempotency
from o2c.kernel.background import daily_job, repeatable_consumer

JOBS_KEPT = timedelta(days=30)


@repeatable_consumer
def run_job(*, document_id: int, **_: Any) -> None:
    """Do the job; one whose worker died goes on where it stopped."""
    jobs.run(job_id=document_id, now=clock.unmoved)


@daily_job
def forget_answers(*, on: date) -> dict[str, Any]:
    """Forget what requests were answered a week ago, and the jobs that ended a month ago."""
    now = clock.unmoved()
    ended, _by_model = Job.objects.filter(finished_at__lt=now - JOBS_KEPT).delete()
    return idempotency.forget(before=now - idempotency.KEPT) | {"jobs": ended}
