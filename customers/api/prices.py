"""The endpoint of prices: what things cost a customer today."""

from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.lookup import customer_of
from customers.api.serializers import PricesOut
from customers.models import Customer
from customers.selectors import offer
from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.serializers import DecimalText, Input, PublicIdField, Separated

MOST = 100


class QuantitiesQuery(Input):
    """How many of which products, side by side."""

    sku = Separated(
        child=serializers.CharField(max_length=40), max_length=MOST, help_text="One or more, by commas."
    )
    quantity = Separated(
        child=DecimalText(positive=True),
        max_length=MOST,
        default=lambda: [Decimal(1)],
        help_text="One for all, or one for each SKU, by commas.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return what was asked, with ``quantities`` by SKU.

        :raises ValidationError: a SKU is named twice, or the quantities are of another number.
        """
        skus, told = attrs["sku"], attrs["quantity"]
        if len(set(skus)) != len(skus):
            raise ValidationError({"sku": [_("Name each SKU once.")]}, code="repeated")
        if len(told) not in {1, len(skus)}:
            raise ValidationError({"quantity": [_("Send one for all, or one for each SKU.")]}, code="number")
        return attrs | {"quantities": dict(zip(skus, told * len(skus), strict=False))}


class PricesQuery(QuantitiesQuery):
    """The prices of how many of which products, for whom."""

    customer = PublicIdField("cus", required=False, help_text="Not needed with a key bound to a customer.")


class PricesView(Endpoint):
    """What products cost a customer."""

    scopes: ClassVar = {"GET": "products:read"}
    query = PricesQuery
    refuses: ClassVar = {
        "404": "There is no such customer for this key",
        "409": "A tax rate, or the evidence that it needs, is missing",
        "422": "A SKU is not for sale",
    }

    @extend_schema(operation_id="getPrices", responses={200: PricesOut})
    def get(self, request: Request) -> Response:
        """Show what products cost a customer today, by which rule, and how they are taxed."""
        asked = self.asked()
        pk = customer_of(self.principal, asked.get("customer"))
        customer = Customer.objects.select_related("contract_list").get(pk=pk)
        found = offer(customer=customer, quantities=asked["quantities"], on=self.today)
        return Response(PricesOut(found).data)
