"""What waits for a second person: limits that somebody asked for, and releases above the threshold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from credit.models import LimitRequest
from o2c.kernel.db import fetch_all
from o2c.kernel.models import User
from orders.labels import reason_words
from orders.models import Release

LIMIT, RELEASE = "limit", "release"

COUNT = """
SELECT (SELECT count(*) FROM credit_limitrequest WHERE state = 'requested')
     + (SELECT count(*) FROM orders_release WHERE state = 'proposed')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One decision that waits: what, for whom, how much, who asked and why.

    *blocked* says why this reader cannot approve it, empty where they can; *may_reject* whether they may say no.
    """

    kind: str
    id: int
    what: str
    url: str
    customer: str
    customer_url: str
    amount: Decimal
    before: Decimal | None
    currency: str
    asked_by: User
    on: date
    reason: str
    facts: list[str]
    blocked: str
    may_reject: bool


def count() -> int:
    """Return how many decisions wait. One query."""
    return int(fetch_all(COUNT, [])[0][0])


def waiting(*, reader: User) -> list[Waiting]:
    """Return what waits and *reader* may see, the oldest first. Two queries."""
    found: list[Waiting] = []
    if reader.has_perm("credit.view_limitrequest"):
        found += _limits(reader)
    if reader.has_perm("orders.view_release"):
        found += _releases(reader)
    return sorted(found, key=lambda one: (one.on, one.kind, one.id))


def _limits(reader: User) -> Iterator[Waiting]:
    asked = LimitRequest.objects.filter(state=LimitRequest.State.REQUESTED)
    for request in asked.select_related("account__customer", "requested_by"):
        customer = request.account.customer
        yield Waiting(
            kind=LIMIT,
            id=request.pk,
            what=_("Credit limit"),
            url=reverse("admin:credit_limitrequest_change", args=[request.pk]),
            customer=customer.name,
            customer_url=reverse("customer", args=[customer.number]),
            amount=request.limit,
            before=request.old_limit,
            currency=customer.currency,
            asked_by=request.requested_by,
            on=request.on,
            reason=request.reason,
            facts=_figures(request),
            blocked=_why_not_limit(request, reader),
            may_reject=reader.has_perm("credit.approve_limit") and request.requested_by_id != reader.pk,
        )


def _figures(request: LimitRequest) -> list[str]:
    """Return how the account stood when it was asked for."""
    labels = {
        "receivables": _("owed %(figure)s"),
        "committed": _("ordered %(figure)s"),
        "overdue": _("overdue %(figure)s"),
        "risk_class": _("risk %(figure)s"),
    }
    told = ((name, str(request.figures.get(name) or "")) for name in labels)
    return [
        labels[name] % {"figure": _plain(value)} for name, value in told if value and _plain(value) != "0"
    ]


def _plain(value: str) -> str:
    """Return a figure without the zeros of its column's scale."""
    whole, point, decimals = value.partition(".")
    if not point or not decimals.isdigit():
        return value
    return f"{whole}.{decimals.rstrip('0'):0<2}" if decimals.strip("0") else whole


def _why_not_limit(request: LimitRequest, reader: User) -> str:
    if not reader.has_perm("credit.approve_limit"):
        return _("Your role does not decide on limits.")
    if request.requested_by_id == reader.pk:
        return _("You asked for this limit, so somebody else must decide.")
    if request.old_limit != request.account.limit:
        return _("The limit was changed since. Reject this request; it can be made again.")
    return ""


def _releases(reader: User) -> Iterator[Waiting]:
    proposed = Release.objects.filter(state=Release.State.PROPOSED)
    for release in proposed.select_related("order__customer", "proposed_by"):
        order = release.order
        yield Waiting(
            kind=RELEASE,
            id=release.pk,
            what=_("Release of %(order)s") % {"order": order.number},
            url=reverse("order", args=[order.number]),
            customer=order.customer.name,
            customer_url=reverse("customer", args=[order.customer.number]),
            amount=release.up_to,
            before=None,
            currency=order.currency,
            asked_by=release.proposed_by,
            on=release.on,
            reason=release.reason,
            facts=[reason_words(reason, order.currency) for reason in order.hold_reasons],
            blocked=_why_not_release(release, reader),
            may_reject=reader.has_perm("orders.release_order"),
        )


def _why_not_release(release: Release, reader: User) -> str:
    if not reader.has_perm("orders.release_order"):
        return _("Your role does not release orders.")
    if release.proposed_by_id == reader.pk:
        return _("You proposed this release, so somebody else must decide. You can take it back.")
    if release.order.created_by_id == reader.pk:
        return _("You entered this order, so somebody else must release it.")
    return ""
