"""What carriers are told: a shipment with its boxes, from where to where."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from fulfillment.consignment import Consignment, Parcel, Place
from fulfillment.models import Package, Shipment, ShippingLabel
from inventory.models import Warehouse
from o2c.kernel.errors import NotFound
from o2c.kernel.models import Company


def shipment_to_carry(shipment_id: int) -> Shipment:
    """Return a shipment with everything that a carrier is told of it, in one statement.

    :raises NotFound: there is no such shipment.
    """
    shipment = (
        Shipment.objects.select_related("company", "warehouse", "carried_by", "order__customer")
        .filter(pk=shipment_id)
        .first()
    )
    if shipment is None:
        raise NotFound(_("There is no shipment %(shipment_id)s.") % {"shipment_id": shipment_id})
    return shipment


def consignment_of(shipment: Shipment, packages: Sequence[Package], *, ready_on: date) -> Consignment:
    """Return a shipment (see `shipment_to_carry`) with a carrier as that carrier sees it."""
    assert shipment.carried_by is not None
    return Consignment(
        reference=shipment.number,
        carrier_name=shipment.carried_by.name,
        transit_days=shipment.carried_by.transit_days,
        sender=place_of_warehouse(shipment.company, shipment.warehouse),
        receiver=place_of_customer(shipment.order.delivery_address, shipment.order.customer.name),
        language=shipment.order.customer.language,
        ready_on=ready_on,
        posted_on=shipment.posted_on,
        time_zone=shipment.company.time_zone,
        parcels=[
            Parcel(
                package_id=package.pk,
                position=package.position,
                weight=package.weight,
                measures=(package.length, package.width, package.height),
                tracking_number=package.tracking_number,
            )
            for package in packages
        ],
    )


def place_of_warehouse(company: Company, warehouse: Warehouse) -> Place:
    """Return where goods leave: the warehouse, or the company's seat where the warehouse has no address."""
    at = warehouse if warehouse.city else company
    return Place(
        name=company.legal_name,
        street=at.street,
        postal_code=at.postal_code,
        city=at.city,
        country=at.country or company.country,
    )


def place_of_customer(address: Mapping[str, str], name: str) -> Place:
    """Return where goods go: the order's delivery address, with its own addressee or the customer's name."""
    return Place(
        name=address.get("name") or name,
        street=address.get("street", ""),
        postal_code=address.get("postal_code", ""),
        city=address.get("city", ""),
        country=address.get("country", ""),
    )


def label_of(*, package_id: int) -> ShippingLabel:
    """Return the label of a box with its box.

    :raises NotFound: there is no such box, or it has no label yet.
    """
    label = ShippingLabel.objects.select_related("package").filter(package_id=package_id).first()
    if label is None:
        raise NotFound(
            _("Box %(package_id)s has no label yet.") % {"package_id": package_id},
            hint=_("Announce its shipment to the carrier."),
        )
    return label
