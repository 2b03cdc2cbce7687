"""The watchdog's due lists: orders that are late, missed, or came twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from o2c.kernel.db import fetch_all
from orders.models import Order, OrderLine, OrderRequest

Channel = Order.Channel

# Within so many hours a customer hears from us. An import is history: nobody waits for an answer.
ANSWER_WITHIN: Mapping[str, int] = MappingProxyType(
    {
        Channel.API: 1,
        Channel.PORTAL: 1,
        Channel.IN_PERSON: 1,
        Channel.WEB: 4,
        Channel.PHONE: 4,
        Channel.EMAIL: 8,
    }
)

UNANSWERED = [Order.State.DRAFT, Order.State.SUBMITTED, Order.State.ON_HOLD, Order.State.CONFIRMED]


def late_orders(*, on: date) -> QuerySet[Order]:
    """Return the confirmed orders with something left to ship that were promised for before *on*.

    The longest overdue first; its cost follows the confirmed orders, not the history.
    """
    left = OrderLine.objects.filter(order=OuterRef("pk"), ordered__gt=F("cancelled") + F("shipped"))
    return (
        Order.objects.filter(Exists(left), state=Order.State.CONFIRMED, promised_on__lt=on)
        .select_related("customer")
        .order_by("promised_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class Missed:
    """An order, or a request that is none yet, whose customer has not heard from us in time."""

    document: Order | OrderRequest
    channel: str
    since: datetime


def missed_orders(*, now: datetime, within: Mapping[str, int] = ANSWER_WITHIN) -> list[Missed]:
    """Return what nobody has answered *within* so many hours of its channel, the longest waiting first.

    Two statements. Channels that are not named are not watched.
    """
    before = {channel: now - timedelta(hours=hours) for channel, hours in within.items()}
    orders = Order.objects.filter(
        _any(Q(channel=channel, created_at__lt=since) for channel, since in before.items()),
        answered_at=None,
        state__in=UNANSWERED,
    ).select_related("customer")
    requests = OrderRequest.objects.filter(
        _any(Q(channel=channel, received_at__lt=since) for channel, since in before.items()),
        state=OrderRequest.State.WAITING,
    ).select_related("customer")
    found = [Missed(order, order.channel, order.created_at) for order in orders]
    found += [Missed(request, request.channel, request.received_at) for request in requests]
    return sorted(found, key=lambda one: (one.since, one.document.pk))


def _any(conditions: Any) -> Q:
    """Return what is true when one of the conditions is; never, for none."""
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


@dataclass(frozen=True, slots=True)
class Repeated:
    """An order whose customer had ordered the same lines less than a day before."""

    order_id: int
    number: str
    customer: str
    earlier_id: int
    earlier_number: str
    hours_between: int


# The same products in the same quantities, in whatever order they were entered.
REPEATED = """
WITH asked AS (
    SELECT o.id, o.number, o.customer_id, o.created_at, o.state,
           string_agg(l.product_id || 'x' || l.ordered, ' ' ORDER BY l.product_id, l.ordered) AS lines
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
    WHERE o.ordered_on >= %s AND o.state NOT IN ('quoted', 'expired', 'lost', 'cancelled')
    GROUP BY o.id
), paired AS (
    SELECT asked.*, lag(id) OVER same AS earlier_id, lag(number) OVER same AS earlier_number,
           created_at - lag(created_at) OVER same AS between_them
    FROM asked WINDOW same AS (PARTITION BY customer_id, lines ORDER BY created_at, id)
)
SELECT p.id, p.number, c.name, p.earlier_id, p.earlier_number,
       floor(extract(epoch FROM p.between_them) / 3600)::int
FROM paired p JOIN customers_customer c ON c.id = p.customer_id
WHERE p.between_them < interval '24 hours' AND p.state IN ('draft', 'submitted', 'on_hold', 'confirmed')
ORDER BY p.id DESC
"""


def repeated_orders(*, since: date) -> list[Repeated]:
    """Return the orders of *since* and later that came twice and can still be stopped, the newest first.

    One statement over the orders of those days.
    """
    return [Repeated(*row) for row in fetch_all(REPEATED, [since])]
