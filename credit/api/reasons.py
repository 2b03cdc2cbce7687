"""Why credit stands against an order, as a shop may tell its customer.

Who blocked the credit why, what others of the customer's group owe, and how we judge a risk is ours to know.
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


REVIEW_CODE = "review"
REVIEW = Telling(
    (),
    gettext_noop("Wait: we look at the order and tell you. Nothing is lost."),
    gettext_noop("We look at the order before we confirm it."),
)
TOLD = {
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


def told(reason: Mapping[str, Any], *, tellings: Mapping[str, Telling]) -> dict[str, Any]:
    """Return one reason with its figures, what would cure it, and the next step; one that is not told is a review."""
    code = reason["code"]
    telling = tellings.get(code)
    if telling is None:
        code, telling, reason = REVIEW_CODE, REVIEW, {}
    own_text = str(reason.get("text", ""))
    figures, cure = reason.get("figures", {}), reason.get("cure", {})
    return {
        "code": code,
        "text": _(telling.text) if telling.text else own_text,
        "figures": {name: str(value) for name, value in figures.items() if name in telling.figures},
        "cure": {name: str(value) for name, value in cure.items() if name in CURES},
        "next_step": _(telling.next_step),
    }


def told_once(
    reasons: Iterable[Mapping[str, Any]], *, tellings: Mapping[str, Telling]
) -> list[dict[str, Any]]:
    """Return reasons as they are told, each once."""
    found = [told(reason, tellings=tellings) for reason in reasons]
    return [reason for place, reason in enumerate(found) if reason not in found[:place]]
