"""The endpoints of quotes, and of previews, which are quotes that nobody keeps."""

from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from o2c.kernel import public_ids
from o2c.kernel.api.endpoints import needs_match, once_only
from o2c.kernel.api.errors import ResourceNotFound
from o2c.kernel.public_ids import NOBODY
from orders import selectors, services
from orders.api.base import PREFIX, OrderEndpoint, etag_of_order, order_input
from orders.api.offer_shapes import AcceptanceIn, DeclineIn, PreviewIn, PreviewOut, QuoteIn, QuoteOut
from orders.api.offers import offer
from orders.api.serializers import OrderOut
from orders.models import Order


class QuoteEndpoint(OrderEndpoint):
    """An address of quotes. They are orders that nobody has taken yet, with the same id afterwards."""

    def order(self, text: str) -> Order:
        """Return the order that is or was a quote, with what its answer shows; one query.

        :raises ResourceNotFound: there is none for this key.
        """
        found = (
            Order.objects.for_principal(self.principal)
            .filter(public_id=public_ids.read(PREFIX, text) or NOBODY, valid_until__isnull=False)
            .select_related("customer", "terms", "warehouse", "company")
            .first()
        )
        if found is None:
            raise ResourceNotFound
        return found

    def told(self, quote: Order, *, code: int = status.HTTP_200_OK) -> Response:
        """Answer with a quote, and with promise and credit as of now."""
        lines = selectors.lines_with_products([quote])[quote.pk]
        seen = services.preview_quote(quote=quote, lines=lines, on=self.today)
        data = QuoteOut.of(offer(seen, today=self.today))
        headers = {"ETag": etag_of_order(quote)}
        if code == status.HTTP_201_CREATED:
            headers["Location"] = reverse("api-quote", args=[data["id"]])
        return Response(data, status=code, headers=headers)


class PreviewsView(OrderEndpoint):
    """What an order would be."""

    scopes: ClassVar = {"POST": "quotes:write"}

    @extend_schema(operation_id="previewOrder", request=PreviewIn, responses={200: PreviewOut})
    def post(self, request: Request) -> Response:
        """Say what it costs, when it comes and whether on account; nothing is kept: for a cart page."""
        wanted = order_input(self, self.given(PreviewIn))
        seen = services.preview_order(order=wanted, actor=self.actor)
        return Response(PreviewOut.of(offer(seen, today=self.today)))


class QuotesView(QuoteEndpoint):
    """Quotes of the key's customers; they are listed among the orders."""

    scopes: ClassVar = {"POST": "quotes:write"}

    @extend_schema(operation_id="quoteOrder", request=QuoteIn, responses={201: QuoteOut})
    @once_only
    def post(self, request: Request) -> Response:
        """Quote prices that hold until a day, and say when it comes and whether it may be paid on account."""
        given = self.given(QuoteIn)
        quote = services.quote_order(
            order=order_input(self, given), actor=self.actor, valid_until=given["valid_until"]
        )
        return self.told(quote, code=status.HTTP_201_CREATED)


class QuoteView(QuoteEndpoint):
    """One quote."""

    scopes: ClassVar = {"GET": "orders:read"}

    @extend_schema(operation_id="getQuote", responses={200: QuoteOut})
    def get(self, request: Request, quote_id: str) -> Response:
        """Show a quote at its prices, with promise and credit as of now."""
        return self.told(self.order(quote_id))


class AcceptView(QuoteEndpoint):
    """Taking a quote."""

    scopes: ClassVar = {"POST": "orders:write"}

    @extend_schema(operation_id="acceptQuote", request=AcceptanceIn, responses={200: OrderOut})
    @once_only
    @needs_match
    def post(self, request: Request, quote_id: str) -> Response:
        """Order what was quoted, at the quoted prices: it comes back confirmed, or on hold with the reasons."""
        given = self.given(AcceptanceIn)
        quote = self.read_to_change(quote_id)
        order = services.accept_and_submit_quote(
            order_id=quote.pk,
            on=self.today,
            actor=self.actor,
            po_number=given["po_number"],
            expected_version=quote.version,
        )
        return self.shown(order)


class DeclineView(QuoteEndpoint):
    """Not taking a quote."""

    scopes: ClassVar = {"POST": "quotes:write"}

    @extend_schema(operation_id="declineQuote", request=DeclineIn, responses={200: QuoteOut})
    @once_only
    @needs_match
    def post(self, request: Request, quote_id: str) -> Response:
        """Note that the customer does not take the quote, and why."""
        given: dict[str, Any] = self.given(DeclineIn)
        quote = self.read_to_change(quote_id)
        services.lose_quote(
            order_id=quote.pk, on=self.today, actor=self.actor, expected_version=quote.version, **given
        )
        return self.told(self.order(quote_id))
