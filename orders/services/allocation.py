"""Stock for orders that wait for it: what came in, and what others have to give. Locks: orders by pk, stock."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from inventory import services as stock
from inventory.models import StockLevel
from inventory.rules import Demand
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import errors, selectors
from orders.allocation import Share, allocate
from orders.events import OrderBackordersReserved, OrderReallocated
from orders.models import Order, OrderLine
from orders.models.order import may_confirm
from orders.services.decide import demands_of, save_quantities
from orders.services.progress import lines_of


@verb
def reserve_backorders(*, order_id: int, on: date, actor: User) -> Decimal:
    """Reserve stock that came in for a confirmed order's waiting lines; return how much it got.

    :raises NotPermitted: *actor* may not confirm orders.
    """
    order = Order.objects.lock(order_id)
    if not may_confirm(order, actor):
        raise NotPermitted(_("%(actor)s may not reserve stock for orders.") % {"actor": actor})
    lines = lines_of(order)
    demands = demands_of(lines)
    if order.state != Order.State.CONFIRMED or not demands:
        return ZERO
    granted = stock.reserve_available(warehouse_id=order.warehouse_id, demands=demands)
    got = sum(granted.values(), ZERO)
    if got:
        for line in lines:
            line.reserved += granted.get(line.demand_key, ZERO)
        save_quantities(lines)
        announce(OrderBackordersReserved.of(order, on=on, actor=actor))
    return got


@verb
def reallocate(*, product_id: int, warehouse_id: int, reason: str, on: date, actor: User) -> list[Share]:
    """Give a product's stock to the confirmed orders that come first, in the order of `orders.allocation`.

    What is reserved for orders further down goes to those further up that wait, unless the warehouse has it in
    hand already. Nothing happens when everybody has what their place gives them. Returns who gained or lost.

    :raises InvalidOrder: no reason is given.
    :raises NotPermitted: *actor* may not reallocate stock.
    """
    if not actor.has_perm("orders.allocate_order"):
        raise NotPermitted(_("%(actor)s may not give one order's stock to another.") % {"actor": actor})
    if not reason.strip():
        raise errors.InvalidOrder(
            _("A reallocation needs a reason."), hint=_("Say why; the losers will ask.")
        )
    claims = selectors.claims(product_id=product_id, warehouse_id=warehouse_id)
    ids = list({claim.order_id for claim in claims})
    orders = {order.pk: order for order in Order.objects.lock_where("id = ANY(%s)", ids)}
    levels = StockLevel.objects.lock_for(warehouse_id=warehouse_id, product_ids={product_id})
    if product_id not in levels:
        return []
    claims = selectors.claims(product_id=product_id, warehouse_id=warehouse_id)  # as they are under the locks
    claims = selectors.with_in_hand([claim for claim in claims if claim.order_id in orders])
    shares = allocate(claims, free=levels[product_id].free)
    changed = [share for share in shares if share.gets != share.claim.has]
    _move(changed, warehouse_id=warehouse_id, product_id=product_id)
    _tell(changed, orders, product_id=product_id, reason=reason.strip()[:200], on=on, actor=actor)
    return changed


def _move(changed: list[Share], *, warehouse_id: int, product_id: int) -> None:
    """Take the stock of those who lose and reserve it for those who gain, under the level's lock."""
    differences = {share.claim.line_id: share.gets - share.claim.has for share in changed}
    lines = rows.read(OrderLine, "id = ANY(%s)", [list(differences)], "ORDER BY id")
    demands = {line.pk: Demand(line.demand_key, product_id, abs(differences[line.pk])) for line in lines}
    stock.release(
        warehouse_id=warehouse_id,
        demands=[demand for line_id, demand in demands.items() if differences[line_id] < 0],
    )
    stock.reserve_available(
        warehouse_id=warehouse_id,
        demands=[demand for line_id, demand in demands.items() if differences[line_id] > 0],
    )
    for line in lines:
        line.reserved += differences[line.pk]
    save_quantities(lines)


def _tell(
    changed: list[Share],
    orders: dict[int, Order],
    *,
    product_id: int,
    reason: str,
    on: date,
    actor: User,
) -> None:
    """Announce to each order once what became of it."""
    gained: dict[int, Decimal] = {}
    for share in changed:
        order_id = share.claim.order_id
        gained[order_id] = gained.get(order_id, ZERO) + share.gets - share.claim.has
    for order_id, quantity in gained.items():
        order = orders[order_id]
        if quantity < 0:
            announce(
                OrderReallocated.of(
                    order,
                    on=on,
                    actor=actor,
                    product_id=product_id,
                    quantity=f"{-quantity:f}",
                    reason=reason,
                )
            )
        elif quantity > 0:
            announce(OrderBackordersReserved.of(order, on=on, actor=actor))
