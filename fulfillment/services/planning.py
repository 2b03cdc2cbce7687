"""From a confirmed order to a shipment: which of its lines, and how much of each."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Product
from fulfillment import errors, selectors
from fulfillment.events import ShipmentPlanned
from fulfillment.models import Shipment, ShipmentLine
from fulfillment.rules import plannable
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User
from orders import services as orders
from orders.errors import OrderNotShippable
from orders.models import Order, OrderLine


@verb
def plan_shipment(*, order_id: int, on: date, actor: User) -> Shipment:
    """Plan what is reserved for a confirmed order, and its services, as one shipment to pick.

    Services alone are nothing to pick: they are performed (`perform_services`).

    :raises OrderNotShippable: the order is not confirmed.
    :raises NothingToShip: nothing is reserved that no shipment covers yet, or all of it must leave at once
        and something is missing.
    :raises NotPermitted: *actor* may not plan shipments.
    """
    order = orders.lock_order(order_id=order_id)
    ready = ready_lines(order, actor=actor)
    if not any(line.is_stocked for line, __ in ready.values()):
        raise errors.NothingToShip(_("No goods of %(order)s are ready to ship.") % {"order": order.number})
    shipment, __ = plan(order, ready, on=on, actor=actor)
    return shipment


def ready_lines(order: Order, *, actor: User) -> dict[int, tuple[OrderLine, Decimal]]:
    """Return what of a locked order can leave, by line: goods and the services that go along.

    :raises OrderNotShippable: the order is not confirmed.
    :raises NothingToShip: nothing can.
    :raises NotPermitted: *actor* may not plan shipments.
    """
    if not actor.has_perm("fulfillment.add_shipment"):
        raise NotPermitted(_("%(actor)s may not plan shipments.") % {"actor": actor})
    if order.state != Order.State.CONFIRMED:
        raise OrderNotShippable(
            _("The order %(order)s is %(state)s.")
            % {"order": order.number, "state": order.get_state_display().lower()}
        )
    lines = orders.lines_of(order)
    digital = selectors.unstocked_products(lines, kind=Product.Kind.DIGITAL)
    shippable = {line.pk: line for line in lines if line.is_stocked or line.product_id not in digital}
    quantities = plannable(
        list(shippable.values()),
        in_work=selectors.in_work(order_id=order.pk),
        is_complete_only=order.ships_complete,
    )
    if not quantities:
        raise errors.NothingToShip(_("Nothing of %(order)s is ready to ship.") % {"order": order.number})
    return {line_id: (shippable[line_id], quantity) for line_id, quantity in quantities.items()}


def plan(
    order: Order, ready: Mapping[int, tuple[OrderLine, Decimal]], *, on: date, actor: User
) -> tuple[Shipment, list[ShipmentLine]]:
    """Write the shipment of what is ready of a locked order, and announce it; services alone are a service."""
    has_goods = any(line.is_stocked for line, __ in ready.values())
    kind = Shipment.Kind.GOODS if has_goods else Shipment.Kind.SERVICE
    shipment, lines = new_shipment(order, ready, kind=kind, on=on, actor=actor)
    announce(ShipmentPlanned.of(shipment, on=on, actor=actor, order_id=order.pk))
    return shipment, lines


def new_shipment(
    order: Order,
    quantities: Mapping[int, tuple[OrderLine, Decimal]],
    *,
    kind: str,
    on: date,
    actor: User,
    performed_by: str = "",
    evidence: str = "",
) -> tuple[Shipment, list[ShipmentLine]]:
    """Write a planned shipment with its lines, given as (line, quantity)."""
    shipment = rows.insert(
        [
            Shipment(
                company_id=order.company_id,
                order=order,
                warehouse_id=order.warehouse_id,
                kind=kind,
                planned_on=on,
                performed_by=performed_by,
                evidence=evidence,
                created_by=actor,
            )
        ]
    )[0]
    lines = rows.insert(
        [
            ShipmentLine(shipment=shipment, order_line=line, quantity=quantity)
            for line, quantity in quantities.values()
        ]
    )
    return shipment, lines
