"""How a customer pays: score, risk class and repeat offenders, by arithmetic that anybody can follow."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
VERY_LATE_DAYS = 15
LOW_FROM, MEDIUM_FROM = 75, 45
ON_ACCOUNT_FROM = 60


@dataclass(frozen=True, slots=True)
class PaymentBehaviour:
    """Twelve months of a customer's invoices: those settled in it, and those that are overdue now.

    *average_days_late* is weighted by amount, an invoice paid early or on time counts zero days; *late* and
    *very_late* (more than 15 days) are numbers of invoices, *days_overdue* is the age of the oldest debt.
    Broken promises and the dunning level reached are zero until the collection desk tells.
    """

    invoices: int = 0
    settled: int = 0
    average_days_late: Decimal = ZERO
    late: int = 0
    very_late: int = 0
    days_overdue: int = 0
    broken_promises: int = 0
    dunning_level: int = 0

    @property
    def share_late(self) -> Decimal:
        """Return which share of the invoices was or is late, in percent."""
        if not self.invoices:
            return ZERO
        return (Decimal(self.late) * 100 / self.invoices).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def score(behaviour: PaymentBehaviour) -> int:
    """Return 0 to 100; higher pays better.

    100, less

    * one point for each day late on average, at most 40,
    * three points for each ten percent of invoices late, at most 30,
    * one point for each two days that the oldest debt is overdue now, at most 20,
    * ten points for each broken promise, at most 20,
    * five points for each dunning level reached, at most 15.
    """
    lost = min(behaviour.average_days_late, Decimal(40))
    lost += min(behaviour.share_late * 3 / 10, Decimal(30))
    lost += min(Decimal(behaviour.days_overdue) / 2, Decimal(20))
    lost += min(10 * behaviour.broken_promises, 20)
    lost += min(5 * behaviour.dunning_level, 15)
    return int(max(100 - lost, ZERO).quantize(Decimal(1), ROUND_HALF_UP))


def is_repeat_offender(behaviour: PaymentBehaviour) -> bool:
    """Say whether late payment is a habit: three invoices or more by over 15 days, and half of all late."""
    return behaviour.very_late >= 3 and behaviour.share_late >= 50


def risk_class(behaviour: PaymentBehaviour) -> str:
    """Return ``low`` from a score of 75, ``medium`` from 45, else ``high``; ``new`` without an invoice.

    A repeat offender is never low.
    """
    if not behaviour.invoices:
        return "new"
    points = score(behaviour)
    if points >= LOW_FROM and not is_repeat_offender(behaviour):
        return "low"
    return "medium" if points >= MEDIUM_FROM else "high"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a customer who has not paid an invoice yet.

    *group_risk* is the parent's risk class, empty without a parent; *bureau_score* a bureau's, if one was asked.
    """

    vat_id_checked: bool = False
    is_company: bool = False
    address_complete: bool = False
    is_prepayment: bool = False
    group_risk: str = ""
    bureau_score: int | None = None


def score_of_newcomer(known: Known) -> int:
    """Return 0 to 100 for a customer without a history, from what is known.

    40, and 15 for a VAT id that was found valid, 5 for a company, 10 for a complete address, 20 for payment
    in advance, 15 for the group of a good payer; 20 less for the group of a bad one. A bureau's score counts
    as much as all that together. The age of a company is not asked: nothing here knows it.
    """
    points = 40
    points += 15 * known.vat_id_checked + 5 * known.is_company
    points += 10 * known.address_complete + 20 * known.is_prepayment
    points += {"low": 15, "high": -20}.get(known.group_risk, 0)
    points = max(min(points, 100), 0)
    if known.bureau_score is None:
        return points
    return (points + known.bureau_score + 1) // 2


def proposed_terms(points: int) -> str:
    """Return what to offer a newcomer with so many *points*: ``on-account`` from 60, else ``prepayment``."""
    return "on-account" if points >= ON_ACCOUNT_FROM else "prepayment"
