"""Why an order is held, in the reader's language and figures."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.defaultfilters import capfirst

from orders.labels import reason_words

register = template.Library()


@register.filter
def hold_reason(reason: Mapping[str, Any], currency: str) -> str:
    """Return one hold reason as a line of its own."""
    return str(capfirst(reason_words(reason, currency)))
