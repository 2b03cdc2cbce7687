"""Stock kept for a shopping cart until its time is over. Locks: the cart, then stock levels.

The cart's row decides between its end and its order: who has the lock first finds it held, the other one
finds it ended. A cart that is held past its time, because nobody has looked yet, can still be ordered: its
stock is there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.rules import is_quantity
from catalog.selectors import products_by_sku
from inventory import errors
from inventory.events import CartExpired, StockFreed
from inventory.models import CartHold, StockLevel
from inventory.rules import Demand, grant
from inventory.selectors import choose_warehouse
from inventory.services.levels import change_levels, ensure_free, ensure_whole
from inventory.services.reserve import Share, add_reservations, free_of, promised, shares_of
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, requires_transaction, verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.kernel.money import ZERO

MAX_MINUTES = 7 * 24 * 60
MAX_LINES = 1000
MAX_TOKEN = 64
EXPIRY_BATCH = 500

HELD_BY_CARTS = """
SELECT reservation.level_id, reservation.demand, reservation.quantity
FROM inventory_reservation reservation WHERE reservation.demand = ANY(%s)
"""
END_RESERVATIONS = "DELETE FROM inventory_reservation WHERE demand = ANY(%s)"
END_CARTS = "UPDATE inventory_carthold SET state = %s WHERE id = ANY(%s)"

MAKE_CART = """
INSERT INTO inventory_carthold (token, warehouse_id, state, expires_at) VALUES (%s, %s, 'held', %s)
ON CONFLICT (token) DO NOTHING
"""

# The levels of what carts hold, and of what is wanted now.
LEVELS = """
id = ANY(SELECT level_id FROM inventory_reservation WHERE demand = ANY(%s))
OR (warehouse_id = %s AND product_id = ANY(%s))
"""


@verb
def hold_cart(
    *,
    company_id: int,
    token: str,
    wanted: Mapping[str, Decimal],
    minutes: int,
    at: datetime,
    actor: User,
    warehouse_id: int | None = None,
) -> CartHold:
    """Keep all that a cart wants, by SKU, for some minutes from *at*; the same token again replaces it.

    Services and downloads need no holding. The goods are kept in one warehouse: the given one, or the first
    that has everything.

    :raises InvalidHold: the token is empty or too long, there is no line, or the time is no sensible one.
    :raises InvalidQuantity: a quantity is not above zero, too fine, or a part of what is only counted.
    :raises UnknownProduct: a SKU is not for sale.
    :raises InsufficientStock: one of the goods is short: nothing is kept, and what the cart had stays.
    :raises CartExpired: the cart of this token has ended.
    :raises NotFound: there is no such warehouse.
    :raises WarehouseInactive: no order leaves from the warehouse any more.
    :raises NotPermitted: *actor* may not hold carts.
    """
    if not actor.has_perm("inventory.add_carthold"):
        raise NotPermitted(_("%(actor)s may not hold stock for carts.") % {"actor": actor})
    _ensure_sensible(token, wanted, minutes)
    products = products_by_sku(wanted)
    goods = {products[sku].pk: quantity for sku, quantity in wanted.items() if products[sku].is_stocked}
    ensure_whole(goods)
    warehouse = choose_warehouse(
        company_id=company_id, wanted=goods, warehouse_id=warehouse_id, cart_token=token
    )
    until = at + timedelta(minutes=minutes)
    fetch_all(MAKE_CART, [token, warehouse.pk, until])
    cart = _lock_held(token)
    cart.warehouse, cart.expires_at = warehouse, until
    rows.update(cart, "warehouse", "expires_at")
    demands = [Demand(str(product_id), product_id, quantity) for product_id, quantity in goods.items()]
    levels, held = _lock_levels([cart], warehouse_id=warehouse.pk, demands=demands)
    _give_back(levels, held)
    free = _of(levels, warehouse.pk)
    ensure_free(free, goods, verb="held")
    shares = [Share(free[product_id].pk, cart.demand_key, quantity) for product_id, quantity in goods.items()]
    _replace([cart], held, shares)
    return cart


def _ensure_sensible(token: str, wanted: Mapping[str, Decimal], minutes: int) -> None:
    if not 0 < len(token.strip()) <= MAX_TOKEN:
        raise errors.InvalidHold(_("A token has between one and %(most)s characters.") % {"most": MAX_TOKEN})
    if not 0 < len(wanted) <= MAX_LINES:
        raise errors.InvalidHold(_("A cart has between one and %(most)s lines.") % {"most": MAX_LINES})
    if not 0 < minutes <= MAX_MINUTES:
        raise errors.InvalidHold(
            _("A cart is held between one minute and %(most)s, not %(minutes)s.")
            % {"most": MAX_MINUTES, "minutes": minutes}
        )
    for sku, quantity in wanted.items():
        if not is_quantity(quantity):
            raise errors.InvalidQuantity(
                _("%(sku)s: %(quantity)s cannot be held.") % {"sku": sku, "quantity": quantity}
            )


def _lock_held(token: str) -> CartHold:
    """Return the locked cart.

    :raises CartExpired: it has ended, or there is none.
    :raises CartOrdered: it became an order.
    """
    found = CartHold.objects.lock_where("token = %s", token)
    if not found:
        raise errors.CartExpired(_("There is no such cart."), token=token)
    if found[0].state == CartHold.State.ORDERED:
        raise errors.CartOrdered(_("The cart was ordered before."), token=token)
    if found[0].state != CartHold.State.HELD:
        raise errors.CartExpired(
            _("The cart was %(state)s.") % {"state": found[0].get_state_display().lower()}, token=token
        )
    return found[0]


def _lock_levels(
    carts: Iterable[CartHold], *, warehouse_id: int = 0, demands: Iterable[Demand] = ()
) -> tuple[list[StockLevel], list[Share]]:
    """Return the locked levels of what the carts hold and of what is wanted, and what the carts hold."""
    keys = [cart.demand_key for cart in carts]
    product_ids = sorted({demand.product_id for demand in demands})
    levels = StockLevel.objects.lock_where(LEVELS, keys, warehouse_id, product_ids)
    return levels, [Share(*row) for row in fetch_all(HELD_BY_CARTS, [keys])]


def _give_back(levels: Iterable[StockLevel], held: Iterable[Share]) -> None:
    """Let the levels in hand be as they are without what the carts hold; nothing is written yet."""
    by_id = {level.pk: level for level in levels}
    for share in held:
        by_id[share.level_id].reserved -= share.quantity


def _of(levels: Iterable[StockLevel], warehouse_id: int) -> dict[int, StockLevel]:
    return {level.product_id: level for level in levels if level.warehouse_id == warehouse_id}


def _replace(carts: Iterable[CartHold], held: list[Share], shares: list[Share]) -> None:
    """Write *shares* instead of what the carts held."""
    if held:
        fetch_all(END_RESERVATIONS, [[cart.demand_key for cart in carts]])
    changes = {
        level_id: change for level_id, change in promised(shares, freed=held).items() if change.reserved
    }
    if changes:
        change_levels(changes)
    if shares:
        add_reservations(shares)


@requires_transaction
def take_cart(*, token: str, warehouse_id: int, demands: list[Demand], complete: bool) -> dict[str, Decimal]:
    """Reserve for an order what its cart held, and what else is free; return what each demand got.

    One step under the same locks, so nobody comes between. With *complete* it is everything or nothing, as
    in `reserve.reserve_complete`: then the cart stays held until its time is over. Otherwise the cart is
    ordered, and what the order does not want of it is free again, also in another warehouse.

    :raises CartExpired: the cart has ended, or there is none: reserve as for any other order.
    :raises CartOrdered: it became an order before; this would be the same once more.
    """
    cart = _lock_held(token)
    levels, held = _lock_levels([cart], warehouse_id=warehouse_id, demands=demands)
    _give_back(levels, held)
    here = _of(levels, warehouse_id)
    granted = grant(demands, free=free_of(here))
    if complete and any(granted[demand.key] < demand.quantity for demand in demands):
        return granted
    _replace([cart], held, shares_of(here, demands, granted))
    cart.mark_ordered()
    _end([cart])
    return granted


@verb
def drop_cart(*, token: str, on: date, actor: User) -> CartHold:
    """Give back what a cart holds: the customer left, or emptied it.

    :raises CartExpired: it has ended already, or there is none.
    :raises CartOrdered: it became an order.
    :raises NotPermitted: *actor* may not hold carts.
    """
    if not actor.has_perm("inventory.add_carthold"):
        raise NotPermitted(_("%(actor)s may not hold stock for carts.") % {"actor": actor})
    cart = _lock_held(token)
    levels, held = _lock_levels([cart])
    _replace([cart], held, [])
    cart.mark_dropped()
    _end([cart])
    _tell_freed(levels, held, on=on, actor=actor)
    return cart


@verb
def expire_carts(*, at: datetime, on: date, actor: User) -> int:
    """Give back what carts hold whose time is over, the oldest first; return how many: a batch at most.

    A cart that is just being ordered, or held anew, is left alone.
    """
    carts = CartHold.objects.lock_free(
        "state = 'held' AND expires_at <= %s AND id IN (SELECT id FROM inventory_carthold"
        " WHERE state = 'held' AND expires_at <= %s ORDER BY expires_at LIMIT %s)",
        at,
        at,
        EXPIRY_BATCH,
    )
    if not carts:
        return 0
    levels, held = _lock_levels(carts)
    _replace(carts, held, [])
    for cart in carts:
        cart.mark_expired()
    _end(carts)
    products = {level.pk: level.product_id for level in levels}
    for cart in carts:
        ids = [products[share.level_id] for share in held if share.demand == cart.demand_key]
        announce(
            CartExpired(
                document_id=cart.pk, number=cart.token[:40], on=on, actor_id=actor.pk, product_ids=ids
            )
        )
    _tell_freed(levels, held, on=on, actor=actor)
    return len(carts)


def _tell_freed(levels: Iterable[StockLevel], held: Iterable[Share], *, on: date, actor: User) -> None:
    """Announce what is free again, once for each product."""
    products = {level.pk: level.product_id for level in levels}
    freed: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for share in held:
        freed[products[share.level_id]] += share.quantity
    for product_id, quantity in freed.items():
        announce(
            StockFreed(document_id=product_id, number="", on=on, actor_id=actor.pk, quantity=str(quantity))
        )


def _end(carts: list[CartHold]) -> None:
    """Write how the carts ended: all in the same way."""
    fetch_all(END_CARTS, [carts[0].state, [cart.pk for cart in carts]])
