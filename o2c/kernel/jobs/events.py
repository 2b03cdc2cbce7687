"""What people ask of scheduled jobs."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRunRequested(DomainEvent):
    """A person asks for a run now. The document is the job's last run, 0 where it never ran."""

    kind = "job_run.requested"

    job: str
