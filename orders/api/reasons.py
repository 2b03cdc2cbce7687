"""Why an order waits, as a shop may tell its customer.

What we suspect, judge or forgot is ours to look at (see `orders.wording.cures`): a shop hears that we look at
the order, not which rule spoke, who blocked the credit why, or what others of the customer's group owe.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _, gettext_noop


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of a reason: which figures, what helps, and *text* where the reason's own is not for outside."""

    figures: tuple[str, ...]
    next_step: str
    text: str = ""


REVIEW = Telling(
    (),
    gettext_noop("Wait: we look at the order and tell you. Nothing is lost."),
    gettext_noop("We look at the order before we confirm it."),
)
TOLD = {
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
    "credit-limit": Telling(
        ("limit", "receivables", "committed", "requested", "available", "on_account"),
        gettext_noop("Pay open invoices, order less, ask for a higher limit, or pay in advance."),
    ),
    "credit-group-limit": Telling(
        ("currency", "requested", "available"),
        gettext_noop("Pay open invoices, order less, ask for a higher limit, or pay in advance."),
        gettext_noop("The order exceeds what is left of the limit that the group shares."),
    ),
    "credit-overdue": Telling(
        ("overdue", "days", "days_allowed"), gettext_noop("Pay what is overdue; the order goes on by itself.")
    ),
    "credit-prepayment": Telling(
        ("receivables", "committed", "requested", "on_account"),
        gettext_noop("Pay in advance; the order goes on by itself when the money is there."),
    ),
    "credit-first-order": Telling(
        ("first_order_limit", "requested"), gettext_noop("Order less this time, or pay in advance.")
    ),
    "credit-blocked": Telling(
        (), gettext_noop("Ask our accounts department."), gettext_noop("The customer's credit is blocked.")
    ),
}
CURES = {"code", "amount", "up_to"}


def told(reason: Mapping[str, Any]) -> dict[str, Any]:
    """Return one hold reason with its figures, what would cure it, and the next step."""
    code = reason["code"]
    telling = TOLD.get(code)
    if telling is None:
        code, telling, reason = "review", REVIEW, {}
    own_text = str(reason.get("text", ""))
    figures, cure = reason.get("figures", {}), reason.get("cure", {})
    return {
        "code": code,
        "text": _(telling.text) if telling.text else own_text,
        "figures": {name: str(value) for name, value in figures.items() if name in telling.figures},
        "cure": {name: str(value) for name, value in cure.items() if name in CURES},
        "next_step": _(telling.next_step),
    }


def told_of(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return hold reasons as they are told, each once."""
    found = [told(reason) for reason in reasons]
    return [reason for place, reason in enumerate(found) if reason not in found[:place]]
