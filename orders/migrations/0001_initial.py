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

ORDER_BORN_IN_FIRST_STATE = (
    "RAISE EXCEPTION '% begins as quoted or draft or submitted', TG_TABLE_NAME USING ERRCODE = 'OC004';"
)

ORDER_LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{quoted:draft,quoted:expired,quoted:lost,expired:quoted,draft:submitted,draft:cancelled,submitted:confirmed,submitted:on_hold,submitted:cancelled,on_hold:confirmed,on_hold:cancelled,confirmed:cancelled,confirmed:closed,closed:confirmed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

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

ORDERREQUEST_LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{waiting:ordered,waiting:dismissed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

ORDERVERSION_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

NEVER_TRUNCATED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';"

RELEASE_BORN_IN_FIRST_STATE = (
    "RAISE EXCEPTION '% begins as proposed or approved', TG_TABLE_NAME USING ERRCODE = 'OC004';"
)

RELEASE_LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposed:approved,proposed:rejected}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

RELEASE_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'state' - 'decided_by_id' - 'decided_at' <> to_jsonb(OLD) - 'state' - 'decided_by_id' - 'decided_at') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class Migration(migrations.Migration):
    replaces = [
        ("orders", "0002_leave_room"),
        ("orders", "0003_desks_in_full"),
        ("orders", "0004_codes_are_known"),
        ("orders", "0005_releases_by_two"),
        ("orders", "0006_api"),
        ("orders", "0007_return_days"),
        ("orders", "0008_find_orders_by_their_number"),
        ("orders", "0009_lines_in_work"),
    ]

    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("customers", "0001_initial"),
        ("inventory", "0001_initial"),
        ("kernel", "0001_initial"),
    ]

    operations = [
        CreateSequence("orders_order_number"),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        db_default=django.db.models.functions.text.Concat(
                            models.Value("SO-"),
                            django.db.models.functions.comparison.Cast(
                                models.Func(models.Value("orders_order_number"), function="nextval"), models.CharField()
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
                            ("quoted", "Quoted"),
                            ("expired", "Expired"),
                            ("lost", "Lost"),
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("on_hold", "On hold"),
                            ("confirmed", "Confirmed"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("api", "Checkout"),
                            ("phone", "Telephone"),
                            ("email", "E-mail"),
                            ("web", "Web form"),
                            ("in_person", "In person"),
                            ("portal", "Portal"),
                            ("import", "Import"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "external_id",
                    models.CharField(blank=True, max_length=80, null=True, verbose_name="id at the sender"),
                ),
                ("po_number", models.CharField(blank=True, max_length=80, verbose_name="customer's order number")),
                ("ordered_on", models.DateField(verbose_name="ordered")),
                ("requested_on", models.DateField(blank=True, null=True, verbose_name="wanted by")),
                ("delivery_address", models.JSONField(verbose_name="delivery address")),
                ("accepts_backorders", models.BooleanField(default=True, verbose_name="accepts backorders")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("net", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="net")),
                ("tax", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="tax")),
                ("gross", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="gross")),
                ("hold_reasons", models.JSONField(blank=True, default=list, verbose_name="why it is on hold")),
                (
                    "cancel_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why it was cancelled or lost"),
                ),
                ("open_invoices", models.PositiveSmallIntegerField(default=0, verbose_name="invoices not settled")),
                ("due_on", models.DateField(null=True, verbose_name="first due date of what is not settled")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
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
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="customers.customer",
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.paymentterms",
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
                    "answered_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the customer was first told where it stands.",
                        null=True,
                        verbose_name="answered",
                    ),
                ),
                (
                    "cancel_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("customer", "The customer changed their mind"),
                            ("price", "Price"),
                            ("competitor", "Bought elsewhere"),
                            ("delivery_time", "Delivery takes too long"),
                            ("unfulfillable", "We cannot deliver"),
                            ("credit", "Credit refused"),
                            ("fraud", "Suspected fraud"),
                            ("duplicate", "Entered twice"),
                            ("mistake", "Entered by mistake"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="cancellation code",
                    ),
                ),
                (
                    "delay_told_on",
                    models.DateField(
                        blank=True,
                        help_text="One delay mail for each promise.",
                        null=True,
                        verbose_name="promise whose delay was told",
                    ),
                ),
                (
                    "discount_percent",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        help_text="Percent; part of each line's discount.",
                        max_digits=7,
                        verbose_name="discount on the order",
                    ),
                ),
                ("discount_rule", models.CharField(blank=True, max_length=80, verbose_name="why the discount")),
                (
                    "incoterm",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("EXW", "Ex works"),
                            ("FCA", "Free carrier"),
                            ("CPT", "Carriage paid to"),
                            ("CIP", "Carriage and insurance paid to"),
                            ("DAP", "Delivered at place"),
                            ("DPU", "Delivered at place unloaded"),
                            ("DDP", "Delivered duty paid"),
                            ("FAS", "Free alongside ship"),
                            ("FOB", "Free on board"),
                            ("CFR", "Cost and freight"),
                            ("CIF", "Cost, insurance and freight"),
                        ],
                        max_length=3,
                        verbose_name="Incoterm",
                    ),
                ),
                (
                    "priority",
                    models.SmallIntegerField(
                        default=0,
                        help_text="Higher gets scarce stock first; the customer's, or set here.",
                        verbose_name="priority",
                    ),
                ),
                (
                    "promised_on",
                    models.DateField(
                        blank=True,
                        help_text="When everything leaves, as the customer was told.",
                        null=True,
                        verbose_name="promised",
                    ),
                ),
                (
                    "screening",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="The rules that spoke, with points and figures.",
                        verbose_name="fraud rules",
                    ),
                ),
                ("screening_score", models.PositiveSmallIntegerField(default=0, verbose_name="fraud score")),
                ("ships_complete", models.BooleanField(default=False, verbose_name="ships complete")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="quote valid until")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
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
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "permissions": [
                    ("quote_order", "Can quote"),
                    ("submit_order", "Can submit orders"),
                    ("amend_order", "Can amend orders"),
                    ("release_order", "Can release orders from hold"),
                    ("cancel_order", "Can cancel orders"),
                    ("allocate_order", "Can give one order's scarce stock to another"),
                ],
                "indexes": [
                    models.Index(fields=["-ordered_on", "-id"], name="order_newest"),
                    models.Index(fields=["customer", "-id"], name="order_of_customer"),
                    models.Index(condition=models.Q(("state", "on_hold")), fields=["id"], name="order_on_hold"),
                    models.Index(
                        condition=models.Q(("state", "confirmed")), fields=["warehouse", "id"], name="order_confirmed"
                    ),
                    models.Index(condition=models.Q(("state", "quoted")), fields=["valid_until"], name="order_quoted"),
                    models.Index(
                        condition=models.Q(
                            ("answered_at", None), ("state__in", ["draft", "submitted", "on_hold", "confirmed"])
                        ),
                        fields=["channel", "id"],
                        name="order_unanswered",
                    ),
                    models.Index(
                        condition=models.Q(("state", "confirmed")), fields=["promised_on"], name="order_promised"
                    ),
                    models.Index(fields=["po_number"], name="order_po_number"),
                    models.Index(
                        condition=models.Q(("external_id__isnull", False)),
                        fields=["external_id"],
                        name="order_external_id",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross",
                                django.db.models.expressions.CombinedExpression(models.F("net"), "+", models.F("tax")),
                            )
                        ),
                        name="order_gross_is_net_plus_tax",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("net__gte", 0), ("tax__gte", 0)), name="order_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "on_hold"), _negated=True),
                            models.Q(("hold_reasons", []), _negated=True),
                            _connector="OR",
                        ),
                        name="order_hold_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_on", None), ("open_invoices", 0)),
                            models.Q(("due_on__isnull", False), ("open_invoices__gt", 0)),
                            _connector="OR",
                        ),
                        name="order_due_while_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["api", "phone", "email", "web", "in_person", "portal", "import"])
                        ),
                        name="order_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="order_currency_iso"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["quoted", "expired", "lost"]), _negated=True),
                            ("valid_until__isnull", False),
                            _connector="OR",
                        ),
                        name="order_quote_has_validity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discount_percent__gte", 0), ("discount_percent__lte", 100)),
                        name="order_discount_sane",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "quoted",
                                    "expired",
                                    "lost",
                                    "draft",
                                    "submitted",
                                    "on_hold",
                                    "confirmed",
                                    "closed",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="order_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cancel_code__in",
                                [
                                    "",
                                    "customer",
                                    "price",
                                    "competitor",
                                    "delivery_time",
                                    "unfulfillable",
                                    "credit",
                                    "fraud",
                                    "duplicate",
                                    "mistake",
                                    "other",
                                ],
                            )
                        ),
                        name="order_cancel_code_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "incoterm__in",
                                ["", "EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF"],
                            )
                        ),
                        name="order_incoterm_known",
                    ),
                    models.UniqueConstraint(
                        fields=("created_by", "channel", "external_id"), name="order_once_per_sender"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('quoted', 'draft', 'submitted'))",
                            func=ORDER_BORN_IN_FIRST_STATE,
                            hash="68f0d42036b71e45a5b885e8ce9802766cd3c024",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_eb2c0",
                            table="orders_order",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=ORDER_LEGAL_STATE_CHANGE,
                            hash="a0fae97bd726a7e0ba8b324549a2ca5638321eb3",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_b8fad",
                            table="orders_order",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("description", models.CharField(max_length=200, verbose_name="description")),
                ("unit", models.CharField(max_length=3, verbose_name="unit")),
                ("is_stocked", models.BooleanField(verbose_name="from stock")),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=19, verbose_name="unit price")),
                ("price_rule", models.CharField(max_length=80, verbose_name="price rule")),
                (
                    "discount_percent",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        help_text="Percent: the line's and the order's together.",
                        max_digits=7,
                        verbose_name="discount",
                    ),
                ),
                ("net", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="net")),
                ("tax_code", models.CharField(max_length=2, verbose_name="tax code")),
                ("tax_rate", models.DecimalField(decimal_places=4, max_digits=7, verbose_name="tax rate")),
                ("tax_text", models.CharField(blank=True, max_length=200, verbose_name="legal text")),
                ("ordered", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="ordered")),
                (
                    "cancelled",
                    models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="cancelled"),
                ),
                ("reserved", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="reserved")),
                ("shipped", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="shipped")),
                ("returned", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="returned")),
                ("invoiced", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="invoiced")),
                ("credited", models.DecimalField(decimal_places=4, default=0, max_digits=15, verbose_name="credited")),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="catalog.product",
                    ),
                ),
                (
                    "entered_discount",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        help_text="Percent, as entered for this line.",
                        max_digits=7,
                        verbose_name="discount on the line",
                    ),
                ),
                ("promised_on", models.DateField(blank=True, null=True, verbose_name="promised")),
            ],
            options={
                "verbose_name": "order line",
                "verbose_name_plural": "order lines",
                "ordering": ["position"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("is_stocked", True),
                            (
                                "ordered__gt",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("cancelled"), "+", models.F("shipped")
                                    ),
                                    "+",
                                    models.F("reserved"),
                                ),
                            ),
                        ),
                        fields=["product", "order"],
                        name="orderline_backordered",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "ordered__gt",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("cancelled"), "+", models.F("shipped")
                                ),
                            )
                        ),
                        fields=["order"],
                        name="orderline_to_ship",
                    ),
                    models.Index(
                        condition=models.Q(("shipped__gt", models.F("invoiced"))),
                        fields=["order"],
                        name="orderline_to_invoice",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "position"), name="orderline_position_once"),
                    models.CheckConstraint(condition=models.Q(("ordered__gt", 0)), name="orderline_ordered_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("unit_price__gte", 0)), name="orderline_price_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancelled__gte", 0),
                            ("credited__gte", 0),
                            ("invoiced__gte", 0),
                            ("reserved__gte", 0),
                            ("returned__gte", 0),
                            ("shipped__gte", 0),
                        ),
                        name="orderline_never_below_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ordered__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("cancelled"), "+", models.F("shipped")
                                    ),
                                    "+",
                                    models.F("reserved"),
                                ),
                            )
                        ),
                        name="orderline_never_more_than_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("returned__lte", models.F("shipped"))),
                        name="orderline_returned_was_shipped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("invoiced__lte", models.F("shipped"))),
                        name="orderline_invoiced_was_shipped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("credited__lte", models.F("invoiced"))),
                        name="orderline_credited_was_invoiced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discount_percent__gte", models.F("entered_discount")), ("discount_percent__lte", 100)
                        ),
                        name="orderline_discount_sane",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("entered_discount__gte", 0), ("entered_discount__lte", 100)),
                        name="orderline_entered_discount_sane",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hold_score", models.PositiveSmallIntegerField(default=50, verbose_name="points that hold an order")),
                (
                    "velocity_hours",
                    models.PositiveSmallIntegerField(default=24, verbose_name="hours that count as at once"),
                ),
                (
                    "velocity_orders",
                    models.PositiveSmallIntegerField(default=5, verbose_name="orders at once that are unusual"),
                ),
                (
                    "velocity_points",
                    models.PositiveSmallIntegerField(default=30, verbose_name="points for many orders at once"),
                ),
                (
                    "amount_factor",
                    models.DecimalField(
                        decimal_places=2, default=5, max_digits=5, verbose_name="times the customer's usual order"
                    ),
                ),
                (
                    "amount_points",
                    models.PositiveSmallIntegerField(default=30, verbose_name="points for an unusual amount"),
                ),
                (
                    "address_points",
                    models.PositiveSmallIntegerField(default=20, verbose_name="points for an unknown delivery address"),
                ),
                (
                    "country_points",
                    models.PositiveSmallIntegerField(default=30, verbose_name="points for another delivery country"),
                ),
                (
                    "new_customer_days",
                    models.PositiveSmallIntegerField(default=30, verbose_name="days a customer counts as new"),
                ),
                (
                    "new_customer_amount",
                    models.DecimalField(
                        decimal_places=4,
                        default=5000,
                        help_text="Net, in the order's currency.",
                        max_digits=19,
                        verbose_name="large for a new customer",
                    ),
                ),
                (
                    "new_customer_points",
                    models.PositiveSmallIntegerField(default=30, verbose_name="points for a large first order"),
                ),
                (
                    "duplicate_hours",
                    models.PositiveSmallIntegerField(default=24, verbose_name="hours in which a repeat is suspected"),
                ),
                ("quote_days", models.PositiveSmallIntegerField(default=30, verbose_name="days a quote is valid")),
                (
                    "second_release_from",
                    models.DecimalField(
                        decimal_places=4,
                        default=10000,
                        help_text="Releases of larger orders need two people; base currency.",
                        max_digits=19,
                        verbose_name="second approval from",
                    ),
                ),
                ("release_days", models.PositiveSmallIntegerField(default=30, verbose_name="days a release reaches")),
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="order_policy", to="kernel.company"
                    ),
                ),
                (
                    "return_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="After delivery, for customers who ask in a shop; the order desk may allow more.",
                        verbose_name="days to return",
                    ),
                ),
            ],
            options={
                "verbose_name": "order policy",
                "verbose_name_plural": "order policies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hold_score__gt", 0)), name="orderpolicy_holds_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_factor__gt", 1)), name="orderpolicy_factor_sane"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("new_customer_amount__gte", 0), ("second_release_from__gte", 0)),
                        name="orderpolicy_amounts_not_negative",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="507a06d8b68f265dfced56be4cb696081ca08cd3",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_96928",
                            table="orders_orderpolicy",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("ordered", "Became an order or quote"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="waiting",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("api", "Checkout"),
                            ("phone", "Telephone"),
                            ("email", "E-mail"),
                            ("web", "Web form"),
                            ("in_person", "In person"),
                            ("portal", "Portal"),
                            ("import", "Import"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "external_id",
                    models.CharField(
                        blank=True,
                        help_text="Such as an e-mail's Message-ID.",
                        max_length=200,
                        null=True,
                        verbose_name="id at the sender",
                    ),
                ),
                (
                    "sender",
                    models.CharField(
                        help_text="Name, address or telephone number.", max_length=200, verbose_name="sender"
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "received_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="received"),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("dismiss_reason", models.CharField(blank=True, max_length=200, verbose_name="why it was dismissed")),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_requests",
                        to="customers.customer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "order request",
                "verbose_name_plural": "order requests",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["channel", "received_at"],
                        name="orderrequest_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "ordered", "dismissed"])),
                        name="orderrequest_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["api", "phone", "email", "web", "in_person", "portal", "import"])
                        ),
                        name="orderrequest_channel_known",
                    ),
                    models.UniqueConstraint(fields=("channel", "external_id"), name="orderrequest_once_per_sender"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ordered"), _negated=True), ("order__isnull", False), _connector="OR"
                        ),
                        name="orderrequest_ordered_has_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dismissed"), _negated=True),
                            models.Q(("dismiss_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="orderrequest_dismissed_has_reason",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('waiting'))",
                            func="RAISE EXCEPTION '% begins as waiting', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="7cbe09533dbfe8395b4dd6c24470b6173332e489",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_a6411",
                            table="orders_orderrequest",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=ORDERREQUEST_LEGAL_STATE_CHANGE,
                            hash="20455084760e450fbcb22835b0b87f21fbbf4705",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_e0279",
                            table="orders_orderrequest",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "changes",
                    models.JSONField(
                        help_text="Each with its line's position or field, what it was and what it is.",
                        verbose_name="changes",
                    ),
                ),
                ("before", models.JSONField(help_text="The head and the lines as they were.", verbose_name="before")),
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
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "order version",
                "verbose_name_plural": "order versions",
                "constraints": [
                    models.UniqueConstraint(fields=("order", "version"), name="orderversion_once"),
                    models.CheckConstraint(condition=models.Q(("version__gt", 1)), name="orderversion_after_first"),
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=ORDERVERSION_FROZEN,
                            hash="630bae984dda915bab665f425bbe2fc8831d2198",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_c5def",
                            table="orders_orderversion",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="9b05b1a6a0ed1cd20922790da7b7f60b06e39c78",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_1348a",
                            table="orders_orderversion",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("proposed", "Proposed"), ("approved", "Approved"), ("rejected", "Rejected")],
                        default="proposed",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("codes", models.JSONField(help_text='Such as ["credit-limit"].', verbose_name="hold reasons waived")),
                (
                    "up_to",
                    models.DecimalField(
                        decimal_places=4,
                        help_text="Gross, in the order's currency.",
                        max_digits=19,
                        verbose_name="up to",
                    ),
                ),
                ("valid_until", models.DateField(verbose_name="valid until")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("on", models.DateField(verbose_name="date")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="time")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="orders.order"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("needs_two", models.BooleanField(default=False, verbose_name="needs two people")),
            ],
            options={
                "verbose_name": "release",
                "verbose_name_plural": "releases",
                "indexes": [
                    models.Index(condition=models.Q(("state", "proposed")), fields=["id"], name="release_to_decide")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "approved", "rejected"])),
                        name="release_state_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("up_to__gt", 0)), name="release_reaches_somewhere"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", None), ("state", "proposed")),
                            models.Q(models.Q(("state", "proposed"), _negated=True), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="release_decided_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")), fields=("order",), name="release_one_proposal"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("needs_two", True), ("state", "approved"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="release_second_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("on"))),
                        name="release_not_over_before_it_begins",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('proposed', 'approved'))",
                            func=RELEASE_BORN_IN_FIRST_STATE,
                            hash="a8e18d79afbeeaf57cb8cf772e1f58a39129f1f8",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_5e0c2",
                            table="orders_release",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=RELEASE_LEGAL_STATE_CHANGE,
                            hash="77271a3c632a92b69fb30acb792cd31fcd9466ea",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_1dc0d",
                            table="orders_release",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=RELEASE_FROZEN,
                            hash="3c0a49366b21a7f0c30982e1950c347fa7916945",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_dbe2c",
                            table="orders_release",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="0658e8ba2177084fddca2e9f7c89b3cba467778a",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_e0df9",
                            table="orders_release",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        leave_room("orders_order", 75),
        leave_room("orders_orderline", 60),
    ]
