"""What the endpoints of orders and quotes share."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from customers.api.lookup import customer_of
from o2c.kernel import public_ids
from o2c.kernel.api.endpoints import Endpoint, etag_of
from o2c.kernel.api.errors import PreconditionFailed, ResourceNotFound
from o2c.kernel.api.expansion import Expansion
from o2c.kernel.public_ids import NOBODY
from orders.api import shown
from orders.api.reasons import told_of
from orders.errors import AmendmentRefused, OrderChanged
from orders.models import Order
from orders.services import LineInput, OrderInput

PREFIX = "ord"


class OrderEndpoint(Endpoint):
    """An address of orders."""

    prefix = PREFIX

    def order(self, text: str) -> Order:
        """Return the order with this id, with its customer; one query.

        :raises ResourceNotFound: there is none for this key.
        """
        found = (
            Order.objects.for_principal(self.principal)
            .filter(public_id=public_ids.read(PREFIX, text) or NOBODY)
            .select_related("customer")
            .first()
        )
        if found is None:
            raise ResourceNotFound
        return found

    def read_to_change(self, text: str) -> Order:
        """Return the order with this id, at the version that the caller read; the verb looks again under its lock.

        :raises ResourceNotFound: there is none for this key.
        :raises PreconditionRequired: the caller does not say which version they read.
        :raises PreconditionFailed: it was another.
        """
        order = self.order(text)
        self.ensure_match(etag_of_order(order))
        return order

    def shown(
        self, order: Order, *, code: int = status.HTTP_200_OK, wanted: Expansion | None = None
    ) -> Response:
        """Answer with an order as it is now."""
        is_new = code == status.HTTP_201_CREATED
        data = shown.one(order, principal=self.principal, today=self.today, wanted=wanted, is_new=is_new)
        headers = {"ETag": etag_of_order(order)}
        if is_new:
            headers["Location"] = reverse("api-order", args=[data["id"]])
        return Response(data, status=code, headers=headers)

    def handle_exception(self, exc: Exception) -> Response:
        """Tell what is known only under the lock as what is known before it, and of reasons what may be told."""
        if isinstance(exc, OrderChanged):
            exc = PreconditionFailed(exc.message, **exc.details)
        if isinstance(exc, AmendmentRefused):
            reasons = told_of(exc.details["reasons"])
            words = " ".join(reason["text"] for reason in reasons)
            exc = AmendmentRefused(_("Nothing was changed. %(words)s") % {"words": words}, reasons=reasons)
        return super().handle_exception(exc)


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
        external_id=given.get("external_id") or None,
        po_number=given["po_number"],
        requested_on=given["requested_on"],
        delivery_address=given["delivery_address"],
        incoterm=given["incoterm"],
        ships_complete=given["ships_complete"],
        cart_token=given.get("cart", ""),
    )
