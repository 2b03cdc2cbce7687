"""The cells of a worklist."""

from collections.abc import Callable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from o2c.kernel.templatetags.figures import age, day, instant, quantity, with_code
from o2c.kernel.worklists.columns import Column, Kind, Tag, at

register = template.Library()


@register.simple_tag
def cell(column: Column, row: Any, today: Any) -> str:
    """Return what a column shows of a row."""
    value = column.of(row)
    if value is None or value == "":
        return ""
    if column.kind is Kind.LINK and column.url is not None:
        return format_html('<a class="row" href="{}">{}</a>', column.url(row), value)
    if column.kind is Kind.MONEY:
        return with_code(value, at(row, column.currency))
    if column.kind is Kind.AGE:
        return age(value, today)
    write = WRITERS.get(column.kind, str)
    return write(value)


def _tag(value: Any) -> SafeString:
    tone = value.tone if isinstance(value, Tag) else ""
    return format_html('<span class="tag {}"><span>{}</span></span>', tone, value)


WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.QUANTITY: quantity,
    Kind.DAY: day,
    Kind.INSTANT: instant,
    Kind.TAG: _tag,
}
