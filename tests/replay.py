"""Rows that the services made once are written again as they were, in one statement, for each test that needs them."""

from collections.abc import Callable, Hashable
from copy import deepcopy
from typing import TypeVar

from django.db import connection
from psycopg import sql

T = TypeVar("T")

# What a migrated database has before anybody works with it.
MIGRATED = {
    "django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions",
    "kernel_user",
}  # fmt: skip

_made: dict[Hashable, tuple[sql.Composed, object]] = {}


def made_once(name: str, make: Callable[[], T]) -> T:
    """Return what *make* makes in an empty database, with the rows that it wrote: made by it once in a process.

    Where somebody has worked already, it is made as ever.
    """
    key = (str(connection.settings_dict["NAME"]), name)
    if key not in _made:
        before = _tables_with_rows()
        result = make()
        if not before:
            _made[key] = (_as_statement(_tables_with_rows()), deepcopy(result))
        return result
    statement, result = _made[key]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    return deepcopy(result)  # type: ignore[return-value]


def _tables_with_rows() -> list[str]:
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - MIGRATED)
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in tables)
        )
        return [row[0] for row in cursor.fetchall()]


def _as_statement(tables: list[str]) -> sql.Composed:
    """Return what writes the rows of some tables as they are, with the triggers silenced."""
    parts = [sql.SQL("SET session_replication_role = replica")]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT json_agg(row)::text FROM {table} row")
            [(rows,)] = cursor.fetchall()
            parts.append(
                sql.SQL(
                    "INSERT INTO {0} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::{0}, {1})"
                ).format(sql.Identifier(table), sql.Literal(rows))
            )
    return sql.SQL("; ").join([*parts, sql.SQL("SET session_replication_role = origin")])
