"""Who gets scarce stock, and why: pure.

An order's claims come before another's by its priority, then by the earlier promise, then by the earlier
order. What the warehouse has in hand for an order stays with it, whatever its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import dateformat
from django.utils.translation import gettext as _

from o2c.kernel.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an order line wants of one product in one warehouse, and what it has."""

    line_id: int
    order_id: int
    priority: int
    promised_on: date | None
    ordered_on: date
    wants: Decimal
    has: Decimal
    in_hand: Decimal = ZERO

    @property
    def place(self) -> tuple[int, date, date, int, int]:
        """Return what sorts claims: the lowest is served first; an order without a promise after those with one."""
        return -self.priority, self.promised_on or date.max, self.ordered_on, self.order_id, self.line_id


@dataclass(frozen=True, slots=True)
class Share:
    """What a claim gets, and what gives it its place: a code with its words."""

    claim: Claim
    gets: Decimal
    because: str
    text: str


def allocation_order(claims: Iterable[Claim]) -> list[Claim]:
    """Return the claims in the order in which they are served."""
    return sorted(claims, key=lambda claim: claim.place)


def allocate(claims: Iterable[Claim], *, free: Decimal) -> list[Share]:
    """Return who gets what of the *free* stock and of what is reserved and not in hand, first come first served."""
    ranked = allocation_order(claims)
    pool = free + sum((claim.has - claim.in_hand for claim in ranked), ZERO)
    shares = []
    for place, claim in enumerate(ranked):
        more = min(claim.wants - claim.in_hand, pool)
        pool -= more
        following = ranked[place + 1] if place + 1 < len(ranked) else None
        shares.append(Share(claim, claim.in_hand + more, *reason(claim, following)))
    return shares


def reason(claim: Claim, following: Claim | None) -> tuple[str, str]:
    """Return what puts a claim before the *following* one, as a code and in words."""
    if following is None:
        return "last", _("nobody waits behind it")
    if claim.priority != following.priority:
        return "priority", _("priority %(priority)s") % {"priority": claim.priority}
    if claim.promised_on is not None and claim.promised_on != following.promised_on:
        return "promised", _("promised %(day)s") % {"day": dateformat.format(claim.promised_on, "j M")}
    if claim.ordered_on != following.ordered_on:
        return "ordered", _("ordered earlier")
    return "entered", _("entered earlier")
