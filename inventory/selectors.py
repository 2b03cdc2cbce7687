"""Questions about stock: what is free where, what comes in, what runs out, what is to be counted and bought."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DecimalField,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from inventory.errors import CartOrdered, WarehouseInactive
from inventory.models import (
    CartHold,
    ExpectedReceipt,
    ReorderRule,
    Reservation,
    StockLevel,
    StockMove,
    TransferLine,
    Warehouse,
)
from inventory.rules import RECOUNT, Arrival, Supply, days_of_cover, to_buy
from o2c.kernel import rows
from o2c.kernel.db import fetch_all
from o2c.kernel.errors import NotFound, NotSetUp
from o2c.kernel.money import ZERO

DEMAND_DAYS = 90  # over which the demand is measured

# The cart's warehouse, then the first that has everything free, then the first; an inactive one only if named.
BY_CHOICE = """
ORDER BY active DESC,
    COALESCE(id = (SELECT cart.warehouse_id FROM inventory_carthold cart
                   WHERE cart.token = %s AND cart.state = 'held'), false) DESC,
    NOT EXISTS (
        SELECT FROM unnest(%s::bigint[], %s::numeric[]) AS wanted(product, quantity)
        LEFT JOIN inventory_stocklevel level
            ON level.product_id = wanted.product AND level.warehouse_id = inventory_warehouse.id
        WHERE COALESCE(level.on_hand - level.reserved, 0) < wanted.quantity) DESC,
    priority, id LIMIT 1
"""

SUPPLY = """
SELECT wanted.product, COALESCE(level.on_hand - level.reserved, 0), rule.lead_days,
       coming.dates, coming.quantities, coming.names
FROM unnest(%(products)s::bigint[]) AS wanted(product)
LEFT JOIN inventory_stocklevel level
    ON level.product_id = wanted.product AND level.warehouse_id = %(warehouse)s
LEFT JOIN inventory_reorderrule rule ON rule.product_id = wanted.product AND rule.warehouse_id = %(warehouse)s
CROSS JOIN LATERAL (
    SELECT array_agg(arrival.due ORDER BY arrival.due, arrival.name) AS dates,
           array_agg(arrival.quantity ORDER BY arrival.due, arrival.name) AS quantities,
           array_agg(arrival.name ORDER BY arrival.due, arrival.name) AS names
    FROM (SELECT expected_on, quantity - received, reference FROM inventory_expectedreceipt
          WHERE product_id = wanted.product AND warehouse_id = %(warehouse)s AND received < quantity
          UNION ALL
          SELECT transfer.expected_on, line.quantity, transfer.number
          FROM inventory_transfer transfer JOIN inventory_transferline line ON line.transfer_id = transfer.id
          WHERE transfer.target_id = %(warehouse)s AND transfer.state = 'sent'
            AND line.product_id = wanted.product) AS arrival(due, quantity, name)) coming
"""

# What runs out first, at the pace of the last weeks; one index range per level, whatever the history.
RUNNING_OUT = """
SELECT * FROM (
    SELECT level.product_id, product.sku, product.name, level.on_hand - level.reserved AS available, demand.issued
    FROM inventory_stocklevel level
    JOIN catalog_product product ON product.id = level.product_id AND product.active
    CROSS JOIN LATERAL (
        SELECT -sum(move.quantity) AS issued FROM inventory_stockmove move
        WHERE move.level_id = level.id AND move.kind = 'issue' AND move."on" > %(since)s) demand
    WHERE level.warehouse_id = %(warehouse)s) running
WHERE issued > 0 AND available * %(days)s < issued * %(within)s
ORDER BY available / issued, sku
"""

# The newest moves of some levels before a move; one index range per level, whatever the history.
NEWEST_MOVES = """
SELECT newest.id FROM unnest(%s::bigint[]) AS level (id)
CROSS JOIN LATERAL (
    SELECT id FROM inventory_stockmove WHERE level_id = level.id AND id < %s ORDER BY id DESC LIMIT %s) newest
ORDER BY newest.id DESC LIMIT %s
"""
LAST_ID = 2**63 - 1


def choose_warehouse(
    *,
    company_id: int,
    wanted: Mapping[int, Decimal],
    warehouse_id: int | None = None,
    cart_token: str = "",
) -> Warehouse:
    """Return the warehouse that *wanted*, quantities of goods by product, leave from; one statement.

    The given one; else the one that holds the cart of *cart_token*; else the first active one in the order
    of choice that has everything free, or the first of all. Nothing is locked: who reserves looks again.

    :raises NotFound: the company has no warehouse *warehouse_id*.
    :raises WarehouseInactive: no order leaves from it any more.
    :raises NotSetUp: the company has no active warehouse.
    """
    found = rows.read(
        Warehouse,
        "company_id = %s AND id = COALESCE(%s, id)",
        [company_id, warehouse_id, cart_token or None, list(wanted), list(wanted.values())],
        BY_CHOICE,
    )
    if found and found[0].active:
        return found[0]
    if warehouse_id is None:
        raise NotSetUp(_("There is no active warehouse."), hint=_("Create one in the finance console."))
    if found:
        raise WarehouseInactive(_("%(found)s is not active.") % {"found": found[0].name})
    raise NotFound(_("There is no warehouse %(warehouse_id)s.") % {"warehouse_id": warehouse_id})


def ensure_cart_not_ordered(*, token: str) -> None:
    """Refuse the token of a cart that became an order; whoever takes its stock looks again under its lock.

    :raises CartOrdered: it did.
    """
    if CartHold.objects.filter(token=token, state=CartHold.State.ORDERED).exists():
        raise CartOrdered(_("The cart was ordered before."), token=token)


def available(*, warehouse_id: int, product_ids: set[int]) -> dict[int, Decimal]:
    """Return on hand minus reserved of each product; a product never received is missing."""
    levels = StockLevel.objects.filter(warehouse_id=warehouse_id, product_id__in=product_ids)
    return dict(levels.values_list("product_id", F("on_hand") - F("reserved")))


def supply(*, warehouse_id: int, product_ids: Collection[int]) -> dict[int, Supply]:
    """Return what each product has free in the warehouse, what is to come in, and its lead time; one statement."""
    wanted = {"warehouse": warehouse_id, "products": list(product_ids)}
    return {
        product_id: Supply(
            free=free,
            arrivals=tuple(
                Arrival(on, quantity, name)
                for on, quantity, name in zip(dates or (), quantities or (), names or (), strict=True)
            ),
            lead_days=lead_days,
        )
        for product_id, free, lead_days, dates, quantities, names in fetch_all(SUPPLY, wanted)
    }


def stock_list(*, warehouse_id: int | None = None) -> QuerySet[StockLevel]:
    """Return the levels with their products and what is free, in walking order: by warehouse, bin and SKU."""
    levels = StockLevel.objects.all()
    if warehouse_id is not None:
        levels = levels.filter(warehouse_id=warehouse_id)
    return (
        levels.select_related("product", "warehouse")
        .annotate(free_quantity=F("on_hand") - F("reserved"))
        .order_by("warehouse__code", "bin", "product__sku")
    )


def newest_moves(
    *, level_ids: Collection[int], before: int | None = None, limit: int = 50
) -> list[StockMove]:
    """Return the moves of some levels, the newest first, those *before* a move's id; two statements."""
    found = fetch_all(NEWEST_MOVES, [list(level_ids), before or LAST_ID, limit, limit])
    moves = StockMove.objects.select_related("level__warehouse", "actor").in_bulk([pk for (pk,) in found])
    return [moves[pk] for (pk,) in found]


def used_sources(*, warehouse_id: int, sources: Collection[str]) -> set[str]:
    """Return which of the *sources* moved stock of a warehouse before, such as the names of count sheets."""
    moved = StockMove.objects.filter(source__in=sources, level__warehouse=warehouse_id)
    return set(moved.values_list("source", flat=True))


def due_for_counting(*, warehouse_id: int) -> QuerySet[StockLevel]:
    """Return the levels of a warehouse, those first that were never counted, then not for longest.

    Among equals those first that are worth most: a cycle count takes the first of the list every day.
    """
    return stock_list(warehouse_id=warehouse_id).order_by(
        F("counted_on").asc(nulls_first=True), "-value", "product__sku"
    )


def overdue_receipts(*, today: date, warehouse_id: int | None = None) -> QuerySet[ExpectedReceipt]:
    """Return what suppliers should have sent before *today*, the longest overdue first."""
    overdue = ExpectedReceipt.objects.filter(received__lt=F("quantity"), expected_on__lt=today)
    if warehouse_id is not None:
        overdue = overdue.filter(warehouse_id=warehouse_id)
    return overdue.select_related("product", "warehouse").order_by("expected_on", "reference", "product__sku")


def _sum(found: QuerySet[Any], by: str, quantity: str | Expression) -> Any:
    """Return the sum of *quantity* over the rows that *found* selects for the outer row; zero without any."""
    summed = found.order_by().values(by).annotate(found=Sum(quantity)).values("found")
    field: DecimalField[Any, Any] = DecimalField(max_digits=19, decimal_places=4)
    return Coalesce(Subquery(summed, output_field=field), Value(ZERO), output_field=field)


def reorder_rules(*, today: date) -> QuerySet[Any]:
    """Return the rules with their figures, one statement: ``available``, ``expected``, ``issued``, ``is_low``.

    *expected* are open purchase orders and transfers on their way; *issued* is what left in the 90 days
    before *today*.
    """
    same: dict[str, Any] = {"warehouse": OuterRef("warehouse"), "product": OuterRef("product")}
    purchases = ExpectedReceipt.objects.filter(**same, received__lt=F("quantity"))
    transfers = TransferLine.objects.filter(
        transfer__target=OuterRef("warehouse"), transfer__state="sent", product=OuterRef("product")
    )
    issues = StockMove.objects.filter(
        level__warehouse=OuterRef("warehouse"),
        level__product=OuterRef("product"),
        kind=StockMove.Kind.ISSUE,
        on__gt=today - timedelta(days=DEMAND_DAYS),
    )
    figures = {
        "available": _sum(StockLevel.objects.filter(**same), "pk", F("on_hand") - F("reserved")),
        "expected": _sum(purchases, "product", F("quantity") - F("received"))
        + _sum(transfers, "product", "quantity"),
        "issued": ZERO - _sum(issues, "level", "quantity"),
    }
    below = Q(minimum__gt=F("available") + F("expected"))
    return (
        ReorderRule.objects.annotate(**figures)
        .annotate(is_low=Case(When(below, then=True), default=False, output_field=BooleanField()))
        .select_related("product", "warehouse")
        .order_by("warehouse__code", "product__sku")
    )


def stock_with_supply() -> QuerySet[Any]:
    """Return the levels with what is free, ``expected``, the reorder ``minimum``, and what pickers ``missed``."""
    same: dict[str, Any] = {"warehouse": OuterRef("warehouse"), "product": OuterRef("product")}
    purchases = ExpectedReceipt.objects.filter(**same, received__lt=F("quantity"))
    transfers = TransferLine.objects.filter(
        transfer__target=OuterRef("warehouse"), transfer__state="sent", product=OuterRef("product")
    )
    missed = Reservation.objects.filter(level=OuterRef("pk"), demand__startswith=RECOUNT, quantity__gt=0)
    return (
        stock_list()
        .select_related("product", "warehouse__company")
        .annotate(
            expected=_sum(purchases, "product", F("quantity") - F("received"))
            + _sum(transfers, "product", "quantity"),
            minimum=Subquery(ReorderRule.objects.filter(**same).values("minimum")),
            missed=_sum(missed, "level", "quantity"),
        )
    )


def low_stock(*, today: date, warehouse_id: int | None = None) -> QuerySet[Any]:
    """Return the rules of which less is available and expected than the minimum."""
    low = reorder_rules(today=today).filter(is_low=True)
    return low if warehouse_id is None else low.filter(warehouse_id=warehouse_id)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to buy: the rule, with its figures, how much, and for how many days what is available lasts."""

    rule: ReorderRule
    backordered: Decimal
    quantity: Decimal
    days_left: int | None


def purchase_suggestions(
    *,
    today: date,
    backordered: Mapping[tuple[int, int], Decimal] | None = None,
    warehouse_id: int | None = None,
) -> list[Suggestion]:
    """Return what to buy up to each rule's target, what runs out first on top; one statement.

    *backordered* is what confirmed orders wait for, by (warehouse, product): it is promised, but not there.
    """
    rules = reorder_rules(today=today).filter(product__active=True)
    if warehouse_id is not None:
        rules = rules.filter(warehouse_id=warehouse_id)
    found = [_suggestion(rule, backordered or {}) for rule in rules]
    return sorted(
        (suggestion for suggestion in found if suggestion.quantity),
        key=lambda suggestion: (suggestion.days_left is None, suggestion.days_left or 0),
    )


def _suggestion(rule: Any, backordered: Mapping[tuple[int, int], Decimal]) -> Suggestion:
    waiting = backordered.get((rule.warehouse_id, rule.product_id), ZERO)
    return Suggestion(
        rule=rule,
        backordered=waiting,
        quantity=to_buy(
            position=rule.available + rule.expected - waiting,
            minimum=rule.minimum,
            target=rule.target,
            lot=rule.lot,
        ),
        days_left=days_of_cover(available=rule.available, issued=rule.issued, days=DEMAND_DAYS),
    )


@dataclass(frozen=True, slots=True)
class RunningOut:
    """A product that lasts for *days_left* days, until *on*, if it goes on leaving as it did."""

    product_id: int
    sku: str
    name: str
    available: Decimal
    issued: Decimal
    days_left: int
    on: date


def stock_out_forecast(*, warehouse_id: int, today: date, within: int = 30) -> list[RunningOut]:
    """Return what runs out *within* so many days at the pace of the last 90, what is first on top; one statement."""
    since = today - timedelta(days=DEMAND_DAYS)
    wanted = {"warehouse": warehouse_id, "since": since, "days": DEMAND_DAYS, "within": within}
    found = []
    for product_id, sku, name, free, issued in fetch_all(RUNNING_OUT, wanted):
        days = days_of_cover(available=free, issued=issued, days=DEMAND_DAYS) or 0
        found.append(RunningOut(product_id, sku, name, free, issued, days, today + timedelta(days=days)))
    return found
