"""One's own jobs, the newest first."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from o2c.kernel.models import Job
from o2c.kernel.worklists import Column, Kind, Tag, Worklist

TONES = {"queued": "wait", "running": "info", "done": "good", "failed": "bad"}


def job_url(job: Job) -> str:
    """Return the address of a job's card."""
    return reverse("job", args=[job.public_id])


def standing(job: Job) -> Tag:
    """Return how a job stands."""
    return Tag(job.get_state_display(), TONES[job.state])


class OwnJobs(Worklist):
    """What somebody began in the background; kept for a month."""

    key = "jobs"
    title = gettext_lazy("Your jobs")
    permission = ""  # everybody's own
    nothing = gettext_lazy(
        "Nothing of yours runs in the background. Long exports and actions on many rows do."
    )
    columns: ClassVar = [
        Column(
            name="title",
            label=gettext_lazy("Job"),
            kind=Kind.LINK,
            value=lambda job: job.title or job.get_kind_display(),
            url=job_url,
            grows=True,
        ),
        Column(name="state", label=gettext_lazy("State"), kind=Kind.TAG, value=standing, sort="state"),
        Column(name="done", label=gettext_lazy("Done"), kind=Kind.NUMBER),
        Column(name="total", label=gettext_lazy("Of"), kind=Kind.NUMBER),
        Column(name="queued_at", label=gettext_lazy("Begun"), kind=Kind.INSTANT, sort="queued_at"),
        Column(name="finished_at", label=gettext_lazy("Ended"), kind=Kind.INSTANT, sort="finished_at"),
    ]

    def rows(self) -> QuerySet[Any]:
        """Return the person's jobs."""
        return Job.objects.of(self.desk.actor)
