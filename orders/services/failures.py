"""When an order cannot be carried out as promised: late, or not at all. Locks: credit account, order, stock."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from o2c.kernel import rows
from o2c.kernel.db import fetch_all, requires_transaction, verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words
from o2c.kernel.models import User
from orders import errors
from orders.events import OrderDelayed, OrderUnfulfillable
from orders.models import Order, OrderLine
from orders.models.order import CancelCode
from orders.services.cancel import ensure_cancellable, required_reason, withdraw_lines
from orders.services.decide import lock_with_credit
from orders.services.progress import lines_of

# A draft or a quote is no promise yet; what is closed or cancelled has nothing left.
STANDING = {Order.State.SUBMITTED, Order.State.ON_HOLD, Order.State.CONFIRMED}

SET_PROMISES = """
UPDATE orders_orderline SET promised_on = %s
WHERE order_id = %s AND ordered > cancelled + shipped AND promised_on < %s
"""


@verb
def declare_unfulfillable(
    *,
    order_id: int,
    reason: str,
    on: date,
    actor: User,
    quantities: Mapping[int, Decimal] | None = None,
) -> Order:
    """Say that we cannot deliver what is left of an order, or *quantities* of it by order line.

    It is cancelled with the code "unfulfillable": the customer is told, nothing of it is billed, stock and
    credit are free again, and shipments in work follow. What has shipped stands.

    Goods that are being picked or packed are given up too: whoever declares it knows that they cannot leave.

    :raises OrderNotCancellable: it is no standing order, nothing is left, or only part of a held one is named.
    :raises InvalidCancellation: a line is not the order's, or has less left than that.
    :raises InvalidOrder: no reason is given.
    :raises NotFound: there is no such order.
    :raises NotPermitted: *actor* may not cancel orders.
    """
    if not actor.has_perm("orders.cancel_order"):
        raise NotPermitted(_("%(actor)s may not cancel orders.") % {"actor": actor})
    account, order, lines = lock_with_credit(order_id)
    given_up = _given_up(order, lines, quantities)
    code = str(CancelCode.UNFULFILLABLE)
    reason = required_reason(code, reason)
    withdraw_lines(
        order=order,
        lines=lines,
        quantities=given_up,
        account=account,
        code=code,
        reason=reason,
        on=on,
        actor=actor,
    )
    announce(OrderUnfulfillable.of(order, on=on, actor=actor, lines=_as_told(lines, given_up), reason=reason))
    return order


def _given_up(
    order: Order, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal] | None
) -> dict[int, Decimal]:
    """Return what of each line is given up: all that is left of the order, or the *quantities* if they can be."""
    if order.state not in STANDING:
        raise errors.OrderNotCancellable(
            _("The order %(order)s is %(state)s.")
            % {"order": order.number, "state": order.get_state_display().lower()},
            hint=_("Only an order that stands can be given up."),
        )
    left = {line.pk: line.to_ship for line in lines if line.to_ship}
    if not left:
        raise errors.OrderNotCancellable(
            _("Everything has shipped."), hint=_("Take the goods back as a return instead.")
        )
    given_up = left if quantities is None else dict(quantities)
    ensure_cancellable(lines, given_up)
    if given_up != left and order.state != Order.State.CONFIRMED:
        raise errors.OrderNotCancellable(
            _("The order %(order)s is not confirmed.") % {"order": order.number},
            hint=_("Amend it, or give all of it up."),
        )
    return given_up


def _as_told(lines: Sequence[OrderLine], quantities: Mapping[int, Decimal]) -> list[dict[str, Any]]:
    return [
        {
            "position": line.position,
            "description": line.description,
            "quantity": f"{quantities[line.pk].normalize():f}",
        }
        for line in lines
        if line.pk in quantities
    ]


@verb
def renew_promise(
    *, order_id: int, was: date, promised_on: date | None, reason: str, on: date, actor: User
) -> Order:
    """Give an order a later promise than *was*, or say that there is none yet, and have the customer told.

    *was* is the promise that the caller saw: each promise is broken once, whoever finds out first. Without a
    new day it stays as it is, marked as told; the day that is found later is told again.

    :raises PromiseRenewed: another promise was given meanwhile, or this one's delay was told without a new day.
    :raises OrderNotShippable: the order is not confirmed, or nothing is left to ship.
    :raises InvalidOrder: the new promise is not later, is over already, or no reason is given.
    :raises NotFound: there is no such order.
    :raises NotPermitted: *actor* may not amend orders.
    """
    if not actor.has_perm("orders.amend_order"):
        raise NotPermitted(_("%(actor)s may not change what was promised.") % {"actor": actor})
    order = Order.objects.lock(order_id)
    if order.state != Order.State.CONFIRMED or not any(line.to_ship for line in lines_of(order)):
        raise errors.OrderNotShippable(_("Nothing is left to ship of %(order)s.") % {"order": order.number})
    if order.promised_on != was or (promised_on is None and order.delay_told_on == was):
        raise errors.PromiseRenewed(_("The customer of %(order)s has been told.") % {"order": order.number})
    if promised_on is not None and (promised_on <= was or promised_on < on):
        raise errors.InvalidOrder(
            _("%(promised_on)s is no later promise than %(was)s.")
            % {"promised_on": day_words(promised_on), "was": day_words(was)}
        )
    if not reason.strip():
        raise errors.InvalidOrder(_("A delay needs a reason."), hint=_("Say why; the customer may ask."))
    order.delay_told_on = was
    if promised_on is not None:
        order.promised_on = promised_on
        fetch_all(SET_PROMISES, [promised_on, order.pk, promised_on])
    rows.update(order, "promised_on", "delay_told_on")
    announce_delay(order=order, was=was, now=promised_on, reason=reason.strip()[:200], on=on, actor=actor)
    return order


@requires_transaction
def announce_delay(
    *, order: Order, was: date, now: date | None, reason: str, on: date, actor: User, shipment: str = ""
) -> None:
    """Announce that a locked order comes later than promised; *shipment* is the number of what is on the road."""
    announce(OrderDelayed.of(order, on=on, actor=actor, was=was, now=now, reason=reason, shipment=shipment))
