"""Whole rows by statements whose text is built once per model (docs/adr/0011).

Django compiles a query anew each time, which for the short reads and locks of a verb costs more than
the database does. These are for exactly those: all columns of one table by key. Everything else is a
QuerySet.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

M = TypeVar("M", bound=models.Model)
Converter = Callable[[Any, None, Any], Any]


@cache
def _columns(model: type[models.Model]) -> tuple[str, list[str], list[tuple[int, Converter]]]:
    """Return the model's column list, attribute names, and the conversions that some columns need."""
    fields = model._meta.concrete_fields
    text = ", ".join(f'"{field.column}"' for field in fields)
    converters = [
        (place, convert)
        for place, field in enumerate(fields)
        for convert in field.get_db_converters(connection)
    ]
    return text, [field.attname for field in fields], converters


def read(model: type[M], where: str, params: Sequence[Any], tail: str = "") -> list[M]:
    """Return the rows of *model* for a hand-written condition; *tail* orders or locks them.

    *where* and *tail* are constants of the caller, never input; values go into *params*.
    """
    columns, names, converters = _columns(model)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}" WHERE {where} {tail}', params)  # noqa: S608
        rows = cursor.fetchall()
    found = []
    for row in rows:
        values = list(row)
        for place, convert in converters:
            values[place] = convert(values[place], None, connection)
        found.append(model.from_db(DEFAULT_DB_ALIAS, names, values))
    return found


def by_id(model: type[M], pk: int) -> M | None:
    """Return the row with this primary key, or None."""
    return next(iter(read(model, "id = %s", [pk])), None)
