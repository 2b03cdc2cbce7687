"""The ground floor's tables: the company, its users, counters, the event log, jobs and the audit trail."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _

from o2c.kernel import audit, rows
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.errors import NotSetUp
from o2c.kernel.preferences import Density, Preferences, Theme
from o2c.kernel.public_ids import public_id_field

CURRENCY_CODE = r"^[A-Z]{3}$"


def money_field(**options: object) -> models.DecimalField:  # type: ignore[type-arg]
    """Return an amount column: numeric(19,4), in the currency of its document."""
    return models.DecimalField(max_digits=19, decimal_places=4, **options)  # type: ignore[arg-type]


def quantity_field(**options: object) -> models.DecimalField:  # type: ignore[type-arg]
    """Return a quantity column: numeric(15,4), in the product's unit."""
    return models.DecimalField(max_digits=15, decimal_places=4, **options)  # type: ignore[arg-type]


def unit_price_field(**options: object) -> models.DecimalField:  # type: ignore[type-arg]
    """Return a price per unit: numeric(19,6)."""
    return models.DecimalField(max_digits=19, decimal_places=6, **options)  # type: ignore[arg-type]


def rate_field(**options: object) -> models.DecimalField:  # type: ignore[type-arg]
    """Return a percentage column: numeric(7,4), 20 means 20 %."""
    return models.DecimalField(max_digits=7, decimal_places=4, **options)  # type: ignore[arg-type]


def currency_check(name: str, field: str = "currency") -> models.CheckConstraint:
    """Return the constraint that a currency column holds an ISO 4217 code."""
    return models.CheckConstraint(name=name, condition=models.Q(**{f"{field}__regex": CURRENCY_CODE}))


def choices_check(
    name: str, choices: type[models.TextChoices], field: str = "state"
) -> models.CheckConstraint:
    """Return the constraint that a column holds a known value: Django's ``choices`` constrain nothing."""
    return models.CheckConstraint(name=name, condition=models.Q(**{f"{field}__in": choices.values}))


class User(Preferences, AbstractUser):
    """A member of staff, a program that calls the API, or the system itself."""

    SYSTEM: ClassVar[str] = "system"
    PROGRAM: ClassVar[str] = "shop:"  # what programs' names begin with; a person's name has no colon
    OF_PROGRAMS: ClassVar[models.Q] = models.Q(username=SYSTEM) | models.Q(username__startswith=PROGRAM)

    class Meta(AbstractUser.Meta):
        permissions: ClassVar = [("need_second_factor", _("Must sign in with a second factor"))]
        constraints: ClassVar = [
            choices_check("user_theme_known", Theme, "theme"),
            choices_check("user_density_known", Density, "density"),
        ]

    @classmethod
    def system(cls) -> "User":
        """Return the account under which jobs and event consumers act; it can never sign in."""
        return cls.objects.get(username=cls.SYSTEM)

    @property
    def is_program(self) -> bool:
        """Say whether no person works under the account, so that it has no pages."""
        return self.username == self.SYSTEM or self.username.startswith(self.PROGRAM)


class CompanyQuerySet(LockableQuerySet["Company"]):
    """The companies that sell; a fresh install has one."""

    def current(self) -> "Company":
        """Return the selling company.

        :raises NotSetUp: there is none yet.
        """
        found = rows.read(Company, "true", [], "ORDER BY id LIMIT 1")
        if not found:
            raise NotSetUp(
                _("There is no company yet."),
                hint=_("Create one in the finance console, or run seed_demo."),
            )
        return found[0]


class Company(models.Model):
    """The selling legal entity: every numbered document, period and entry belongs to one."""

    name = models.CharField(_("trading name"), max_length=200)
    legal_name = models.CharField(_("legal name"), max_length=200)
    street = models.CharField(_("street"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=20)
    city = models.CharField(_("city"), max_length=100)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 code, such as GB."))
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    base_currency = models.CharField(_("base currency"), max_length=3)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    issues_automatically = models.BooleanField(
        _("issue invoices automatically"),
        default=True,
        help_text=_("Otherwise drafts wait on the billing desk for a person."),
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints: ClassVar = [currency_check("company_currency_iso", "base_currency")]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return self.name


class DocumentCounter(models.Model):
    """The last gapless number given, by company, kind and year; year 0 is one series over all years."""

    KINDS: ClassVar[dict[str, Any]] = {
        "invoice": _("Invoices"),
        "credit_note": _("Credit notes"),
        "journal": _("Journal entries"),
    }

    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    kind = models.CharField(_("kind"), max_length=30)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"))
    last_on = models.DateField(_("date of the last number"), null=True)

    class Meta:
        verbose_name = _("document counter")
        verbose_name_plural = _("document counters")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "kind", "year"], name="counter_once_per_year"),
        ]

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.kind_words, self.year, self.last) if part)

    @property
    def kind_words(self) -> str:
        """Return what is numbered, in words."""
        return str(self.KINDS.get(self.kind, self.kind))


class Event(models.Model):
    """One thing that happened: outbox, activity feed, webhook source and process log in one table.

    Written in the transaction that made it happen. ``dispatched_at`` is the only column that changes.
    """

    kind = models.CharField(_("kind"), max_length=60)
    document_type = models.CharField(_("document type"), max_length=30)
    document_id = models.BigIntegerField(_("document"))
    document_number = models.CharField(_("document number"), max_length=40, blank=True)
    on = models.DateField(_("business date"))
    at = models.DateTimeField(_("time"), db_default=Now())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    payload = models.JSONField(_("payload"), default=dict)
    request_id = models.CharField(_("request"), max_length=64, blank=True, db_default="")
    public_id = public_id_field()
    dispatched_at = models.DateTimeField(_("dispatched"), null=True)
    # Whose case it is, where the kind says so. The kernel knows no customers, so it is no foreign key.
    customer_id = models.GeneratedField(
        verbose_name=_("customer"),
        expression=Cast(KeyTextTransform("customer_id", "payload"), models.BigIntegerField()),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes: ClassVar = [
            models.Index(fields=["document_type", "document_id"], name="event_document"),
            models.Index(
                fields=["id"],
                name="event_undispatched",
                condition=models.Q(dispatched_at=None),
            ),
            models.Index(
                fields=["customer_id", "id"],
                name="event_of_customer",
                condition=models.Q(customer_id__isnull=False),
            ),
        ]
        triggers: ClassVar = [
            audit.never_truncated(),
            # What the database derives from the payload is computed only after this trigger has looked.
            audit.frozen_but("dispatched_at", "customer_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.document_number}"


class IdempotencyKey(models.Model):
    """What a request was answered, kept beside its effect so that a retry gets the same bytes."""

    scope = models.CharField(_("who asked for what"), max_length=120)
    key = models.CharField(_("key"), max_length=255)
    request = models.CharField(_("fingerprint of the request"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    headers = models.JSONField(_("headers"), default=dict)
    body = models.BinaryField(_("body"))
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once"),
            models.CheckConstraint(
                name="idempotency_had_an_effect",
                condition=models.Q(status__gte=200, status__lt=300),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class EventDelivery(models.Model):
    """That one handler owes one event its effect, and whether it has been had: exactly once."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(_("handler"), max_length=100)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), db_default=Now())
    handled_at = models.DateTimeField(_("handled"), null=True)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("event delivery")
        verbose_name_plural = _("event deliveries")
        permissions: ClassVar = [("redeliver_eventdelivery", _("Can deliver an event again"))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "handler"], name="delivery_once_per_handler"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at"],
                name="delivery_owed",
                condition=models.Q(handled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return _("%(handler)s of event %(event)s") % {"handler": self.handler, "event": self.event_id}


class JobRunState(models.TextChoices):
    """How the run stands."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class JobRun(models.Model):
    """A scheduled job's claim on one business date: two schedulers, one run."""

    State = JobRunState

    job = models.CharField(_("job"), max_length=100)
    business_date = models.DateField(_("business date"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True)
    outcome = models.JSONField(_("outcome"), default=dict)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        permissions: ClassVar = [("rerun_jobrun", _("Can run a job again"))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "business_date"], name="job_once_per_date"),
            choices_check("jobrun_state_known", JobRunState),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.business_date}"


class Sandbox(models.Model):
    """How the sandbox stands; a row of its own database, never of the company's books."""

    id = models.SmallAutoField(primary_key=True)
    ahead = models.DurationField(
        _("clock ahead by"), default=timedelta, help_text=_("How far its clock was moved.")
    )
    set_up_at = models.DateTimeField(_("set up"), db_default=Now())

    class Meta:
        verbose_name = _("sandbox")
        verbose_name_plural = _("sandboxes")
        constraints: ClassVar = [
            models.CheckConstraint(name="sandbox_is_one", condition=models.Q(id=1)),
            models.CheckConstraint(name="sandbox_clock_forward", condition=models.Q(ahead__gte=timedelta())),
        ]

    def __str__(self) -> str:
        return f"+{self.ahead.days} d"


class AuditEntry(models.Model):
    """One change of master data, written by the ``audited`` trigger."""

    at = models.DateTimeField(_("time"), db_default=Now())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    table_name = models.CharField(_("table"), max_length=63)
    row_id = models.BigIntegerField(_("row"))
    operation = models.CharField(_("operation"), max_length=6)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes: ClassVar = [models.Index(fields=["table_name", "row_id"], name="audit_row")]
        triggers: ClassVar = audit.append_only()

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.row_id}"


class AssignmentQuerySet(LockableQuerySet["Assignment"]):
    """Assignments."""


class Assignment(models.Model):
    """Work on a document given to a person or a role, with a day by which it should be done."""

    document_type = models.CharField(_("document type"), max_length=30)
    document_id = models.BigIntegerField(_("document"))
    document_number = models.CharField(_("document number"), max_length=40, blank=True)
    role = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("what to do"), max_length=200)
    due_on = models.DateField(_("due"))
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField(_("given"), db_default=Now())
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="assignment_to_somebody",
                condition=models.Q(role__isnull=False) | models.Q(assignee__isnull=False),
            ),
            models.CheckConstraint(
                name="assignment_done_by_somebody",
                condition=models.Q(done_at=None, done_by=None)
                | models.Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["document_type", "document_id"], name="assignment_document"),
            models.Index(fields=["due_on"], name="assignment_open", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return self.title
