"""Questions about quotes: which run out, and why the others were lost."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from orders.models import Order
from orders.models.order import CancelCode


def open_quotes(*, customer_id: int | None = None) -> QuerySet[Order]:
    """Return the quotes that wait for an answer, those that run out first on top: the quote desk's due list."""
    quotes = Order.objects.filter(state=Order.State.QUOTED)
    if customer_id is not None:
        quotes = quotes.filter(customer_id=customer_id)
    return quotes.select_related("customer").order_by("valid_until", "pk")


@dataclass(frozen=True, slots=True)
class Lost:
    """The quotes of one currency that were lost for one reason; *net* is their sum."""

    code: CancelCode
    currency: str
    count: int
    net: Decimal


def lost_quotes(*, since: date, until: date) -> list[Lost]:
    """Return why the quotes of the days from *since* to *until* were lost, the dearest reason first; one query."""
    quotes = Order.objects.filter(state=Order.State.LOST, ordered_on__range=(since, until)).order_by()
    sums = quotes.values("cancel_code", "currency").annotate(count=Count("pk"), total=Sum("net"))
    return [
        Lost(CancelCode(row["cancel_code"]), row["currency"], row["count"], row["total"])
        for row in sums.order_by("-total", "cancel_code", "currency")
    ]
