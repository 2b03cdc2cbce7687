"""Goods in, out, counted and scrapped. Building blocks: whoever calls them books the worth that they return.

Each has the same shape: check what was entered, lock the levels, say what changes, and have it moved. A
level's worth moves at average cost, in base currency.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _, ngettext

from catalog.models import Product
from catalog.rules import is_price, is_quantity
from inventory import errors
from inventory.events import StockCounted, StockReceived, StockRecounted, StockReturned, StockScrapped
from inventory.models import Reservation, StockLevel, StockMove, Warehouse
from inventory.rules import (
    RECOUNT,
    Demand,
    found_value,
    is_implausible,
    is_implausible_cost,
    known_cost,
    leaving_value,
)
from inventory.services.levels import (
    Cause,
    Change,
    change_and_record,
    ensure_free,
    ensure_quantities,
    ensure_whole,
    lock_levels,
    lock_made_levels,
    move,
)
from inventory.services.reserve import take_reservations
from inventory.services.supply import note_received
from o2c.kernel import figures
from o2c.kernel.db import fetch_all, requires_transaction
from o2c.kernel.events import announce
from o2c.kernel.figures import typed
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, allocate, is_amount, round_money, total

END_RECOUNTS = """
UPDATE inventory_reservation SET quantity = 0 WHERE level_id = ANY(%s) AND demand LIKE %s AND quantity > 0
"""
SET_COUNTED = "UPDATE inventory_stocklevel SET counted_on = %s WHERE id = ANY(%s)"


@requires_transaction
def issue(
    *, warehouse_id: int, demands: list[Demand], source: str, on: date, currency: str, actor: User
) -> dict[str, Decimal]:
    """Take reserved goods out of stock at average cost; return the cost of each demand.

    *currency* is the base currency, to which costs are rounded.

    :raises NotReserved: a demand has less reserved than leaves.
    """
    levels = lock_levels(warehouse_id=warehouse_id, product_ids={demand.product_id for demand in demands})
    take_reservations(warehouse_id, demands)
    by_product: dict[int, list[Demand]] = defaultdict(list)
    for demand in demands:
        by_product[demand.product_id].append(demand)
    changes: dict[int, Change] = {}
    costs: dict[str, Decimal] = {}
    for product_id, wanted in by_product.items():
        level = levels[product_id]
        quantity = sum((demand.quantity for demand in wanted), ZERO)
        value = leaving_value(on_hand=level.on_hand, value=level.value, quantity=quantity, currency=currency)
        shares = allocate(value, [demand.quantity for demand in wanted], currency)
        costs.update(zip((demand.key for demand in wanted), shares, strict=True))
        changes[level.pk] = Change(-quantity, -quantity, -value)
    cause = Cause(kind=StockMove.Kind.ISSUE, source=source, on=on, actor=actor)
    change_and_record(changes, cause=cause)
    return costs


@requires_transaction
def receive(
    *,
    warehouse: Warehouse,
    product_id: int,
    quantity: Decimal,
    unit_cost: Decimal,
    source: str,
    on: date,
    currency: str,
    actor: User,
    reference: str = "",
    more_than_expected: bool = False,
    confirms_implausible: bool = False,
) -> Decimal:
    """Take goods into stock at *unit_cost* (base currency); return their worth.

    With the *reference* of a purchase order, what has come of it is counted up. *confirms_implausible* says
    that somebody has looked twice at a cost that is far from what the goods cost now.

    :raises InvalidQuantity: *quantity* is not above zero, or too fine.
    :raises InvalidCost: *unit_cost* is negative, or too fine, or what is there would be worth too much with it.
    :raises ImplausibleCost: the cost is implausible (`rules.is_implausible_cost`), and nobody has confirmed it.
    :raises NotFound: there is no such product, or it is not expected with this *reference*.
    :raises WarehouseInactive: nothing comes into this warehouse any more.
    :raises MoreThanExpected: more came than was still expected, and *more_than_expected* does not allow it.
    :raises StockSourceReused: *source* was booked for this product before.
    """
    ensure_quantities({product_id: quantity}, verb="received")
    if not is_price(unit_cost):
        raise errors.InvalidCost(_("%(unit_cost)s is no cost.") % {"unit_cost": unit_cost})
    ensure_active(warehouse)
    level = lock_made_levels(warehouse_id=warehouse.pk, product_ids=[product_id])[product_id]
    value = round_money(quantity * unit_cost, currency)
    if not is_amount(level.value + value):
        raise errors.InvalidCost(
            _("This comes to more than the books can hold."),
            hint=_("Check the quantity and the cost of one."),
        )
    if not confirms_implausible:
        _ensure_plausible_cost(level, unit_cost, currency)
    cause = Cause(kind=StockMove.Kind.RECEIPT, source=source, on=on, actor=actor)
    move({level.pk: Change(on_hand=quantity, value=value)}, cause=cause)
    if reference:
        note_received(
            level=level, reference=reference, quantity=quantity, more_allowed=more_than_expected, actor=actor
        )
    tell_received(warehouse, {product_id: quantity}, source=source, on=on, actor=actor)
    return value


def _ensure_plausible_cost(level: StockLevel, unit_cost: Decimal, currency: str) -> None:
    product = level.product
    known = known_cost(on_hand=level.on_hand, value=level.value, standard_cost=product.standard_cost)
    if is_implausible_cost(unit_cost=unit_cost, known=known):
        raise errors.ImplausibleCost(
            _("%(unit_cost)s for one of %(sku)s is far from what it costs now: %(known)s.")
            % {
                "unit_cost": figures.unit_price(unit_cost, currency),
                "sku": product.sku,
                "known": figures.unit_price(known, currency),
            }
        )


def ensure_active(warehouse: Warehouse) -> None:
    """Refuse to bring goods into a warehouse that is being given up.

    :raises WarehouseInactive: it is not active.
    """
    if not warehouse.active:
        raise errors.WarehouseInactive(_("%(warehouse)s is not active.") % {"warehouse": warehouse.name})


def tell_received(
    warehouse: Warehouse, quantities: Mapping[int, Decimal], *, source: str, on: date, actor: User
) -> None:
    """Announce what came in of each product, so that orders that wait for it are looked at again."""
    for product_id, quantity in quantities.items():
        announce(
            StockReceived(
                document_id=product_id,
                number=source[:40],
                on=on,
                actor_id=actor.pk,
                warehouse=warehouse.code,
                quantity=str(quantity),
            )
        )


@requires_transaction
def take_back(
    *,
    warehouse_id: int,
    goods: Mapping[int, tuple[Decimal, Decimal]],
    source: str,
    on: date,
    actor: User,
) -> None:
    """Put goods that were shipped back on the shelf: (quantity, worth in base currency) by product id.

    The worth is what they left with, so a return undoes its share of the issue to the cent.
    """
    levels = lock_levels(warehouse_id=warehouse_id, product_ids=goods)
    changes = {
        levels[product_id].pk: Change(on_hand=quantity, value=value)
        for product_id, (quantity, value) in goods.items()
    }
    change_and_record(changes, cause=Cause(kind=StockMove.Kind.RETURN, source=source, on=on, actor=actor))
    for product_id, (quantity, __) in goods.items():
        announce(
            StockReturned(
                document_id=product_id,
                number=source,
                on=on,
                actor_id=actor.pk,
                warehouse_id=warehouse_id,
                quantity=str(quantity),
            )
        )


@requires_transaction
def scrap(
    *,
    warehouse: Warehouse,
    product_id: int,
    quantity: Decimal,
    reason: str,
    source: str,
    on: date,
    currency: str,
    actor: User,
) -> Decimal:
    """Throw goods away that are promised to nobody; return what they were worth, above zero.

    :raises InvalidQuantity: *quantity* is not above zero, or too fine.
    :raises ScrapWithoutReason: nobody says why.
    :raises InsufficientStock: less is free.
    :raises StockSourceReused: *source* was booked for this product before.
    """
    wanted = {product_id: quantity}
    ensure_quantities(wanted, verb="scrapped")
    if not reason.strip():
        raise errors.ScrapWithoutReason(_("Nobody said why the goods are scrapped."))
    levels = lock_levels(warehouse_id=warehouse.pk, product_ids=wanted)
    ensure_free(levels, wanted, verb="scrapped")
    level = levels[product_id]
    value = leaving_value(on_hand=level.on_hand, value=level.value, quantity=quantity, currency=currency)
    cause = Cause(kind=StockMove.Kind.SCRAP, source=source, on=on, actor=actor)
    move({level.pk: Change(on_hand=-quantity, value=-value)}, cause=cause)
    announce(
        StockScrapped(
            document_id=product_id,
            number=source[:40],
            on=on,
            actor_id=actor.pk,
            warehouse=warehouse.code,
            quantity=str(quantity),
            reason=reason.strip()[:200],
        )
    )
    return value


@requires_transaction
def count(
    *,
    warehouse: Warehouse,
    counted: Mapping[int, Decimal],
    source: str,
    on: date,
    currency: str,
    actor: User,
    confirms_implausible: bool = False,
) -> Decimal:
    """Set on hand of each product to what was *counted*, one line of a sheet or a thousand; return the worth.

    It is that of all differences together, negative for a loss, in base currency.
    What pickers had missed of a product (`rules.RECOUNT`) is free again, if it is there.
    *confirms_implausible* says that somebody has looked twice at what is far more than the books say.

    :raises InvalidQuantity: what was counted is no quantity, or the product was never received here.
    :raises CountBelowReserved: less was counted than is promised; the details name the demands.
    :raises ImplausibleCount: a count is implausible (`rules.is_implausible`), and nobody has confirmed it.
    :raises StockSourceReused: *source* was booked for one of the products before.
    """
    _ensure_countable(counted)
    levels = lock_levels(warehouse_id=warehouse.pk, product_ids=counted)
    if len(levels) < len(counted):
        raise errors.InvalidQuantity(
            _never_received(counted.keys() - levels.keys()),
            hint=_("Book a receipt with its cost."),
        )
    missed = _missed(levels)
    _ensure_not_promised(levels, counted, missed)
    if not confirms_implausible:
        _ensure_plausible(levels, counted)
    found = {
        level.pk: _difference(level, counted[product_id], missed.get(level.pk, ZERO), currency)
        for product_id, level in levels.items()
    }
    changes = {level_id: change for level_id, change in found.items() if change != Change()}
    if missed:
        fetch_all(END_RECOUNTS, [list(missed), f"{RECOUNT}%"])
    if changes:
        move(changes, cause=Cause(kind=StockMove.Kind.COUNT, source=source, on=on, actor=actor))
    fetch_all(SET_COUNTED, [on, [level.pk for level in levels.values()]])
    _tell_counted(warehouse, levels, changes, missed, source=source, on=on, actor=actor)
    return total(change.value for change in changes.values())


def _ensure_countable(counted: Mapping[int, Decimal]) -> None:
    if not counted:
        raise errors.InvalidQuantity(_("There is nothing to be counted."))
    for quantity in counted.values():
        if quantity != ZERO and not is_quantity(quantity):
            raise errors.InvalidQuantity(_("%(quantity)s cannot be counted.") % {"quantity": quantity})
    ensure_whole(counted)


def _never_received(product_ids: Collection[int]) -> str:
    found = Product.objects.filter(pk__in=product_ids).order_by("sku").values_list("sku", flat=True)
    names = list(found) or [_("product %(id)s") % {"id": product_id} for product_id in product_ids]
    words = ngettext("%(skus)s was never received here.", "%(skus)s were never received here.", len(names))
    return words % {"skus": ", ".join(names)}


def _difference(level: StockLevel, counted: Decimal, missed: Decimal, currency: str) -> Change:
    """Return what a count changes; what pickers *missed* is not kept any longer."""
    difference = counted - level.on_hand
    value = found_value(on_hand=level.on_hand, value=level.value, difference=difference, currency=currency)
    return Change(difference, -missed, value)


def _missed(levels: Mapping[int, StockLevel]) -> dict[int, Decimal]:
    """Return what pickers missed, by level."""
    kept = Reservation.objects.filter(
        demand__startswith=RECOUNT, quantity__gt=0, level__in=[level.pk for level in levels.values()]
    )
    return dict(kept.values_list("level_id", "quantity"))


def _ensure_not_promised(
    levels: Mapping[int, StockLevel], counted: Mapping[int, Decimal], missed: Mapping[int, Decimal]
) -> None:
    """Refuse a count that would take goods away from somebody, and say from whom."""
    short = {
        level.pk: _("%(counted)s counted of %(sku)s, but %(promised)s are promised")
        % {
            "counted": typed(counted[product_id]),
            "sku": level.product.sku,
            "promised": typed(level.reserved - missed.get(level.pk, ZERO)),
        }
        for product_id, level in levels.items()
        if counted[product_id] < level.reserved - missed.get(level.pk, ZERO)
    }
    if not short:
        return
    promises = Reservation.objects.filter(level__in=list(short), quantity__gt=0).order_by("pk")
    demands = {
        demand: f"{quantity.normalize():f}"
        for demand, quantity in promises.values_list("demand", "quantity")
        if not demand.startswith(RECOUNT)
    }
    raise errors.CountBelowReserved("; ".join(short.values()) + ".", demands=demands)


def _ensure_plausible(levels: Mapping[int, StockLevel], counted: Mapping[int, Decimal]) -> None:
    odd = [
        _("%(counted)s counted of %(sku)s, but the books say %(on_hand)s")
        % {
            "counted": typed(counted[product_id]),
            "sku": level.product.sku,
            "on_hand": typed(level.on_hand),
        }
        for product_id, level in levels.items()
        if is_implausible(on_hand=level.on_hand, counted=counted[product_id])
    ]
    if odd:
        raise errors.ImplausibleCount("; ".join(odd) + ".")


def _tell_counted(
    warehouse: Warehouse,
    levels: Mapping[int, StockLevel],
    changes: Mapping[int, Change],
    missed: Mapping[int, Decimal],
    *,
    source: str,
    on: date,
    actor: User,
) -> None:
    """Announce what was more or less than the books said, and what a recount set free."""
    told: dict[str, Any] = {
        "number": source[:40],
        "on": on,
        "actor_id": actor.pk,
        "warehouse": warehouse.code,
    }
    for product_id, level in levels.items():
        if level.pk in changes and changes[level.pk].on_hand:
            difference = str(changes[level.pk].on_hand)
            announce(StockCounted(document_id=product_id, difference=difference, **told))
        if level.pk in missed:
            announce(StockRecounted(document_id=product_id, **told))
