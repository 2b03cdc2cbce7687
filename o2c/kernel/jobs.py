"""Scheduled jobs claim their business date first: two schedulers, a retry or a clock change run it once."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from o2c.kernel.db import fetch_all
from o2c.kernel.models import JobRun

# A run that failed, or that died more than two hours ago without a word, may be claimed again.
CLAIM = """
INSERT INTO kernel_jobrun (job, business_date, state, attempts, started_at, outcome, error)
VALUES (%s, %s, 'running', 1, %s, '{}', '')
ON CONFLICT (job, business_date) DO UPDATE
SET state = 'running', attempts = kernel_jobrun.attempts + 1, started_at = excluded.started_at, error = ''
WHERE kernel_jobrun.state = 'failed'
   OR (kernel_jobrun.state = 'running' AND kernel_jobrun.started_at < excluded.started_at - interval '2 hours')
RETURNING id
"""


def run_once(
    *, job: str, business_date: date, at: datetime, work: Callable[[], dict[str, Any]]
) -> JobRun | None:
    """Run *work* for *business_date* unless it has been done or is being done; return the run, or None.

    *work* returns figures for the record (JSON values). When it fails, the run is marked failed with
    the error, may be claimed again, and the error is raised.
    """
    rows = fetch_all(CLAIM, [job, business_date, at])
    if not rows:
        return None
    run = JobRun.objects.get(pk=rows[0][0])
    try:
        run.outcome = work()
    except Exception as error:
        JobRun.objects.filter(pk=run.pk).update(
            state=JobRun.State.FAILED,
            error=f"{type(error).__name__}: {error}"[:4000],
            finished_at=at,
        )
        raise
    run.state = JobRun.State.DONE
    run.finished_at = at
    run.save(update_fields=["state", "outcome", "finished_at"])
    return run
