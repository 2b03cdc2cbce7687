"""A past: finished orders by the hundred thousand, set by set, in the application's own tables.

Everything is there that the services would have written, and `manage.py prove` finds nothing wrong.
Triggers and foreign keys are silent while it is written, so this is for scratch databases.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from ledger import services as ledger
from o2c import wiring
from o2c.kernel.models import Company

SQL = Path(__file__).with_suffix(".sql")


def preload(
    *, orders: int, unpaid: int, customer_ids: Sequence[int], since: date, until: date, actor_id: int
) -> None:
    """Write the history of *orders* orders, spread over the customers and over the days.

    Both days lie in one year, after what is in the books already; the company has periods for them,
    and stock and prices for its products. The last *unpaid* orders are not paid; the others were, two
    weeks after the invoice.
    """
    ledger.seal_entries(company_id=Company.objects.current().pk)
    pairs = [(kind, handler) for kind, handlers in wiring.HANDLERS.items() for handler in handlers]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "CREATE TEMPORARY TABLE past_scale (orders bigint, unpaid bigint, customers bigint[], first_on date,"
            " last_on date, actor_id bigint)"
        )
        cursor.execute("CREATE TEMPORARY TABLE past_handler (kind text, handler text)")
        cursor.execute(
            "INSERT INTO past_scale VALUES (%s, %s, %s, %s, %s, %s)",
            [orders, unpaid, list(customer_ids), since, until, actor_id],
        )
        cursor.execute(
            "INSERT INTO past_handler SELECT * FROM unnest(%s::text[], %s::text[])",
            [[kind for kind, _ in pairs], [handler for _, handler in pairs]],
        )
        cursor.execute(SQL.read_text())
        cursor.execute("SET LOCAL session_replication_role = origin")


def settle_down() -> None:
    """Leave the tables as a quiet night would: vacuumed, analysed, written to disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
        cursor.execute("RESET statement_timeout")
