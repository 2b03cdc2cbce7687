"""What a shipment's papers say, in four statements however many lines and boxes it has."""

from collections import defaultdict
from datetime import date

from fulfillment.consignment import Parcel
from fulfillment.models import PackageLine, Shipment, ShipmentLine
from fulfillment.pdf import PackedLine, Papers
from fulfillment.selectors.consignments import place_of_customer, place_of_warehouse, shipment_to_carry
from o2c.kernel.money import ZERO


def papers_of(*, shipment_id: int) -> Papers:
    """Return what the packing slip and the customs invoice of a shipment say.

    :raises NotFound: there is no such shipment.
    """
    shipment = shipment_to_carry(shipment_id)
    order, company = shipment.order, shipment.company
    customer = order.customer
    billing = customer.addresses.filter(role="billing").order_by("pk").first()
    seller = place_of_warehouse(company, shipment.warehouse)
    receiver = place_of_customer(order.delivery_address, customer.name)
    return Papers(
        number=shipment.number,
        on=_day(shipment),
        language=customer.language,
        seller=seller,
        email=company.email,
        phone=company.phone,
        seller_vat_id=company.vat_id,
        registration_number=company.registration_number,
        buyer=place_of_customer(billing.as_copy(), customer.name) if billing else receiver,
        customer_number=customer.number,
        buyer_vat_id=customer.vat_id,
        receiver=receiver,
        order_number=order.number,
        po_number=order.po_number,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        incoterm=order.incoterm,
        currency=order.currency,
        lines=_lines(shipment),
        parcels=[
            Parcel(
                package_id=box.pk,
                position=box.position,
                weight=box.weight,
                measures=(box.length, box.width, box.height),
                tracking_number=box.tracking_number,
            )
            for box in shipment.packages.order_by("position")
        ],
    )


def _day(shipment: Shipment) -> date:
    return shipment.posted_on or shipment.planned_on


def _lines(shipment: Shipment) -> list[PackedLine]:
    """Return the lines by their position on the order, with the boxes that they are in."""
    boxes: dict[int, list[str]] = defaultdict(list)
    packed = PackageLine.objects.filter(package__shipment=shipment).order_by("package__position")
    for line_id, position in packed.values_list("shipment_line_id", "package__position"):
        boxes[line_id].append(str(position))
    lines = shipment.lines.select_related("order_line__product").order_by("order_line__position")
    return [_line(shipment, line, ", ".join(boxes[line.pk])) for line in lines]


def _line(shipment: Shipment, line: ShipmentLine, boxes: str) -> PackedLine:
    ordered, product = line.order_line, line.order_line.product
    leaving = ZERO if shipment.posted_on else line.quantity  # what has left is counted as shipped already
    return PackedLine(
        position=ordered.position,
        sku=product.sku,
        description=ordered.description,
        unit=ordered.unit,
        ordered=ordered.ordered - ordered.cancelled,
        quantity=line.quantity,
        to_come=ordered.to_ship - leaving,
        is_stocked=ordered.is_stocked,
        boxes=boxes,
        unit_price=ordered.unit_price,
        discount_percent=ordered.discount_percent,
        weight=product.weight,
        customs_code=product.customs_code,
        origin=product.origin_country,
    )
