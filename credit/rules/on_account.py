"""Whether somebody may buy on account: what a shop asks before it shows how to pay."""

from collections.abc import Iterable
from enum import StrEnum

from credit.rules.decision import RuleOutcome


class PayOnAccount(StrEnum):
    """What a shop may offer: an invoice, payment in advance only, or nothing until something is cleared up."""

    ALLOWED = "allowed"
    PREPAY = "prepay"
    REFUSED = "refused"


# Money in advance for the new order does not lift a block, nor does it pay what is overdue.
UNCURED_BY_PREPAYMENT = {"blocked", "overdue"}


def pay_on_account(outcomes: Iterable[RuleOutcome], *, is_prepayment: bool) -> PayOnAccount:
    """Return how an order may be paid of which the rules said *outcomes*; *is_prepayment* are the customer's terms."""
    against = {outcome.rule for outcome in outcomes if not outcome.passed and not outcome.waived}
    if against & UNCURED_BY_PREPAYMENT:
        return PayOnAccount.REFUSED
    return PayOnAccount.PREPAY if is_prepayment or against else PayOnAccount.ALLOWED
