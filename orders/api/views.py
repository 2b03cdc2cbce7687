"""The endpoints of orders: placing, reading, changing."""

from typing import ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from o2c.kernel import public_ids
from o2c.kernel.api.endpoints import needs_match, once_only
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import NothingIn, PublicIdField, listed
from orders import services
from orders.api import shown
from orders.api.base import PREFIX, OrderEndpoint, order_input
from orders.api.changes import amendment, cancelled
from orders.api.events import TOLD, actor_kind, public_events
from orders.api.serializers import (
    AmendmentIn,
    CancellationIn,
    OrderEventOut,
    OrderIn,
    OrderOut,
)
from orders.errors import DuplicateExternalId
from orders.models import Order


class OrdersQuery(ListQuery):
    """Which orders to list."""

    customer = PublicIdField("cus", required=False)
    state = serializers.ChoiceField(Order.State.values, required=False)
    number = serializers.CharField(max_length=20, required=False)
    external_id = serializers.CharField(max_length=80, required=False)
    po_number = serializers.CharField(max_length=80, required=False)


class OrdersView(OrderEndpoint):
    """All orders of the key's customers."""

    scopes: ClassVar = {"GET": "orders:read", "POST": "orders:write"}
    query = OrdersQuery
    expandable = frozenset({"lines"})
    resource = "orders"

    @extend_schema(operation_id="listOrders", responses={200: listed(OrderOut)})
    def get(self, request: Request) -> Response:
        """List orders and quotes, newest first."""
        asked, expansion = self.asked(), self.expansion()
        chosen = {
            name: asked[name] for name in ("state", "number", "external_id", "po_number") if name in asked
        }
        orders = Order.objects.for_principal(self.principal).filter(**chosen).select_related("customer")
        if "customer" in asked:
            orders = orders.filter(customer__public_id=asked["customer"])
        page = self.page(orders, asked)
        data = shown.page(page.rows, principal=self.principal, today=self.today, wanted=expansion)
        return Response(page.body(data))

    @extend_schema(operation_id="placeOrder", request=OrderIn, responses={201: OrderOut})
    @once_only
    def post(self, request: Request) -> Response:
        """Place an order: it comes back confirmed, with stock and credit reserved, or on hold with the reasons."""
        wanted = order_input(self, self.given(OrderIn))
        order = services.place_order(order=wanted, actor=self.actor)
        return self.shown(order, code=status.HTTP_201_CREATED)

    def handle_exception(self, exc: Exception) -> Response:
        """Point a repeated order to the first of its id."""
        if isinstance(exc, DuplicateExternalId):
            first = Order.objects.filter(
                channel=Order.Channel.API, created_by=self.actor, external_id=exc.details["external_id"]
            ).first()
            if first is not None:
                public_id = public_ids.written(PREFIX, first.public_id)
                exc.details |= {"order": public_id, "url": reverse("api-order", args=[public_id])}
        return super().handle_exception(exc)


class OrderView(OrderEndpoint):
    """One order."""

    scopes: ClassVar = {"GET": "orders:read", "PATCH": "orders:write"}
    resource = "orders"

    @extend_schema(operation_id="getOrder", responses={200: OrderOut})
    def get(self, request: Request, order_id: str) -> Response:
        """Show an order or quote with its lines, and what may still become of it."""
        wanted = self.expansion()
        return self.shown(self.order(order_id), wanted=wanted)

    @extend_schema(operation_id="amendOrder", request=AmendmentIn, responses={200: OrderOut})
    @needs_match
    def patch(self, request: Request, order_id: str) -> Response:
        """Change lines, address, dates or the order number: all of it, or nothing if credit or stock do not hold it."""
        given = self.given(AmendmentIn)
        order = self.read_to_change(order_id)
        amended = services.amend_order(
            order_id=order.pk,
            amendment=amendment(order, given),
            expected_version=order.version,
            reason=given["reason"],
            on=self.today,
            actor=self.actor,
        )
        return self.shown(amended)


class CancelView(OrderEndpoint):
    """Cancelling an order, or what has not shipped of it."""

    scopes: ClassVar = {"POST": "orders:write"}

    @extend_schema(operation_id="cancelOrder", request=CancellationIn, responses={200: OrderOut})
    @once_only
    @needs_match
    def post(self, request: Request, order_id: str) -> Response:
        """Cancel the lines that are named, or without lines all that has not shipped."""
        given = self.given(CancellationIn)
        order = self.read_to_change(order_id)
        return self.shown(cancelled(order, given, view=self))


class ConfirmView(OrderEndpoint):
    """Asking for an order to be confirmed."""

    scopes: ClassVar = {"POST": "orders:write"}

    @extend_schema(operation_id="confirmOrder", request=NothingIn, responses={200: OrderOut})
    @once_only
    @needs_match
    def post(self, request: Request, order_id: str) -> Response:
        """Submit a draft, or check an order on hold again, as after a payment."""
        self.given(NothingIn)
        order = self.read_to_change(order_id)
        decide = services.retry_order if order.state == Order.State.ON_HOLD else services.submit_order
        decided = decide(order_id=order.pk, on=self.today, actor=self.actor, expected_version=order.version)
        return self.shown(decided)


class OrderEventsView(OrderEndpoint):
    """What happened to an order."""

    scopes: ClassVar = {"GET": "orders:read"}
    query = ListQuery
    prefix = "evt"

    @extend_schema(operation_id="listOrderEvents", responses={200: listed(OrderEventOut)})
    def get(self, request: Request, order_id: str) -> Response:
        """List what happened to an order, the oldest first."""
        asked = self.asked()
        page = self.page(public_events(self.order(order_id)), asked, oldest_first=True)
        rows = [
            {
                "public_id": event.public_id,
                "kind": event.kind,
                "on": event.on,
                "at": event.at,
                "actor": actor_kind(event),
                "data": TOLD[event.kind](event.payload),
            }
            for event in page.rows
        ]
        return Response(page.body(OrderEventOut.each(rows)))
