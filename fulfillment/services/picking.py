"""Picking: who walks, what was found, and what becomes of what was not.

Locks: order, shipment; the customer's credit account before them when something is missing.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.rules import is_quantity
from fulfillment import errors
from fulfillment.events import ShipmentCancelled, ShipmentShortPicked
from fulfillment.models import Shipment, ShipmentLine
from fulfillment.selectors import scanned
from fulfillment.services.locks import lock_shipment, order_of
from inventory import services as stock
from inventory.rules import Demand, recount_key
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import typed
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import services as orders
from orders.models import Order

SET_PICKED = """
UPDATE fulfillment_shipmentline line SET picked = found.quantity, quantity = found.quantity
FROM unnest(%s::bigint[], %s::numeric[]) AS found(id, quantity) WHERE line.id = found.id
"""

Missing = dict[ShipmentLine, Decimal]


@verb
def start_picking(*, shipment_id: int, actor: User) -> Shipment:
    """Take a shipment to pick: *actor* walks.

    :raises ShipmentPickedByAnother: somebody else has taken it.
    :raises ShipmentNotPickable: it is past picking, or cancelled.
    :raises NotPermitted: *actor* may not pick.
    """
    __, shipment = lock_shipment(shipment_id)
    _ensure_own(shipment, actor)
    return pick(shipment, actor=actor)


def pick(shipment: Shipment, *, actor: User) -> Shipment:
    """Take a locked shipment to pick."""
    ensure_can(shipment.mark_picking, by=actor, otherwise=errors.ShipmentNotPickable)
    shipment.mark_picking()
    shipment.picker = actor
    rows.update(shipment, "state", "picker")
    return shipment


def _ensure_own(shipment: Shipment, actor: User) -> None:
    """Refuse a shipment that somebody else picks."""
    if not actor.has_perm("fulfillment.pick_shipment"):
        raise NotPermitted(_("%(actor)s may not pick shipments.") % {"actor": actor})
    if shipment.state == Shipment.State.PICKING and shipment.picker_id not in {None, actor.pk}:
        raise errors.ShipmentPickedByAnother(
            _("%(picker)s is picking %(shipment)s.")
            % {"picker": shipment.picker, "shipment": shipment.number}
        )


def _ensure_in_hand(shipment: Shipment, actor: User) -> None:
    """Refuse a shipment that is not being picked, or by somebody else."""
    _ensure_own(shipment, actor)
    if shipment.state != Shipment.State.PICKING:
        raise errors.ShipmentNotPackable(
            _("The shipment %(shipment)s is %(state)s.")
            % {"shipment": shipment.number, "state": shipment.get_state_display().lower()}
        )


@verb
def take_over_picking(*, shipment_id: int, actor: User) -> Shipment:
    """Go on picking what a colleague began.

    :raises ShipmentNotPackable: it is not being picked.
    :raises NotPermitted: *actor* may not pick.
    """
    __, shipment = lock_shipment(shipment_id)
    if not actor.has_perm("fulfillment.pick_shipment"):
        raise NotPermitted(_("%(actor)s may not pick shipments.") % {"actor": actor})
    if shipment.state == Shipment.State.PICKING:
        shipment.picker = actor
    _ensure_in_hand(shipment, actor)
    rows.update(shipment, "picker")
    return shipment


@verb
def scan_pick(*, shipment_id: int, sku: str, quantity: Decimal, actor: User) -> ShipmentLine:
    """Note how much of a scanned product is in the trolley: the line that its SKU stands for.

    What is less than planned becomes a shortage only with `confirm_pick`, so it can be corrected until then.

    :raises UnknownProduct: there is no such SKU.
    :raises NotOnPickList: the shipment has nothing of it.
    :raises InvalidPick: *quantity* is negative or more than planned.
    :raises ShipmentPickedByAnother: somebody else picks it.
    :raises ShipmentNotPackable: it is not being picked.
    :raises NotPermitted: *actor* may not pick.
    """
    __, shipment = lock_shipment(shipment_id)
    _ensure_in_hand(shipment, actor)
    line = ShipmentLine.objects.get(pk=scanned(shipment_id=shipment_id, sku=sku).line_id)
    _ensure_possible(line, quantity)
    line.picked = quantity
    rows.update(line, "picked")
    return line


def _ensure_possible(line: ShipmentLine, quantity: Decimal) -> None:
    """Refuse a picked quantity that is none, or more than was planned."""
    if quantity != ZERO and not is_quantity(quantity):
        raise errors.InvalidPick(_("%(quantity)s cannot be picked.") % {"quantity": quantity})
    if quantity > line.quantity:
        raise errors.InvalidPick(
            _("%(quantity)s picked, but only %(planned)s were planned.")
            % {"quantity": f"{quantity:f}", "planned": typed(line.quantity)}
        )


@verb
def confirm_pick(
    *,
    shipment_id: int,
    on: date,
    actor: User,
    picked: Mapping[int, Decimal] | None = None,
    reason: str = "",
) -> Shipment:
    """Say what is in the trolley, by shipment line; a line not named was scanned, or else found whole.

    What is missing leaves the shipment and goes back to the order: it waits for goods again, or is cancelled
    where the customer takes no backorders. The missing goods stay promised to nobody until the bin has been
    counted (`selectors.stock_to_recount`). With nothing found at all the shipment is cancelled.

    :raises InvalidPick: a line is not in the shipment, a quantity is negative or more than planned, or
        something is missing and no *reason* is given.
    :raises ShipmentPickedByAnother: somebody else picks it.
    :raises ShipmentNotPackable: it is not being picked.
    :raises OrderNotShippable: the order was cancelled meanwhile.
    :raises NotPermitted: *actor* may not pick.
    """
    picked = dict(picked or {})
    order_id = order_of(shipment_id)
    account, order, order_lines = orders.lock_short_order(order_id=order_id)
    shipment = Shipment.objects.lock(shipment_id)
    _ensure_in_hand(shipment, actor)
    lines = [line for line in shipment.lines.select_related("order_line") if line.order_line.is_stocked]
    missing = _missing(lines, picked)
    if not missing:
        _write_picked(lines, {})
        return shipment
    if not reason.strip():
        raise errors.InvalidPick(_("Something is missing."), hint=_("Say why: not in the bin, damaged ..."))
    orders.record_shortage(
        account=account,
        order=order,
        lines=order_lines,
        missing={line.order_line_id: quantity for line, quantity in missing.items()},
        reason=reason.strip()[:200],
        on=on,
        actor=actor,
    )
    _keep_for_recount(shipment, missing)
    _tell_short(shipment, order, missing, reason=reason.strip()[:200], on=on, actor=actor)
    return _shrink(shipment, order, lines, missing, on=on, actor=actor)


def _missing(lines: list[ShipmentLine], picked: Mapping[int, Decimal]) -> Missing:
    """Return how much of each line was not found.

    :raises InvalidPick: see `confirm_pick`.
    """
    known = {line.pk for line in lines}
    for line_id in picked:
        if line_id not in known:
            raise errors.InvalidPick(_("Line %(line_id)s is not on the pick list.") % {"line_id": line_id})
    missing: Missing = {}
    for line in lines:
        found = picked.get(line.pk, line.quantity if line.picked is None else line.picked)
        _ensure_possible(line, found)
        if found < line.quantity:
            missing[line] = line.quantity - found
    return missing


def _keep_for_recount(shipment: Shipment, missing: Missing) -> None:
    """Keep what nobody can find from being promised again; the count of the bin ends it.

    Its stock level is locked since the order gave the reservation back, so nobody came between.
    """
    by_product: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line, quantity in missing.items():
        by_product[line.order_line.product_id] += quantity
    stock.reserve_available(
        warehouse_id=shipment.warehouse_id,
        demands=[
            Demand(recount_key(product_id), product_id, quantity)
            for product_id, quantity in by_product.items()
        ],
    )


def _write_picked(lines: list[ShipmentLine], missing: Missing) -> None:
    """Let each line be what was found of it."""
    found = {line.pk: line.quantity - missing.get(line, ZERO) for line in lines}
    fetch_all(SET_PICKED, [list(found), list(found.values())])


def _shrink(
    shipment: Shipment,
    order: Order,
    lines: list[ShipmentLine],
    missing: Missing,
    *,
    on: date,
    actor: User,
) -> Shipment:
    """Take what is missing out of the shipment; without goods it does not leave."""
    kept = [line for line in lines if missing.get(line) != line.quantity]
    if not kept:
        shipment.mark_cancelled()
        rows.update(shipment, "state")
        announce(ShipmentCancelled.of(shipment, on=on, actor=actor, order_id=order.pk))
        return shipment
    _write_picked(kept, missing)
    gone = [line.pk for line in lines if missing.get(line) == line.quantity]
    ShipmentLine.objects.filter(pk__in=gone).delete()
    return shipment


def _tell_short(
    shipment: Shipment, order: Order, missing: Missing, *, reason: str, on: date, actor: User
) -> None:
    announce(
        ShipmentShortPicked.of(
            shipment,
            on=on,
            actor=actor,
            order_id=order.pk,
            reason=reason,
            lines=[
                {
                    "position": line.order_line.position,
                    "description": line.order_line.description,
                    "missing": f"{quantity:f}",
                }
                for line, quantity in missing.items()
            ],
        )
    )
