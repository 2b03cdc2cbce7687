from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

FROZEN = """
            IF (true) AND (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD)) THEN
                RAISE EXCEPTION 'row % of % is frozen: correct it with a new document', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'OC002';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("as_of", models.DateTimeField(verbose_name="as of")),
                ("passed", models.BooleanField(verbose_name="passed")),
                (
                    "content",
                    models.TextField(help_text="JSON; the SHA-256 is that of its UTF-8.", verbose_name="content"),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "previous_sha256",
                    models.CharField(blank=True, max_length=64, unique=True, verbose_name="SHA-256 of the one before"),
                ),
            ],
            options={
                "verbose_name": "certificate",
                "verbose_name_plural": "certificates",
                "indexes": [models.Index(fields=["-business_date"], name="certificate_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="certificate_sha256"
                    )
                ],
                "triggers": [
                    Trigger(
                        name="frozen",
                        sql=UpsertTriggerSql(
                            func=FROZEN,
                            hash="529e5d1b8cda4bb56407487ec5f99db480afc78b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_7ab16",
                            table="reporting_certificate",
                            when="BEFORE",
                        ),
                    ),
                    Trigger(
                        name="never_truncated",
                        sql=UpsertTriggerSql(
                            func="RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'OC002';",
                            hash="6687c2234e35a430d3cd8dbea46015e31981f124",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_never_truncated_b2836",
                            table="reporting_certificate",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        )
    ]
