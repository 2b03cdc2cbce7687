"""Rows as the console shows them: amounts with their currency, figures without the zeros of their column,
and what is kept in JSON as names beside values.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext, gettext_lazy as _

from o2c.kernel.formats import Formats, formats_for

MONEY, UNIT_PRICE = 4, 6  # the decimals of these columns, beside nineteen digits
DIGITS = 19


def formats() -> Formats:
    """Return the formats of the reader's language."""
    return formats_for(get_language() or "en")


def amount(
    field: str, *, currency: str = "currency", label: Any = None, per_unit: bool = False
) -> Callable[[Any], str]:
    """Return a column that shows the amount *field* in the decimals of *currency*: a path, or a code.

    A price *per_unit* keeps the decimals that it has beyond the currency's.
    """

    @admin.display(description=label or field.replace("_", " "), ordering=field)
    def column(row: Any) -> str:
        value: Decimal | None = getattr(row, field)
        if value is None:
            return "–"
        code = _at(row, currency)
        shown = formats().unit_price(value, code) if per_unit else formats().amount(value, code)
        return f"{shown} {code}"

    return column


def _at(row: Any, path: str) -> str:
    """Return what stands at the end of a path from a row; the path itself where it leads nowhere."""
    found = row
    for name in path.split("."):
        found = getattr(found, name, None)
    return str(found) if found else path


def figure(field: str, label: Any) -> Callable[[Any], str]:
    """Return a column that shows a number without the zeros of its column's scale."""

    @admin.display(description=label, ordering=field)
    def column(row: Any) -> str:
        value: Decimal | None = getattr(row, field)
        return "–" if value is None else formats().quantity(value)

    return column


def structure(value: Any) -> Any:
    """Return a JSON value as people read it: names beside values, lists as lines."""
    if isinstance(value, dict):
        told = [(name.replace("_", " "), structure(inner)) for name, inner in value.items()]
        rows = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', told)
        return format_html('<table class="cs-data"><tbody>{}</tbody></table>', rows) if told else "–"
    if isinstance(value, list):
        if any(isinstance(inner, dict | list) for inner in value):
            return format_html_join(
                "", '<div class="cs-item">{}</div>', ((structure(inner),) for inner in value)
            )
        return ", ".join(str(inner) for inner in value) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)


def structured(field: str, label: Any) -> Callable[[Any], Any]:
    """Return a column that shows a JSON *field* as `structure` writes it."""

    @admin.display(description=label)
    def column(row: Any) -> Any:
        return structure(getattr(row, field))

    return column


def role(field: str, label: Any) -> Callable[[Any], str]:
    """Return a column that shows the role *field* by its name in the reader's language."""

    @admin.display(description=label, ordering=field)
    def column(row: Any) -> str:
        found: Group | None = getattr(row, field)
        return gettext(found.name) if found else "–"

    return column


def readable(model: type[models.Model], names: Iterable[Any], *, money_in: str) -> list[Any]:
    """Return the named fields as columns for people; rows of several names stay rows.

    *money_in* is the path to the currency of the amounts; where it leads nowhere they are plain figures.
    """
    found: list[Any] = []
    for name in names:
        if isinstance(name, tuple | list):
            found.append(tuple(readable(model, name, money_in=money_in)))
        else:
            found.append(_column(model, name, money_in) if isinstance(name, str) else name)
    return found


@cache
def _column(model: type[models.Model], name: str, money_in: str) -> Any:
    field = {field.name: field for field in model._meta.concrete_fields}.get(name)
    if isinstance(field, models.JSONField):
        return structured(name, field.verbose_name)
    if field is not None and field.related_model is Group:
        return role(name, field.verbose_name)
    if not isinstance(field, models.DecimalField):
        return name
    if (
        field.max_digits == DIGITS
        and field.decimal_places in {MONEY, UNIT_PRICE}
        and _leads_on(model, money_in)
    ):
        per_unit = field.decimal_places == UNIT_PRICE
        return amount(name, currency=money_in, label=field.verbose_name, per_unit=per_unit)
    return figure(name, field.verbose_name)


def _leads_on(model: type[models.Model], path: str) -> bool:
    """Say whether a model has what a path begins with; a code of three letters needs no path."""
    first = path.split(".")[0]
    return path.isupper() or any(field.name == first for field in model._meta.concrete_fields)
