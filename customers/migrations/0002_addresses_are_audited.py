"""Who changed an address from what to what is kept: goods and invoices go where it says."""

from django.db import migrations
from pgtrigger.compiler import Trigger, UpsertTriggerSql
from pgtrigger.migrations import AddTrigger

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


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [
        AddTrigger(
            model_name="address",
            trigger=Trigger(
                name="audited",
                sql=UpsertTriggerSql(
                    func=AUDITED,
                    hash="b10661e04c3cd662a7d6bc1dd33d89c64b3a214d",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_0f624",
                    table="customers_address",
                    when="AFTER",
                ),
            ),
        ),
    ]
