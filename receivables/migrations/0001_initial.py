import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django_fsm
import o2c.kernel.public_ids
from django.conf import settings
from django.db import migrations, models
from o2c.kernel.db import CreateSequence
from o2c.kernel.table_settings import leave_room
from pgtrigger.compiler import Trigger, UpsertTriggerSql

LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{received:reversed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

PAYMENT_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'unallocated' - 'base_unallocated' - 'state' <> to_jsonb(OLD) - 'unallocated' - 'base_unallocated' - 'state') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

NEVER_TRUNCATED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';"

RECEIVABLE_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'open_amount' - 'base_open_amount' - 'settled_on' <> to_jsonb(OLD) - 'open_amount' - 'base_open_amount' - 'settled_on') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

ALLOCATION_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'reversed_on' <> to_jsonb(OLD) - 'reversed_on') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

FROZEN_REVERSAL = """
            IF (OLD.reversed_on IS NOT NULL) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class Migration(migrations.Migration):
    replaces = [
        ("receivables", "0002_leave_room"),
        ("receivables", "0003_desks_in_full"),
        ("receivables", "0004_find_settlements_by_day"),
        ("receivables", "0005_api"),
        ("receivables", "0006_find_movements_by_day"),
        ("receivables", "0007_find_allocations_by_day"),
    ]

    initial = True

    dependencies = [("customers", "0001_initial"), ("kernel", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        CreateSequence("receivables_payment_number"),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        db_default=django.db.models.functions.text.Concat(
                            models.Value("PAY-"),
                            django.db.models.functions.comparison.Cast(
                                models.Func(models.Value("receivables_payment_number"), function="nextval"),
                                models.CharField(),
                            ),
                        ),
                        editable=False,
                        max_length=20,
                        unique=True,
                        verbose_name="number",
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("received", "Received"), ("reversed", "Reversed")],
                        default="received",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("bank", "Bank transfer"), ("gateway", "Payment gateway"), ("cash", "Cash")],
                        default="bank",
                        max_length=10,
                        verbose_name="method",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=200, verbose_name="remittance text")),
                (
                    "provider",
                    models.CharField(
                        blank=True, help_text="Bank account or gateway.", max_length=30, verbose_name="provider"
                    ),
                ),
                (
                    "provider_reference",
                    models.CharField(blank=True, max_length=120, null=True, verbose_name="provider's reference"),
                ),
                ("received_on", models.DateField(verbose_name="received")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount")),
                ("unallocated", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="not allocated")),
                (
                    "base_amount",
                    models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount in base currency"),
                ),
                (
                    "base_unallocated",
                    models.DecimalField(
                        decimal_places=4, max_digits=19, verbose_name="not allocated, in base currency"
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
                (
                    "company",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="kernel.company"),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="customers.customer",
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
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "permissions": [("record_payment", "Can record payments"), ("reverse_payment", "Can reverse payments")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("unallocated__gt", 0)), fields=["customer"], name="payment_unallocated"
                    ),
                    models.Index(
                        condition=models.Q(("state", "reversed")), fields=["customer"], name="payment_reversed"
                    ),
                    models.Index(fields=["customer", "received_on"], name="payment_of_customer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "provider_reference"), name="payment_once_per_provider"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("base_amount__gte", 0)), name="payment_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unallocated__gte", 0),
                            ("unallocated__lte", models.F("amount")),
                            ("base_unallocated__gte", 0),
                            ("base_unallocated__lte", models.F("base_amount")),
                        ),
                        name="payment_unallocated_within_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unallocated__gt", 0), ("base_unallocated", 0), _connector="OR"),
                        name="payment_spent_in_base_too",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["received", "reversed"])), name="payment_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["bank", "gateway", "cash"])), name="payment_method_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="payment_currency_iso"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=LEGAL_STATE_CHANGE,
                            hash="552bdfe1874a9c5f4fb46163608ad6ab6185ce8f",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_7d28b",
                            table="receivables_payment",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=PAYMENT_FROZEN,
                            hash="dc6c1c10ae667a2258d161b021215d0bb5cc782e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_a0c58",
                            table="receivables_payment",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="0a30d322aeb361968411e8f76bfbe2d4a20171ee",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_e0055",
                            table="receivables_payment",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('received'))",
                            func="RAISE EXCEPTION '% begins as received', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="1a19d0580a1b94b272ce52475f6733c950934b49",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_5b584",
                            table="receivables_payment",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receivable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Invoice"), ("credit_note", "Credit note")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("document_number", models.CharField(max_length=40, verbose_name="document")),
                ("issued_on", models.DateField(verbose_name="issued")),
                ("due_on", models.DateField(verbose_name="due")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount")),
                ("open_amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="open")),
                (
                    "base_amount",
                    models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount in base currency"),
                ),
                (
                    "base_open_amount",
                    models.DecimalField(decimal_places=4, max_digits=19, verbose_name="open in base currency"),
                ),
                ("settled_on", models.DateField(null=True, verbose_name="settled")),
                (
                    "company",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="kernel.company"),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receivables",
                        to="customers.customer",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.journalentry"
                    ),
                ),
            ],
            options={
                "verbose_name": "receivable",
                "verbose_name_plural": "receivables",
                "permissions": [("allocate", "Can allocate payments and credits")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("open_amount", 0), _negated=True),
                        fields=["customer", "due_on"],
                        include=("open_amount", "base_open_amount"),
                        name="receivable_open",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["settled_on"], name="receivable_settled"
                    ),
                    models.Index(fields=["customer", "issued_on"], name="receivable_of_customer"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "kind", "document_number"), name="receivable_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount__gt", 0), ("open_amount__gte", 0), ("open_amount__lte", models.F("amount"))
                            ),
                            models.Q(
                                ("amount__lt", 0), ("open_amount__gte", models.F("amount")), ("open_amount__lte", 0)
                            ),
                            _connector="OR",
                        ),
                        name="receivable_open_within_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("base_amount__gte", 0),
                                ("base_open_amount__gte", 0),
                                ("base_open_amount__lte", models.F("base_amount")),
                            ),
                            models.Q(
                                ("base_amount__lte", 0),
                                ("base_open_amount__gte", models.F("base_amount")),
                                ("base_open_amount__lte", 0),
                            ),
                            _connector="OR",
                        ),
                        name="receivable_base_open_within_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("open_amount", 0), _negated=True), ("base_open_amount", 0), _connector="OR"
                        ),
                        name="receivable_settled_in_base_too",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("open_amount", 0), ("settled_on__isnull", False)),
                            models.Q(models.Q(("open_amount", 0), _negated=True), ("settled_on", None)),
                            _connector="OR",
                        ),
                        name="receivable_settled_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("issued_on"))), name="receivable_due_after_issue"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["invoice", "credit_note"])), name="receivable_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="receivable_currency_iso"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=RECEIVABLE_FROZEN,
                            hash="acab0edf4d174d5e4ad16e90d9a5c88f1f87d145",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_5424f",
                            table="receivables_receivable",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="8e9c20d99767e168c7bba9dbe8f41067df2ce9a6",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_28ed0",
                            table="receivables_receivable",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount")),
                (
                    "base_amount",
                    models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount in base currency"),
                ),
                (
                    "base_source_amount",
                    models.DecimalField(
                        decimal_places=4, max_digits=19, verbose_name="amount in base currency at the source's rate"
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("reversed_on", models.DateField(null=True, verbose_name="reversed")),
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
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="receivables.payment",
                    ),
                ),
                (
                    "credit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="receivables.receivable",
                    ),
                ),
                (
                    "receivable",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="receivables.receivable",
                    ),
                ),
            ],
            options={
                "verbose_name": "allocation",
                "verbose_name_plural": "allocations",
                "indexes": [
                    models.Index(
                        condition=models.Q(("reversed_on", None), _negated=True),
                        fields=["reversed_on"],
                        name="allocation_reversed",
                    ),
                    models.Index(fields=["on"], name="allocation_on"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="allocation_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credit__isnull", True), ("payment__isnull", False)),
                            models.Q(("credit__isnull", False), ("payment__isnull", True)),
                            _connector="OR",
                        ),
                        name="allocation_one_source",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=ALLOCATION_FROZEN,
                            hash="cf7d527b269db5d4558fd5a7a880e17b37a63aaf",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_5f42e",
                            table="receivables_allocation",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen_reversal",
                        sql=UpsertTriggerSql(
                            func=FROZEN_REVERSAL,
                            hash="c904a4b167a82cc447271fd0fb73ddf42a9f7813",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_reversal_b233b",
                            table="receivables_allocation",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="2075047c4d69a217b3e9d3535ca38a1c23cdd4ab",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_629af",
                            table="receivables_allocation",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        leave_room("receivables_receivable", 80),
        leave_room("receivables_payment", 80),
    ]
