"""Balances are read from a row a day and account; what was numbered before is counted in (docs/adr/0033)."""

import django.db.models.deletion
from django.db import migrations, models

COUNT_IN = """
INSERT INTO ledger_dailyturnover (account_id, "on", debit, credit)
SELECT line.account_id, line."on", sum(line.debit), sum(line.credit)
FROM ledger_journalline line JOIN ledger_journalentry entry ON entry.id = line.entry_id
WHERE entry.number IS NOT NULL GROUP BY line.account_id, line."on"
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyTurnover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="date")),
                ("debit", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="debit")),
                ("credit", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="credit")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turnovers",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "daily turnover",
                "verbose_name_plural": "daily turnovers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "on"), include=("debit", "credit"), name="turnover_once_per_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("debit__gte", 0),
                            ("credit__gte", 0),
                            models.Q(("debit__gt", 0), ("credit__gt", 0), _connector="OR"),
                        ),
                        name="turnover_of_something",
                    ),
                ],
            },
        ),
        migrations.RunSQL(COUNT_IN, migrations.RunSQL.noop),
    ]
