"""The endpoints of products."""

from typing import Any, ClassVar, cast

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers import ProductOut
from catalog.models import Product
from catalog.selectors import products_for_sale
from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.errors import ResourceNotFound
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import Separated, listed

NAMED = ("tax_category", "alternative")  # what a product's answer names


class ProductsQuery(ListQuery):
    """Which products to list."""

    sku = Separated(
        child=serializers.CharField(max_length=40),
        max_length=100,
        required=False,
        help_text="These, separated by commas.",
    )
    sku_prefix = serializers.CharField(max_length=40, required=False)
    search = serializers.CharField(max_length=80, required=False, help_text="Part of the name or SKU.")
    kind = serializers.ChoiceField(Product.Kind.values, required=False)
    active = serializers.BooleanField(default=True, help_text="false lists what is not sold any more.")


class ProductsView(Endpoint):
    """All products."""

    scopes: ClassVar = {"GET": "products:read"}
    query = ProductsQuery
    paged_by = "sku"

    @extend_schema(operation_id="listProducts", responses={200: listed(ProductOut)})
    def get(self, request: Request) -> Response:
        """List the products for sale, by SKU."""
        asked = self.asked()
        products = products_for_sale() if asked["active"] else Product.objects.filter(active=False)
        if "sku" in asked:
            products = products.filter(sku__in=asked["sku"])
        if "sku_prefix" in asked:
            products = products.filter(sku__startswith=asked["sku_prefix"])
        if "search" in asked:
            told = asked["search"]
            products = products.filter(Q(name__icontains=told) | Q(sku__icontains=told))
        if "kind" in asked:
            products = products.filter(kind=asked["kind"])
        page = self.page(products.select_related(*NAMED), asked)
        return Response(page.body(cast("list[Any]", ProductOut(page.rows, many=True).data)))


class ProductView(Endpoint):
    """One product."""

    scopes: ClassVar = {"GET": "products:read"}

    @extend_schema(operation_id="getProduct", responses={200: ProductOut})
    def get(self, request: Request, sku: str) -> Response:
        """Show a product, also one that is not sold any more."""
        known = Product.objects.select_related(*NAMED) if "\0" not in sku else Product.objects.none()
        found = known.filter(sku=sku).first()
        if found is None:
            raise ResourceNotFound
        return Response(ProductOut(found).data)
