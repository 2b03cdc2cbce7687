"""From a confirmed order to goods on the road. Locks: order, stock by primary key, shipment.

Each verb locks and then calls the step of the same name, which works on locked documents, so that
`ship_order` does all of them with one lock and one look at the lines.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fulfillment import errors, postings, selectors
from fulfillment.events import ShipmentCancelled, ShipmentDelivered, ShipmentPlanned, ShipmentPosted
from fulfillment.models import Shipment, ShipmentLine
from fulfillment.rules import plannable
from inventory import services as stock
from inventory.rules import Demand
from ledger import services as ledger
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, total
from orders import services as orders
from orders.errors import OrderNotShippable
from orders.models import Order

SET_COSTS = """
UPDATE fulfillment_shipmentline line SET cost = new.cost
FROM unnest(%s::bigint[], %s::numeric[]) AS new(id, cost) WHERE line.id = new.id
"""


def lock_shipment(shipment_id: int) -> tuple[Order, Shipment]:
    """Return the locked order and shipment, in the order of the spine.

    :raises NotFound: there is no such shipment.
    """
    order_id = Shipment.objects.filter(pk=shipment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(f"There is no shipment {shipment_id}.")
    return orders.lock_order(order_id=order_id), Shipment.objects.lock(shipment_id)


@verb
def plan_shipment(*, order_id: int, on: date, actor: User) -> Shipment:
    """Plan what is reserved for a confirmed order, and its services, as one shipment to pick.

    :raises OrderNotShippable: the order is not confirmed.
    :raises NothingToShip: nothing is reserved that no shipment covers yet.
    :raises NotPermitted: *actor* may not plan shipments.
    """
    shipment, _ = _plan(orders.lock_order(order_id=order_id), on=on, actor=actor)
    return shipment


def _plan(order: Order, *, on: date, actor: User) -> tuple[Shipment, list[ShipmentLine]]:
    if not actor.has_perm("fulfillment.add_shipment"):
        raise NotPermitted(f"{actor} may not plan shipments.")
    if order.state != Order.State.CONFIRMED:
        raise OrderNotShippable(f"The order {order.number} is {order.get_state_display().lower()}.")
    order_lines = {line.pk: line for line in orders.lines_of(order)}
    quantities = plannable(list(order_lines.values()), in_work=selectors.in_work(order_id=order.pk))
    if not quantities:
        raise errors.NothingToShip(f"Nothing of {order.number} is ready to ship.")
    shipment = rows.insert(
        [
            Shipment(
                company_id=order.company_id,
                order=order,
                warehouse_id=order.warehouse_id,
                planned_on=on,
                created_by=actor,
            )
        ]
    )[0]
    lines = rows.insert(
        [
            ShipmentLine(shipment=shipment, order_line=order_lines[line_id], quantity=quantity)
            for line_id, quantity in quantities.items()
        ]
    )
    announce(ShipmentPlanned.of(shipment, on=on, actor=actor, order_id=order.pk))
    return shipment, lines


@verb
def start_picking(*, shipment_id: int, actor: User) -> Shipment:
    """Take a shipment to pick.

    :raises ShipmentNotPickable: it is past picking, or cancelled.
    :raises NotPermitted: *actor* may not pick.
    """
    _, shipment = lock_shipment(shipment_id)
    return _pick(shipment, actor=actor)


def _pick(shipment: Shipment, *, actor: User) -> Shipment:
    ensure_can(shipment.mark_picking, by=actor, otherwise=errors.ShipmentNotPickable)
    shipment.mark_picking()
    rows.update(shipment, "state")
    return shipment


@verb
def pack_shipment(*, shipment_id: int, actor: User, carrier: str = "", tracking_number: str = "") -> Shipment:
    """Say that everything is in the box, and who carries it.

    :raises ShipmentNotPackable: it is not being picked.
    :raises NotPermitted: *actor* may not pack.
    """
    _, shipment = lock_shipment(shipment_id)
    return _pack(shipment, actor=actor, carrier=carrier, tracking_number=tracking_number)


def _pack(shipment: Shipment, *, actor: User, carrier: str, tracking_number: str) -> Shipment:
    ensure_can(shipment.mark_packed, by=actor, otherwise=errors.ShipmentNotPackable)
    shipment.mark_packed(carrier=carrier, tracking_number=tracking_number)
    rows.update(shipment, "state", "carrier", "tracking_number")
    return shipment


@verb
def post_shipment(*, shipment_id: int, on: date, actor: User) -> Shipment:
    """Post a packed shipment: stock leaves at average cost, the cost is booked, the order learns what shipped.

    :raises ShipmentNotPostable: it is not packed.
    :raises OrderNotShippable: the order was cancelled meanwhile.
    :raises PeriodClosed: *on* is in no open period.
    :raises NotPermitted: *actor* may not post shipments.
    """
    order, shipment = lock_shipment(shipment_id)
    lines = list(shipment.lines.select_related("order_line"))
    return _post(order, shipment, lines, on=on, actor=actor)


def _post(
    order: Order, shipment: Shipment, lines: Sequence[ShipmentLine], *, on: date, actor: User
) -> Shipment:
    ensure_can(shipment.mark_posted, by=actor, otherwise=errors.ShipmentNotPostable)
    orders.record_shipped(order=order, shipped=[(line.order_line, line.quantity) for line in lines])
    currency = order.company.base_currency
    cost = _issue(shipment, lines, on=on, currency=currency, actor=actor)
    shipment.mark_posted(on=on)
    rows.update(shipment, "state", "posted_on")
    if cost:
        ledger.post_entry(postings.goods_shipped(shipment, cost=cost, currency=currency, actor_id=actor.pk))
    announce(ShipmentPosted.of(shipment, on=on, actor=actor, order_id=order.pk))
    return shipment


def _issue(
    shipment: Shipment, lines: Sequence[ShipmentLine], *, on: date, currency: str, actor: User
) -> Decimal:
    """Take the goods out of stock, write each line's cost, and return the sum in base currency."""
    goods = [line for line in lines if line.order_line.is_stocked]
    costs: dict[str, Decimal] = {}
    if goods:
        costs = stock.issue(
            warehouse_id=shipment.warehouse_id,
            demands=[
                Demand(line.order_line.demand_key, line.order_line.product_id, line.quantity)
                for line in goods
            ],
            source=f"shipment/{shipment.pk}",
            on=on,
            currency=currency,
            actor=actor,
        )
    line_costs = [costs.get(line.order_line.demand_key, ZERO) for line in lines]
    fetch_all(SET_COSTS, [[line.pk for line in lines], line_costs])
    return total(line_costs)


@verb
def ship_order(
    *, order_id: int, on: date, actor: User, carrier: str = "", tracking_number: str = ""
) -> Shipment:
    """Plan, pick, pack and post everything that is ready, in one step, as a small warehouse does.

    Raises what `plan_shipment`, `start_picking`, `pack_shipment` and `post_shipment` raise.
    """
    order = orders.lock_order(order_id=order_id)
    shipment, lines = _plan(order, on=on, actor=actor)
    _pick(shipment, actor=actor)
    _pack(shipment, actor=actor, carrier=carrier, tracking_number=tracking_number)
    return _post(order, shipment, lines, on=on, actor=actor)


@verb
def deliver_shipment(*, shipment_id: int, on: date, actor: User) -> Shipment:
    """Note that the customer has the goods.

    :raises ShipmentNotDeliverable: it has not left, or has arrived already.
    :raises NotPermitted: *actor* may not post shipments.
    """
    order, shipment = lock_shipment(shipment_id)
    ensure_can(shipment.mark_delivered, by=actor, otherwise=errors.ShipmentNotDeliverable)
    shipment.mark_delivered(on=on)
    rows.update(shipment, "state", "delivered_on")
    announce(ShipmentDelivered.of(shipment, on=on, actor=actor, order_id=order.pk))
    return shipment


@verb
def cancel_shipment(*, shipment_id: int, on: date, actor: User) -> Shipment:
    """Cancel a shipment that has not left; the goods stay reserved for the order, if it stands.

    :raises ShipmentNotCancellable: it has left, or is cancelled already.
    :raises NotPermitted: *actor* may not cancel shipments.
    """
    order, shipment = lock_shipment(shipment_id)
    ensure_can(shipment.mark_cancelled, by=actor, otherwise=errors.ShipmentNotCancellable)
    shipment.mark_cancelled()
    rows.update(shipment, "state")
    announce(ShipmentCancelled.of(shipment, on=on, actor=actor, order_id=order.pk))
    return shipment
