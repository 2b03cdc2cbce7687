"""Why an order waits, as a shop may tell its customer.

What we suspect, judge or forgot is ours to look at (see `orders.wording.cures`): a shop hears that we look at
the order, not which rule spoke.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from credit.api import reasons as credit
from credit.api.reasons import Telling, told_once

TOLD: dict[str, Telling] = {
    "stock-short": Telling(
        ("position", "missing"), gettext_noop("Order less of it, or wait until it is in stock.")
    ),
    "duplicate": Telling(
        ("order",),
        gettext_noop("Cancel this order if it was sent twice; else wait until we have looked at it."),
    ),
    "tax-region": Telling(
        ("country", "region"), gettext_noop("Wait: we look at the tax and confirm, or ask you.")
    ),
    **credit.TOLD,
}


def codes_told(codes: Iterable[str]) -> list[str]:
    """Return the codes of hold reasons as they are told, each once."""
    return sorted({code if code in TOLD else credit.REVIEW_CODE for code in codes})


def told_of(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return hold reasons as they are told, each once."""
    return told_once(reasons, tellings=TOLD)
