"""Jobs are everybody's now: the shops' move to the kernel's table, and this one goes."""

from django.db import migrations

# Rows that have ended cannot be born so; the constraints stay in force.
MOVE = """
ALTER TABLE kernel_job DISABLE TRIGGER USER;
INSERT INTO kernel_job (id, public_id, owner_id, title, kind, state, asked, done, total, outcome,
                        error_code, error, queued_at, finished_at)
SELECT job.id, job.public_id, shop.account_id, '', job.kind, job.state, job.asked, job.done, job.total,
       job.outcome, job.error_code, job.error, job.queued_at, job.finished_at
FROM gateway_job job JOIN gateway_shop shop ON shop.id = job.shop_id;
SELECT setval(pg_get_serial_sequence('kernel_job', 'id'), greatest(max(id), 1), max(id) IS NOT NULL)
FROM kernel_job;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE kernel_job ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('gateway', '0003_webhooks'),
        ('kernel', '0012_long_work'),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(name='Job'),
    ]
