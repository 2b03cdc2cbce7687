import django.db.models.deletion
import django.db.models.functions.datetime
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

FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'expires_at' - 'revoked_at' - 'last_used_at' - 'replaced_by_id' - 'label' - 'quota' <> to_jsonb(OLD) - 'expires_at' - 'revoked_at' - 'last_used_at' - 'replaced_by_id' - 'label' - 'quota') THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

LEGAL_STATE_CHANGE = 'SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{pending:delivered,pending:exhausted,pending:cancelled,delivered:pending,exhausted:pending,cancelled:pending}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'


class Migration(migrations.Migration):
    replaces = [
        ("gateway", "0001_api"),
        ("gateway", "0002_sandbox"),
        ("gateway", "0003_webhooks"),
        ("gateway", "0004_jobs_are_the_kernels"),
    ]

    initial = True

    dependencies = [("customers", "0001_initial"), ("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Shop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                (
                    "sees_all",
                    models.BooleanField(
                        default=True,
                        help_text="Otherwise only the customers that name the shop's account as served by.",
                        verbose_name="serves every customer",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "account",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shop",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "shop",
                "verbose_name_plural": "shops",
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="708e8f0ac601e86a735e61f8a935ec96a5965c05",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_30ab7",
                            table="gateway_shop",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=80, verbose_name="label")),
                (
                    "mode",
                    models.CharField(choices=[("live", "Live"), ("test", "Test")], max_length=4, verbose_name="mode"),
                ),
                (
                    "shown",
                    models.CharField(
                        editable=False, help_text="How it begins and ends.", max_length=24, verbose_name="key"
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, unique=True, verbose_name="SHA-256")),
                ("scopes", models.JSONField(default=list, verbose_name="scopes")),
                ("quota", models.PositiveIntegerField(default=600, verbose_name="requests a minute")),
                ("api_version", models.DateField(verbose_name="API version")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="last used")),
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
                        blank=True,
                        help_text="If given, the key sees and orders for this customer only.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="gateway.apikey",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to="gateway.shop",
                        verbose_name="shop",
                    ),
                ),
                (
                    "test_customer",
                    models.CharField(
                        blank=True,
                        help_text="A test key's customer, by their number in the sandbox, such as C-10001.",
                        max_length=20,
                        verbose_name="customer of the sandbox",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "permissions": [("rotate_apikey", "Can rotate and revoke API keys")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["live", "test"])), name="apikey_mode_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("quota__gt", 0)), name="apikey_has_quota"),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="apikey_digest_is_sha256"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaced_by", None),
                            models.Q(("replaced_by", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="apikey_not_its_own_successor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mode", "live"), ("test_customer", "")),
                            models.Q(("customer", None), ("mode", "test")),
                            _connector="OR",
                        ),
                        name="apikey_bound_in_its_books",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func="RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';",
                            hash="c1b042635157e1ff57c8db645698351753274fcb",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_f4642",
                            table="gateway_apikey",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=FROZEN,
                            hash="a3d5f3a029b8dc50401c09d8a9e4f7b6909c4493",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_55d16",
                            table="gateway_apikey",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
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
                ("url", models.CharField(max_length=500, verbose_name="address")),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="description")),
                ("types", models.JSONField(blank=True, default=list, verbose_name="types of event")),
                ("api_version", models.DateField(verbose_name="API version")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("secret_version", models.PositiveIntegerField(default=1, verbose_name="version of the secret")),
                ("previous_until", models.DateTimeField(null=True, verbose_name="previous secret valid until")),
                ("disabled_at", models.DateTimeField(null=True, verbose_name="disabled")),
                ("disabled_reason", models.CharField(blank=True, max_length=200, verbose_name="why it is disabled")),
                ("deleted_at", models.DateTimeField(null=True, verbose_name="deleted")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to="gateway.shop",
                        verbose_name="shop",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook endpoint",
                "verbose_name_plural": "webhook endpoints",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disabled_at", None), ("disabled_reason", "")),
                            models.Q(("disabled_at__isnull", False), models.Q(("disabled_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="webhook_disabled_says_why",
                    ),
                    models.CheckConstraint(condition=models.Q(("secret_version__gt", 0)), name="webhook_has_secret"),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="c5bcf08094cd084c0363aa979c37718400fd4601",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_4c5dd",
                            table="gateway_webhookendpoint",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
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
                ("type", models.CharField(max_length=60, verbose_name="type of event")),
                ("document_type", models.CharField(max_length=30, verbose_name="document type")),
                ("document_id", models.BigIntegerField(verbose_name="document")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("pending", "Pending"),
                            ("delivered", "Delivered"),
                            ("exhausted", "Exhausted"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="pending",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("next_try_at", models.DateTimeField(verbose_name="next try")),
                ("delivered_at", models.DateTimeField(null=True, verbose_name="delivered")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "event",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.event"),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="gateway.webhookendpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
                "permissions": [("replay_webhookdelivery", "Can deliver events again")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["endpoint", "next_try_at"],
                        name="webhookdelivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["endpoint", "document_type", "document_id", "event"],
                        name="webhookdelivery_in_order",
                    ),
                    models.Index(
                        condition=models.Q(("state", "exhausted")), fields=["id"], name="webhookdelivery_exhausted"
                    ),
                    models.Index(fields=["created_at"], name="webhookdelivery_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("endpoint", "event"), name="webhookdelivery_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("state", "delivered")),
                            models.Q(models.Q(("state", "delivered"), _negated=True), ("delivered_at", None)),
                            _connector="OR",
                        ),
                        name="webhookdelivery_delivered_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "delivered", "exhausted", "cancelled"])),
                        name="webhookdelivery_state_known",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="born_in_first_state",
                        sql=UpsertTriggerSql(
                            condition="WHEN (NEW.state NOT IN ('pending'))",
                            func="RAISE EXCEPTION '% begins as pending', TG_TABLE_NAME USING ERRCODE = 'OC004';",
                            hash="85fb70e42da48255084fa8e9d9a3bba374aa8786",
                            operation="INSERT",
                            pgid="pgtrigger_born_in_first_state_45009",
                            table="gateway_webhookdelivery",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="legal_state_change",
                        sql=UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func=LEGAL_STATE_CHANGE,
                            hash="ce96b31e6948be266c0ef6f1f10dc1eae1109f37",
                            operation="UPDATE",
                            pgid="pgtrigger_legal_state_change_61b11",
                            table="gateway_webhookdelivery",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("status", models.PositiveSmallIntegerField(null=True, verbose_name="status")),
                ("milliseconds", models.PositiveIntegerField(verbose_name="milliseconds")),
                ("error", models.CharField(blank=True, max_length=200, verbose_name="error")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="beginning of the answer")),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="log", to="gateway.webhookdelivery"
                    ),
                ),
            ],
            options={"verbose_name": "webhook attempt", "verbose_name_plural": "webhook attempts"},
        ),
    ]
