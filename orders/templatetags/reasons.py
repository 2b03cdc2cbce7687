"""Why an order waits, on a page."""

from collections.abc import Mapping
from typing import Any

from django import template

from orders.models import Order
from orders.reasons import sentence

register = template.Library()


@register.filter
def reason_of(reason: Mapping[str, Any], order: Order) -> str:
    """Return a hold reason of an order as a sentence in the reader's language."""
    return sentence(reason, order.currency, order.screening)
