"""From a confirmed order to goods on the road. Locks: order, stock by primary key, shipment.

Each verb locks and then calls the step of the same name, which works on locked documents, so that
`ship_order` does all of them with one lock and one look at the lines.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from fulfillment import errors, postings
from fulfillment.events import ShipmentCancelled, ShipmentDelivered, ShipmentPosted
from fulfillment.models import Carrier, Shipment, ShipmentLine
from fulfillment.models.package import TrackingStatus
from fulfillment.services.locks import lock_shipment
from fulfillment.services.packing import pack
from fulfillment.services.picking import pick
from fulfillment.services.planning import plan, ready_lines
from inventory import services as stock
from inventory.rules import Demand
from ledger import services as ledger
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, total
from o2c.kernel.workdays import add_working_days
from orders import services as orders
from orders.models import Order

SET_COSTS = """
UPDATE fulfillment_shipmentline line SET cost = new.cost
FROM unnest(%s::bigint[], %s::numeric[]) AS new(id, cost) WHERE line.id = new.id
"""


@verb
def post_shipment(*, shipment_id: int, on: date, actor: User) -> Shipment:
    """Post a packed shipment: stock leaves at average cost, the cost is booked, the order learns what shipped.

    With a carrier, the delivery is expected after its working days on the road.

    :raises ShipmentNotPostable: it is not packed.
    :raises ShipmentNotAnnounced: its carrier has not been told, so a box has no label.
    :raises OrderNotShippable: the order was cancelled meanwhile.
    :raises PeriodClosed: *on* is in no open period.
    :raises NotPermitted: *actor* may not post shipments.
    """
    order, shipment = lock_shipment(shipment_id)
    lines = list(shipment.lines.select_related("order_line"))
    return post(order, shipment, lines, on=on, actor=actor)


def post(
    order: Order, shipment: Shipment, lines: Sequence[ShipmentLine], *, on: date, actor: User
) -> Shipment:
    """Post a locked shipment with its lines, read under the order's lock."""
    ensure_can(shipment.mark_posted, by=actor, otherwise=errors.ShipmentNotPostable)
    if shipment.carried_by_id is not None:
        shipment.expected_on = _expected(shipment, carrier_id=shipment.carried_by_id, on=on)
    orders.record_shipped(order=order, shipped=[(line.order_line, line.quantity) for line in lines])
    currency = order.company.base_currency
    cost = _issue(shipment, lines, on=on, currency=currency, actor=actor)
    shipment.mark_posted(on=on)
    rows.update(shipment, "state", "posted_on", "expected_on")
    if cost:
        ledger.post_entry(postings.goods_shipped(shipment, cost=cost, currency=currency, actor_id=actor.pk))
    whose = {"order_id": order.pk, "customer_id": order.customer_id}
    announce(ShipmentPosted.of(shipment, on=on, actor=actor, **whose))
    if shipment.carried_by_id is not None:
        _deliver_if_it_arrived(order, shipment, on=on, actor=actor)
    return shipment


def _deliver_if_it_arrived(order: Order, shipment: Shipment, *, on: date, actor: User) -> None:
    """Deliver what the carrier delivered before the desk posted it."""
    arrived = shipment.tracking.filter(status=TrackingStatus.DELIVERED).first()
    if arrived is not None:
        arrived_on = arrived.at.astimezone(ZoneInfo(order.company.time_zone)).date()
        deliver(order, shipment, on=max(on, arrived_on), actor=actor, evidence=arrived.text)


def _expected(shipment: Shipment, *, carrier_id: int, on: date) -> date:
    """Return when the carrier delivers what it gets on *on*, unless it named a day itself."""
    if shipment.packages.filter(tracking_number="").exists():
        raise errors.ShipmentNotAnnounced(
            _("%(carrier)s does not know of %(shipment)s.")
            % {"carrier": shipment.carrier, "shipment": shipment.number}
        )
    carrier = rows.by_id(Carrier, carrier_id)
    assert carrier is not None
    return shipment.expected_on or add_working_days(on, carrier.transit_days)


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
    shipment, lines = plan(order, ready_lines(order, actor=actor), on=on, actor=actor)
    pick(shipment, actor=actor)
    pack(shipment, actor=actor, carrier=carrier, tracking_number=tracking_number)
    return post(order, shipment, lines, on=on, actor=actor)


@verb
def deliver_shipment(*, shipment_id: int, on: date, actor: User, evidence: str = "") -> Shipment:
    """Note that the customer has the goods; *evidence* is who signed for them.

    :raises ShipmentNotDeliverable: it has not left, or has arrived already.
    :raises NotPermitted: *actor* may not post shipments.
    """
    order, shipment = lock_shipment(shipment_id)
    return deliver(order, shipment, on=on, actor=actor, evidence=evidence)


def deliver(order: Order, shipment: Shipment, *, on: date, actor: User, evidence: str) -> Shipment:
    """Mark a locked shipment as delivered."""
    ensure_can(shipment.mark_delivered, by=actor, otherwise=errors.ShipmentNotDeliverable)
    shipment.mark_delivered(on=on)
    shipment.evidence = evidence.strip()[:200] or shipment.evidence
    rows.update(shipment, "state", "delivered_on", "evidence")
    whose = {"order_id": order.pk, "customer_id": order.customer_id}
    announce(ShipmentDelivered.of(shipment, on=on, actor=actor, **whose))
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
