"""Deciding an order: confirmed, or on hold with the reasons. Locks: credit account, order, stock."""

import json
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from credit import selectors as credit_selectors, services as credit
from credit.models import CreditAccount, Decision
from credit.rules import RuleOutcome, evaluate
from credit.selectors import cures_of
from inventory import services as stock
from inventory.errors import CartExpired
from inventory.rules import Demand
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import errors
from orders.events import OrderConfirmed, OrderHeld, OrderPlacedWhileOverdue, OrderRechecked
from orders.models import Order, OrderLine
from orders.rules import desk_reasons, uninvoiced_gross
from orders.services.progress import lines_of
from orders.services.promise import promise_days

SET_QUANTITIES = """
UPDATE orders_orderline line
SET reserved = new.reserved, cancelled = new.cancelled, net = new.net, promised_on = new.promised_on
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[], %s::date[])
    AS new(id, reserved, cancelled, net, promised_on)
WHERE line.id = new.id
"""

WAIVED = """
SELECT codes::text FROM orders_release
WHERE order_id = %s AND state = 'approved' AND up_to >= %s AND valid_until >= %s
"""
CREDIT = "credit-"  # begins the codes of the reasons that are rules of credit


def lock_with_credit(
    order_id: int, *, expected_version: int | None = None
) -> tuple[CreditAccount, Order, list[OrderLine]]:
    """Return the locked credit account and order, and the order's lines, which its lock protects.

    :raises NotFound: there is no such order.
    :raises OrderChanged: it is at another version than *expected_version*, if one is given.
    """
    customer_id = Order.objects.filter(pk=order_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise NotFound(_("There is no order %(order_id)s.") % {"order_id": order_id})
    account = credit.lock_account(customer_id=customer_id)
    order = Order.objects.lock(order_id)
    ensure_version(order, expected_version)
    return account, order, lines_of(order)


def ensure_version(order: Order, expected: int | None) -> None:
    """Refuse what was decided on another version of a locked order; None is any.

    :raises OrderChanged: the order is at another one.
    """
    if expected is not None and order.version != expected:
        raise errors.OrderChanged(
            _("%(order)s is at version %(version)s, not %(expected)s.")
            % {"order": order.number, "version": order.version, "expected": expected},
            version=order.version,
        )


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

    The goods that the cart of *cart_token* holds become the order's. What waits for a person claims no credit
    and no stock; what credit would say is among the reasons all the same. What somebody released the order
    from does not hold it, as far as the release reaches.
    """
    is_new = order.state == Order.State.SUBMITTED
    waived = waived_reasons(order, lines, on=on)
    waiting = [reason for reason in desk_reasons(order.hold_reasons) if reason["code"] not in waived]
    ask = credit_outlook if waiting else authorize
    decision = ask(order, lines, account=account, waived=waived, on=on, actor=actor)
    reasons = [*waiting, *credit_reasons(decision)]
    if not reasons:
        reasons = reserve(order, lines, waived=waived, on=on, cart_token=cart_token)
        if reasons:
            credit.commit(account=account, reference=order.number, amount=ZERO)
    if is_new and decision.overdue:
        _announce_late_payer(order, decision, held=bool(reasons), on=on, actor=actor)
    if reasons:
        return _hold(order, reasons, on=on, actor=actor)
    return _confirm(order, on=on, actor=actor)


def waived_reasons(order: Order, lines: list[OrderLine], *, on: date) -> set[str]:
    """Return the codes of the hold reasons that approved releases waive for what is left to invoice, on that day.

    An order that was only just submitted has none.
    """
    if order.state == Order.State.SUBMITTED:
        return set()
    found = fetch_all(WAIVED, [order.pk, uninvoiced_gross(lines, currency=order.currency), on])
    return {code for (codes,) in found for code in json.loads(codes)}


def _waived_rules(waived: Collection[str]) -> set[str]:
    """Return the rules of credit among the *waived* reasons."""
    return {code.removeprefix(CREDIT) for code in waived if code.startswith(CREDIT)}


def authorize(
    order: Order,
    lines: list[OrderLine],
    *,
    account: CreditAccount,
    waived: Collection[str],
    on: date,
    actor: User,
) -> Decision:
    """Ask credit for all of a locked order that is not invoiced, except what its releases waive."""
    return credit.authorize(
        account=account,
        currency=order.currency,
        reference=order.number,
        amount=uninvoiced_gross(lines, currency=order.currency),
        on=on,
        actor=actor,
        waives=_waived_rules(waived),
    )


def credit_outlook(
    order: Order,
    lines: list[OrderLine],
    *,
    account: CreditAccount,
    waived: Collection[str],
    on: date,
    actor: User,
) -> Decision:
    """Return what credit would decide if the order asked now; nothing is claimed or kept."""
    facts = credit_selectors.facts(
        account=account,
        currency=order.currency,
        requested=uninvoiced_gross(lines, currency=order.currency),
        on=on,
        reference=order.number,
    )
    outcomes = evaluate(facts, waives=_waived_rules(waived))
    return Decision(rules=[outcome.as_record() for outcome in outcomes], actor=actor)


def _announce_late_payer(order: Order, decision: Decision, *, held: bool, on: date, actor: User) -> None:
    announce(
        OrderPlacedWhileOverdue.of(
            order,
            on=on,
            actor=actor,
            currency=order.currency,
            overdue=f"{decision.overdue:f}",
            days=decision.days_overdue,
            held=held,
        )
    )


def credit_reasons(decision: Decision) -> list[dict[str, Any]]:
    """Return why credit was refused, a reason for each rule that failed."""
    return [
        {
            "code": f"{CREDIT}{refusal.rule}",
            "text": refusal.reason,
            "figures": refusal.figures,
            "cure": refusal.cure,
        }
        for refusal in cures_of(decision)
    ]


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


def reserve(
    order: Order,
    lines: list[OrderLine],
    *,
    on: date,
    waived: Collection[str] = (),
    cart_token: str = "",
) -> list[dict[str, Any]]:
    """Reserve stock and promise days; return why the order must wait: it takes no backorders and something is short.

    Where that reason is *waived*, the order gets what is there: nothing is ever oversold.
    """
    demands = demands_of(lines)
    if not demands:
        return []
    complete = not (order.accepts_backorders or "stock-short" in waived)
    granted = _take(order, demands, complete=complete, cart_token=cart_token)
    short = {demand.key: demand.quantity - granted[demand.key] for demand in demands}
    if complete and any(short.values()):
        return [
            {
                "code": "stock-short",
                "text": f"{line.description}: {short[line.demand_key].normalize():f} are missing.",
                "figures": {
                    "position": line.position,
                    "description": line.description,
                    "missing": f"{short[line.demand_key]:f}",
                },
            }
            for line in lines
            if short.get(line.demand_key)
        ]
    for line in lines:
        line.reserved += granted.get(line.demand_key, ZERO)
    promise_days(order, lines, on=on)
    save_quantities(lines)
    return []


def _take(order: Order, demands: list[Demand], *, complete: bool, cart_token: str) -> dict[str, Decimal]:
    """Reserve what the demands can get: of what the order's cart holds, if it still does, and of what is free."""
    if cart_token:
        with suppress(CartExpired):  # then it is an order as any other
            return stock.take_cart(
                token=cart_token, warehouse_id=order.warehouse_id, demands=demands, complete=complete
            )
    grant = stock.reserve_complete if complete else stock.reserve_available
    return grant(warehouse_id=order.warehouse_id, demands=demands)


def save_quantities(lines: list[OrderLine]) -> None:
    """Write the lines' reserved and cancelled quantities, their nets and their promised days, in one statement."""
    fetch_all(
        SET_QUANTITIES,
        [
            [line.pk for line in lines],
            [line.reserved for line in lines],
            [line.cancelled for line in lines],
            [line.net for line in lines],
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
        return _keep_on_hold(order, reasons, on=on, actor=actor)
    ensure_can(order.mark_on_hold, by=actor, otherwise=errors.OrderNotConfirmable)
    order.mark_on_hold(reasons=reasons)
    rows.update(order, "state", "hold_reasons")
    announce(OrderHeld.of(order, on=on, actor=actor, reasons=reasons))
    return order


def _keep_on_hold(order: Order, reasons: list[dict[str, Any]], *, on: date, actor: User) -> Order:
    """Note what the check of today found.

    Whoever waits hears again only of other reasons, not of the same with the figures of the day. History keeps
    every check that found other figures, and every one that a person asked for.
    """
    was = order.hold_reasons
    order.hold_reasons = reasons
    rows.update(order, "hold_reasons")
    if {reason["code"] for reason in reasons} != {reason["code"] for reason in was}:
        announce(OrderHeld.of(order, on=on, actor=actor, reasons=reasons))
    elif reasons != was or actor.username != User.SYSTEM:
        announce(OrderRechecked.of(order, on=on, actor=actor, reasons=reasons))
    return order


@verb
def retry_order(*, order_id: int, on: date, actor: User, expected_version: int | None = None) -> Order:
    """Check an order on hold again, as after a payment or a receipt; it is confirmed when nothing stands against it.

    :raises OrderChanged: the order is at another version than *expected_version*.
    :raises OrderNotHeld: it is not on hold (any more).
    :raises NotPermitted: *actor* may not confirm orders.
    """
    account, order, lines = lock_with_credit(order_id, expected_version=expected_version)
    ensure_held(order)
    ensure_can(order.mark_confirmed, by=actor, otherwise=errors.OrderNotHeld)
    return confirm_or_hold(order, lines, account=account, on=on, actor=actor)


def ensure_held(order: Order) -> None:
    """Refuse an order that does not wait.

    :raises OrderNotHeld: it is not on hold (any more).
    """
    if order.state != Order.State.ON_HOLD:
        raise errors.OrderNotHeld(
            _("The order %(order)s is %(state)s, not on hold.")
            % {"order": order.number, "state": order.get_state_display().lower()}
        )
