"""A past: finished orders by the hundred thousand, set by set, in the application's own tables.

Everything is there that the services would have written, and `manage.py prove` finds nothing wrong.
Triggers and foreign keys are silent while it is written, so this is for scratch databases.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.apps import apps
from django.db import connection, models, transaction

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
        with model_defaults():
            cursor.execute(SQL.read_text())
        cursor.execute("SET LOCAL session_replication_role = origin")


@contextmanager
def model_defaults() -> Iterator[None]:
    """Give the columns the defaults of their models for a while, so that the SQL names only what matters."""
    fields = [
        (f'ALTER TABLE "{model._meta.db_table}" ALTER COLUMN "{field.column}"', field)
        for model in apps.get_models()
        if f"INSERT INTO {model._meta.db_table} " in SQL.read_text()
        for field in model._meta.concrete_fields
        if has_plain_default(field)
    ]
    with connection.cursor() as cursor, connection.schema_editor(atomic=False) as editor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table with checks to come can be altered
        for alter, field in fields:
            value = editor.quote_value(field.get_db_prep_save(field.get_default(), connection))
            cursor.execute(f"{alter} SET DEFAULT {value}")
        yield
        for alter, _ in fields:
            cursor.execute(f"{alter} DROP DEFAULT")


def has_plain_default(field: models.Field) -> bool:  # type: ignore[type-arg]
    """Say whether Python alone gives the column its value: an empty text or a default, no database default."""
    if field.null or field.has_db_default() or field.primary_key or field.is_relation:
        return False
    return field.has_default() or field.empty_strings_allowed


def settle_down() -> None:
    """Leave the tables as a quiet night would: vacuumed, analysed, written to disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
        cursor.execute("RESET statement_timeout")
