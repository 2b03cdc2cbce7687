"""Packing: boxes that hold exactly what was picked, and who carries them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.rules import is_quantity
from fulfillment import errors
from fulfillment.events import ShipmentPacked
from fulfillment.models import Carrier, Package, PackageLine, Shipment, ShipmentLine
from fulfillment.rules import is_weight, packing_problems, weight_of
from fulfillment.services.locks import lock_shipment
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound
from o2c.kernel.events import announce
from o2c.kernel.figures import quantity as written
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO

LONGEST = 32767  # cm, what the column holds


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageInput:
    """A box: how much of which shipment line is in it, its weight in kg and its measures in cm.

    Without a weight it is computed from the products'. A box that has the carrier's label on it already
    brings its tracking number.
    """

    contents: Mapping[int, Decimal]
    weight: Decimal | None = None
    length: int | None = None
    width: int | None = None
    height: int | None = None
    tracking_number: str = ""

    @property
    def measures(self) -> tuple[int | None, int | None, int | None]:
        """Return length, width and height."""
        return self.length, self.width, self.height


@dataclass(slots=True)
class Boxes:
    """What is picked of a shipment, to be put into boxes."""

    lines: dict[int, ShipmentLine] = field(default_factory=dict)

    @classmethod
    def of(cls, shipment: Shipment) -> "Boxes":
        """Return the goods of *shipment*; services need no box."""
        goods = shipment.lines.select_related("order_line__product").filter(order_line__is_stocked=True)
        return cls({line.pk: line for line in goods})

    def one(self, *, tracking_number: str) -> list[PackageInput]:
        """Return one box with everything in it, none when there are only services."""
        contents = {line.pk: line.quantity for line in self.lines.values()}
        return [PackageInput(contents=contents, tracking_number=tracking_number)] if contents else []


@verb
def pack_shipment(
    *,
    shipment_id: int,
    actor: User,
    carrier: str = "",
    tracking_number: str = "",
    carrier_id: int | None = None,
    packages: Sequence[PackageInput] | None = None,
) -> Shipment:
    """Say that everything is in boxes, and who carries them.

    *carrier* and *tracking_number* are free text for a carrier that nobody talks to; with *carrier_id* its
    adapter is told of the shipment (`announce_shipment`). Without *packages* all goods are in one box.

    :raises InvalidPacking: the boxes do not add up to what was picked, or a weight or measure cannot be right.
    :raises WeightMissing: a box without a weight holds a product without one.
    :raises PackageTooHeavy: a box is heavier than the carrier takes.
    :raises CarrierInactive: nothing is sent with the carrier any more.
    :raises ShipmentNotPackable: it is not being picked.
    :raises NotPermitted: *actor* may not pack.
    """
    order, shipment = lock_shipment(shipment_id)
    ensure_can(shipment.mark_packed, by=actor, otherwise=errors.ShipmentNotPackable)
    carried_by = None if carrier_id is None else _active_carrier(carrier_id)
    if carried_by is not None or packages is not None:
        boxes = Boxes.of(shipment)
        chosen = boxes.one(tracking_number=tracking_number) if packages is None else packages
        _write(shipment, boxes, chosen, carrier=carried_by)
    if carried_by is not None:
        shipment.carried_by = carried_by
        carrier = carrier or carried_by.name
    pack(shipment, actor=actor, carrier=carrier, tracking_number=tracking_number)
    announce(
        ShipmentPacked(
            document_id=shipment.pk,
            number=shipment.number,
            on=shipment.planned_on,
            actor_id=actor.pk,
            order_id=order.pk,
        )
    )
    return shipment


def pack(shipment: Shipment, *, actor: User, carrier: str, tracking_number: str) -> Shipment:
    """Mark a locked shipment as packed."""
    ensure_can(shipment.mark_packed, by=actor, otherwise=errors.ShipmentNotPackable)
    shipment.mark_packed(carrier=carrier, tracking_number=tracking_number)
    rows.update(shipment, "state", "carrier", "tracking_number", "carried_by")
    return shipment


def _active_carrier(carrier_id: int) -> Carrier:
    """Return the carrier.

    :raises NotFound: there is no such carrier.
    :raises CarrierInactive: nothing is sent with it any more.
    """
    carrier = rows.by_id(Carrier, carrier_id)
    if carrier is None:
        raise NotFound(_("There is no carrier %(carrier_id)s.") % {"carrier_id": carrier_id})
    if not carrier.active:
        raise errors.CarrierInactive(_("%(carrier)s is not used any more.") % {"carrier": carrier})
    return carrier


def _write(
    shipment: Shipment, boxes: Boxes, packages: Sequence[PackageInput], *, carrier: Carrier | None
) -> None:
    """Write the boxes and what is in them, two statements in all.

    :raises InvalidPacking: see `pack_shipment`.
    """
    _ensure_sums(boxes, packages)
    new = []
    for position, box in enumerate(packages, 1):
        weight = _weight(boxes, box, position)
        if carrier and carrier.max_weight is not None and weight > carrier.max_weight:
            raise errors.PackageTooHeavy(
                _("Box %(position)s weighs %(weight)s kg; %(carrier)s takes %(max_weight)s kg at most.")
                % {
                    "position": position,
                    "weight": written(weight),
                    "carrier": carrier,
                    "max_weight": written(carrier.max_weight),
                }
            )
        if any(measure is not None and not 0 < measure <= LONGEST for measure in box.measures):
            raise errors.InvalidPacking(
                _("Box %(position)s: a measure is above zero, in centimetres.") % {"position": position}
            )
        length, width, height = box.measures
        new.append(
            Package(
                shipment=shipment,
                position=position,
                weight=weight,
                length=length,
                width=width,
                height=height,
                tracking_number=box.tracking_number[:80],
            )
        )
    rows.insert(new)
    rows.insert(
        [
            PackageLine(package=package, shipment_line_id=line_id, quantity=quantity)
            for package, box in zip(new, packages, strict=True)
            for line_id, quantity in box.contents.items()
        ]
    )


def _ensure_sums(boxes: Boxes, packages: Sequence[PackageInput]) -> None:
    """Refuse boxes that are empty, or that together are not what was picked."""
    packed: dict[int, Decimal] = defaultdict(lambda: ZERO)
    problems = []
    for position, box in enumerate(packages, 1):
        if not box.contents:
            problems.append(_("box %(position)s is empty") % {"position": position})
        for line_id, quantity in box.contents.items():
            if not is_quantity(quantity):
                problems.append(
                    _("box %(position)s: %(quantity)s cannot be packed")
                    % {"position": position, "quantity": quantity}
                )
            else:
                packed[line_id] += quantity
    problems += packing_problems(
        packed,
        picked={line.pk: line.quantity for line in boxes.lines.values()},
        names={line.pk: line.order_line.description for line in boxes.lines.values()},
    )
    if problems:
        raise errors.InvalidPacking(
            _("The boxes are not what was picked: %(problems)s.") % {"problems": "; ".join(problems)}
        )


def _weight(boxes: Boxes, box: PackageInput, position: int) -> Decimal:
    """Return the box's weight in kg: as given, or the sum of its products'."""
    if box.weight is not None:
        if not is_weight(box.weight):
            raise errors.InvalidPacking(
                _("Box %(position)s cannot weigh %(weight)s kg.")
                % {"position": position, "weight": box.weight}
            )
        return box.weight
    products = [(boxes.lines[line_id].order_line.product, qty) for line_id, qty in box.contents.items()]
    unknown = [product.sku for product, __ in products if not product.weight]
    if unknown:
        raise errors.WeightMissing(
            _("No weight is on record for %(unknown)s.") % {"unknown": ", ".join(unknown)}, skus=unknown
        )
    return weight_of((product.weight, quantity) for product, quantity in products if product.weight)
