import datetime

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.utils.timezone
import django_fsm
import o2c.kernel.public_ids
from django.conf import settings
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

AUDITED = """
INSERT INTO kernel_auditentry (at, actor_id, table_name, row_id, operation, before, after)
VALUES (
    clock_timestamp(), NULLIF(current_setting('o2c.actor', true), '')::bigint, TG_TABLE_NAME,
    COALESCE(NEW.id, OLD.id), TG_OP,
    CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,
    CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END
);
RETURN NULL;
"""

NEVER_TRUNCATED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';"

EVENT_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'dispatched_at' - 'customer_id' <> to_jsonb(OLD) - 'dispatched_at' - 'customer_id') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

AUDITENTRY_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

ATTACHMENT_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'withdrawn_at' <> to_jsonb(OLD) - 'withdrawn_at') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

WITHDRAWN = """
            IF (OLD.withdrawn_at IS NOT NULL) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

NOTE_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'text' - 'edited_at' - 'withdrawn_at' <> to_jsonb(OLD) - 'text' - 'edited_at' - 'withdrawn_at') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{queued:running,queued:failed,running:done,running:failed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'


class Migration(migrations.Migration):
    replaces = [
        ("kernel", "0003_desks_in_full"),
        ("kernel", "0004_api"),
        ("kernel", "0005_saved_views"),
        ("kernel", "0006_sandbox"),
        ("kernel", "0007_event_customer"),
        ("kernel", "0008_run_and_deliver_again"),
        ("kernel", "0009_user_preferences"),
        ("kernel", "0010_languages_unchosen"),
        ("kernel", "0011_notes_and_attachments"),
        ("kernel", "0012_long_work"),
        ("kernel", "0013_view_opens_first"),
    ]

    initial = True

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="trading name")),
                ("legal_name", models.CharField(max_length=200, verbose_name="legal name")),
                ("street", models.CharField(max_length=200, verbose_name="street")),
                ("postal_code", models.CharField(max_length=20, verbose_name="postal code")),
                ("city", models.CharField(max_length=100, verbose_name="city")),
                (
                    "country",
                    models.CharField(help_text="ISO 3166-1 code, such as GB.", max_length=2, verbose_name="country"),
                ),
                ("vat_id", models.CharField(blank=True, max_length=20, verbose_name="VAT id")),
                (
                    "registration_number",
                    models.CharField(blank=True, max_length=40, verbose_name="registration number"),
                ),
                ("base_currency", models.CharField(max_length=3, verbose_name="base currency")),
                ("time_zone", models.CharField(default="UTC", max_length=60, verbose_name="time zone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("bank_name", models.CharField(blank=True, max_length=100, verbose_name="bank")),
                ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                (
                    "issues_automatically",
                    models.BooleanField(
                        default=True,
                        help_text="Otherwise drafts wait on the billing desk for a person.",
                        verbose_name="issue invoices automatically",
                    ),
                ),
            ],
            options={
                "verbose_name": "company",
                "verbose_name_plural": "companies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("base_currency__regex", "^[A-Z]{3}$")), name="company_currency_iso"
                    )
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="213e8632667882a00e3d5fe24e1676910a256490",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_cd569",
                            table="kernel_company",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30, verbose_name="kind")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("last", models.PositiveIntegerField(verbose_name="last number")),
                ("last_on", models.DateField(null=True, verbose_name="date of the last number")),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="kernel.company")),
            ],
            options={
                "verbose_name": "document counter",
                "verbose_name_plural": "document counters",
                "constraints": [
                    models.UniqueConstraint(fields=("company", "kind", "year"), name="counter_once_per_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("en", "English"),
                            ("fr", "Français"),
                            ("nb", "Norsk bokmål"),
                            ("id", "Bahasa Indonesia"),
                            ("ru", "Русский"),
                        ],
                        default="",
                        help_text="Without one, pages speak the language that the browser asks for.",
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "density",
                    models.CharField(
                        choices=[("comfortable", "Comfortable"), ("compact", "Compact")],
                        default="comfortable",
                        max_length=11,
                        verbose_name="density",
                    ),
                ),
                (
                    "single_keys",
                    models.BooleanField(
                        default=True, help_text="Such as J and K to go through a list.", verbose_name="single keys"
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "As the system"), ("light", "Light"), ("dark", "Dark")],
                        default="system",
                        max_length=6,
                        verbose_name="theme",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "permissions": [("need_second_factor", "Must sign in with a second factor")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["system", "light", "dark"])), name="user_theme_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("density__in", ["comfortable", "compact"])), name="user_density_known"
                    ),
                ],
            },
            managers=[("objects", django.contrib.auth.models.UserManager())],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("document_type", models.CharField(max_length=30, verbose_name="document type")),
                ("document_id", models.BigIntegerField(verbose_name="document")),
                ("document_number", models.CharField(blank=True, max_length=40, verbose_name="document number")),
                ("on", models.DateField(verbose_name="business date")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="time")),
                ("payload", models.JSONField(default=dict, verbose_name="payload")),
                ("dispatched_at", models.DateTimeField(null=True, verbose_name="dispatched")),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=o2c.kernel.public_ids.Uuid7(),
                        editable=False,
                        unique=True,
                        verbose_name="id in the API",
                    ),
                ),
                ("request_id", models.CharField(blank=True, db_default="", max_length=64, verbose_name="request")),
                (
                    "customer_id",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Cast(
                            django.db.models.fields.json.KeyTextTransform("customer_id", "payload"),
                            models.BigIntegerField(),
                        ),
                        output_field=models.BigIntegerField(),
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "indexes": [
                    models.Index(fields=["document_type", "document_id"], name="event_document"),
                    models.Index(condition=models.Q(("dispatched_at", None)), fields=["id"], name="event_undispatched"),
                    models.Index(
                        condition=models.Q(("customer_id__isnull", False)),
                        fields=["customer_id", "id"],
                        name="event_of_customer",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="58b5f7d3834407cb86969973ebdb4541833f5f79",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_7488a",
                            table="kernel_event",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=EVENT_FROZEN,
                            hash="476be8d7a153a513687ecd5ed9af9bb6a0467b7e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_83b5c",
                            table="kernel_event",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("handler", models.CharField(max_length=100, verbose_name="handler")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "next_try_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="next try"),
                ),
                ("handled_at", models.DateTimeField(null=True, verbose_name="handled")),
                ("error", models.TextField(blank=True, verbose_name="last error")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="kernel.event"
                    ),
                ),
            ],
            options={
                "verbose_name": "event delivery",
                "verbose_name_plural": "event deliveries",
                "permissions": [("redeliver_eventdelivery", "Can deliver an event again")],
                "indexes": [
                    models.Index(condition=models.Q(("handled_at", None)), fields=["next_try_at"], name="delivery_owed")
                ],
                "constraints": [models.UniqueConstraint(fields=("event", "handler"), name="delivery_once_per_handler")],
            },
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job", models.CharField(max_length=100, verbose_name="job")),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("done", "Done"), ("failed", "Failed")],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=1, verbose_name="attempts")),
                (
                    "started_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="started"),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("outcome", models.JSONField(default=dict, verbose_name="outcome")),
                ("error", models.TextField(blank=True, verbose_name="error")),
            ],
            options={
                "verbose_name": "job run",
                "verbose_name_plural": "job runs",
                "permissions": [("rerun_jobrun", "Can run a job again")],
                "constraints": [
                    models.UniqueConstraint(fields=("job", "business_date"), name="job_once_per_date"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "done", "failed"])), name="jobrun_state_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="time")),
                ("table_name", models.CharField(max_length=63, verbose_name="table")),
                ("row_id", models.BigIntegerField(verbose_name="row")),
                ("operation", models.CharField(max_length=6, verbose_name="operation")),
                ("before", models.JSONField(null=True, verbose_name="before")),
                ("after", models.JSONField(null=True, verbose_name="after")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "indexes": [models.Index(fields=["table_name", "row_id"], name="audit_row")],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=AUDITENTRY_FROZEN,
                            hash="ceeb83fb89d3c3e24575d88bb5f2ad2800956817",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_d7c0c",
                            table="kernel_auditentry",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="7331191928c26fc2756f5b2857090b1ee2bb99ce",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_8ecdd",
                            table="kernel_auditentry",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_type", models.CharField(max_length=30, verbose_name="document type")),
                ("document_id", models.BigIntegerField(verbose_name="document")),
                ("document_number", models.CharField(blank=True, max_length=40, verbose_name="document number")),
                ("title", models.CharField(max_length=200, verbose_name="what to do")),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "given_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="given"),
                ),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("outcome", models.CharField(blank=True, max_length=200, verbose_name="outcome")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="auth.group",
                        verbose_name="department",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "indexes": [
                    models.Index(fields=["document_type", "document_id"], name="assignment_document"),
                    models.Index(condition=models.Q(("done_at", None)), fields=["due_on"], name="assignment_open"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__isnull", False), ("assignee__isnull", False), _connector="OR"),
                        name="assignment_to_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="assignment_done_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=120, verbose_name="who asked for what")),
                ("key", models.CharField(max_length=255, verbose_name="key")),
                ("request", models.CharField(max_length=64, verbose_name="fingerprint of the request")),
                ("status", models.PositiveSmallIntegerField(verbose_name="status")),
                ("headers", models.JSONField(default=dict, verbose_name="headers")),
                ("body", models.BinaryField(verbose_name="body")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
            ],
            options={
                "verbose_name": "idempotency key",
                "verbose_name_plural": "idempotency keys",
                "indexes": [models.Index(fields=["created_at"], name="idempotency_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "key"), name="idempotency_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__gte", 200), ("status__lt", 300)), name="idempotency_had_an_effect"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("worklist", models.CharField(max_length=40, verbose_name="list")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=2000, verbose_name="address")),
                ("shared", models.BooleanField(default=False, verbose_name="shared")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                ("is_default", models.BooleanField(default=False, verbose_name="opens first")),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "worklist", "name"), name="savedview_once_per_name"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("owner", "worklist"),
                        name="savedview_one_opens_first",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sandbox",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                (
                    "ahead",
                    models.DurationField(
                        default=datetime.timedelta,
                        help_text="How far its clock was moved.",
                        verbose_name="clock ahead by",
                    ),
                ),
                (
                    "set_up_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="set up"),
                ),
            ],
            options={
                "verbose_name": "sandbox",
                "verbose_name_plural": "sandboxes",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="sandbox_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("ahead__gte", datetime.timedelta(0))), name="sandbox_clock_forward"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_type", models.CharField(max_length=30, verbose_name="document type")),
                ("document_id", models.BigIntegerField(verbose_name="document")),
                ("document_number", models.CharField(blank=True, max_length=64, verbose_name="document number")),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "added_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="added"),
                ),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                (
                    "added_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "indexes": [models.Index(fields=["document_type", "document_id"], name="attachment_document")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="attachment_sha256"
                    ),
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="attachment_not_empty"),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=ATTACHMENT_FROZEN,
                            hash="7f0eac8eb511951520b3c6518157d4a3cb5acb33",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_79db8",
                            table="kernel_attachment",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="withdrawn",
                        sql=UpsertTriggerSql(
                            func=WITHDRAWN,
                            hash="a2b8775993c309080edb9219de45aa119f38f2df",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_withdrawn_e2648",
                            table="kernel_attachment",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="ccb779a210ebeb0295b52f7c74d8e11152793031",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_cbc31",
                            table="kernel_attachment",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_type", models.CharField(max_length=30, verbose_name="document type")),
                ("document_id", models.BigIntegerField(verbose_name="document")),
                ("document_number", models.CharField(blank=True, max_length=64, verbose_name="document number")),
                ("text", models.TextField(max_length=4000, verbose_name="note")),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="written"),
                ),
                ("edited_at", models.DateTimeField(null=True, verbose_name="reworded")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "indexes": [models.Index(fields=["document_type", "document_id"], name="note_document")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="note_says_something")
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=NOTE_FROZEN,
                            hash="eec23f67c79e596788fc476543204984e88679db",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_68f87",
                            table="kernel_note",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="withdrawn",
                        sql=UpsertTriggerSql(
                            func=WITHDRAWN,
                            hash="cfddf9257912d21449eae7958f4840c961aa92e0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_withdrawn_93da6",
                            table="kernel_note",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="848eda3b77ba18e12e8f195e512d4d61ce94abab",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_b55da",
                            table="kernel_note",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="e0ef91fbd8685f4652857af0f9946cf620075fcb",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_6bfc8",
                            table="kernel_note",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AttachedBytes",
            fields=[
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="bytes",
                        serialize=False,
                        to="kernel.attachment",
                    ),
                ),
                ("content", models.BinaryField(verbose_name="content")),
            ],
            options={
                "verbose_name": "bytes of an attachment",
                "verbose_name_plural": "bytes of attachments",
                "triggers": [
                    Trigger(
                        name="never_changed",
                        sql=UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="31b5255ac62ba186d8a0f3f3c33747eed898d8e8",
                            operation="UPDATE",
                            pgid="pgtrigger_never_changed_ae536",
                            table="kernel_attachedbytes",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="7a889dd06ccb499ca3e6cb66d9e5bf1d41b9c407",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_4b60e",
                            table="kernel_attachedbytes",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=o2c.kernel.public_ids.Uuid7(),
                        editable=False,
                        unique=True,
                        verbose_name="id in the API",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sandbox.clock", "Move the sandbox's clock"),
                            ("list.action", "Work through a list"),
                            ("list.export", "Export a list"),
                            ("list.papers", "Print what is ticked"),
                        ],
                        max_length=30,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("queued", "Queued"), ("running", "Running"), ("done", "Done"), ("failed", "Failed")],
                        default="queued",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("asked", models.JSONField(default=dict, verbose_name="asked for")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="done")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="of")),
                ("outcome", models.JSONField(default=dict, verbose_name="outcome")),
                ("error_code", models.CharField(blank=True, max_length=60, verbose_name="error code")),
                ("error", models.TextField(blank=True, verbose_name="error")),
                (
                    "queued_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="queued"),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begun by",
                    ),
                ),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", False)), fields=["finished_at"], name="job_over"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "failed"])),
                        name="job_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["sandbox.clock", "list.action", "list.export", "list.papers"])
                        ),
                        name="job_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("total"))), name="job_not_overdone"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state__in", ["done", "failed"])),
                            models.Q(models.Q(("state__in", ["done", "failed"]), _negated=True), ("finished_at", None)),
                            _connector="OR",
                        ),
                        name="job_finished_when_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "failed"), ("error_code", ""), _connector="XOR"),
                        name="job_failed_with_reason",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('queued'))",
                            func="RAISE EXCEPTION '% begins as queued', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="57827e4e0aee1de2b0f24b99ecbfceb2de43fd7c",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_18bc7",
                            table="kernel_job",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=LEGAL_STATE_CHANGE,
                            hash="cf23bc7f2af3a76fd25823acc5335c474cfe73ba",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_8b755",
                            table="kernel_job",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="63781bced17d77cf65d9721788cc55c8661af957",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_273d8",
                            table="kernel_job",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JobRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row_id", models.BigIntegerField(verbose_name="row")),
                ("label", models.CharField(max_length=200, verbose_name="label")),
                ("done", models.BooleanField(verbose_name="done")),
                ("text", models.CharField(blank=True, max_length=500, verbose_name="what came of it")),
                ("next_step", models.CharField(blank=True, max_length=500, verbose_name="next step")),
                ("code", models.CharField(blank=True, max_length=60, verbose_name="code")),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="kernel.job",
                        verbose_name="job",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a job",
                "verbose_name_plural": "rows of jobs",
                "constraints": [models.UniqueConstraint(fields=("job", "row_id"), name="jobrow_once")],
            },
        ),
        migrations.CreateModel(
            name="JobFile",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="kernel.job",
                        verbose_name="job",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("content", models.BinaryField(verbose_name="content")),
            ],
            options={"verbose_name": "file of a job", "verbose_name_plural": "files of jobs"},
        ),
    ]
