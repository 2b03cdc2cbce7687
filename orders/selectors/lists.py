"""Lists of orders, with how far each is."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from customers.selectors import named
from orders.models import Order, OrderLine
from orders.rules import Progress, Stage, stage

MEANT = 1_000  # orders that one number can mean: a customer's, who writes the same on all of them


def with_progress(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Annotate the sums over the lines that the stage needs."""
    return orders.annotate(
        total_ordered=Sum("lines__ordered"),
        total_cancelled=Sum("lines__cancelled"),
        total_shipped=Sum("lines__shipped"),
        total_invoiced=Sum("lines__invoiced"),
    )


def stage_of(order: Order, *, today: date) -> Stage:
    """Return the stage of an order that came through `with_progress`."""
    sums = Progress(
        ordered=getattr(order, "total_ordered"),  # noqa: B009 - annotations
        cancelled=getattr(order, "total_cancelled"),  # noqa: B009
        shipped=getattr(order, "total_shipped"),  # noqa: B009
        invoiced=getattr(order, "total_invoiced"),  # noqa: B009
    )
    return stage(
        state=order.state,
        progress=sums,
        open_invoices=order.open_invoices,
        due_on=order.due_on,
        today=today,
    )


def stages_of(orders: Sequence[Order], *, today: date) -> dict[int, tuple[Stage, Decimal, Decimal]]:
    """Return how far each order is, its units shipped and its units ordered, by primary key, in one query."""
    wanted = with_progress(Order.objects.filter(pk__in=[order.pk for order in orders]))
    return {
        order.pk: (
            stage_of(order, today=today),
            getattr(order, "total_shipped"),  # noqa: B009 - annotations
            getattr(order, "total_ordered"),  # noqa: B009
        )
        for order in wanted
    }


class Show(StrEnum):
    """Which part of the orders a list shows."""

    ALL = "all"
    ON_HOLD = "on-hold"
    TO_SHIP = "to-ship"
    OVERDUE = "overdue"


def shown(show: Show, *, today: date) -> QuerySet[Order]:
    """Return the orders that *show* names."""
    match show:
        case Show.ON_HOLD:
            return held()
        case Show.TO_SHIP:
            return to_ship()
        case Show.OVERDUE:
            return Order.objects.filter(state=Order.State.CONFIRMED, due_on__lt=today)
        case Show.ALL:
            return Order.objects.all()


def held() -> QuerySet[Order]:
    """Return the orders on hold, the oldest first: the hold desk's due list."""
    return Order.objects.filter(state=Order.State.ON_HOLD).select_related("customer").order_by("id")


def to_ship() -> QuerySet[Order]:
    """Return the confirmed orders with something left to ship."""
    left = OrderLine.objects.filter(order=OuterRef("pk"), ordered__gt=F("cancelled") + F("shipped"))
    return Order.objects.filter(Exists(left), state=Order.State.CONFIRMED)


def backordered_lines() -> QuerySet[OrderLine]:
    """Return the lines of confirmed orders of which stock is missing (`missing`), the earliest promise first."""
    return (
        OrderLine.objects.filter(
            is_stocked=True,
            ordered__gt=F("cancelled") + F("shipped") + F("reserved"),
            order__state=Order.State.CONFIRMED,
        )
        .annotate(missing=F("ordered") - F("cancelled") - F("shipped") - F("reserved"))
        .order_by("promised_on", "pk")
    )


def held_of_customer(customer_id: int) -> list[int]:
    """Return the ids of the held orders of the customer and of their group, the oldest first.

    A group may share a limit, so room for one of them is room for their parent, children and siblings.
    """
    group = (
        Q(customer_id=customer_id)
        | Q(customer__parent_id=customer_id)
        | Q(customer__children=customer_id)
        | Q(customer__parent__children=customer_id)
    )
    return list(held().filter(group).values_list("pk", flat=True))


def orders_numbered(words: str) -> list[int]:
    """Return the ids of the orders of this number of ours or of the customer's: few, by indexes."""
    numbers = Q(number=words.upper()) | Q(po_number=words)
    return list(Order.objects.filter(numbers).values_list("pk", flat=True)[:MEANT])


def orders_meant(words: str) -> QuerySet[Order, Any]:
    """Return the ids of the orders of this number, or of customers whose name has *words*, for a look into others."""
    return Order.objects.filter(Q(number=words.upper()) | Q(customer__in=named(words))).values("pk")
