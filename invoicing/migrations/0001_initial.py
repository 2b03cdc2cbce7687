import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django_fsm
import o2c.kernel.public_ids
from django.conf import settings
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:issued}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

INVOICE_FROZEN = """
            IF (OLD.state = 'issued') AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

NEVER_TRUNCATED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';"

FROZEN_WITH_DOCUMENT = """
PERFORM 1 FROM invoicing_invoice WHERE id IN (OLD.invoice_id, NEW.invoice_id) ORDER BY id FOR SHARE;
PERFORM 1 FROM invoicing_invoice WHERE id IN (OLD.invoice_id, NEW.invoice_id) AND state = 'issued';
IF FOUND THEN
    RAISE EXCEPTION 'invoice % is issued: correct it with a credit note', COALESCE(OLD.invoice_id, NEW.invoice_id)
        USING ERRCODE = 'OC002';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""

PRINTEDINVOICE_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class Migration(migrations.Migration):
    replaces = [
        ("invoicing", "0002_lines_hold_their_document"),
        ("invoicing", "0003_desks_in_full"),
        ("invoicing", "0004_api"),
    ]

    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("customers", "0001_initial"),
        ("fulfillment", "0001_initial"),
        ("kernel", "0001_initial"),
        ("ledger", "0001_initial"),
        ("orders", "0001_initial"),
        ("receivables", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invoice",
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
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("draft", "Draft"), ("issued", "Issued")],
                        default="draft",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(null=True, verbose_name="year of the number")),
                ("sequence", models.PositiveIntegerField(null=True, verbose_name="place in the year")),
                ("number", models.CharField(max_length=40, null=True, unique=True, verbose_name="number")),
                ("issued_on", models.DateField(null=True, verbose_name="issued")),
                ("delivered_on", models.DateField(null=True, verbose_name="delivered")),
                ("due_on", models.DateField(null=True, verbose_name="due")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("net", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="net")),
                ("tax", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="tax")),
                ("gross", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="gross")),
                (
                    "base_gross",
                    models.DecimalField(
                        decimal_places=4, max_digits=19, null=True, verbose_name="gross in base currency"
                    ),
                ),
                ("seller", models.JSONField(verbose_name="seller")),
                ("buyer", models.JSONField(verbose_name="buyer")),
                ("delivery_address", models.JSONField(null=True, verbose_name="delivery address")),
                ("language", models.CharField(max_length=5, verbose_name="language")),
                ("terms_text", models.CharField(max_length=100, verbose_name="payment terms")),
                ("net_days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("end_of_month", models.BooleanField(verbose_name="from the end of the month")),
                ("po_number", models.CharField(blank=True, max_length=80, verbose_name="customer's order number")),
                ("order_number", models.CharField(blank=True, max_length=40, verbose_name="order number")),
                ("shipment_number", models.CharField(blank=True, max_length=40, verbose_name="shipment number")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "external_id",
                    models.CharField(max_length=80, null=True, unique=True, verbose_name="id at the sender"),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="customers.customer"
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.journalentry",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="orders.order",
                    ),
                ),
                (
                    "receivable",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice",
                        to="receivables.receivable",
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
                "verbose_name": "invoice",
                "verbose_name_plural": "invoices",
                "permissions": [("issue_invoice", "Can issue invoices and credit notes")],
                "indexes": [models.Index(condition=models.Q(("state", "draft")), fields=["id"], name="invoice_draft")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "kind", "year", "sequence"), name="invoice_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross",
                                django.db.models.expressions.CombinedExpression(models.F("net"), "+", models.F("tax")),
                            )
                        ),
                        name="invoice_gross_is_net_plus_tax",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("entry", None),
                                ("issued_on", None),
                                ("number", None),
                                ("receivable", None),
                                ("sequence", None),
                                ("state", "draft"),
                            ),
                            models.Q(
                                ("base_gross__isnull", False),
                                ("due_on__isnull", False),
                                ("issued_on__isnull", False),
                                ("number__isnull", False),
                                ("sequence__isnull", False),
                                ("state", "issued"),
                                ("year__isnull", False),
                                models.Q(
                                    models.Q(("gross", 0), ("receivable", None)),
                                    ("receivable__isnull", False),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="invoice_issued_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on", None), ("due_on__gte", models.F("issued_on")), _connector="OR"),
                        name="invoice_due_after_issue",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "issued"])), name="invoice_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["invoice", "credit_note"])), name="invoice_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="invoice_currency_iso"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=LEGAL_STATE_CHANGE,
                            hash="0f00362931636410783db1f9cb5db9eb000c6920",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_695d6",
                            table="invoicing_invoice",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=INVOICE_FROZEN,
                            hash="8358459e998e105cd4ae93ff5faff336f6677405",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_ccb60",
                            table="invoicing_invoice",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="e603230e1e856e8290da623ea1038fa5dbe2019a",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_6b820",
                            table="invoicing_invoice",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('draft'))",
                            func="RAISE EXCEPTION '% begins as draft', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="d292fb5e915f916ad1c806a450fad3a3c88c3b4d",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_793e2",
                            table="invoicing_invoice",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("sku", models.CharField(max_length=40, verbose_name="SKU")),
                ("description", models.CharField(max_length=200, verbose_name="description")),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="quantity")),
                ("unit", models.CharField(max_length=3, verbose_name="unit")),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=19, verbose_name="unit price")),
                (
                    "discount_percent",
                    models.DecimalField(decimal_places=4, default=0, max_digits=7, verbose_name="discount"),
                ),
                ("net", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="net")),
                ("tax_code", models.CharField(max_length=2, verbose_name="tax code")),
                ("tax_rate", models.DecimalField(decimal_places=4, max_digits=7, verbose_name="tax rate")),
                ("tax_text", models.CharField(blank=True, max_length=200, verbose_name="legal text")),
                ("is_service", models.BooleanField(verbose_name="service")),
                (
                    "invoice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="invoicing.invoice",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="orders.orderline",
                    ),
                ),
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
                    "shipment_line",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_line",
                        to="fulfillment.shipmentline",
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice line",
                "verbose_name_plural": "invoice lines",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("invoice", "position"), name="invoiceline_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0), ("unit_price__gte", 0)), name="invoiceline_positive"
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="7f04020b78180f0153ca6385074b78336e551d1c",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_f05d6",
                            table="invoicing_invoiceline",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen_with_document",
                        sql=UpsertTriggerSql(
                            func=FROZEN_WITH_DOCUMENT,
                            hash="8c6b21bcd506d1f81ffee52db07f377d76297f51",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_document_085fc",
                            table="invoicing_invoiceline",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceTax",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=2, verbose_name="tax code")),
                ("rate", models.DecimalField(decimal_places=4, max_digits=7, verbose_name="rate")),
                ("legal_text", models.CharField(blank=True, max_length=200, verbose_name="legal text")),
                ("base", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="base")),
                ("tax", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="tax")),
                (
                    "invoice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taxes",
                        to="invoicing.invoice",
                    ),
                ),
            ],
            options={
                "verbose_name": "tax group",
                "verbose_name_plural": "tax groups",
                "constraints": [models.UniqueConstraint(fields=("invoice", "code", "rate"), name="invoicetax_once")],
                "triggers": [
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="b89f3b469e0d6d97a30721cbe0c77079c5f23854",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_c5269",
                            table="invoicing_invoicetax",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen_with_document",
                        sql=UpsertTriggerSql(
                            func=FROZEN_WITH_DOCUMENT,
                            hash="e297661a965bb2c58178c8f06ef0e0c4ff6c0834",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_document_36080",
                            table="invoicing_invoicetax",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrintedInvoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.BinaryField(verbose_name="PDF")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "rendered_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="rendered"),
                ),
                (
                    "invoice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="printed", to="invoicing.invoice"
                    ),
                ),
            ],
            options={
                "verbose_name": "printed invoice",
                "verbose_name_plural": "printed invoices",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="printed_sha256"
                    )
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=PRINTEDINVOICE_FROZEN,
                            hash="fe2aa5ee45a45b51d8984ebb1bbb53e8a5edc7cd",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_b5ad6",
                            table="invoicing_printedinvoice",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="abfe9a94624a50498954aa3d59e069c6c5ef2c2b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_a1bcc",
                            table="invoicing_printedinvoice",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
    ]
