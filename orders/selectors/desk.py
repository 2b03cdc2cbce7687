"""What waits for the order desk: held orders, releases to decide, and what came in and is not answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from credit import selectors as credit
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Company, Event
from orders.models import Order, OrderLine, OrderPolicy, OrderRequest, OrderVersion, Release
from orders.rules import ANSWER_HOURS, uninvoiced_gross
from orders.selectors.standing import limit_use


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order on hold: why, since when, how much waits with it and what would cure it.

    *blocked* is gross in the order's currency, *worth* in base currency (None without a rate); *over* is by
    how much the order exceeded the credit limit when it was last checked, if that holds it.
    """

    order: Order
    reasons: list[dict[str, Any]]
    blocked: Decimal
    worth: Decimal | None
    held_on: date
    days: int
    over: Decimal | None
    proposal: Release | None

    @property
    def codes(self) -> list[str]:
        """Return the codes of the reasons."""
        return [reason["code"] for reason in self.reasons]

    @property
    def weight(self) -> Decimal:
        """Return what puts it before others: its worth times the days that it waits, today's included."""
        return (self.blocked if self.worth is None else self.worth) * (self.days + 1)


def hold_queue(*, today: date) -> list[HeldOrder]:
    """Return the orders on hold, those with the most money waiting longest first.

    Four queries, and those for the rate of each foreign currency among them.
    """
    held = (
        held_since()
        .select_related("customer")
        .prefetch_related(
            "lines",
            Prefetch(
                "releases",
                Release.objects.filter(state=Release.State.PROPOSED).select_related("proposed_by"),
                to_attr="proposals",
            ),
        )
    )
    orders = list(held)
    rates = _rates({order.currency for order in orders}, today=today)
    rows = [_held(order, rate=rates[order.currency], today=today) for order in orders]
    return sorted(rows, key=lambda row: (-row.weight, row.order.pk))


def _rates(currencies: set[str], *, today: date) -> dict[str, Decimal | None]:
    if not currencies:
        return {}
    return credit.rates_into(Company.objects.current().base_currency, currencies=currencies, on=today)


def _held(order: Order, *, rate: Decimal | None, today: date) -> HeldOrder:
    lines: Iterable[OrderLine] = order.lines.all()
    blocked = uninvoiced_gross(lines, currency=order.currency)
    held_on = getattr(order, "held_on") or order.ordered_on  # noqa: B009 - an annotation
    proposals: list[Release] = getattr(order, "proposals")  # noqa: B009
    use = limit_use(order.hold_reasons)
    return HeldOrder(
        order=order,
        reasons=order.hold_reasons,
        blocked=blocked,
        worth=None if rate is None else blocked * rate,
        held_on=held_on,
        days=max((today - held_on).days, 0),
        over=use.over if use else None,
        proposal=proposals[0] if proposals else None,
    )


def held_since() -> QuerySet[Order]:
    """Return the orders on hold with the day since when (`held_on`) and whether a release is `is_proposed`."""
    since = Event.objects.filter(document_type="order", document_id=OuterRef("pk"), kind="order.held")
    proposals = Release.objects.filter(order=OuterRef("pk"), state=Release.State.PROPOSED)
    return Order.objects.filter(state=Order.State.ON_HOLD).annotate(
        held_on=Subquery(since.order_by("pk").values("on")[:1]), is_proposed=Exists(proposals)
    )


def policy_of(company_id: int) -> OrderPolicy:
    """Return the thresholds of a company's order desk: the usual ones where it has set none."""
    return OrderPolicy.objects.filter(company_id=company_id).first() or OrderPolicy()


def is_proposed(order_id: int) -> bool:
    """Say whether a release of the order waits for its second person."""
    return Release.objects.filter(order=order_id, state=Release.State.PROPOSED).exists()


def versions_after(order_id: int, *, version: int = 0) -> list[OrderVersion]:
    """Return what was made of an order after *version*, the oldest first, with who did it; one query."""
    later = OrderVersion.objects.filter(order=order_id, version__gt=version)
    return list(later.select_related("actor").order_by("version"))


def releases_to_decide() -> QuerySet[Release]:
    """Return the proposed releases of orders that still wait, the oldest first: the second person's due list."""
    return (
        Release.objects.filter(state=Release.State.PROPOSED, order__state=Order.State.ON_HOLD)
        .select_related("order__customer", "proposed_by")
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class ChannelInbox:
    """How much of a channel waits for an answer, and whether the oldest has waited too long."""

    channel: str
    requests: int
    orders: int
    oldest: datetime
    hours: int
    is_late: bool


# Imported orders are history, of which the customers were told long ago.
WAITING = """
SELECT channel, count(*) FILTER (WHERE is_request), count(*) FILTER (WHERE NOT is_request), min(since)
FROM (
    SELECT channel, true AS is_request, received_at AS since FROM orders_orderrequest WHERE state = 'waiting'
    UNION ALL
    SELECT channel, false, created_at FROM orders_order
    WHERE answered_at IS NULL AND state IN ('draft', 'submitted', 'on_hold', 'confirmed') AND channel = ANY(%s)
) waiting
GROUP BY channel ORDER BY min(since)
"""
UNANSWERED = (Order.State.DRAFT, Order.State.SUBMITTED, Order.State.ON_HOLD, Order.State.CONFIRMED)


def channel_inbox(*, now: datetime) -> list[ChannelInbox]:
    """Return what waits in each channel, the channel with the oldest first; one query over what is unanswered."""
    return [
        ChannelInbox(
            channel,
            requests,
            orders,
            oldest,
            ANSWER_HOURS[channel],
            now - oldest > timedelta(hours=ANSWER_HOURS[channel]),
        )
        for channel, requests, orders, oldest in fetch_all(WAITING, [list(ANSWER_HOURS)])
    ]


def waiting_requests(*, channel: str | None = None, limit: int = 50) -> list[OrderRequest]:
    """Return the requests that nobody answered, the oldest first; one query."""
    waiting = OrderRequest.objects.filter(state=OrderRequest.State.WAITING).select_related("customer")
    if channel is not None:
        waiting = waiting.filter(channel=channel)
    return list(waiting.order_by("received_at", "pk")[:limit])


def unanswered_orders(*, channel: str | None = None, limit: int = 50) -> list[Order]:
    """Return the orders whose customer has not been told where they stand, the oldest first; one query."""
    channels = list(ANSWER_HOURS) if channel is None else [channel]
    waiting = Order.objects.filter(answered_at=None, state__in=UNANSWERED, channel__in=channels)
    return list(waiting.select_related("customer").order_by("id")[:limit])
