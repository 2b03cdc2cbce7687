"""The stories of the demo company: an order for each stage.

They are told in the order of their dates, because invoice numbers follow them.
"""

from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from fulfillment import services as fulfillment
from o2c.operations.demo_data import PELITAS_SITE
from o2c.operations.demo_desks import Desks
from orders import services as orders


def paid_and_closed(desks: Desks) -> None:
    """Good customers: ordered, shipped, billed and paid in time."""
    histories = [
        ("harbour", ("LAN-001", 24), 120, 95),
        ("fjord", ("LAN-004", 6), 110, 88),
        ("atelier", ("CAN-002", 20), 100, 72),
    ]
    for customer, wanted, ordered, paid in histories:
        order = desks.order(customer, wanted, ("SRV-DEL", 1), days_ago=ordered, channel="web")
        invoice = desks.bill(desks.ship(order, days_ago=ordered - 1), days_ago=ordered - 1)
        desks.pay(invoice, days_ago=paid)


def overdue(desks: Desks) -> None:
    """A customer who does not pay, and whose next order waits for it."""
    for ordered in (78, 64):
        order = desks.order("brass", ("LAN-002", 8), ("CAN-001", 30), days_ago=ordered, channel="email")
        desks.bill(desks.ship(order, days_ago=ordered - 2), days_ago=ordered - 2)
    desks.order("brass", ("LAN-003", 5), days_ago=3, channel="email")


def part_paid(desks: Desks) -> None:
    """An invoice of which half has come in."""
    order = desks.order("harbour", ("LAN-003", 12), ("ACC-001", 12), days_ago=21)
    invoice = desks.bill(desks.ship(order, days_ago=20), days_ago=20)
    desks.pay(invoice, share=Decimal("0.5"), days_ago=6)


def invoiced(desks: Desks) -> None:
    """Billed and not due yet, one of them in euros."""
    for customer, wanted, ordered in (("taiga", ("LAN-005", 4), 14), ("atelier", ("LAN-001", 10), 11)):
        order = desks.order(customer, wanted, ("SRV-DEL", 1), days_ago=ordered, channel="web")
        desks.bill(desks.ship(order, days_ago=ordered - 1), days_ago=ordered - 1)


def delivered(desks: Desks) -> None:
    """Our van brought it last week; its way can be followed."""
    order = desks.order("corner", ("CAN-002", 12), days_ago=9, channel="web")
    packed = desks.pack_for_the_van(order, days_ago=9, tracking_number="LC473124829GB")
    shipment = fulfillment.post_shipment(shipment_id=packed.pk, on=desks.ago(8), actor=desks.warehouse)
    morning = datetime.combine(desks.today, time(6), ZoneInfo(desks.basics.company.time_zone))
    fulfillment.ask_carrier(shipment_id=shipment.pk, at=morning, on=desks.today, actor=desks.system)
    desks.bill(shipment, days_ago=8)


def part_shipped(desks: Desks) -> None:
    """More was ordered than there is: the rest follows."""
    order = desks.order("fjord", ("LAN-006", 10), days_ago=8)
    desks.bill(desks.ship(order, days_ago=6), days_ago=6)


def shipped(desks: Desks) -> None:
    """Shipped to a site, and the invoice waits on the billing desk: the customer's own street is missing."""
    order = desks.order("pelita", ("CAN-003", 40), days_ago=5, channel="web", to=PELITAS_SITE)
    desks.ship(order, days_ago=4)


def cancelled(desks: Desks) -> None:
    """The customer changed their mind."""
    order = desks.order("harbour", ("CAN-001", 100), days_ago=4)
    orders.cancel_order(
        order_id=order.pk, reason="Ordered twice by mistake", on=desks.ago(4), actor=desks.clerk
    )


def on_hold(desks: Desks) -> None:
    """More than the customer's limit."""
    desks.order("corner", ("LAN-005", 30), days_ago=2, channel="in_person")


def to_ship(desks: Desks) -> None:
    """What the warehouse has to do today."""
    desks.order("harbour", ("LAN-002", 6), ("ACC-002", 6), days_ago=1, channel="web")
    desks.order("atelier", ("CAN-002", 15), days_ago=1, channel="email")
    picked = desks.order("taiga", ("LAN-004", 2), ("SRV-GFT", 2), days_ago=1)
    shipment = fulfillment.plan_shipment(order_id=picked.pk, on=desks.ago(1), actor=desks.warehouse)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=desks.warehouse)


def at_the_gate(desks: Desks) -> None:
    """Packed for our van, which prints the label."""
    order = desks.order("harbour", ("LAN-003", 2), ("CAN-001", 24), days_ago=1, channel="web")
    desks.pack_for_the_van(order, days_ago=0)


def draft(desks: Desks) -> None:
    """A clerk is still writing."""
    desks.order("corner", ("CAN-001", 12), ("ACC-001", 2), days_ago=0, draft=True)


STORIES: list[Callable[[Desks], None]] = [
    paid_and_closed,
    overdue,
    part_paid,
    invoiced,
    delivered,
    part_shipped,
    shipped,
    cancelled,
    on_hold,
    to_ship,
    at_the_gate,
    draft,
]
