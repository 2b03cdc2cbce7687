"""Data for scripts, and browsers by the names that people call them."""

import json
from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# The first word that is found names it: most browsers claim to be others too.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@register.filter
def as_json(value: Any) -> str:
    """Return data for an attribute that a script reads; the template escapes it."""
    return json.dumps(value)


@register.filter
def browser(user_agent: str) -> str:
    """Return the browser and the system of a User-Agent header, as a person would say it."""
    found = next((name for word, name in BROWSERS.items() if word in user_agent), "")
    system = next((name for word, name in SYSTEMS.items() if word in user_agent), "")
    if found and system:
        return _("%(browser)s on %(system)s") % {"browser": found, "system": system}
    return found or system or _("Another program")
