"""The stories of the demo company: an order for each stage.

They are told in the order of their dates, because invoice numbers follow them.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from catalog.models import Product
from fulfillment import services as fulfillment
from inventory import services as inventory
from inventory.models import Warehouse
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


def coming_back(desks: Desks) -> None:
    """One customer may send something back; what another sent back waits to be inspected."""
    for customer, has_come in (("atelier", True), ("harbour", False)):
        order = desks.order(customer, ("CAN-002", 10), ("LAN-001", 2), days_ago=12, channel="web")
        shipment = desks.ship(order, days_ago=11)
        desks.bill(shipment, days_ago=10)
        lines = {shipment.lines.order_by("pk")[0].pk: Decimal(4)}
        returned = fulfillment.authorise_return(
            shipment_id=shipment.pk,
            lines=lines,
            reason="damaged",
            valid_until=desks.today + timedelta(days=20),
            on=desks.ago(3),
            note="Chipped on arrival, says the customer",
            actor=desks.system,
        )
        if has_come:
            fulfillment.receive_return(
                return_id=returned.pk, received=lines, on=desks.ago(1), actor=desks.warehouse
            )


def between_warehouses(desks: Desks) -> None:
    """Lanterns are on their way to the depot; a supplier brings more of those that are short."""
    depot = Warehouse.objects.create(
        company=desks.basics.company, code="depot", name="Harbour depot", priority=2
    )
    goods = {product.sku: product.pk for product in Product.objects.filter(sku__in=("LAN-001", "LAN-006"))}
    fulfillment.send_transfer(
        source=desks.basics.warehouse,
        target=depot,
        wanted={goods["LAN-001"]: Decimal(24)},
        on=desks.ago(1),
        expected_on=desks.today + timedelta(days=1),
        actor=desks.warehouse,
    )
    inventory.expect_receipt(
        warehouse=desks.basics.warehouse,
        product_id=goods["LAN-006"],
        reference="PO-4471",
        quantity=Decimal(60),
        expected_on=desks.today + timedelta(days=5),
        supplier="Sunrise Solar Ltd",
        actor=desks.warehouse,
    )


def asked(desks: Desks) -> None:
    """Customers have written what they want; one of them has a quote."""
    letters = [
        ("harbour", "Candles for the winter", "Hello, we need 60 pillar candles and 10 brass lanterns by the 15th."),
        ("corner", "Another box?", "Could we have one more box of tea lights with Tuesday's van? Thanks, Priya"),
    ]  # fmt: skip
    morning = datetime.combine(desks.today, time(7, 40), ZoneInfo(desks.basics.company.time_zone))
    for place, (customer, subject, text) in enumerate(letters):
        orders.receive_request(
            channel="email",
            sender=f"orders@{'harbour-hotel' if customer == 'harbour' else 'corner-shop'}.example",
            subject=subject,
            text=text,
            on=desks.today,
            at=morning + timedelta(minutes=place * 9),
            customer_id=desks.customers[customer].pk,
            actor=desks.clerk,
        )
    desks.quote("brass", ("LAN-004", 4), ("CAN-002", 24), days_ago=2)


def draft(desks: Desks) -> None:
    """A clerk is still writing."""
    desks.order("corner", ("CAN-001", 12), ("ACC-001", 2), days_ago=0, draft=True)


STORIES: list[Callable[[Desks], None]] = [
    paid_and_closed,
    overdue,
    part_paid,
    invoiced,
    coming_back,
    delivered,
    part_shipped,
    shipped,
    cancelled,
    on_hold,
    to_ship,
    at_the_gate,
    between_warehouses,
    asked,
    draft,
]
