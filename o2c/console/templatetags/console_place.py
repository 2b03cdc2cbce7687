"""Where a page of the console stands, in the words of its navigation."""

from typing import Any

from django import template

from o2c.console.navigation import place_of

register = template.Library()


@register.simple_tag(takes_context=True)
def console_place(context: Any) -> list[tuple[str, str]]:
    """Return the way to the page: names with their addresses, the last of which is the page's own and has none."""
    request = context["request"]
    shown = str(context.get("original") or context.get("title") or "")
    found = place_of(request.path)
    if found is None:
        return [(shown, "")]
    group, label, url = found
    way = [(str(group), "")] if group else []
    return [*way, (str(label), "")] if request.path == url else [*way, (str(label), url), (shown, "")]
