"""The endpoints of customers."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.lookup import PREFIX, named_customer
from customers.api.serializers import CustomerAddressOut, CustomerOut
from customers.models import Contact, Customer
from customers.models.customer import CustomerQuerySet
from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.expansion import Expansion
from o2c.kernel.api.pages import Page
from o2c.kernel.api.queries import ListQuery
from o2c.kernel.api.serializers import listed


class CustomersQuery(ListQuery):
    """Which customers to list."""

    number = serializers.CharField(max_length=20, required=False)
    external_id = serializers.CharField(max_length=80, required=False)
    vat_id = serializers.CharField(max_length=20, required=False)
    email = serializers.EmailField(required=False, help_text="Of one of their contacts.")
    active = serializers.BooleanField(required=False, allow_null=True, default=None)


class CustomerEndpoint(Endpoint):
    """What the endpoints of customers share."""

    scopes: ClassVar = {"GET": "customers:read"}
    prefix = PREFIX

    def known(self, expansion: Expansion) -> CustomerQuerySet:
        """Return the customers whom the key may know, with what is to be shown of them."""
        wanted = [name for name in ("addresses", "contacts") if name in expansion]
        known = Customer.objects.for_principal(self.principal).select_related("price_list", "terms")
        return known.prefetch_related(*wanted) if wanted else known


class CustomersView(CustomerEndpoint):
    """All customers of the key."""

    query = CustomersQuery
    expandable = frozenset({"addresses", "contacts"})

    @extend_schema(operation_id="listCustomers", responses={200: listed(CustomerOut)})
    def get(self, request: Request) -> Response:
        """List customers, the newest first."""
        asked, expansion = self.asked(), self.expansion()
        found = _chosen(self.known(expansion), asked)
        page = self.page(found, asked)
        shape = CustomerOut(page.rows, many=True, expansion=expansion)
        return Response(page.body(cast("list[Any]", shape.data)))


def _chosen(customers: CustomerQuerySet, asked: dict[str, Any]) -> QuerySet[Customer]:
    exact: dict[str, Any] = {
        name: asked[name] for name in ("number", "external_id", "vat_id") if name in asked
    }
    if asked["active"] is not None:
        exact["active"] = asked["active"]
    if "email" in asked:
        exact["pk__in"] = Contact.objects.filter(email__iexact=asked["email"]).values("customer")
    return customers.filter(**exact)


class CustomerView(CustomerEndpoint):
    """One customer."""

    expandable = frozenset({"addresses", "contacts"})

    @extend_schema(operation_id="getCustomer", responses={200: CustomerOut})
    def get(self, request: Request, customer_id: str) -> Response:
        """Show a customer."""
        expansion = self.expansion()
        customer = named_customer(self.known(expansion), customer_id)
        return Response(CustomerOut(customer, expansion=expansion).data)


class AddressesView(CustomerEndpoint):
    """The addresses of a customer."""

    @extend_schema(operation_id="listAddresses", responses={200: listed(CustomerAddressOut)})
    def get(self, request: Request, customer_id: str) -> Response:
        """List all addresses of a customer, the newest first."""
        customer = named_customer(Customer.objects.for_principal(self.principal), customer_id)
        shape = CustomerAddressOut(customer.addresses.order_by("-pk"), many=True)
        return Response(Page([], None).body(cast("list[Any]", shape.data)))
