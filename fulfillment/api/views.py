"""The endpoints of shipments, and of the access that some of them grant."""

from typing import ClassVar
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from fulfillment.api.serializers import (
    EntitlementsOut,
    PackageOut,
    ShipmentDetailOut,
    ShipmentOut,
    ShippedLineOut,
    TrackingOut,
)
from fulfillment.models import Entitlement, Shipment, ShipmentLine, TrackingEvent
from o2c.kernel import public_ids
from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.errors import ResourceNotFound
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import PublicIdField, listed
from o2c.kernel.principal import Principal
from o2c.kernel.public_ids import NOBODY
from orders.models import Order

PREFIX = "shp"
LINES = Prefetch("lines", queryset=ShipmentLine.objects.select_related("order_line__product"))
SEEN = Prefetch("tracking", queryset=TrackingEvent.objects.order_by("at", "pk"))


class ShipmentsQuery(ListQuery):
    """Which shipments to list."""

    order = PublicIdField("ord", required=False)
    state = serializers.ChoiceField(Shipment.State.values, required=False)
    number = serializers.CharField(max_length=20, required=False)
    posted_from = serializers.DateField(required=False)
    posted_to = serializers.DateField(required=False, help_text="That day included.")


def known_to(principal: Principal) -> QuerySet[Shipment]:
    """Return the shipments that a key may know, with their orders and carriers."""
    return Shipment.objects.for_principal(principal).select_related("order", "carried_by")


def one_of(known: QuerySet[Shipment], public_id: UUID | None) -> Shipment:
    """Return the shipment with this id, out of those *known*.

    :raises ResourceNotFound: it is none of them.
    """
    found = known.filter(public_id=public_id or NOBODY).first()
    if found is None:
        raise ResourceNotFound
    return found


class ShipmentsView(Endpoint):
    """All shipments of the key's customers."""

    scopes: ClassVar = {"GET": "shipments:read"}
    prefix = PREFIX
    query = ShipmentsQuery

    @extend_schema(operation_id="listShipments", responses={200: listed(ShipmentOut)})
    def get(self, request: Request) -> Response:
        """List shipments, newest first."""
        asked = self.asked()
        names = {
            "order": "order__public_id",
            "state": "state",
            "number": "number",
            "posted_from": "posted_on__gte",
            "posted_to": "posted_on__lte",
        }
        chosen = {path: asked[name] for name, path in names.items() if name in asked}
        page = self.page(known_to(self.principal).filter(**chosen), asked)
        return Response(page.body(ShipmentOut.each(page.rows)))


class ShipmentView(Endpoint):
    """One shipment."""

    scopes: ClassVar = {"GET": "shipments:read"}

    @extend_schema(operation_id="getShipment", responses={200: ShipmentDetailOut})
    def get(self, request: Request, shipment_id: str) -> Response:
        """Show a shipment with what is in it, its boxes, and where the carrier saw it."""
        known = known_to(self.principal).prefetch_related(LINES, "packages", SEEN)
        found = one_of(known, public_ids.read(PREFIX, shipment_id))
        lines = sorted(found.lines.all(), key=lambda line: line.order_line.position)
        boxes = sorted(found.packages.all(), key=lambda box: box.position)
        data = ShipmentOut.of(found) | {
            "lines": ShippedLineOut.each(lines),
            "packages": PackageOut.each(boxes),
            "tracking": TrackingOut.each(found.tracking.all()),
        }
        return Response(data)


class EntitlementsView(Endpoint):
    """The access that was granted with an order."""

    scopes: ClassVar = {"GET": "orders:read"}

    @extend_schema(operation_id="listEntitlements", responses={200: EntitlementsOut})
    def get(self, request: Request, order_id: str) -> Response:
        """List what was granted with an order's digital lines, with the keys; they are shown nowhere else."""
        orders = Order.objects.for_principal(self.principal)
        order = orders.filter(public_id=public_ids.read("ord", order_id) or NOBODY).first()
        if order is None:
            raise ResourceNotFound
        granted = (
            Entitlement.objects.filter(shipment_line__shipment__order=order)
            .select_related("shipment_line__order_line__product")
            .order_by("pk")
        )
        return Response(EntitlementsOut.of({"data": granted}))
