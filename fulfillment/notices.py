"""What customers are told about their deliveries: one consumer per notice, named as its kind and its templates."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fulfillment.models import Carrier, Entitlement, Package, Return, ReturnLine, Shipment
from o2c.kernel.background import consumer
from o2c.kernel.formats import Formats
from o2c.kernel.models import Company
from orders import wording
from orders.models import Order
from orders.notices import RECEIVERS, lines_of, write
from orders.wording import Item, amount


@dataclass(frozen=True, slots=True)
class Parcel:
    """A box on the road, and where the carrier shows it."""

    number: str
    url: str


def _shipments() -> Any:
    told = Shipment.objects.select_related("order__company", "order__customer", "carried_by")
    return told.exclude(order__channel=Order.Channel.IMPORT)


@consumer
def shipment_sent(*, event_id: int, document_id: int, **_: Any) -> None:
    """Tell the customer what has left, with whom, and what is still to come. Services and access are told otherwise."""
    shipment: Shipment | None = _shipments().filter(pk=document_id, kind=Shipment.Kind.GOODS).first()
    if shipment is None or shipment.posted_on is None:
        return
    order, posted_on = shipment.order, shipment.posted_on
    sent = list(shipment.lines.select_related("order_line"))
    lines = lines_of(order)
    parcels = _parcels(shipment)

    def describe(formats: Formats) -> dict[str, Any]:
        return wording.heading(order, formats) | {
            "posted_on": formats.date(posted_on),
            "items": wording.items(((line.order_line, line.quantity) for line in sent), formats),
            "carrier": shipment.carried_by.name if shipment.carried_by else shipment.carrier,
            "parcels": parcels,
            "expected_on": formats.date(shipment.expected_on) if shipment.expected_on else "",
            "missing": wording.awaited(((line, line.to_ship) for line in lines), formats),
            "address": wording.address(order.delivery_address, formats),
        }

    write(event_id=event_id, kind="shipment_sent", order=order, describe=describe, roles=RECEIVERS)


def _parcels(shipment: Shipment) -> list[Parcel]:
    """Return the tracking numbers: each box's own, else the shipment's."""
    boxes = Package.objects.filter(shipment=shipment).order_by("position")
    numbers = [number for number in boxes.values_list("tracking_number", flat=True) if number]
    return [
        Parcel(number, tracking_link(shipment.carried_by, number))
        for number in numbers or [shipment.tracking_number]
        if number
    ]


def tracking_link(carrier: Carrier | None, number: str) -> str:
    """Return the page where *carrier* shows the parcel *number*; empty where it has none that is safe to follow."""
    return carrier.tracking_page(number) if carrier else ""


@consumer
def access_granted(*, event_id: int, document_id: int, **_: Any) -> None:
    """Give the customer the key to something digital."""
    found = Entitlement.objects.select_related(
        "shipment_line__order_line__order__company", "shipment_line__order_line__order__customer"
    )
    entitlement = found.filter(pk=document_id, revoked_on=None).first()
    if entitlement is None:
        return
    line = entitlement.shipment_line.order_line
    if line.order.channel == Order.Channel.IMPORT:
        return
    until = entitlement.valid_until

    def describe(formats: Formats) -> dict[str, Any]:
        return {
            "number": line.order.number,
            "product": line.description,
            "key": entitlement.key,
            "valid_from": formats.date(entitlement.valid_from),
            "valid_until": formats.date(until) if until else "",
        }

    write(event_id=event_id, kind="access_granted", order=line.order, describe=describe)


def _return(return_id: int) -> Return | None:
    told = Return.objects.select_related(
        "shipment__order__company", "shipment__order__customer", "warehouse__company"
    )
    return told.filter(pk=return_id).first()


@consumer
def return_authorised(*, event_id: int, document_id: int, **_: Any) -> None:
    """Tell the customer what they may send back, by when and where to."""
    returned = _return(document_id)
    if returned is None or returned.state != Return.State.AUTHORISED:
        return
    lines = _return_lines(returned)

    def describe(formats: Formats) -> dict[str, Any]:
        return {
            "number": returned.number,
            "shipment": returned.shipment.number,
            "items": [
                Item(_described(line), amount(line.authorised, _unit(line), formats)) for line in lines
            ],
            "valid_until": formats.date(returned.valid_until),
            "address": _return_address(returned, formats),
        }

    write(event_id=event_id, kind="return_authorised", order=returned.shipment.order, describe=describe)


@consumer
def return_inspected(*, event_id: int, document_id: int, **_: Any) -> None:
    """Tell the customer what came back in which condition."""
    returned = _return(document_id)
    if returned is None or returned.state != Return.State.INSPECTED:
        return
    lines = _return_lines(returned)

    def describe(formats: Formats) -> dict[str, Any]:
        received = [line for line in lines if line.received > 0]
        return {
            "number": returned.number,
            "items": [
                Item(_described(line), amount(line.received, _unit(line), formats), _condition(line, formats))
                for line in received
            ],
        }

    write(event_id=event_id, kind="return_inspected", order=returned.shipment.order, describe=describe)


def _return_lines(returned: Return) -> list[ReturnLine]:
    return list(returned.lines.select_related("shipment_line__order_line").order_by("pk"))


def _described(line: ReturnLine) -> str:
    return line.shipment_line.order_line.description


def _unit(line: ReturnLine) -> str:
    return line.shipment_line.order_line.unit


def _condition(line: ReturnLine, formats: Formats) -> str:
    if not line.scrapped:
        return _("in good order")
    if not line.restocked:
        return _("not fit to be sold again")
    return _("in good order: %(good)s; not fit to be sold again: %(rest)s") % {
        "good": formats.quantity(line.restocked),
        "rest": formats.quantity(line.scrapped),
    }


def _return_address(returned: Return, formats: Formats) -> list[str]:
    """Return where the goods go: the warehouse's address, or the company's where it has none of its own."""
    warehouse, company = returned.warehouse, returned.warehouse.company
    place: Company | Any = warehouse if warehouse.street else company
    copy = {
        "name": company.name,
        "street": place.street,
        "postal_code": place.postal_code,
        "city": place.city,
        "country": place.country,
    }
    return wording.address(copy, formats)
