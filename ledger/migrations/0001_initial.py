import django.contrib.postgres.constraints
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.db.models.deletion
import django_fsm
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

LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:closed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

PERIOD_OPEN = """
SELECT id INTO NEW.period_id FROM ledger_period
WHERE company_id = NEW.company_id AND NEW.on BETWEEN starts_on AND ends_on AND state = 'open'
FOR SHARE;
IF NOT FOUND THEN
    RAISE EXCEPTION 'no open period on %', NEW.on USING ERRCODE = 'OC001';
END IF;
RETURN NEW;
"""

BALANCED = """
PERFORM 1 FROM ledger_journalline WHERE entry_id = NEW.id
HAVING count(*) < 2 OR sum(debit) <> sum(credit);
IF FOUND THEN
    RAISE EXCEPTION 'journal entry % does not balance', NEW.id USING ERRCODE = 'OC003';
END IF;
PERFORM 1 FROM ledger_journalline WHERE entry_id = NEW.id GROUP BY currency HAVING sum(amount) <> 0;
IF FOUND THEN
    RAISE EXCEPTION 'journal entry % does not balance in a document currency', NEW.id USING ERRCODE = 'OC003';
END IF;
RETURN NULL;
"""

JOURNALENTRY_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'number' <> to_jsonb(OLD) - 'number') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

FROZEN_NUMBER = """
            IF (OLD.number IS NOT NULL) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

NEVER_TRUNCATED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';"

JOURNALLINE_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

SAME_TRANSACTION = """
PERFORM 1 FROM written w LEFT JOIN ledger_journalentry e ON e.id = w.entry_id
WHERE e.posted_at IS DISTINCT FROM transaction_timestamp();
IF FOUND THEN
    RAISE EXCEPTION 'the journal entry is posted: no line can be added' USING ERRCODE = 'OC002';
END IF;
RETURN NULL;
"""


class Migration(migrations.Migration):
    replaces = [
        ("ledger", "0002_lines_only_beside_their_entry"),
        ("ledger", "0003_desks_in_full"),
        ("ledger", "0004_find_entries_by_day"),
    ]

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("asset", "Asset"),
                            ("liability", "Liability"),
                            ("equity", "Equity"),
                            ("revenue", "Revenue"),
                            ("expense", "Expense"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("receivables", "receivables"),
                            ("revenue", "revenue"),
                            ("service_revenue", "service revenue"),
                            ("output_tax", "output tax"),
                            ("bank", "bank"),
                            ("gateway_clearing", "gateway clearing"),
                            ("unallocated_cash", "unallocated cash"),
                            ("stock", "stock"),
                            ("stock_adjustment", "stock adjustment"),
                            ("goods_received", "goods received"),
                            ("cost_of_goods", "cost of goods"),
                            ("fx_gain", "fx gain"),
                            ("fx_loss", "fx loss"),
                            ("rounding", "rounding"),
                        ],
                        max_length=30,
                        null=True,
                        verbose_name="role",
                    ),
                ),
                (
                    "is_control",
                    models.BooleanField(
                        default=False,
                        help_text="Moved by documents only, split by customer.",
                        verbose_name="control account",
                    ),
                ),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="kernel.company")),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "code"), name="account_code_once"),
                    models.UniqueConstraint(fields=("company", "role"), name="account_role_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["asset", "liability", "equity", "revenue", "expense"])),
                        name="account_kind_known",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="931106c3cc76c13cfee66a70767b4709be6d63da",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_6784d",
                            table="ledger_account",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("rate", models.DecimalField(decimal_places=10, max_digits=19, verbose_name="rate")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The last day; empty: until further notice.",
                        null=True,
                        verbose_name="valid until",
                    ),
                ),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="kernel.company")),
            ],
            options={
                "verbose_name": "exchange rate",
                "verbose_name_plural": "exchange rates",
                "ordering": ["currency", "-valid_from"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="exchangerate_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="exchangerate_currency_iso"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("company"), models.F("company"), models.Value("[]"), function="int8range"
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.Func(models.F("currency"), models.Value(0), function="hashtextextended"),
                                    models.Func(models.F("currency"), models.Value(0), function="hashtextextended"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_to"),
                                    models.Value("[]"),
                                    function="daterange",
                                ),
                                "&&",
                            ),
                        ],
                        name="exchangerate_no_overlap",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="9ce152c37f75fb201558b4cb8956e55a41f1f9cd",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_92318",
                            table="ledger_exchangerate",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, verbose_name="name")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="kernel.company")),
            ],
            options={
                "verbose_name": "period",
                "verbose_name_plural": "periods",
                "ordering": ["starts_on"],
                "permissions": [("close_period", "Can close a period")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_on__lte", models.F("ends_on"))), name="period_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "closed"])), name="period_state_known"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("company"), models.F("company"), models.Value("[]"), function="int8range"
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("starts_on"), models.F("ends_on"), models.Value("[]"), function="daterange"
                                ),
                                "&&",
                            ),
                        ],
                        name="period_no_overlap",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=LEGAL_STATE_CHANGE,
                            hash="41e494a4c3438d11852447a6c9809e88de26319e",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_22f64",
                            table="ledger_period",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="8d1549ae4de4a9d12a40c05127527ced7c425221",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_5a4e8",
                            table="ledger_period",
                            when="AFTER",
                        ),
                    ),
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('open'))",
                            func="RAISE EXCEPTION '% begins as open', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="523097e2ab3ddce6717c781aa9ce8ccbe392279a",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_ee894",
                            table="ledger_period",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=160, verbose_name="source")),
                ("on", models.DateField(verbose_name="date")),
                ("number", models.BigIntegerField(null=True, verbose_name="number")),
                ("description", models.CharField(max_length=200, verbose_name="description")),
                (
                    "posted_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(), verbose_name="posted"
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
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="kernel.company")),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="ledger.journalentry",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.period",
                    ),
                ),
            ],
            options={
                "verbose_name": "journal entry",
                "verbose_name_plural": "journal entries",
                "permissions": [("reverse_journalentry", "Can reverse a journal entry")],
                "indexes": [
                    models.Index(condition=models.Q(("number", None)), fields=["id"], name="entry_unsealed"),
                    django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=["on"], name="entry_on"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "source"), name="entry_once_per_source"),
                    models.UniqueConstraint(fields=("company", "number"), name="entry_number_once"),
                ],
                "triggers": [
                    Trigger(
                        name="period_open",
                        sql=UpsertTriggerSql(
                            func=PERIOD_OPEN,
                            hash="f9e808918d34f6592c4be23ec138586a40195e77",
                            operation="INSERT",
                            pgid="pgtrigger_period_open_28887",
                            table="ledger_journalentry",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="balanced",
                        sql=UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            func=BALANCED,
                            hash="86e95fb35b6902317982ebfc5f571c6185639d0a",
                            operation="INSERT",
                            pgid="pgtrigger_balanced_e20fb",
                            table="ledger_journalentry",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=JOURNALENTRY_FROZEN,
                            hash="99b9b2ede2de936eb0babe97ff6dea6851a19f87",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_d0e2c",
                            table="ledger_journalentry",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen_number",
                        sql=UpsertTriggerSql(
                            func=FROZEN_NUMBER,
                            hash="05a76d409d96a2c8dbe1e38754f29f8f3aa038d2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_number_d93a1",
                            table="ledger_journalentry",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="1c80431a5f3cb777dacf01807bd0724ba58c8df1",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_37a3d",
                            table="ledger_journalentry",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="date")),
                ("debit", models.DecimalField(decimal_places=4, default=0, max_digits=19, verbose_name="debit")),
                ("credit", models.DecimalField(decimal_places=4, default=0, max_digits=19, verbose_name="credit")),
                ("currency", models.CharField(max_length=3, verbose_name="document currency")),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="document amount")),
                ("party_id", models.BigIntegerField(null=True, verbose_name="customer")),
                ("tax_code", models.CharField(blank=True, max_length=20, verbose_name="tax code")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="ledger.account",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="ledger.journalentry"
                    ),
                ),
            ],
            options={
                "verbose_name": "journal line",
                "verbose_name_plural": "journal lines",
                "indexes": [
                    models.Index(fields=["account", "on"], include=("debit", "credit"), name="line_account_on")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("debit__gt", 0), ("credit", 0)),
                            models.Q(("debit", 0), ("credit__gt", 0)),
                            _connector="OR",
                        ),
                        name="line_debit_or_credit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount", 0),
                            models.Q(("debit__gt", 0), ("amount__gt", 0)),
                            models.Q(("credit__gt", 0), ("amount__lt", 0)),
                            _connector="OR",
                        ),
                        name="line_amount_same_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="line_currency_iso"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=JOURNALLINE_FROZEN,
                            hash="eceafc199ea8563ff5536a73faf2d1b420cf71ec",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_43873",
                            table="ledger_journalline",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="c1078372ded10bc2c917c7526cdabe729433f03b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_4068b",
                            table="ledger_journalline",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="same_transaction",
                        sql=UpsertTriggerSql(
                            func=SAME_TRANSACTION,
                            hash="58dd2dbaec7c54fc32a046d8c0ede6de45c24769",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_same_transaction_3258d",
                            referencing="REFERENCING NEW TABLE AS written ",
                            table="ledger_journalline",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
    ]
