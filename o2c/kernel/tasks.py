"""What the ground floor does in the background: the jobs that a person asked for."""

from typing import Any

from celery import current_app

from o2c.kernel.background import repeatable_consumer


@repeatable_consumer
def run_requested(*, payload: dict[str, Any], **_: Any) -> None:
    """Run a job now; a failure is kept on the run, and the delivery is offered again until it works."""
    current_app.loader.import_default_modules()  # a worker has them; a process that runs effects itself may not
    current_app.tasks[payload["job"]](again=True)
