"""The shapes of customers and their prices in the API."""

from typing import Any

from rest_framework import serializers

from customers.models import Address, Contact, Customer
from o2c.kernel.api.expansion import Expansion
from o2c.kernel.api.serializers import DecimalText, MoneyField, Output, PublicIdField


class CustomerAddressOut(Output):
    """Where a customer is billed or delivered."""

    role = serializers.ChoiceField(Address.Role.values)
    name = serializers.CharField(help_text="The addressee; empty for the customer's own name.")
    street = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1, such as GB.")


class ContactOut(Output):
    """Whom we write to about what."""

    role = serializers.ChoiceField(Contact.Role.values)
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class TermsOut(Output):
    """When invoices are due."""

    code = serializers.CharField()
    name = serializers.CharField()
    net_days = serializers.IntegerField()
    end_of_month = serializers.BooleanField(help_text="Days count from the last day of the invoice's month.")
    is_prepayment = serializers.BooleanField()
    discount_days = serializers.IntegerField()
    discount_percent = DecimalText()


class CustomerOut(Output):
    """Who buys, on which terms, and what they demand of an order."""

    id = PublicIdField("cus", source="public_id")
    number = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    kind = serializers.ChoiceField(Customer.Kind.values)
    vat_id = serializers.CharField()
    language = serializers.CharField()
    currency = serializers.CharField()
    price_list = serializers.CharField(source="price_list.code")
    terms = TermsOut()
    accepts_backorders = serializers.BooleanField()
    ships_complete = serializers.BooleanField()
    requires_po_number = serializers.BooleanField()
    requires_delivery_date = serializers.BooleanField()
    delivery_weekdays = serializers.ListField(
        child=serializers.IntegerField(), help_text="1 is Monday; none means every day."
    )
    delivery_notice_days = serializers.IntegerField()
    registered_on = serializers.DateField(allow_null=True)
    active = serializers.BooleanField()
    addresses = CustomerAddressOut(many=True, required=False, help_text="If expanded.")
    contacts = ContactOut(many=True, required=False, help_text="If expanded.")

    def __init__(self, *args: Any, expansion: Expansion | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("addresses", "contacts"):
            if expansion is not None and name not in expansion:
                del self.fields[name]


class BuyerOut(CustomerOut):
    """Who ordered: a customer without addresses and contacts, which are asked for at the customer."""

    addresses = None  # type: ignore[assignment]
    contacts = None  # type: ignore[assignment]


class DiscountOut(Output):
    """A discount on whole orders, from a net amount on."""

    percent = DecimalText()
    from_net = DecimalText(help_text="In the customer's currency.")
    rule = serializers.CharField()


class TaxTreatmentOut(Output):
    """How it is taxed for this customer today."""

    code = serializers.CharField(help_text="UN/ECE 5305, as EN 16931 uses it.")
    rate = DecimalText(help_text="Percent.")
    legal_text = serializers.CharField()


class PriceOut(Output):
    """What a quantity of a product costs the customer. A product without a price has none in any of their lists."""

    sku = serializers.CharField(source="product.sku")
    quantity = DecimalText()
    unit = serializers.CharField(source="product.unit")
    unit_price = DecimalText(source="price.unit_price", allow_null=True)
    minimum_quantity = DecimalText(
        source="price.minimum_quantity", allow_null=True, help_text="From which quantity this price holds."
    )
    rule = serializers.CharField(source="price.rule", allow_null=True, help_text="Why this price.")
    price_list = serializers.CharField(source="price.list_code", allow_null=True)
    is_contract_price = serializers.BooleanField()
    net = MoneyField()
    tax = TaxTreatmentOut()


class PricesOut(Output):
    """The prices of a day, and the discounts that a whole order would get."""

    customer = PublicIdField("cus", source="customer.public_id")
    on = serializers.DateField()
    currency = serializers.CharField(source="customer.currency")
    data = PriceOut(source="lines", many=True)  # type: ignore[assignment] # a field of the shape
    order_discounts = DiscountOut(source="discounts", many=True)
