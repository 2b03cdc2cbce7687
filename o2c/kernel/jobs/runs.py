"""Scheduled jobs claim their business date first: two schedulers, a retry or a clock change run it once."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from o2c.kernel.db import fetch_all
from o2c.kernel.models import JobRun

DEAD_AFTER = timedelta(hours=2)

# A run that failed, or that died more than two hours ago without a word, may be claimed again; one that is
# done only where a person asked for it.
CLAIM = """
INSERT INTO kernel_jobrun (job, business_date, state, attempts, started_at, outcome, error)
VALUES (%s, %s, 'running', 1, %s, '{}', '')
ON CONFLICT (job, business_date) DO UPDATE
SET state = 'running', attempts = kernel_jobrun.attempts + 1, started_at = excluded.started_at, error = '',
    finished_at = NULL
WHERE kernel_jobrun.state = 'failed' OR (%s AND kernel_jobrun.state = 'done')
   OR (kernel_jobrun.state = 'running' AND kernel_jobrun.started_at < excluded.started_at - interval '2 hours')
RETURNING id
"""


def run_once(
    *,
    job: str,
    business_date: date,
    at: datetime,
    work: Callable[[], dict[str, Any]],
    again: bool = False,
) -> JobRun | None:
    """Run *work* for *business_date* unless it has been done or is being done; return the run, or None.

    With *again* it is run also where it has been done: every job looks for what is due, so a second run
    does what has become due since.

    *work* returns figures for the record (JSON values). When it fails, the run is marked failed with
    the error, may be claimed again, and the error is raised.
    """
    rows = fetch_all(CLAIM, [job, business_date, at, again])
    if not rows:
        return None
    run = JobRun.objects.get(pk=rows[0][0])
    began = time.monotonic()
    try:
        run.outcome = work()
    except Exception as error:
        JobRun.objects.filter(pk=run.pk).update(
            state=JobRun.State.FAILED,
            error=f"{type(error).__name__}: {error}"[:4000],
            finished_at=at + timedelta(seconds=time.monotonic() - began),
        )
        raise
    run.state = JobRun.State.DONE
    run.finished_at = at + timedelta(seconds=time.monotonic() - began)
    run.save(update_fields=["state", "outcome", "finished_at"])
    return run
