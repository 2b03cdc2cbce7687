"""Deciding an order: confirm or hold, release, cancel. Locks: credit account, order, stock."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from credit import selectors as credit_selectors, services as credit
from credit.models import CreditAccount, Decision
from credit.selectors import cures_of
from credit.rules import RuleOutcome, evaluate
from credit.selectors import cures_of
from inventory import services as stock
from inventory.errors import CartExpired
from inventory.rules import Demand
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import errors
from orders.events import (
    OrderBackordersReserved,
    OrderCancelled,
    OrderConfirmed,
    OrderHeld,
    OrderReleased,
    OrderRestCancelled,
)
from orders.models import Order, OrderLine
from orders.models.order import may_confirm
from orders.rules import desk_reasons, uninvoiced_gross
from orders.services.progress import close_if_settled, lines_of
from orders.services.promise import promise_days

SET_QUANTITIES = """
UPDATE orders_orderline line
SET reserved = new.reserved, cancelled = new.cancelled, promised_on = new.promised_on
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::date[]) AS new(id, reserved, cancelled, promised_on)
WHERE line.id = new.id
"""


def lock_with_credit(order_id: int) -> tuple[CreditAccount, Order, list[OrderLine]]:
    """Return the locked credit account and order, and the order's lines, which its lock protects.

    :raises NotFound: there is no such order.
    """
    customer_id = Order.objects.filter(pk=order_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise NotFound(f"There is no order {order_id}.")
    account = credit.lock_account(customer_id=customer_id)
    order = Order.objects.lock(order_id)
    return account, order, lines_of(order)


def confirm_or_hold(
    order: Order,
    lines: list[OrderLine],
    *,
    account: CreditAccount,
    on: date,
    actor: User,
    cart_token: str = "",
) -> Order:
    """Confirm the order when credit and stock hold, else put it (or leave it) on hold with the reasons.

    The goods that the cart of *cart_token* holds become the order's.
    What waits for a person claims no credit and no stock; what credit would say is among the reasons all the same.
    """
    waiting = desk_reasons(order.hold_reasons)
    amount = uninvoiced_gross(lines, currency=order.currency)
    if waiting:
        outlook = credit_outlook(
            account=account, currency=order.currency, reference=order.number, amount=amount, on=on
        )
        return _hold(order, [*waiting, *outlook], on=on, actor=actor)
    decision = credit.authorize(
        account=account, currency=order.currency, reference=order.number, amount=amount, on=on, actor=actor
    )
    reasons = credit_reasons(decision)
    if not reasons:
        reasons = _reserve(order, lines, on=on, cart_token=cart_token)
        if reasons:
            credit.commit(account=account, reference=order.number, amount=ZERO)
    if reasons:
        return _hold(order, reasons, on=on, actor=actor)
    return _confirm(order, on=on, actor=actor)


def credit_reasons(decision: Decision) -> list[dict[str, Any]]:
    """Return why credit was refused, a reason for each rule that failed."""
    return [
        {
            "code": f"credit-{refusal.rule}",
            "text": refusal.reason,
            "figures": refusal.figures,
            "cure": refusal.cure,
        }
        for refusal in cures_of(decision)
    ]


def credit_outlook(
    *, account: CreditAccount, currency: str, reference: str, amount: Decimal, on: date
) -> list[dict[str, Any]]:
    """Return why credit would be refused if the order asked now; nothing is claimed or kept."""
    facts = credit_selectors.facts(
        account=account, currency=currency, requested=amount, on=on, reference=reference
    )
    return reasons_of(evaluate(facts))


def reasons_of(outcomes: Iterable[RuleOutcome]) -> list[dict[str, Any]]:
    """Return why credit refuses, without a decision that is kept."""
    return credit_reasons(Decision(rules=[outcome.as_record() for outcome in outcomes]))


def demands_of(lines: list[OrderLine]) -> list[Demand]:
    """Return what the lines still want from stock."""
    return [
        Demand(line.demand_key, line.product_id, line.backordered)
        for line in lines
        if line.is_stocked and line.backordered > 0
    ]


def _reserve(order: Order, lines: list[OrderLine], *, on: date, cart_token: str = "") -> list[dict[str, Any]]:
    """Reserve stock and promise days; return why the order must wait: it takes no backorders and something is short."""
    demands = demands_of(lines)
    if not demands:
        return []
    complete = not order.accepts_backorders
    granted = _take(order, demands, cart_token=cart_token)
    short = {demand.key: demand.quantity - granted[demand.key] for demand in demands}
    if complete and any(short.values()):
        return [
            {
                "code": "stock-short",
                "text": f"{line.description}: {short[line.demand_key].normalize():f} are missing.",
                "figures": {"position": line.position, "missing": f"{short[line.demand_key]:f}"},
            }
            for line in lines
            if short.get(line.demand_key)
        ]
    for line in lines:
        line.reserved += granted.get(line.demand_key, ZERO)
    promise_days(order, lines, on=on)
    save_quantities(lines)
    return []


def _take(order: Order, demands: list[Demand], *, cart_token: str) -> dict[str, Decimal]:
    """Reserve what the demands can get: of what the order's cart holds, if it still does, and of what is free."""
    complete = not order.accepts_backorders
    if cart_token:
        with suppress(CartExpired):  # then it is an order as any other
            return stock.take_cart(
                token=cart_token, warehouse_id=order.warehouse_id, demands=demands, complete=complete
            )
    reserve = stock.reserve_complete if complete else stock.reserve_available
    return reserve(warehouse_id=order.warehouse_id, demands=demands)


def save_quantities(lines: list[OrderLine]) -> None:
    """Write the lines' reserved and cancelled quantities, and their promised days, in one statement."""
    fetch_all(
        SET_QUANTITIES,
        [
            [line.pk for line in lines],
            [line.reserved for line in lines],
            [line.cancelled for line in lines],
            [line.promised_on for line in lines],
        ],
    )


def _confirm(order: Order, *, on: date, actor: User) -> Order:
    ensure_can(order.mark_confirmed, by=actor, otherwise=errors.OrderNotConfirmable)
    order.mark_confirmed()
    rows.update(order, "state", "hold_reasons", "promised_on")
    announce(OrderConfirmed.of(order, on=on, actor=actor))
    return order


def _hold(order: Order, reasons: list[dict[str, Any]], *, on: date, actor: User) -> Order:
    """Put a submitted order on hold; one that is held already keeps waiting, with its reasons of today."""
    if order.state == Order.State.ON_HOLD:
        order.hold_reasons = reasons
        rows.update(order, "hold_reasons")
        return order
    ensure_can(order.mark_on_hold, by=actor, otherwise=errors.OrderNotConfirmable)
    order.mark_on_hold(reasons=reasons)
    rows.update(order, "state", "hold_reasons")
    announce(OrderHeld.of(order, on=on, actor=actor, reasons=reasons))
    return order


@verb
def retry_order(*, order_id: int, on: date, actor: User) -> Order:
    """Check an order on hold again, as after a payment or a receipt; it is confirmed when nothing stands against it.

    :raises OrderNotHeld: it is not on hold (any more).
    :raises NotPermitted: *actor* may not confirm orders.
    """
    account, order, lines = lock_with_credit(order_id)
    _ensure_held(order)
    ensure_can(order.mark_confirmed, by=actor, otherwise=errors.OrderNotHeld)
    return confirm_or_hold(order, lines, account=account, on=on, actor=actor)


def _ensure_held(order: Order) -> None:
    if order.state != Order.State.ON_HOLD:
        raise errors.OrderNotHeld(
            f"The order {order.number} is {order.get_state_display().lower()}, not on hold."
        )


@verb
def release_order(*, order_id: int, reason: str, on: date, actor: User) -> Order:
    """Confirm an order in spite of its hold, on a person's word. Stock is still never oversold.

    :raises OrderNotHeld: it is not on hold.
    :raises ReleaseNotPermitted: *actor* entered the order: four eyes.
    :raises NotPermitted: *actor* may not release orders.
    :raises InvalidOrder: no reason is given.
    """
    account, order, lines = lock_with_credit(order_id)
    _ensure_held(order)
    if not actor.has_perm("orders.release_order"):
        raise NotPermitted(f"{actor} may not release orders.")
    if order.created_by_id == actor.pk:
        raise errors.ReleaseNotPermitted("You entered this order, so somebody else must release it.")
    if not reason.strip():
        raise errors.InvalidOrder("A release needs a reason.", hint="Say why the order may pass.")
    credit.commit(
        account=account, reference=order.number, amount=uninvoiced_gross(lines, currency=order.currency)
    )
    demands = demands_of(lines)
    if demands:
        granted = stock.reserve_available(warehouse_id=order.warehouse_id, demands=demands)
        for line in lines:
            line.reserved += granted.get(line.demand_key, ZERO)
        promise_days(order, lines, on=on)
        save_quantities(lines)
    announce(OrderReleased.of(order, on=on, actor=actor, reason=reason.strip()))
    return _confirm(order, on=on, actor=actor)


@verb
def reserve_backorders(*, order_id: int, on: date, actor: User) -> Decimal:
    """Reserve stock that came in for a confirmed order's waiting lines; return how much it got.

    :raises NotPermitted: *actor* may not confirm orders.
    """
    order = Order.objects.lock(order_id)
    if not may_confirm(order, actor):
        raise NotPermitted(f"{actor} may not reserve stock for orders.")
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
def cancel_order(*, order_id: int, reason: str, on: date, actor: User) -> Order:
    """Cancel an order of which nothing has shipped: stock and credit are free again.

    :raises OrderNotCancellable: it is closed or cancelled, or something has shipped.
    :raises InvalidOrder: no reason is given.
    :raises NotPermitted: *actor* may not cancel orders.
    """
    account, order, lines = lock_with_credit(order_id)
    ensure_can(order.mark_cancelled, by=actor, otherwise=errors.OrderNotCancellable)
    if any(line.shipped for line in lines):
        raise errors.OrderNotCancellable(f"Part of {order.number} has shipped.")
    reason = _required(reason)
    _free(order, lines, account=account)
    order.mark_cancelled(reason=reason)
    rows.update(order, "state", "cancel_reason")
    announce(OrderCancelled.of(order, on=on, actor=actor, reason=reason))
    return order


@verb
def cancel_rest(*, order_id: int, reason: str, on: date, actor: User) -> Order:
    """Cancel what has not shipped of a confirmed order; it closes when the rest is settled.

    :raises OrderNotCancellable: it is not confirmed, or nothing is left to cancel, or nothing has shipped.
    :raises InvalidOrder: no reason is given.
    :raises NotPermitted: *actor* may not cancel orders.
    """
    account, order, lines = lock_with_credit(order_id)
    ensure_can(order.mark_cancelled, by=actor, otherwise=errors.OrderNotCancellable)
    if not any(line.shipped for line in lines):
        raise errors.OrderNotCancellable("Nothing has shipped.", hint="Cancel the whole order instead.")
    if not any(line.to_ship for line in lines):
        raise errors.OrderNotCancellable(
            "Everything has shipped.", hint="Take the goods back as a return instead."
        )
    reason = _required(reason)
    _free(order, lines, account=account)
    announce(OrderRestCancelled.of(order, on=on, actor=actor, reason=reason))
    close_if_settled(order, lines, on=on, actor=actor)
    return order


def _required(reason: str) -> str:
    if not reason.strip():
        raise errors.InvalidOrder("A cancellation needs a reason.", hint="Say why; the customer may ask.")
    return reason.strip()[:200]


def _free(order: Order, lines: list[OrderLine], *, account: CreditAccount) -> None:
    """Cancel what is left of every line and give its stock and credit back."""
    stock.release(
        warehouse_id=order.warehouse_id,
        demands=[Demand(line.demand_key, line.product_id, line.reserved) for line in lines if line.reserved],
    )
    for line in lines:
        line.cancelled += line.to_ship
        line.reserved = ZERO
    save_quantities(lines)
    credit.commit(
        account=account, reference=order.number, amount=uninvoiced_gross(lines, currency=order.currency)
    )
