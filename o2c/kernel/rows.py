"""Whole rows by statements whose text is built once per model (docs/adr/0011).

Django compiles a query anew each time, which for the short reads, locks and writes of a verb costs more
than the database does. These are for exactly those: rows of one table by key. Everything else is a QuerySet.
"""

from collections.abc import Callable, Iterator, Sequence
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


@cache
def _columns_of_each(models_: tuple[type[models.Model], ...]) -> str:
    return ", ".join(
        f'"{model._meta.db_table}"."{field.column}"'
        for model in models_
        for field in model._meta.concrete_fields
    )


def read_joined(
    models_: tuple[type[models.Model], ...], source: str, params: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Return the rows of several models that belong together, one tuple for each row of the join.

    *source* is what follows FROM, a constant of the caller: the join over the models' own tables, the
    condition, and the order.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_columns_of_each(models_)} FROM {source}", params)  # noqa: S608
        found = cursor.fetchall()
    return [tuple(_each(row, models_)) for row in found]


def _each(row: Sequence[Any], models_: tuple[type[models.Model], ...]) -> Iterator[models.Model]:
    place = 0
    for model in models_:
        _text, names, converters = _columns(model)
        values = list(row[place : place + len(names)])
        for column, convert in converters:
            values[column] = convert(values[column], None, connection)
        yield model.from_db(DEFAULT_DB_ALIAS, names, values)
        place += len(names)


def by_id(model: type[M], pk: int) -> M | None:
    """Return the row with this primary key, or None."""
    return next(iter(read(model, "id = %s", [pk])), None)


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{model._meta.db_table}" SET {changes} WHERE id = %s', fields  # noqa: S608


def update(row: models.Model, *names: str) -> None:
    """Write the named fields of a locked row, as ``save(update_fields=names)`` would."""
    statement, fields = _update(type(row), names)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, row.pk])


@cache
def _insert(model: type[models.Model]) -> tuple[str, list[Any], str, list[str]]:
    """Return the beginning of the statement, the fields to give, and the columns that the database gives."""
    given: list[Any] = []
    made: list[Any] = []
    for field in model._meta.concrete_fields:
        by_database = isinstance(field, models.AutoField) or field.has_db_default()
        (made if by_database else given).append(field)
    columns = ", ".join(f'"{field.column}"' for field in given)
    returning = ", ".join(f'"{field.column}"' for field in made)
    return (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ',  # noqa: S608
        given,
        f" RETURNING {returning}",
        [field.attname for field in made],
    )


def insert(new: Sequence[M]) -> list[M]:
    """Insert rows of one model in one statement; what the database gives (keys, numbers, times) is set on them."""
    if not new:
        return []
    beginning, given, ending, made = _insert(type(new[0]))
    place = "(" + ", ".join(["%s"] * len(given)) + ")"
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection) for row in new for field in given
    ]
    with connection.cursor() as cursor:
        cursor.execute(beginning + ", ".join([place] * len(new)) + ending, values)
        for row, answer in zip(new, cursor.fetchall(), strict=True):
            for name, value in zip(made, answer, strict=True):
                setattr(row, name, value)
            row._state.adding = False
            row._state.db = DEFAULT_DB_ALIAS
    return list(new)
