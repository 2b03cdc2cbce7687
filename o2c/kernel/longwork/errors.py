"""How long work says no."""

from o2c.kernel.errors import DomainError


class JobRunning(DomainError):
    """Another worker is at the job."""

    code = "job-running"
    hint = "Wait until it is over."
