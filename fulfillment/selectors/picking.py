"""Pick lists: what to take from which bin, in the order in which one walks."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from catalog.errors import UnknownProduct
from catalog.models import Product, local_name
from catalog.selectors import spelt
from fulfillment import errors
from fulfillment.models import Shipment, ShipmentLine
from fulfillment.rules import walking_order
from inventory.models import Reservation, StockLevel
from inventory.rules import RECOUNT


@dataclass(frozen=True, slots=True)
class PickLine:
    """One stop on the way: how much of what to take from where, and for whom; *picked* is None until then."""

    line_id: int
    bin: str
    sku: str
    description: str
    name: str  # as a screen shows it, in the reader's language
    quantity: Decimal
    unit: str
    picked: Decimal | None
    shipment_id: int
    shipment_number: str
    order_number: str
    customer_name: str

    @property
    def seen(self) -> str:
        """Return what was taken when somebody looked, to find out whether the stop was done since."""
        return "" if self.picked is None else f"{self.picked:f}"


def pick_list(*, shipment_id: int) -> list[PickLine]:
    """Return the goods of a shipment in walking order; services are not on it."""
    return _walk(ShipmentLine.objects.filter(shipment_id=shipment_id))


def batch_pick_list(*, warehouse_id: int, shipment_ids: Collection[int] | None = None) -> list[PickLine]:
    """Return one walk for several shipments of a warehouse: those named, or all that are not packed yet."""
    lines = ShipmentLine.objects.filter(
        shipment__warehouse_id=warehouse_id,
        shipment__state__in=[Shipment.State.PLANNED, Shipment.State.PICKING],
    )
    if shipment_ids is not None:
        lines = lines.filter(shipment_id__in=shipment_ids)
    return _walk(lines)


def _walk(lines: QuerySet[ShipmentLine]) -> list[PickLine]:
    level = StockLevel.objects.filter(
        warehouse_id=OuterRef("shipment__warehouse_id"), product_id=OuterRef("order_line__product_id")
    )
    stops = lines.filter(order_line__is_stocked=True).values_list(
        "id",
        Subquery(level.values("bin")),
        "order_line__product__sku",
        "order_line__description",
        "order_line__product__name",
        "order_line__product__names",
        "quantity",
        "order_line__unit",
        "picked",
        "shipment_id",
        "shipment__number",
        "shipment__order__number",
        "shipment__order__customer__name",
    )
    found = [
        PickLine(line_id, bin_ or "", sku, told, local_name(told, name=name, names=names), *rest)
        for line_id, bin_, sku, told, name, names, *rest in stops
    ]
    return sorted(found, key=lambda stop: (walking_order(stop.bin), stop.sku, stop.line_id))


def scanned(*, shipment_id: int, sku: str) -> PickLine:
    """Return the line of a shipment that a scanned SKU stands for: the first of them not picked yet.

    In capitals where only those are known (`catalog.selectors.spelt`), as at the order desk.

    :raises UnknownProduct: there is no such SKU.
    :raises NotOnPickList: the shipment has nothing of it.
    """
    walk = pick_list(shipment_id=shipment_id)
    meant = sku if any(stop.sku == sku for stop in walk) else spelt([sku])[sku]
    stops = [stop for stop in walk if stop.sku == meant]
    if stops:
        return next((stop for stop in stops if stop.picked is None), stops[0])
    if not Product.objects.filter(sku=meant).exists():
        raise UnknownProduct(_("There is no SKU %(sku)s.") % {"sku": sku[:40]})
    raise errors.NotOnPickList(_("%(sku)s is not on the pick list.") % {"sku": sku})


@dataclass(frozen=True, slots=True)
class Recount:
    """A bin in which pickers found less than the books say; *missing* is kept from being promised again."""

    product_id: int
    sku: str
    name: str
    bin: str
    on_hand: Decimal
    missing: Decimal


def stock_to_recount(*, warehouse_id: int) -> list[Recount]:
    """Return what is to be counted because pickers missed it, in walking order: a due list of the warehouse."""
    missed = Reservation.objects.filter(
        demand__startswith=RECOUNT, quantity__gt=0, level__warehouse_id=warehouse_id
    ).values_list(
        "level__product_id",
        "level__product__sku",
        "level__product__name",
        "level__product__names",
        "level__bin",
        "level__on_hand",
        "quantity",
    )
    rows = (
        Recount(product_id, sku, local_name(name, name=name, names=names), *rest)
        for product_id, sku, name, names, *rest in missed
    )
    return sorted(rows, key=lambda row: (walking_order(row.bin), row.sku))
