"""The endpoints of carts: a shop holds stock while its customer makes up their mind."""

import secrets
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import services
from inventory.models import CartHold
from inventory.services.carts import MAX_LINES, MAX_MINUTES, MAX_TOKEN
from o2c.kernel import clock
from o2c.kernel.api.endpoints import Endpoint, once_only
from o2c.kernel.api.errors import ResourceNotFound
from o2c.kernel.api.serializers import DecimalText, Input, Output

RANDOM_BYTES = 32


class CartLineIn(Input):
    """What is to be held of one product."""

    sku = serializers.CharField(max_length=40)
    quantity = DecimalText(
        positive=True, help_text="In the product's unit: a whole number of goods that are only counted."
    )


class CartIn(Input):
    """What is to be held, and for how long."""

    token = serializers.CharField(
        max_length=MAX_TOKEN, required=False, help_text="Of a cart that you hold, to replace what it holds."
    )
    minutes = serializers.IntegerField(min_value=1, max_value=MAX_MINUTES, default=30)
    lines = serializers.ListField(child=CartLineIn(), allow_empty=False, max_length=MAX_LINES)

    def validate_lines(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the lines.

        :raises ValidationError: a SKU is there twice.
        """
        if len({line["sku"] for line in value}) != len(value):
            raise ValidationError(_("Name each SKU once."), code="repeated")
        return value


class CartOut(Output):
    """A cart. Its token is its only key: keep it secret, and send it with the order that takes the stock."""

    token = serializers.CharField()
    state = serializers.ChoiceField(CartHold.State.values)
    expires_at = serializers.DateTimeField()


class CartsView(Endpoint):
    """Stock held for carts."""

    scopes: ClassVar = {"POST": "orders:write"}

    @extend_schema(operation_id="holdCart", request=CartIn, responses={201: CartOut})
    @once_only
    def post(self, request: Request) -> Response:
        """Hold all that a cart wants for some minutes, or nothing if one of the goods is short."""
        given = self.given(CartIn)
        cart = services.hold_cart(
            company_id=self.company.pk,
            token=_token(given.get("token")),
            wanted={line["sku"]: line["quantity"] for line in given["lines"]},
            minutes=given["minutes"],
            at=clock.now(),
            actor=self.actor,
        )
        return Response(CartOut(cart).data, status=status.HTTP_201_CREATED)


def _token(given: str | None) -> str:
    """Return a new token, or the given one: only we make tokens, so that nobody chooses another's."""
    if given is None:
        return secrets.token_urlsafe(RANDOM_BYTES)
    if not CartHold.objects.filter(token=given).exists():
        raise ResourceNotFound
    return given


class CartDropView(Endpoint):
    """The end of a cart that was not ordered."""

    scopes: ClassVar = {"POST": "orders:write"}

    @extend_schema(operation_id="dropCart", request=None, responses={200: CartOut})
    @once_only
    def post(self, request: Request, token: str) -> Response:
        """Give back what a cart holds."""
        self.given(Input)
        if "\0" in token or not CartHold.objects.filter(token=token).exists():
            raise ResourceNotFound
        cart = services.drop_cart(token=token, on=self.today, actor=self.actor)
        return Response(CartOut(cart).data)
