import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django_fsm
import o2c.kernel.public_ids
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

PICKUP_BORN_IN_FIRST_STATE = "RAISE EXCEPTION '% begins as planned', TG_TABLE_NAME USING ERRCODE = 'OC004';"

PICKUP_LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{planned:confirmed,planned:done,planned:cancelled,confirmed:done,confirmed:cancelled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

SHIPMENT_LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{planned:picking,picking:packed,packed:posted,posted:delivered,planned:cancelled,picking:cancelled,packed:cancelled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

SHIPMENT_FROZEN = """
            IF (OLD.state IN ('posted', 'delivered', 'cancelled')) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'state' - 'delivered_on' - 'expected_on' - 'delay_told_on' - 'evidence' - 'pickup_id' - 'tracking_number' <> to_jsonb(OLD) - 'state' - 'delivered_on' - 'expected_on' - 'delay_told_on' - 'evidence' - 'pickup_id' - 'tracking_number') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

NEVER_TRUNCATED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';"

SHIPMENTLINE_FROZEN = """
            IF (OLD.cost IS NOT NULL) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'in_returns' <> to_jsonb(OLD) - 'in_returns') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

ENTITLEMENT_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'revoked_on' - 'revoke_reason' <> to_jsonb(OLD) - 'revoked_on' - 'revoke_reason') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

RETURN_LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{authorised:received,authorised:cancelled,received:inspected}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

RETURN_FROZEN = """
            IF (OLD.state IN ('inspected', 'cancelled')) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

RETURNLINE_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'received' - 'restocked' - 'scrapped' - 'cost' - 'credited' <> to_jsonb(OLD) - 'received' - 'restocked' - 'scrapped' - 'cost' - 'credited') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

FROZEN_ONCE_INSPECTED = """
            IF (OLD.cost IS NOT NULL) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'credited' <> to_jsonb(OLD) - 'credited') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

SHIPPINGLABEL_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class Migration(migrations.Migration):
    replaces = [
        ("fulfillment", "0002_leave_room"),
        ("fulfillment", "0003_desks_in_full"),
        ("fulfillment", "0004_returns_by_row"),
        ("fulfillment", "0005_inspected_returns_stay"),
        ("fulfillment", "0006_api"),
        ("fulfillment", "0007_entitlement_in_api"),
        ("fulfillment", "0008_find_shipments_by_tracking_number"),
    ]

    initial = True

    dependencies = [("inventory", "0001_initial"), ("kernel", "0001_initial"), ("orders", "0001_initial")]

    operations = [
        CreateSequence("fulfillment_return_number"),
        CreateSequence("fulfillment_shipment_number"),
        migrations.CreateModel(
            name="Carrier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "adapter",
                    models.CharField(
                        default="local",
                        help_text="Which of `fulfillment.carriers` speaks to it.",
                        max_length=30,
                        verbose_name="adapter",
                    ),
                ),
                (
                    "tracking_url",
                    models.CharField(
                        blank=True,
                        help_text="With {number} for the tracking number.",
                        max_length=200,
                        verbose_name="tracking page",
                    ),
                ),
                ("transit_days", models.PositiveSmallIntegerField(default=2, verbose_name="working days on the road")),
                (
                    "max_weight",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=7, null=True, verbose_name="heaviest package in kg"
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "carrier",
                "verbose_name_plural": "carriers",
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="b1fdfcaf3abb8ab29b89949bed2b1d94e26539f7",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_98ae8",
                            table="fulfillment_carrier",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pickup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("planned", "Planned"),
                            ("confirmed", "Confirmed by the carrier"),
                            ("done", "Picked up"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("from_time", models.TimeField(verbose_name="from")),
                ("to_time", models.TimeField(verbose_name="until")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="carrier's reference")),
                (
                    "carrier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pickups",
                        to="fulfillment.carrier",
                    ),
                ),
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
                "verbose_name": "pickup",
                "verbose_name_plural": "pickups",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["planned", "confirmed"])),
                        fields=["warehouse", "on"],
                        name="pickup_to_come",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "confirmed", "done", "cancelled"])),
                        name="pickup_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_time__lt", models.F("to_time"))), name="pickup_window_forward"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        fields=("carrier", "warehouse", "on"),
                        name="pickup_once_a_day",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('planned'))",
                            func=PICKUP_BORN_IN_FIRST_STATE,
                            hash="22b745eaea47fe2996065ab84fdf4a4f91cd966e",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_29a2c",
                            table="fulfillment_pickup",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=PICKUP_LEGAL_STATE_CHANGE,
                            hash="028e1211ccddea122e5e592e653686664c64c97d",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_61980",
                            table="fulfillment_pickup",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        db_default=django.db.models.functions.text.Concat(
                            models.Value("SH-"),
                            django.db.models.functions.comparison.Cast(
                                models.Func(models.Value("fulfillment_shipment_number"), function="nextval"),
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
                        choices=[
                            ("planned", "Planned"),
                            ("picking", "Being picked"),
                            ("packed", "Packed"),
                            ("posted", "Shipped"),
                            ("delivered", "Delivered"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("planned_on", models.DateField(verbose_name="planned")),
                ("posted_on", models.DateField(null=True, verbose_name="shipped")),
                ("delivered_on", models.DateField(null=True, verbose_name="delivered")),
                ("carrier", models.CharField(blank=True, max_length=60, verbose_name="carrier")),
                ("tracking_number", models.CharField(blank=True, max_length=80, verbose_name="tracking number")),
                (
                    "company",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="kernel.company"),
                ),
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shipments", to="orders.order"
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
                    "evidence",
                    models.CharField(
                        blank=True,
                        help_text="Such as who signed for it, or a report's number.",
                        max_length=200,
                        verbose_name="evidence",
                    ),
                ),
                ("expected_on", models.DateField(blank=True, null=True, verbose_name="delivery expected")),
                (
                    "kind",
                    models.CharField(
                        choices=[("goods", "Goods"), ("service", "Service performed"), ("digital", "Access granted")],
                        default="goods",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("performed_by", models.CharField(blank=True, max_length=100, verbose_name="performed by")),
                (
                    "picker",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "carried_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.carrier",
                    ),
                ),
                (
                    "pickup",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipments",
                        to="fulfillment.pickup",
                    ),
                ),
                (
                    "delay_told_on",
                    models.DateField(
                        help_text="One delay mail for each day expected.",
                        null=True,
                        verbose_name="expected day whose delay was told",
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
                "verbose_name": "shipment",
                "verbose_name_plural": "shipments",
                "permissions": [
                    ("pick_shipment", "Can pick and pack shipments"),
                    ("post_shipment", "Can post shipments"),
                    ("cancel_shipment", "Can cancel shipments"),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["planned", "picking", "packed"])),
                        fields=["warehouse", "id"],
                        name="shipment_in_work",
                    ),
                    models.Index(
                        condition=models.Q(("state", "posted")), fields=["expected_on"], name="shipment_on_the_road"
                    ),
                    models.Index(fields=["tracking_number"], name="shipment_tracking_number"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "picking", "packed", "posted", "delivered", "cancelled"])
                        ),
                        name="shipment_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("posted_on__isnull", False), ("state__in", ["posted", "delivered"])),
                            models.Q(
                                models.Q(("state__in", ["posted", "delivered"]), _negated=True), ("posted_on", None)
                            ),
                            _connector="OR",
                        ),
                        name="shipment_posted_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["goods", "service", "digital"])), name="shipment_kind_known"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=SHIPMENT_LEGAL_STATE_CHANGE,
                            hash="e826527a8108bf174dd796d59efba1c7bfbb5f07",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_69000",
                            table="fulfillment_shipment",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('planned'))",
                            func=PICKUP_BORN_IN_FIRST_STATE,
                            hash="b5a7fe1b544b428c936fb5a4dec5d2279b8b6e57",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_a697e",
                            table="fulfillment_shipment",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=SHIPMENT_FROZEN,
                            hash="f0ecbccff974833d82d6ecc0c81c26290cd813f6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_31c5f",
                            table="fulfillment_shipment",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShipmentLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="quantity")),
                (
                    "cost",
                    models.DecimalField(
                        decimal_places=4,
                        help_text="Base currency, once shipped.",
                        max_digits=19,
                        null=True,
                        verbose_name="cost",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipment_lines",
                        to="orders.orderline",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="fulfillment.shipment",
                    ),
                ),
                ("picked", models.DecimalField(decimal_places=4, max_digits=15, null=True, verbose_name="picked")),
                (
                    "in_returns",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        help_text="Authorised to come back, or back.",
                        max_digits=15,
                        verbose_name="in returns",
                    ),
                ),
            ],
            options={
                "verbose_name": "shipment line",
                "verbose_name_plural": "shipment lines",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("shipment", "order_line"), name="shipmentline_once"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="shipmentline_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("picked", None),
                            models.Q(("picked__gte", 0), ("picked__lte", models.F("quantity"))),
                            _connector="OR",
                        ),
                        name="shipmentline_picked_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("in_returns__gte", 0), ("in_returns__lte", models.F("quantity"))),
                        name="shipmentline_never_more_comes_back",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="69f281a6c0a368bbbb962df66422f9885cd41f82",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_8a484",
                            table="fulfillment_shipmentline",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=SHIPMENTLINE_FROZEN,
                            hash="5c30eecf9b1633be5ee16c84c4e914e9e948768a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_71c05",
                            table="fulfillment_shipmentline",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entitlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True, verbose_name="access key")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("revoked_on", models.DateField(blank=True, null=True, verbose_name="revoked")),
                ("revoke_reason", models.CharField(blank=True, max_length=200, verbose_name="why it was revoked")),
                (
                    "shipment_line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entitlement",
                        to="fulfillment.shipmentline",
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
                "verbose_name": "entitlement",
                "verbose_name_plural": "entitlements",
                "permissions": [("revoke_entitlement", "Can revoke access")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="entitlement_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_on", None), models.Q(("revoke_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="entitlement_revoked_says_why",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=ENTITLEMENT_FROZEN,
                            hash="8fa0d2a6f201870f19ab19a78de0cf3fdcad281b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_e8b85",
                            table="fulfillment_entitlement",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="1cdfd73520f93ab290626903322dd264684a7ad0",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_459dc",
                            table="fulfillment_entitlement",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Package",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="box")),
                ("weight", models.DecimalField(decimal_places=3, max_digits=9, verbose_name="weight in kg")),
                ("length", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="length in cm")),
                ("width", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="width in cm")),
                ("height", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="height in cm")),
                ("tracking_number", models.CharField(blank=True, max_length=80, verbose_name="tracking number")),
                (
                    "shipment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packages",
                        to="fulfillment.shipment",
                    ),
                ),
            ],
            options={
                "verbose_name": "package",
                "verbose_name_plural": "packages",
                "constraints": [
                    models.UniqueConstraint(fields=("shipment", "position"), name="package_once"),
                    models.CheckConstraint(condition=models.Q(("weight__gt", 0)), name="package_weighs_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackageLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="quantity")),
                (
                    "package",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="fulfillment.package",
                    ),
                ),
                (
                    "shipment_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packed",
                        to="fulfillment.shipmentline",
                    ),
                ),
            ],
            options={
                "verbose_name": "package line",
                "verbose_name_plural": "package lines",
                "constraints": [
                    models.UniqueConstraint(fields=("package", "shipment_line"), name="packageline_once"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="packageline_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        db_default=django.db.models.functions.text.Concat(
                            models.Value("RT-"),
                            django.db.models.functions.comparison.Cast(
                                models.Func(models.Value("fulfillment_return_number"), function="nextval"),
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
                        choices=[
                            ("authorised", "Authorised"),
                            ("received", "Received"),
                            ("inspected", "Inspected"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="authorised",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("damaged", "Arrived damaged"),
                            ("defective", "Does not work"),
                            ("wrong_item", "Not what was ordered"),
                            ("too_late", "Arrived too late"),
                            ("not_wanted", "Not wanted any more"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("authorised_on", models.DateField(verbose_name="authorised")),
                ("valid_until", models.DateField(verbose_name="to be sent until")),
                ("received_on", models.DateField(null=True, verbose_name="received")),
                ("inspected_on", models.DateField(null=True, verbose_name="inspected")),
                (
                    "company",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="kernel.company"),
                ),
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
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="fulfillment.shipment"
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
                "verbose_name": "return",
                "verbose_name_plural": "returns",
                "permissions": [
                    ("authorise_return", "Can authorise returns"),
                    ("receive_return", "Can receive and inspect returns"),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["authorised", "received"])),
                        fields=["warehouse", "id"],
                        name="return_in_work",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["authorised", "received", "inspected", "cancelled"])),
                        name="return_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["damaged", "defective", "wrong_item", "too_late", "not_wanted", "other"])
                        ),
                        name="return_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_on__isnull", False), ("state__in", ["received", "inspected"])),
                            models.Q(
                                models.Q(("state__in", ["received", "inspected"]), _negated=True), ("received_on", None)
                            ),
                            _connector="OR",
                        ),
                        name="return_received_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("inspected_on__isnull", False), ("state", "inspected")),
                            models.Q(models.Q(("state", "inspected"), _negated=True), ("inspected_on", None)),
                            _connector="OR",
                        ),
                        name="return_inspected_dated",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('authorised'))",
                            func="RAISE EXCEPTION '% begins as authorised', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="1e87ae85ec2991212781c303944bccec3a451c62",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_b21f0",
                            table="fulfillment_return",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=RETURN_LEGAL_STATE_CHANGE,
                            hash="4a2833cce2a2d31928b1b070c51daa8d50f4ac99",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_19016",
                            table="fulfillment_return",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=RETURN_FROZEN,
                            hash="d9fa74ee7035a404d05c00e1de4f691c949c418d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_ad848",
                            table="fulfillment_return",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="c2088c90ed715aedafd3c7327e33aab485aa9174",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_29f99",
                            table="fulfillment_return",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("authorised", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="authorised")),
                ("received", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="received")),
                (
                    "restocked",
                    models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="back to stock"),
                ),
                ("scrapped", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="scrapped")),
                (
                    "returned",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="fulfillment.return",
                    ),
                ),
                (
                    "shipment_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="fulfillment.shipmentline",
                    ),
                ),
                (
                    "cost",
                    models.DecimalField(
                        decimal_places=4,
                        help_text="Base currency, once inspected.",
                        max_digits=19,
                        null=True,
                        verbose_name="worth back in stock",
                    ),
                ),
                ("credited", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="credited")),
            ],
            options={
                "verbose_name": "return line",
                "verbose_name_plural": "return lines",
                "indexes": [
                    models.Index(
                        condition=models.Q(("received__gt", models.F("credited"))),
                        fields=["returned"],
                        name="returnline_to_credit",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("returned", "shipment_line"), name="returnline_once"),
                    models.CheckConstraint(condition=models.Q(("authorised__gt", 0)), name="returnline_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("received__gte", 0), ("received__lte", models.F("authorised"))),
                        name="returnline_received_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "received__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("restocked"), "+", models.F("scrapped")
                                ),
                            ),
                            ("restocked__gte", 0),
                            ("scrapped__gte", 0),
                        ),
                        name="returnline_inspected_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("credited__gte", 0), ("credited__lte", models.F("received"))),
                        name="returnline_credited_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cost", None),
                            ("cost", 0),
                            models.Q(("cost__gt", 0), ("restocked__gt", 0)),
                            _connector="OR",
                        ),
                        name="returnline_worth_of_restocked",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="229da35bde0f06e24bc8e7c9e00f204bd3b29b6a",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_cff65",
                            table="fulfillment_returnline",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=RETURNLINE_FROZEN,
                            hash="348785100753b97b9393f7757f206b8d6377a693",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_265d3",
                            table="fulfillment_returnline",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen_once_inspected",
                        sql=UpsertTriggerSql(
                            func=FROZEN_ONCE_INSPECTED,
                            hash="79a766436330ed762ab0802619568e07d8d08beb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_once_inspected_3149f",
                            table="fulfillment_returnline",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShippingLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.BinaryField(verbose_name="PDF")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="made"),
                ),
                (
                    "package",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="label", to="fulfillment.package"
                    ),
                ),
            ],
            options={
                "verbose_name": "shipping label",
                "verbose_name_plural": "shipping labels",
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=SHIPPINGLABEL_FROZEN,
                            hash="a137447fe5729065ebfe523b5394dabe3bcfd876",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_a6e23",
                            table="fulfillment_shippinglabel",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="dacb14158880bf769d286c7732f1e5b59067256c",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_d23e4",
                            table="fulfillment_shippinglabel",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(max_length=80, verbose_name="carrier's id")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("announced", "Announced to the carrier"),
                            ("collected", "Collected"),
                            ("in_transit", "On the road"),
                            ("out_for_delivery", "Out for delivery"),
                            ("delivered", "Delivered"),
                            ("failed", "Delivery failed"),
                            ("delayed", "Delayed"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="place")),
                ("text", models.CharField(blank=True, max_length=200, verbose_name="text")),
                (
                    "recorded_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="recorded"),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tracking",
                        to="fulfillment.shipment",
                    ),
                ),
            ],
            options={
                "verbose_name": "tracking event",
                "verbose_name_plural": "tracking events",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "announced",
                                    "collected",
                                    "in_transit",
                                    "out_for_delivery",
                                    "delivered",
                                    "failed",
                                    "delayed",
                                ],
                            )
                        ),
                        name="tracking_status_known",
                    ),
                    models.UniqueConstraint(fields=("shipment", "external_id"), name="tracking_once"),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=SHIPPINGLABEL_FROZEN,
                            hash="ac64f570e81b080552594e001f66f9dc663d3736",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_11999",
                            table="fulfillment_trackingevent",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="928ad17829c0020db67537a71307857c67baa35b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_c34fe",
                            table="fulfillment_trackingevent",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        leave_room("fulfillment_shipment", 60),
        leave_room("fulfillment_shipmentline", 70),
    ]
