"""Cancelling: the whole order, what is left of it, or parts of lines. Locks: credit account, order, stock."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.rules import is_quantity
from credit import services as credit
from credit.models import CreditAccount
from inventory import services as stock
from inventory.rules import Demand
from o2c.kernel import rows
from o2c.kernel.db import requires_transaction, verb
from o2c.kernel.events import announce
from o2c.kernel.figures import typed
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import errors, handover
from orders.events import OrderCancelled, OrderLinesCancelled, OrderRestCancelled
from orders.models import Order, OrderLine
from orders.models.order import CancelCode
from orders.rules import uninvoiced_gross
from orders.services.decide import confirm_or_hold, lock_with_credit, save_quantities
from orders.services.pricing import restate
from orders.services.progress import close_if_settled


@verb
def cancel_order(
    *,
    order_id: int,
    reason: str,
    on: date,
    actor: User,
    code: str = CancelCode.OTHER,
    expected_version: int | None = None,
) -> Order:
    """Cancel an order of which nothing has shipped: stock and credit are free again.

    *code* is a `CancelCode`, *reason* the words for it, *expected_version* the one that was looked at.

    :raises OrderChanged: the order is at another version.
    :raises OrderNotCancellable: it is closed or cancelled, or something has shipped.
    :raises InvalidOrder: no reason is given, or the code is none.
    :raises NotPermitted: *actor* may not cancel orders.
    """
    account, order, lines = lock_with_credit(order_id, expected_version=expected_version)
    ensure_can(order.mark_cancelled, by=actor, otherwise=errors.OrderNotCancellable)
    if any(line.shipped for line in lines):
        raise errors.OrderNotCancellable(_("Part of %(order)s has shipped.") % {"order": order.number})
    reason = required_reason(code, reason)
    cancel_quantities(order, lines, {line.pk: line.to_ship for line in lines}, account=account)
    _mark_cancelled(order, code=code, reason=reason, on=on, actor=actor)
    return order


def _mark_cancelled(order: Order, *, code: str, reason: str, on: date, actor: User) -> None:
    order.cancel_code = code
    order.mark_cancelled(reason=reason)
    rows.update(order, "state", "cancel_code", "cancel_reason")
    announce(OrderCancelled.of(order, on=on, actor=actor, reason=reason, code=code))


@verb
def cancel_rest(
    *,
    order_id: int,
    reason: str,
    on: date,
    actor: User,
    code: str = CancelCode.OTHER,
    expected_version: int | None = None,
) -> Order:
    """Cancel what has not shipped of a confirmed order; it closes when the rest is settled.

    :raises OrderChanged: the order is at another version than *expected_version*.
    :raises OrderNotCancellable: it is not confirmed, or nothing is left to cancel, or nothing has shipped.
    :raises InvalidOrder: no reason is given, or the code is none.
    :raises NotPermitted: *actor* may not cancel orders.
    """
    account, order, lines = lock_with_credit(order_id, expected_version=expected_version)
    ensure_can(order.mark_cancelled, by=actor, otherwise=errors.OrderNotCancellable)
    if not any(line.shipped for line in lines):
        raise errors.OrderNotCancellable(_("Nothing has shipped."), hint=_("Cancel the whole order instead."))
    if not any(line.to_ship for line in lines):
        raise errors.OrderNotCancellable(
            _("Everything has shipped."), hint=_("Take the goods back as a return instead.")
        )
    reason = required_reason(code, reason)
    cancel_quantities(order, lines, {line.pk: line.to_ship for line in lines}, account=account)
    announce(OrderRestCancelled.of(order, on=on, actor=actor, reason=reason, code=code))
    close_if_settled(order, lines, on=on, actor=actor)
    return order


@verb
def cancel_lines(
    *,
    order_id: int,
    quantities: Mapping[int, Decimal],
    reason: str,
    on: date,
    actor: User,
    code: str = CancelCode.OTHER,
    expected_version: int | None = None,
) -> Order:
    """Cancel part of what has not shipped: a quantity for each line id. Stock and credit are free again.

    With nothing left at all the order is cancelled; with the rest carried out and settled it closes.

    :raises OrderChanged: the order is at another version than *expected_version*.
    :raises OrderNotCancellable: it is a draft (amend it), closed or cancelled.
    :raises InvalidCancellation: a line is not the order's, or has less to cancel than that.
    :raises GoodsInHand: the warehouse is picking or has packed what would be cancelled.
    :raises InvalidOrder: no reason is given, or the code is none.
    :raises NotPermitted: *actor* may not cancel orders.
    """
    account, order, lines = lock_with_credit(order_id, expected_version=expected_version)
    ensure_can(order.mark_cancelled, by=actor, otherwise=errors.OrderNotCancellable)
    if order.state == Order.State.DRAFT:
        raise errors.OrderNotCancellable(
            _("%(order)s is a draft.") % {"order": order.number}, hint=_("Amend it instead.")
        )
    reason = required_reason(code, reason)
    ensure_cancellable(lines, quantities)
    ensure_not_in_hand(order, lines, keeps=kept(lines, quantities))
    withdraw_lines(
        order=order,
        lines=lines,
        quantities=quantities,
        account=account,
        code=code,
        reason=reason,
        on=on,
        actor=actor,
    )
    if order.state == Order.State.ON_HOLD:  # what is left may fit
        confirm_or_hold(order, lines, account=account, on=on, actor=actor)
    return order


@requires_transaction
def withdraw_lines(
    *,
    order: Order,
    lines: Sequence[OrderLine],
    quantities: Mapping[int, Decimal],
    account: CreditAccount,
    code: str,
    reason: str,
    on: date,
    actor: User,
) -> None:
    """Cancel quantities of the locked order's *lines* by id, and say so: the whole order when nothing else is left.

    A building block for whoever finds that goods cannot be delivered; the caller has checked the quantities.
    """
    cancel_quantities(order, lines, quantities, account=account)
    if all(line.cancelled == line.ordered for line in lines):
        _mark_cancelled(order, code=code, reason=reason, on=on, actor=actor)
        return
    cancelled = [
        {
            "position": line.position,
            "description": line.description,
            "quantity": f"{quantities[line.pk].normalize():f}",
        }
        for line in lines
        if line.pk in quantities
    ]
    announce(
        OrderLinesCancelled.of(order, on=on, actor=actor, lines=cancelled, code=str(code), reason=reason)
    )
    close_if_settled(order, lines, on=on, actor=actor)


def required_reason(code: str, reason: str) -> str:
    """Return the words for a cancellation as they are kept.

    :raises InvalidOrder: there are none, or the code is no `CancelCode`.
    """
    if code not in CancelCode.values:
        raise errors.InvalidOrder(
            _("“%(code)s” is no reason to cancel.") % {"code": code[:20]}, hint=_("Choose one of the list.")
        )
    if not reason.strip():
        raise errors.InvalidOrder(
            _("A cancellation needs a reason."), hint=_("Say why; the customer may ask.")
        )
    return reason.strip()[:200]


def ensure_cancellable(lines: Sequence[OrderLine], quantities: Mapping[int, Decimal]) -> None:
    """Refuse quantities that are none, or more than a line has left to ship.

    :raises InvalidCancellation: see above, or nothing is named.
    """
    by_id = {line.pk: line for line in lines}
    if not quantities:
        raise errors.InvalidCancellation(_("No line is named."))
    for line_id, quantity in quantities.items():
        line = by_id.get(line_id)
        if line is None:
            raise errors.InvalidCancellation(
                _("There is no line %(line_id)s in the order.") % {"line_id": line_id}
            )
        if not is_quantity(quantity) or quantity > line.to_ship:
            raise errors.InvalidCancellation(
                _(
                    "%(quantity)s of %(description)s cannot be cancelled: %(to_ship)s have neither "
                    "shipped nor been cancelled."
                )
                % {"quantity": quantity, "description": line.description, "to_ship": typed(line.to_ship)},
                position=line.position,
            )


def kept(lines: Sequence[OrderLine], quantities: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return what stays to ship of each line of which something is cancelled."""
    return {line.pk: line.to_ship - quantities[line.pk] for line in lines if line.pk in quantities}


def ensure_not_in_hand(order: Order, lines: Sequence[OrderLine], *, keeps: Mapping[int, Decimal]) -> None:
    """Refuse to take from a line what is being picked or packed; *keeps* is what stays to ship, by line id.

    What is only planned follows by itself.

    :raises GoodsInHand: the warehouse has more in hand, and names the shipment.
    """
    in_hand = handover.in_hand(order_ids=[order.pk])
    for line in lines:
        held = in_hand.get(line.pk)
        if held is not None and line.pk in keeps and held.quantity > keeps[line.pk]:
            raise errors.GoodsInHand(
                _("%(quantity)s of %(description)s are being picked or packed with %(documents)s.")
                % {
                    "quantity": typed(held.quantity),
                    "description": line.description,
                    "documents": ", ".join(held.documents),
                },
                position=line.position,
                shipments=list(held.documents),
            )


def cancel_quantities(
    order: Order, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal], *, account: CreditAccount
) -> None:
    """Cancel quantities by line id on a locked order, and give back the stock and credit that they held.

    What waits for stock is cancelled before what has it. The sums are then those of what stands; an order of
    which nothing stands keeps them, to say what was lost.
    """
    freed = []
    touched = [line for line in lines if quantities.get(line.pk)]
    for line in touched:
        line.cancelled += quantities[line.pk]
        surplus = max(line.reserved - line.to_ship, ZERO)
        line.reserved -= surplus
        freed.append(Demand(line.demand_key, line.product_id, surplus))
    stock.release(warehouse_id=order.warehouse_id, demands=freed)
    if any(line.ordered > line.cancelled for line in lines):
        restate(order, lines)
        rows.update(order, "net", "tax", "gross")
    save_quantities(touched)
    amount = ZERO
    if order.state == Order.State.CONFIRMED:
        amount = uninvoiced_gross(lines, currency=order.currency)
    credit.commit(account=account, reference=order.number, amount=amount)
