import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django_fsm
from django.conf import settings
from django.db import migrations, models
from o2c.kernel.db import CreateSequence
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

STOCKMOVE_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

NEVER_TRUNCATED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';"

CARTHOLD_LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{held:ordered,held:expired,held:dropped}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

TRANSFER_LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{sent:received}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

TRANSFER_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'state' - 'received_on' <> to_jsonb(OLD) - 'state' - 'received_on') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

TRANSFERLINE_FROZEN = """
            IF (OLD.received IS NULL) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'received' <> to_jsonb(OLD) - 'received') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

FROZEN_ONCE_RECEIVED = """
            IF (OLD.received IS NOT NULL) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class Migration(migrations.Migration):
    replaces = [
        ("inventory", "0002_leave_room"),
        ("inventory", "0003_desks_in_full"),
        ("inventory", "0004_desks_work"),
        ("inventory", "0005_moves_newest_first"),
    ]

    initial = True

    dependencies = [("catalog", "0001_initial"), ("kernel", "0001_initial")]

    operations = [
        CreateSequence("inventory_transfer_number"),
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="kernel.company")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                (
                    "handling_days",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Working days from a confirmed order in stock to goods issue.",
                        verbose_name="days to ship",
                    ),
                ),
                ("postal_code", models.CharField(blank=True, max_length=20, verbose_name="postal code")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Orders leave from the first that has everything.",
                        verbose_name="order of choice",
                    ),
                ),
                ("street", models.CharField(blank=True, max_length=200, verbose_name="street")),
            ],
            options={
                "verbose_name": "warehouse",
                "verbose_name_plural": "warehouses",
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="be383c97e0f033c6fb32f21ab56fe4455dd32878",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_42589",
                            table="inventory_warehouse",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on_hand", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="on hand")),
                ("reserved", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="reserved")),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=4, default=0, help_text="Base currency.", max_digits=19, verbose_name="value"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stock_levels", to="catalog.product"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                (
                    "bin",
                    models.CharField(
                        blank=True, help_text="Where it lies, in walking order.", max_length=20, verbose_name="bin"
                    ),
                ),
                ("counted_on", models.DateField(editable=False, null=True, verbose_name="last counted")),
            ],
            options={
                "verbose_name": "stock level",
                "verbose_name_plural": "stock levels",
                "constraints": [
                    models.UniqueConstraint(fields=("warehouse", "product"), name="stock_once_per_warehouse"),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0)), name="stock_reserved_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__lte", models.F("on_hand"))), name="stock_never_oversold"
                    ),
                    models.CheckConstraint(condition=models.Q(("value__gte", 0)), name="stock_value_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("on_hand__gt", 0), ("value", 0), _connector="OR"),
                        name="stock_nothing_worth_nothing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("demand", models.CharField(max_length=40, verbose_name="demand")),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="open quantity")),
                (
                    "level",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="inventory.stocklevel",
                    ),
                ),
            ],
            options={
                "verbose_name": "reservation",
                "verbose_name_plural": "reservations",
                "indexes": [
                    models.Index(
                        condition=models.Q(("demand__startswith", "recount/"), ("quantity__gt", 0)),
                        fields=["level"],
                        name="reservation_to_recount",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("demand", "level"), name="reservation_once_per_demand"),
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="reservation_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "Receipt"),
                            ("issue", "Goods issue"),
                            ("return", "Return to stock"),
                            ("count", "Count difference"),
                            ("scrap", "Scrapped"),
                            ("transfer", "Transfer"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="quantity")),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=4,
                        help_text="Base currency; the sign of the quantity.",
                        max_digits=19,
                        verbose_name="value",
                    ),
                ),
                ("source", models.CharField(max_length=80, verbose_name="source")),
                ("on", models.DateField(verbose_name="date")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="time")),
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
                    "level",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="inventory.stocklevel",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock move",
                "verbose_name_plural": "stock moves",
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind", "issue")),
                        fields=["level", "on"],
                        include=("quantity",),
                        name="move_issued",
                    ),
                    models.Index(fields=["level", "-id"], name="move_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity", 0), _negated=True), name="move_not_empty"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value", 0),
                            models.Q(("quantity__gt", 0), ("value__gt", 0)),
                            models.Q(("quantity__lt", 0), ("value__lt", 0)),
                            _connector="OR",
                        ),
                        name="move_value_same_sign",
                    ),
                    models.UniqueConstraint(fields=("source", "level"), name="move_once_per_source"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["receipt", "issue", "return", "count", "scrap", "transfer"])),
                        name="move_kind_known",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=STOCKMOVE_FROZEN,
                            hash="09e3df6acebf8ed06d78c7603718c0d06af27249",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_632ad",
                            table="inventory_stockmove",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="694e67c206783a61fee0e244dbbe406d6b42d559",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_2e630",
                            table="inventory_stockmove",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CartHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "token",
                    models.CharField(
                        help_text="The sender's name for it.", max_length=64, unique=True, verbose_name="token"
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("held", "Held"),
                            ("ordered", "Ordered"),
                            ("expired", "Expired"),
                            ("dropped", "Given back"),
                        ],
                        default="held",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "cart hold",
                "verbose_name_plural": "cart holds",
                "indexes": [
                    models.Index(condition=models.Q(("state", "held")), fields=["expires_at"], name="carthold_running")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["held", "ordered", "expired", "dropped"])),
                        name="carthold_state_known",
                    )
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('held'))",
                            func="RAISE EXCEPTION '% begins as held', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="f2d54a73a17ff30744d48cc335ef54c2b283a9f5",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_0a33c",
                            table="inventory_carthold",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=CARTHOLD_LEGAL_STATE_CHANGE,
                            hash="e94c85191c105d4e1ef0fa28c99df9677f0ebcb0",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_23557",
                            table="inventory_carthold",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpectedReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=60, verbose_name="purchase order")),
                ("supplier", models.CharField(blank=True, max_length=100, verbose_name="supplier")),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="ordered")),
                ("received", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="received")),
                ("expected_on", models.DateField(verbose_name="expected")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expected_receipts",
                        to="catalog.product",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "expected receipt",
                "verbose_name_plural": "expected receipts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("received__lt", models.F("quantity"))),
                        fields=["product", "expected_on"],
                        name="expected_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("reference", "product", "warehouse"), name="expected_once"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="expected_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("received__gte", 0), ("received__lte", models.F("quantity"))),
                        name="expected_received_within",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="12cda687e4528524eba887e9b19b432ed8202353",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_45267",
                            table="inventory_expectedreceipt",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReorderRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "minimum",
                    models.DecimalField(
                        decimal_places=4, help_text="Below it more is ordered.", max_digits=15, verbose_name="minimum"
                    ),
                ),
                (
                    "target",
                    models.DecimalField(decimal_places=4, help_text="Up to it.", max_digits=15, verbose_name="target"),
                ),
                (
                    "lot",
                    models.DecimalField(
                        decimal_places=4,
                        default=1,
                        help_text="Bought in multiples of it.",
                        max_digits=15,
                        verbose_name="lot",
                    ),
                ),
                ("lead_days", models.PositiveSmallIntegerField(default=7, verbose_name="lead time in days")),
                ("supplier", models.CharField(blank=True, max_length=100, verbose_name="supplier")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reorder_rules", to="catalog.product"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                (
                    "low_since",
                    models.DateField(
                        editable=False,
                        help_text="When it was announced; empty while there is enough.",
                        null=True,
                        verbose_name="low since",
                    ),
                ),
            ],
            options={
                "verbose_name": "reorder rule",
                "verbose_name_plural": "reorder rules",
                "constraints": [
                    models.UniqueConstraint(fields=("warehouse", "product"), name="reorder_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lot__gt", 0), ("minimum__gte", 0), ("target__gt", 0), ("target__gte", models.F("minimum"))
                        ),
                        name="reorder_sane",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="140df9ed7dac8d97ad2b71c17b18315c976be0a1",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_df293",
                            table="inventory_reorderrule",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        db_default=django.db.models.functions.text.Concat(
                            models.Value("TR-"),
                            django.db.models.functions.comparison.Cast(
                                models.Func(models.Value("inventory_transfer_number"), function="nextval"),
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
                        choices=[("sent", "On the way"), ("received", "Received")],
                        default="sent",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("sent_on", models.DateField(verbose_name="sent")),
                ("expected_on", models.DateField(verbose_name="expected")),
                ("received_on", models.DateField(null=True, verbose_name="received")),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer",
                "verbose_name_plural": "transfers",
                "indexes": [
                    models.Index(condition=models.Q(("state", "sent")), fields=["target"], name="transfer_on_the_way")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["sent", "received"])), name="transfer_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True), name="transfer_to_another"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_on__isnull", False), ("state", "received")),
                            models.Q(("received_on", None), ("state", "sent")),
                            _connector="OR",
                        ),
                        name="transfer_received_dated",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('sent'))",
                            func="RAISE EXCEPTION '% begins as sent', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="eb426781e400c944f21f0faa9f2e1a499526a10d",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_40e09",
                            table="inventory_transfer",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=TRANSFER_LEGAL_STATE_CHANGE,
                            hash="a3a33ea0ee5a6fe57624528d073c7cd4b0d34ce2",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_0fcda",
                            table="inventory_transfer",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=TRANSFER_FROZEN,
                            hash="68e154b6f00e85a162a6540bbe2c71a25b2ad373",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_3944c",
                            table="inventory_transfer",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="48ddb3586ba92d58608b26cc29b0a6f1689d27ed",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_a1fd9",
                            table="inventory_transfer",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="sent")),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=4, help_text="Base currency.", max_digits=19, verbose_name="value"
                    ),
                ),
                ("received", models.DecimalField(decimal_places=4, max_digits=15, null=True, verbose_name="received")),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inventory.transfer",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer line",
                "verbose_name_plural": "transfer lines",
                "constraints": [
                    models.UniqueConstraint(fields=("transfer", "product"), name="transferline_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0), ("value__gte", 0)), name="transferline_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received", None),
                            models.Q(("received__gte", 0), ("received__lte", models.F("quantity"))),
                            _connector="OR",
                        ),
                        name="transferline_never_more_arrives",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=TRANSFERLINE_FROZEN,
                            hash="375a5a425c493daa4c5e15de9ea8bb13906de85c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_80b83",
                            table="inventory_transferline",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen_once_received",
                        sql=UpsertTriggerSql(
                            func=FROZEN_ONCE_RECEIVED,
                            hash="0c2272cb8e971eb97e3b11940f05786254a5fc6b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_once_received_2ef58",
                            table="inventory_transferline",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="0b150e34c2d801c310e34392a80962152dfae6a2",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_0ef47",
                            table="inventory_transferline",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        leave_room("inventory_stocklevel", 50),
        leave_room("inventory_reservation", 60),
    ]
