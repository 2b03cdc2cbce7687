"""The endpoint of availability. It stands here, as orders that wait are served before anybody new."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.prices import QuantitiesQuery
from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.serializers import DecimalText, Output
from orders.selectors.availability import Availability, availability


class ArrivalOut(Output):
    """Goods that are to come in."""

    on = serializers.DateField()
    quantity = DecimalText()


class ProductAvailabilityOut(Output):
    """When a quantity of a product could leave. Services and downloads need no stock."""

    sku = serializers.CharField(source="product.sku")
    quantity = DecimalText()
    unit = serializers.CharField(source="product.unit")
    is_for_sale = serializers.BooleanField(source="product.active")
    is_stocked = serializers.BooleanField(source="product.is_stocked")
    free = DecimalText(help_text="What nobody has been promised.")
    is_free = serializers.SerializerMethodField(help_text="Whether the quantity could leave at once.")
    leaves_on = serializers.DateField(
        source="promise.on", allow_null=True, help_text="null: nobody knows, or no stock is needed."
    )
    why = serializers.CharField(source="promise.why", allow_null=True, help_text="Why then.")
    expected = ArrivalOut(source="arrivals", many=True)
    alternative = serializers.CharField(source="product.alternative.sku", allow_null=True)

    def get_is_free(self, found: Availability) -> bool:
        """Return whether the quantity could leave at once."""
        return found.product.active and (not found.product.is_stocked or found.free >= found.quantity)


class AvailabilityOut(Output):
    """What can be had when, as of a day. Nothing is held: carts do that."""

    on = serializers.DateField()
    data = ProductAvailabilityOut(many=True)  # type: ignore[assignment] # a field of the shape


class AvailabilityView(Endpoint):
    """When products can be had."""

    scopes: ClassVar = {"GET": "products:read"}
    query = QuantitiesQuery
    refuses: ClassVar = {"409": "There is no active warehouse", "422": "There is no such SKU"}

    @extend_schema(operation_id="getAvailability", responses={200: AvailabilityOut})
    def get(self, request: Request) -> Response:
        """Show what is free of products now, when more is expected, and when the quantity could leave."""
        wanted: dict[str, Any] = self.asked()["quantities"]
        found = availability(company_id=self.company.pk, wanted=wanted, on=self.today)
        return Response(AvailabilityOut({"on": self.today, "data": found}).data)
