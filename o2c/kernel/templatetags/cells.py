"""The cells of a worklist."""

from collections.abc import Callable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from o2c.kernel.figures import age, day, day_words, instant, quantity, with_code
from o2c.kernel.worklists.columns import Column, Kind, Tag, at
from o2c.kernel.worklists.trail import Trail, link_of, trail_of, with_trail
from o2c.kernel.worklists.worklist import PAGE, Worklist

register = template.Library()


@register.simple_tag
def cell(column: Column, row: Any, today: Any, worklist: Worklist | None = None, place: int = 0) -> str:
    """Return what a column shows of a row; its link knows the list, and the *place* of the row on the page."""
    value = column.of(row)
    if value is None or value == "":
        return ""
    if column.kind is Kind.LINK and column.url is not None:
        url = column.url(row)
        if worklist is not None and column is link_of(worklist):
            url = with_trail(url, worklist, (worklist.page - 1) * PAGE + place)
        return format_html('<a class="row" href="{}">{}</a>', url, value)
    if column.kind is Kind.MONEY:
        return with_code(value, at(row, column.currency))
    if column.kind is Kind.AGE:
        words = age(value, today)
        return format_html('<time datetime="{}" title="{}">{}</time>', value, day_words(value), words)
    write = WRITERS.get(column.kind, str)
    return write(value)


@register.inclusion_tag("components/trail.html", takes_context=True)
def trail(context: Any) -> dict[str, Trail | None]:
    """Show the way back to the list that a document was opened from, and to its neighbours there."""
    return {"trail": trail_of(context["request"])}


def _tag(value: Any) -> SafeString:
    tone = value.tone if isinstance(value, Tag) else ""
    return format_html('<span class="tag {}"><span>{}</span></span>', tone, value)


WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.QUANTITY: quantity,
    Kind.DAY: day,
    Kind.INSTANT: instant,
    Kind.TAG: _tag,
}
