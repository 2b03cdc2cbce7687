import django.db.models.deletion
import django.db.models.functions.datetime
import django_fsm
from django.conf import settings
from django.db import migrations, models
from o2c.kernel.table_settings import leave_room
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

DECISION_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

NEVER_TRUNCATED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';"

LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{requested:approved,requested:rejected}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

LIMITREQUEST_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'state' - 'decided_by_id' - 'decided_on' - 'answer' <> to_jsonb(OLD) - 'state' - 'decided_by_id' - 'decided_on' - 'answer') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class Migration(migrations.Migration):
    replaces = [
        ("credit", "0002_leave_room"),
        ("credit", "0003_desks_in_full"),
        ("credit", "0004_blocks_reports_and_reviews"),
    ]

    initial = True

    dependencies = [("customers", "0001_initial"), ("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CreditPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "first_order_limit",
                    models.DecimalField(
                        decimal_places=4,
                        default=1000,
                        help_text="A larger first order waits.",
                        max_digits=19,
                        verbose_name="limit of a first order",
                    ),
                ),
                (
                    "overdue_tolerance",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        help_text="A smaller overdue debt holds nothing.",
                        max_digits=19,
                        verbose_name="overdue amount tolerated",
                    ),
                ),
                (
                    "holds_high_risk",
                    models.BooleanField(default=True, verbose_name="holds orders of high-risk customers"),
                ),
                ("review_months", models.PositiveSmallIntegerField(default=12, verbose_name="months between reviews")),
                (
                    "limit_without_request",
                    models.DecimalField(
                        decimal_places=4, default=0, max_digits=19, verbose_name="limit that needs no second person"
                    ),
                ),
            ],
            options={
                "verbose_name": "credit policy",
                "verbose_name_plural": "credit policies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_order_limit__gte", 0),
                            ("limit_without_request__gte", 0),
                            ("overdue_tolerance__gte", 0),
                        ),
                        name="creditpolicy_not_negative",
                    ),
                    models.CheckConstraint(condition=models.Q(("review_months__gt", 0)), name="creditpolicy_reviews"),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="c1f0d837b4660a0593fd0953fcf739c4ee71d8b3",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_8833f",
                            table="credit_creditpolicy",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("limit", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="credit limit")),
                (
                    "days_overdue_allowed",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="An older overdue debt holds new orders.",
                        verbose_name="days overdue allowed",
                    ),
                ),
                ("blocked", models.BooleanField(default=False, verbose_name="blocked")),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_account",
                        to="customers.customer",
                    ),
                ),
                ("assessed_on", models.DateField(null=True, verbose_name="assessed")),
                (
                    "average_days_late",
                    models.DecimalField(decimal_places=2, default=0, max_digits=7, verbose_name="average days late"),
                ),
                ("first_ordered_on", models.DateField(blank=True, null=True, verbose_name="first order confirmed")),
                (
                    "includes_children",
                    models.BooleanField(
                        default=False,
                        help_text="What children owe counts against it.",
                        verbose_name="limit for the whole group",
                    ),
                ),
                ("is_repeat_offender", models.BooleanField(default=False, verbose_name="repeat offender")),
                ("review_on", models.DateField(null=True, verbose_name="next review")),
                ("reviewed_on", models.DateField(null=True, verbose_name="last review")),
                (
                    "risk_class",
                    models.CharField(
                        choices=[("new", "New"), ("low", "Low risk"), ("medium", "Medium risk"), ("high", "High risk")],
                        default="new",
                        max_length=10,
                        verbose_name="risk class",
                    ),
                ),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        help_text="0 to 100; higher pays better.", null=True, verbose_name="score"
                    ),
                ),
                ("settled_invoices", models.PositiveIntegerField(default=0, verbose_name="invoices settled in a year")),
                (
                    "share_late",
                    models.DecimalField(
                        decimal_places=4, default=0, help_text="Percent.", max_digits=7, verbose_name="share paid late"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="credit.creditpolicy",
                    ),
                ),
                ("block_reason", models.CharField(blank=True, max_length=200, verbose_name="why blocked")),
                (
                    "risk_at_review",
                    models.CharField(
                        choices=[("new", "New"), ("low", "Low risk"), ("medium", "Medium risk"), ("high", "High risk")],
                        default="new",
                        max_length=10,
                        verbose_name="risk class then",
                    ),
                ),
            ],
            options={
                "verbose_name": "credit account",
                "verbose_name_plural": "credit accounts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("review_on__isnull", False)),
                        fields=["review_on"],
                        name="creditaccount_review",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("limit__gte", 0)), name="limit_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("risk_class__in", ["new", "low", "medium", "high"])),
                        name="creditaccount_risk_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score", None), ("score__lte", 100), _connector="OR"),
                        name="creditaccount_score_sane",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("risk_at_review__in", ["new", "low", "medium", "high"])),
                        name="creditaccount_risk_then_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("blocked", True), ("block_reason", ""), _connector="OR"),
                        name="creditaccount_reason_of_block",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="9a88b2c9c4ccd5e38dbeb80d9b85a64177bdfcf3",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_9a542",
                            table="credit_creditaccount",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=40, unique=True, verbose_name="order")),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="committed")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="credit.creditaccount",
                    ),
                ),
            ],
            options={
                "verbose_name": "commitment",
                "verbose_name_plural": "commitments",
                "indexes": [
                    models.Index(
                        condition=models.Q(("amount__gt", 0)),
                        fields=["account"],
                        include=("amount",),
                        name="commitment_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="commitment_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(db_index=True, max_length=40, verbose_name="order")),
                ("approved", models.BooleanField(verbose_name="approved")),
                ("requested", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="requested")),
                ("exposure", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="exposure before")),
                ("limit", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="limit")),
                ("rules", models.JSONField(help_text="Each rule with its outcome and figures.", verbose_name="rules")),
                ("on", models.DateField(verbose_name="date")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="time")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="credit.creditaccount"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "credit decision",
                "verbose_name_plural": "credit decisions",
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=DECISION_FROZEN,
                            hash="48e8c69267893a7039dcb7606964d676092fb7b3",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_610ae",
                            table="credit_decision",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="51985cc7fbd6df3f8fbf8537676a22a62b2ffb44",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_2402e",
                            table="credit_decision",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LimitRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("requested", "Requested"), ("approved", "Approved"), ("rejected", "Rejected")],
                        default="requested",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("old_limit", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="limit then")),
                ("limit", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="limit asked for")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("on", models.DateField(verbose_name="date")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="time")),
                ("decided_on", models.DateField(null=True, verbose_name="decided")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="answer")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limit_requests",
                        to="credit.creditaccount",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("figures", models.JSONField(default=dict, verbose_name="figures then")),
            ],
            options={
                "verbose_name": "limit request",
                "verbose_name_plural": "limit requests",
                "permissions": [
                    ("request_limit", "Can request credit limits"),
                    ("approve_limit", "Can approve credit limits"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["requested", "approved", "rejected"])),
                        name="limitrequest_state_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("limit__gte", 0)), name="limitrequest_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="limitrequest_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", None), ("state", "requested")),
                            models.Q(
                                models.Q(("state", "requested"), _negated=True),
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="limitrequest_decided_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "requested")), fields=("account",), name="limitrequest_one_open"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('requested'))",
                            func="RAISE EXCEPTION '% begins as requested', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="9317bb8c39b6de2f1e5e71f20ee716bf4985f955",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_54596",
                            table="credit_limitrequest",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=LEGAL_STATE_CHANGE,
                            hash="15d5490a9c8174e8fd5c2befb52e2a93106618b5",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_82ac5",
                            table="credit_limitrequest",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=LIMITREQUEST_FROZEN,
                            hash="bac83fb607707c701ec3ed5e763859f8be3b05fb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_b177c",
                            table="credit_limitrequest",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="d22191224ba6c8d0d9557ea5f27510880ecd4827",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_b84a5",
                            table="credit_limitrequest",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60, verbose_name="source")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="their reference")),
                ("score", models.PositiveSmallIntegerField(help_text="0 to 100.", null=True, verbose_name="score")),
                (
                    "covered",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        help_text="What they answer for, in the customer's currency.",
                        max_digits=19,
                        verbose_name="covered",
                    ),
                ),
                ("valid_until", models.DateField(verbose_name="valid until")),
                ("on", models.DateField(verbose_name="date")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="time")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="credit.creditaccount"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "credit report",
                "verbose_name_plural": "credit reports",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score", None), ("score__lte", 100), _connector="OR"),
                        name="creditreport_score_sane",
                    ),
                    models.CheckConstraint(condition=models.Q(("covered__gte", 0)), name="creditreport_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("on"))), name="creditreport_valid"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=DECISION_FROZEN,
                            hash="252ff2512e6051b415beb7ed7de260c11a707ca0",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_4cfae",
                            table="credit_creditreport",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="94f498843a021a89343ffdb9058c62fbb25c56f8",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_c459a",
                            table="credit_creditreport",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        leave_room("credit_commitment", 60),
    ]
