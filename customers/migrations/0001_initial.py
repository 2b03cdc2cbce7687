import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django_fsm
import o2c.kernel.public_ids
from django.conf import settings
from django.db import migrations, models
from o2c.kernel.db import CreateSequence
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

PRICES_IN_CURRENCY = """
IF EXISTS (
    SELECT FROM catalog_pricelist
    WHERE id IN (NEW.price_list_id, NEW.contract_list_id) AND currency <> NEW.currency
) THEN
    RAISE EXCEPTION 'customer % buys in %, the price list is in another currency', NEW.number, NEW.currency
        USING ERRCODE = 'OC005';
END IF;
RETURN NEW;
"""

ONE_LEVEL_OF_PARENTS = """
IF TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id THEN RETURN NEW; END IF;
PERFORM FROM customers_customer WHERE id = NEW.parent_id FOR SHARE;
IF EXISTS (SELECT FROM customers_customer WHERE id = NEW.parent_id AND parent_id IS NOT NULL)
   OR EXISTS (SELECT FROM customers_customer WHERE parent_id = NEW.id) THEN
    RAISE EXCEPTION 'a parent has no parent: customer %', NEW.number USING ERRCODE = 'OC005';
END IF;
RETURN NEW;
"""

VAT_CHECK_LAPSES = """
NEW.vat_checked_on := NULL;
RETURN NEW;
"""

VAT_CHECK_ON_FILE = """
IF NOT EXISTS (
    SELECT FROM customers_vatcheck
    WHERE customer_id = NEW.id AND vat_id = NEW.vat_id AND valid AND "on" = NEW.vat_checked_on
) THEN
    RAISE EXCEPTION 'no check of % on % is on file', NEW.vat_id, NEW.vat_checked_on USING ERRCODE = 'OC005';
END IF;
RETURN NEW;
"""

BORN_IN_FIRST_STATE = "RAISE EXCEPTION '% begins as queued or undeliverable', TG_TABLE_NAME USING ERRCODE = 'OC004';"

LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{queued:sending,sending:sent,sending:failed,sending:uncertain,failed:queued,uncertain:sent,uncertain:queued,undeliverable:queued}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'

MESSAGE_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'state' - 'attempts' - 'claimed_at' - 'sent_at' - 'retry_at' - 'error' - 'recipient_name' - 'recipient_email' <> to_jsonb(OLD) - 'state' - 'attempts' - 'claimed_at' - 'sent_at' - 'retry_at' - 'error' - 'recipient_name' - 'recipient_email') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

RECIPIENT_STAYS = """
IF OLD.state NOT IN ('undeliverable', 'failed')
   AND (NEW.recipient_name, NEW.recipient_email) IS DISTINCT FROM (OLD.recipient_name, OLD.recipient_email) THEN
    RAISE EXCEPTION 'message % is on its way: its recipient stays', OLD.id USING ERRCODE = 'OC002';
END IF;
RETURN NEW;
"""

NEVER_TRUNCATED = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';"

VATCHECK_FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class Migration(migrations.Migration):
    replaces = [
        ("customers", "0002_messages"),
        ("customers", "0003_desks_in_full"),
        ("customers", "0004_message_company"),
        ("customers", "0005_onboarding"),
        ("customers", "0006_api"),
    ]

    initial = True

    dependencies = [("catalog", "0001_initial"), ("kernel", "0001_initial")]

    operations = [
        CreateSequence("customers_customer_number"),
        migrations.CreateModel(
            name="PaymentTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("net_days", models.PositiveSmallIntegerField(default=30, verbose_name="days")),
                (
                    "end_of_month",
                    models.BooleanField(
                        default=False,
                        help_text="Days count from the last day of the invoice's month.",
                        verbose_name="from the end of the month",
                    ),
                ),
                ("discount_days", models.PositiveSmallIntegerField(default=0, verbose_name="discount days")),
                (
                    "discount_percent",
                    models.DecimalField(
                        decimal_places=4, default=0, max_digits=7, verbose_name="early-payment discount"
                    ),
                ),
                (
                    "is_prepayment",
                    models.BooleanField(
                        default=False, help_text="Orders wait until the money is there.", verbose_name="paid in advance"
                    ),
                ),
            ],
            options={
                "verbose_name": "payment terms",
                "verbose_name_plural": "payment terms",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("discount_percent__gte", 0), ("discount_percent__lt", 100)),
                        name="terms_discount_sane",
                    )
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="527b1fec01a316ee7fbf11b426ff49eeaaf49b9e",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_e6e96",
                            table="customers_paymentterms",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        db_default=django.db.models.functions.text.Concat(
                            models.Value("C-"),
                            django.db.models.functions.comparison.Cast(
                                models.Func(models.Value("customers_customer_number"), function="nextval"),
                                models.CharField(),
                            ),
                        ),
                        editable=False,
                        max_length=20,
                        unique=True,
                        verbose_name="number",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="legal name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("company", "Company"), ("person", "Person")],
                        default="company",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("vat_id", models.CharField(blank=True, max_length=20, verbose_name="VAT id")),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("fr", "Français"),
                            ("nb", "Norsk bokmål"),
                            ("id", "Bahasa Indonesia"),
                            ("ru", "Русский"),
                        ],
                        default="en",
                        max_length=5,
                        verbose_name="language of documents",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("segment", models.CharField(blank=True, max_length=30, verbose_name="segment")),
                (
                    "external_id",
                    models.CharField(
                        blank=True, max_length=80, null=True, unique=True, verbose_name="id in the shop or CRM"
                    ),
                ),
                ("accepts_backorders", models.BooleanField(default=True, verbose_name="accepts backorders")),
                (
                    "requires_po_number",
                    models.BooleanField(default=False, verbose_name="demands a purchase order number"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="customers.customer",
                    ),
                ),
                ("price_list", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.pricelist")),
                ("tax_region", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.taxregion")),
                ("terms", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="customers.paymentterms")),
                (
                    "contract_list",
                    models.ForeignKey(
                        blank=True,
                        help_text="Agreed with this customer; they come before the price list's.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.pricelist",
                        verbose_name="contract prices",
                    ),
                ),
                (
                    "delivery_notice_days",
                    models.PositiveSmallIntegerField(default=0, verbose_name="days of notice for a delivery"),
                ),
                (
                    "delivery_weekdays",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="1 is Monday; none means every day.",
                        verbose_name="delivery weekdays",
                    ),
                ),
                (
                    "exemption_number",
                    models.CharField(blank=True, max_length=60, verbose_name="tax exemption certificate"),
                ),
                ("exemption_until", models.DateField(blank=True, null=True, verbose_name="exempt until")),
                (
                    "priority",
                    models.SmallIntegerField(
                        default=0, help_text="Higher gets scarce stock first.", verbose_name="priority"
                    ),
                ),
                ("registered_on", models.DateField(blank=True, null=True, verbose_name="customer since")),
                ("requires_delivery_date", models.BooleanField(default=False, verbose_name="demands a delivery date")),
                ("ships_complete", models.BooleanField(default=False, verbose_name="ships complete only")),
                (
                    "vat_checked_on",
                    models.DateField(
                        blank=True, help_text="When it was last found valid.", null=True, verbose_name="VAT id checked"
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
                (
                    "served_by",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Shops that may sell to this customer, beside those that serve every customer.",
                        limit_choices_to={"username__startswith": "shop:"},
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="served by",
                    ),
                ),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "indexes": [
                    models.Index(fields=["name"], name="customer_name"),
                    models.Index(
                        condition=models.Q(("vat_id", ""), _negated=True), fields=["vat_id"], name="customer_vat_id"
                    ),
                    models.Index(
                        models.Func(
                            django.db.models.functions.text.Lower("name"),
                            models.Value("[[:space:][:punct:]]"),
                            models.Value(""),
                            models.Value("g"),
                            function="regexp_replace",
                        ),
                        name="customer_name_spelt_alike",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["company", "person"])), name="customer_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="customer_currency_iso"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("vat_checked_on", None), models.Q(("vat_id", ""), _negated=True), _connector="OR"
                        ),
                        name="customer_vat_checked_has_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="customer_not_its_own_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("exemption_until", None),
                            models.Q(("exemption_number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="customer_exemption_has_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delivery_weekdays__contained_by", [1, 2, 3, 4, 5, 6, 7])),
                        name="customer_weekdays_real",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="cd53a8394b5e7184a3f3223581651b1d4c58a57a",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_2fc06",
                            table="customers_customer",
                            when="AFTER",
                        ),
                    ),
                    Trigger(
                        name="prices_in_currency",
                        sql=UpsertTriggerSql(
                            func=PRICES_IN_CURRENCY,
                            hash="ec94d308dc692aa1e54b40c8957f51e1d0355cc0",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_prices_in_currency_41651",
                            table="customers_customer",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="one_level_of_parents",
                        sql=UpsertTriggerSql(
                            condition='WHEN (NEW."parent_id" IS NOT NULL)',
                            func=ONE_LEVEL_OF_PARENTS,
                            hash="d44bec8d3fca3111171e89072e40005877c0f65d",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_one_level_of_parents_8dab1",
                            table="customers_customer",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="vat_check_lapses",
                        sql=UpsertTriggerSql(
                            condition='WHEN (OLD."vat_id" IS DISTINCT FROM (NEW."vat_id"))',
                            func=VAT_CHECK_LAPSES,
                            hash="e12986a041d111ae77ce4f7aaaca41eaac35ef08",
                            operation="UPDATE",
                            pgid="pgtrigger_vat_check_lapses_e02b0",
                            table="customers_customer",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="vat_check_on_file",
                        sql=UpsertTriggerSql(
                            condition='WHEN (NEW."vat_checked_on" IS NOT NULL)',
                            func=VAT_CHECK_ON_FILE,
                            hash="3b4dd0d48996c717f55f6c75af26eeec37423932",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_vat_check_on_file_69cc6",
                            table="customers_customer",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("ordering", "Ordering"),
                            ("billing", "Billing"),
                            ("dunning", "Dunning"),
                            ("delivery", "Delivery"),
                        ],
                        default="ordering",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="customers.customer"
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["ordering", "billing", "dunning", "delivery"])),
                        name="contact_role_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("billing", "Billing"), ("delivery", "Delivery")],
                        default="billing",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="addressee")),
                ("street", models.CharField(max_length=200, verbose_name="street")),
                ("postal_code", models.CharField(blank=True, max_length=20, verbose_name="postal code")),
                ("city", models.CharField(max_length=100, verbose_name="city")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="addresses", to="customers.customer"
                    ),
                ),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["billing", "delivery"])), name="address_role_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country__regex", "^[A-Z]{2}$")), name="address_country_iso"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("document_type", models.CharField(max_length=30, verbose_name="document type")),
                ("document_id", models.BigIntegerField(verbose_name="document")),
                ("document_number", models.CharField(blank=True, max_length=40, verbose_name="document number")),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("fr", "Français"),
                            ("nb", "Norsk bokmål"),
                            ("id", "Bahasa Indonesia"),
                            ("ru", "Русский"),
                        ],
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                ("roles", models.JSONField(verbose_name="contact roles")),
                ("recipient_name", models.CharField(blank=True, max_length=200, verbose_name="recipient")),
                ("recipient_email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("subject", models.CharField(max_length=300, verbose_name="subject")),
                ("body", models.TextField(verbose_name="text")),
                ("html", models.TextField(verbose_name="HTML")),
                ("message_id", models.CharField(max_length=200, verbose_name="Message-ID")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("queued", "Queued"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("uncertain", "Uncertain"),
                            ("undeliverable", "No address"),
                        ],
                        default="queued",
                        max_length=14,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "queued_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="queued"),
                ),
                ("claimed_at", models.DateTimeField(null=True, verbose_name="taken up")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("retry_at", models.DateTimeField(null=True, verbose_name="next try")),
                ("error", models.TextField(blank=True, verbose_name="last error")),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="customers.customer",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.event"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.company",
                    ),
                ),
            ],
            options={
                "verbose_name": "message to a customer",
                "verbose_name_plural": "messages to customers",
                "permissions": [("resend_message", "Can send messages again and settle uncertain ones")],
                "indexes": [
                    models.Index(fields=["customer", "-id"], name="message_of_customer"),
                    models.Index(fields=["document_type", "document_id"], name="message_of_document"),
                    models.Index(condition=models.Q(("state", "queued")), fields=["id"], name="message_queued"),
                    models.Index(
                        condition=models.Q(("state", "sending")), fields=["claimed_at"], name="message_sending"
                    ),
                    models.Index(
                        condition=models.Q(("retry_at__isnull", False), ("state", "failed")),
                        fields=["retry_at"],
                        name="message_to_retry",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["undeliverable", "failed", "uncertain"])),
                        fields=["id"],
                        name="message_undelivered",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "kind"), name="message_once_per_event"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "undeliverable"),
                            models.Q(("recipient_email", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="message_has_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at", None)),
                            _connector="OR",
                        ),
                        name="message_sent_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject__regex", "[\\r\\n]"), _negated=True),
                            models.Q(("subject", ""), _negated=True),
                        ),
                        name="message_one_line_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["queued", "sending", "sent", "failed", "uncertain", "undeliverable"])
                        ),
                        name="message_state_known",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('queued', 'undeliverable'))",
                            func=BORN_IN_FIRST_STATE,
                            hash="5530ea3f3bbf4215595f05aadd4c5e53c83b5ac9",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_be8b0",
                            table="customers_message",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=LEGAL_STATE_CHANGE,
                            hash="0084a7762423f547905f201982dfc2f4ed8976cb",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_47acf",
                            table="customers_message",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=MESSAGE_FROZEN,
                            hash="0f35fe001c4b58b6bc73afa023cb80813e4cb8e7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_82315",
                            table="customers_message",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="recipient_stays",
                        sql=UpsertTriggerSql(
                            func=RECIPIENT_STAYS,
                            hash="fd6bd13ec1f760e6521af1ac2a9f5a326906c43a",
                            operation="UPDATE",
                            pgid="pgtrigger_recipient_stays_2923a",
                            table="customers_message",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="49932ba9135f19bb213a663e75f0e113aa2ce63c",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_48e94",
                            table="customers_message",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VatCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("vat_id", models.CharField(max_length=20, verbose_name="VAT id")),
                ("valid", models.BooleanField(verbose_name="valid")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("check_digits", "Check digits"),
                            ("vies", "VIES"),
                            ("person", "A person, with a document"),
                        ],
                        max_length=12,
                        verbose_name="source",
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=80, verbose_name="consultation number or document"),
                ),
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="vat_checks", to="customers.customer"
                    ),
                ),
            ],
            options={
                "verbose_name": "VAT id check",
                "verbose_name_plural": "VAT id checks",
                "permissions": [("vouch_vatcheck", "Can vouch for VAT ids with a document")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["check_digits", "vies", "person"])),
                        name="vatcheck_source_known",
                    )
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=VATCHECK_FROZEN,
                            hash="fb89b75200c66f22c2462fc2f416e31d1e294634",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_207b9",
                            table="customers_vatcheck",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func=NEVER_TRUNCATED,
                            hash="b770196670d045447e8ceb91fe70f0dbe3ce2773",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_4542d",
                            table="customers_vatcheck",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
    ]
