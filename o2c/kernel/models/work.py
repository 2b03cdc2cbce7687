"""Work that outlasts the request that began it, be it a shop's call or a clerk's click."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from o2c.kernel import audit, public_ids
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.fsm_triggers import born, legal_changes
from o2c.kernel.models.base import User, choices_check

PREFIX = "job"


class JobQuerySet(LockableQuerySet["Job"]):
    """The jobs."""

    def of(self, owner: User) -> "JobQuerySet":
        """Return the jobs that somebody began: a person, or a shop by its account."""
        return self.filter(owner=owner)


class JobKind(models.TextChoices):
    """What is done."""

    CLOCK = "sandbox.clock", _("Move the sandbox's clock")
    ACTION = "list.action", _("Work through a list")
    EXPORT = "list.export", _("Export a list")
    PAPERS = "list.papers", _("Print what is ticked")


class JobState(models.TextChoices):
    """How far it is."""

    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Job(models.Model):
    """One piece of work, with its progress and what came of it."""

    Kind = JobKind
    State = JobState

    public_id = public_ids.public_id_field()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("begun by"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=JobKind)
    state = FSMField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED, protected=True)
    asked: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(_("asked for"), default=dict)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    outcome: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(_("outcome"), default=dict)
    error_code = models.CharField(_("error code"), max_length=60, blank=True)
    error = models.TextField(_("error"), blank=True)
    queued_at = models.DateTimeField(_("queued"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints: ClassVar = [
            choices_check("job_state_known", JobState),
            choices_check("job_kind_known", JobKind, "kind"),
            models.CheckConstraint(name="job_not_overdone", condition=Q(done__lte=F("total"))),
            models.CheckConstraint(
                name="job_finished_when_over",
                condition=Q(state__in=[JobState.DONE, JobState.FAILED], finished_at__isnull=False)
                | (~Q(state__in=[JobState.DONE, JobState.FAILED]) & Q(finished_at=None)),
            ),
            models.CheckConstraint(
                name="job_failed_with_reason", condition=Q(state=JobState.FAILED) ^ Q(error_code="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["finished_at"], name="job_over", condition=Q(finished_at__isnull=False)),
        ]
        triggers: ClassVar = [
            born(JobState.QUEUED),
            legal_changes(
                (JobState.QUEUED, JobState.RUNNING),
                (JobState.QUEUED, JobState.FAILED),
                (JobState.RUNNING, JobState.DONE),
                (JobState.RUNNING, JobState.FAILED),
            ),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def number(self) -> str:
        """Return what its events call it."""
        return ""

    @property
    def is_over(self) -> bool:
        """Say whether it has ended, well or not."""
        return self.finished_at is not None

    @transition(field=state, source=State.QUEUED, target=State.RUNNING)
    def mark_running(self) -> None:
        """Begin."""

    @transition(field=state, source=State.RUNNING, target=State.DONE)
    def mark_done(self, *, outcome: dict[str, Any], at: Any) -> None:
        """End well."""
        self.outcome, self.finished_at = outcome, at

    @transition(field=state, source=[State.QUEUED, State.RUNNING], target=State.FAILED)
    def mark_failed(self, *, code: str, text: str, at: Any) -> None:
        """End with a named reason."""
        self.error_code, self.error, self.finished_at = code, text, at


class JobRow(models.Model):
    """What came of one row of a job: written in the transaction of its effect, so that it is had once."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="rows", verbose_name=_("job"))
    row_id = models.BigIntegerField(_("row"))
    label = models.CharField(_("label"), max_length=200)
    done = models.BooleanField(_("done"))
    text = models.CharField(_("what came of it"), max_length=500, blank=True)
    next_step = models.CharField(_("next step"), max_length=500, blank=True)
    code = models.CharField(_("code"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("row of a job")
        verbose_name_plural = _("rows of jobs")
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "row_id"], name="jobrow_once")]

    def __str__(self) -> str:
        return self.label


class JobFile(models.Model):
    """The file that a job made; it goes when its job is forgotten."""

    job = models.OneToOneField(
        Job, on_delete=models.CASCADE, primary_key=True, related_name="file", verbose_name=_("job")
    )
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=100)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("file of a job")
        verbose_name_plural = _("files of jobs")

    def __str__(self) -> str:
        return self.name
