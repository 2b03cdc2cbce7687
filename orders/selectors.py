"""Questions about orders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from inventory import selectors as inventory
from o2c.kernel.db import fetch_all
from o2c.kernel.money import ZERO
from orders import handover
from orders.allocation import Claim, Share, allocate
from orders.models import Order, OrderLine
from orders.rules import Progress, Stage, stage


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as a list shows it."""

    order: Order
    stage: Stage


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


def newest(
    *,
    today: date,
    show: Show = Show.ALL,
    search: str = "",
    limit: int = 50,
    before_id: int | None = None,
) -> list[OrderRow]:
    """Return the newest orders with their stage, two queries; *search* is a number or part of a name."""
    orders = shown(show, today=today).order_by("-id")
    if search:
        orders = orders.filter(
            Q(number__iexact=search) | Q(customer__name__icontains=search) | Q(external_id=search)
        )
    if before_id is not None:
        orders = orders.filter(id__lt=before_id)
    page = with_progress(Order.objects.filter(pk__in=list(orders.values_list("pk", flat=True)[:limit])))
    return [
        OrderRow(order, stage_of(order, today=today))
        for order in page.select_related("customer").order_by("-id")
    ]


def held() -> QuerySet[Order]:
    """Return the orders on hold, the oldest first: the hold desk's due list."""
    return Order.objects.filter(state=Order.State.ON_HOLD).select_related("customer").order_by("id")


def to_ship() -> QuerySet[Order]:
    """Return the confirmed orders with something left to ship."""
    left = OrderLine.objects.filter(order=OuterRef("pk"), ordered__gt=F("cancelled") + F("shipped"))
    return Order.objects.filter(Exists(left), state=Order.State.CONFIRMED)


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


WAITING = """
SELECT o.id FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
WHERE line.product_id = %s AND line.is_stocked AND o.state IN ('on_hold', 'confirmed')
  AND line.ordered > line.cancelled + line.shipped + line.reserved
GROUP BY o.id
ORDER BY o.priority DESC, min(COALESCE(line.promised_on, o.promised_on)) NULLS LAST, o.ordered_on, o.id
"""


def waiting_for(product_id: int) -> list[int]:
    """Return the ids of held and confirmed orders that want more of a product than is reserved.

    They come in the order in which stock is given (`orders.allocation`).
    """
    return [order_id for (order_id,) in fetch_all(WAITING, [product_id])]


CLAIMS = """
SELECT line.id, o.id, o.priority, COALESCE(line.promised_on, o.promised_on), o.ordered_on,
       line.ordered - line.cancelled - line.shipped, line.reserved
FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
WHERE line.product_id = %(product)s AND line.is_stocked AND line.ordered > line.cancelled + line.shipped
  AND o.state = 'confirmed' AND o.warehouse_id = %(warehouse)s
"""


def claims(*, product_id: int, warehouse_id: int) -> list[Claim]:
    """Return what confirmed orders want of a product in a warehouse and have reserved; one query over open lines."""
    found = fetch_all(CLAIMS, {"product": product_id, "warehouse": warehouse_id})
    names = ("line_id", "order_id", "priority", "promised_on", "ordered_on", "wants", "has")
    return [Claim(**dict(zip(names, row, strict=True))) for row in found]


def with_in_hand(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims with what the warehouse has in hand for them, which nobody takes away; one query."""
    found = handover.in_hand(order_ids={claim.order_id for claim in claims})
    return [
        replace(claim, in_hand=min(found[claim.line_id].quantity, claim.has))
        if claim.line_id in found
        else claim
        for claim in claims
    ]


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """What an order would get of scarce stock, what it has now, and why it has its place."""

    number: str
    customer: str
    share: Share


def allocation_plan(*, product_id: int, warehouse_id: int) -> list[AllocationRow]:
    """Return who would get what if stock were given anew, before it happens, and why; four queries."""
    wanted = claims(product_id=product_id, warehouse_id=warehouse_id)
    free = inventory.available(warehouse_id=warehouse_id, product_ids={product_id}).get(product_id, ZERO)
    shares = allocate(with_in_hand(wanted), free=free)
    names = Order.objects.filter(pk__in={claim.order_id for claim in wanted}).values_list(
        "pk", "number", "customer__name"
    )
    of = {order_id: (number, name) for order_id, number, name in names}
    return [AllocationRow(*of[share.claim.order_id], share) for share in shares]
