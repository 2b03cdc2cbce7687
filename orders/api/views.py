"""The endpoints of orders."""

from typing import Any, ClassVar, cast

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.lookup import customer_of
from o2c.kernel import public_ids
from o2c.kernel.api.endpoints import Endpoint, etag_of, once_only
from o2c.kernel.api.errors import ResourceNotFound
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import PublicIdField, listed
from o2c.kernel.public_ids import NOBODY
from orders import services
from orders.api.serializers import OrderIn, OrderOut
from orders.errors import DuplicateExternalId
from orders.models import Order, OrderLine
from orders.services import LineInput, OrderInput

PREFIX = "ord"
LINES = Prefetch("lines", queryset=OrderLine.objects.select_related("product"))


class OrdersQuery(ListQuery):
    """Which orders to list."""

    customer = PublicIdField("cus", required=False)
    state = serializers.ChoiceField(Order.State.values, required=False)
    number = serializers.CharField(max_length=20, required=False)
    external_id = serializers.CharField(max_length=80, required=False)
    po_number = serializers.CharField(max_length=80, required=False)


class OrderEndpoint(Endpoint):
    """What the endpoints of orders share."""

    prefix = PREFIX

    def order(self, text: str) -> Order:
        """Return the order with this id, with its customer and lines; two queries.

        :raises ResourceNotFound: there is none for this key.
        """
        found = (
            Order.objects.for_principal(self.principal)
            .filter(public_id=public_ids.read(PREFIX, text) or NOBODY)
            .select_related("customer")
            .prefetch_related(LINES)
            .first()
        )
        if found is None:
            raise ResourceNotFound
        return found

    def shown(self, order: Order, *, code: int = status.HTTP_200_OK) -> Response:
        """Answer with an order as it is now; what was just made or changed gets its lines read."""
        prefetch_related_objects([order], LINES)
        data = OrderOut(order, today=self.today).data
        headers = {"ETag": etag_of_order(order)}
        if code == status.HTTP_201_CREATED:
            headers["Location"] = reverse("api-order", args=[data["id"]])
        return Response(data, status=code, headers=headers)


def etag_of_order(order: Order) -> str:
    """Return the ETag of an order: its version and where it stands."""
    return etag_of(order.version, order.state)


def order_input(view: Endpoint, given: dict[str, Any]) -> OrderInput:
    """Return what was sent as the desk's verbs take it."""
    return OrderInput(
        company=view.company,
        customer_id=customer_of(view.principal, given.get("customer")),
        lines=[LineInput(**line) for line in given["lines"]],
        channel=Order.Channel.API,
        ordered_on=view.today,
        external_id=given["external_id"] or None,
        po_number=given["po_number"],
        requested_on=given["requested_on"],
        delivery_address=given["delivery_address"],
        incoterm=given["incoterm"],
        ships_complete=given["ships_complete"],
        cart_token=given["cart"],
    )


class OrdersView(OrderEndpoint):
    """All orders of the key's customers."""

    scopes: ClassVar = {"GET": "orders:read", "POST": "orders:write"}
    query = OrdersQuery
    expandable = frozenset({"lines"})

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
        page = self.page(orders.prefetch_related(LINES), asked)
        shape = OrderOut(page.rows, many=True, today=self.today, with_lines="lines" in expansion)
        return Response(page.body(cast("list[Any]", shape.data)))

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

    scopes: ClassVar = {"GET": "orders:read"}

    @extend_schema(operation_id="getOrder", responses={200: OrderOut})
    def get(self, request: Request, order_id: str) -> Response:
        """Show an order or quote with its lines."""
        return self.shown(self.order(order_id))
