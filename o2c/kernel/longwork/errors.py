"""How long work says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError


class JobRunning(DomainError):
    """Another worker is at the job."""

    code = "job-under-way"
    hint = gettext_lazy("Wait until it is over.")
