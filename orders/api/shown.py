"""An order as the API shows it: with its lines, how far it is, and what may still become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from o2c.kernel.api import expansion
from o2c.kernel.api.expansion import Expansion
from o2c.kernel.money import ZERO
from o2c.kernel.principal import Principal
from orders import handover, selectors
from orders.api.reasons import told_of
from orders.api.serializers import OrderOut
from orders.handover import InHand
from orders.models import Order, OrderLine
from orders.rules import AMENDABLE, allowed, progress, stage


@dataclass(frozen=True, slots=True)
class Shown:
    """An order and what is shown with it: None for what was not asked for."""

    order: Order
    stage: str
    hold: list[dict[str, Any]]
    lines: list[OrderLine] | None = None
    allowed: dict[str, Any] | None = None
    expanded: dict[str, Any] | None = None

    def __getattr__(self, name: str) -> Any:
        """Return what is the order's own."""
        return getattr(self.order, name)


def one(
    order: Order,
    *,
    principal: Principal,
    today: date,
    wanted: Expansion | None = None,
    is_new: bool = False,
) -> dict[str, Any]:
    """Return an order with its lines and what may still become of it; nobody has a new one in hand yet."""
    lines = selectors.lines_with_products([order])[order.pk]
    in_hand = {} if is_new or order.state not in AMENDABLE else handover.in_hand(order_ids=[order.pk])
    expanded = _expanded([order], wanted=wanted, principal=principal)
    return OrderOut.of(
        Shown(
            order,
            stage=_stage(order, lines, today),
            hold=told_of(order.hold_reasons),
            lines=lines,
            allowed=_allowed(order, lines, in_hand),
            expanded=expanded.get(order.pk),
        )
    )


def alone(order: Order, *, lines: Sequence[OrderLine], today: date) -> dict[str, Any]:
    """Return an order without its *lines*, as other documents show it."""
    return OrderOut.of(Shown(order, stage=_stage(order, lines, today), hold=told_of(order.hold_reasons)))


def page(
    orders: Sequence[Order], *, principal: Principal, today: date, wanted: Expansion
) -> list[dict[str, Any]]:
    """Return a page of orders; one statement for their lines and one for each expansion."""
    lines = selectors.lines_with_products(orders)
    expanded = _expanded(orders, wanted=wanted, principal=principal)
    return OrderOut.each(
        Shown(
            order,
            stage=_stage(order, lines[order.pk], today),
            hold=told_of(order.hold_reasons),
            lines=lines[order.pk] if "lines" in wanted else None,
            expanded=expanded.get(order.pk),
        )
        for order in orders
    )


def _expanded(
    orders: Sequence[Order], *, wanted: Expansion | None, principal: Principal
) -> dict[int, dict[str, Any]]:
    if not wanted:
        return {}
    found = expansion.expanded("orders", orders, wanted=wanted, principal=principal)
    return {pk: names for pk, names in found.items() if names}


def _stage(order: Order, lines: Sequence[OrderLine], today: date) -> str:
    reached = stage(
        state=order.state,
        progress=progress(lines),
        open_invoices=order.open_invoices,
        due_on=order.due_on,
        today=today,
    )
    return reached.value.replace(" ", "_")


def _allowed(order: Order, lines: Sequence[OrderLine], in_hand: Mapping[int, InHand]) -> dict[str, Any]:
    """Return what may still become of an order, and what stands against more."""
    may = allowed(lines, state=order.state, in_hand={pk: held.quantity for pk, held in in_hand.items()})
    cancel = [{"position": place, "quantity": quantity} for place, quantity in may.cancel.items()]
    return {"amend": may.amend, "cancel": cancel, "reason": _why_not(order, lines, in_hand, amend=may.amend)}


def _why_not(order: Order, lines: Sequence[OrderLine], in_hand: Mapping[int, InHand], *, amend: bool) -> str:
    """Return what keeps the order, or part of it, from being changed; empty if nothing does."""
    if not amend:
        return _("The order is %(state)s.") % {"state": order.get_state_display().lower()}
    if in_hand:
        documents = sorted({document for held in in_hand.values() for document in held.documents})
        return _("%(shipments)s is being picked or packed.") % {"shipments": ", ".join(documents)}
    shipped = any(line.shipped > ZERO for line in lines)
    return _("Part of it has shipped.") if shipped else ""
