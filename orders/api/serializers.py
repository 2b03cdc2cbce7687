"""The shapes of orders in the API."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from o2c.kernel.api.serializers import DecimalText, Input, MoneyField, Output, PublicIdField
from orders.models import Order, OrderLine
from orders.models.order import Incoterm
from orders.rules import Stage, progress, stage
from orders.specification import MAX_LINES


class AddressIn(Input):
    """Where the goods go."""

    name = serializers.CharField(max_length=200)
    street = serializers.CharField(max_length=200)
    postal_code = serializers.CharField(max_length=20)
    city = serializers.CharField(max_length=100)
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166-1, such as GB.")


class AddressOut(Output):
    """Where the goods go, as the order keeps it."""

    name = serializers.CharField(required=False)
    street = serializers.CharField(required=False)
    postal_code = serializers.CharField(required=False)
    city = serializers.CharField(required=False)
    country = serializers.CharField(required=False)


class LineIn(Input):
    """What is wanted of one product; its price comes from the customer's price list."""

    sku = serializers.CharField(max_length=64)
    quantity = DecimalText(positive=True, help_text="In the product's unit.")
    description = serializers.CharField(max_length=200, required=False, default="")


class OrderIn(Input):
    """What a customer orders."""

    customer = PublicIdField("cus", required=False, help_text="Not needed with a key bound to a customer.")
    external_id = serializers.CharField(
        max_length=80, required=False, allow_null=True, default=None, help_text="Your own id, used once."
    )
    po_number = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    requested_on = serializers.DateField(required=False, allow_null=True, default=None)
    delivery_address = AddressIn(required=False, allow_null=True, default=None)
    incoterm = serializers.ChoiceField(Incoterm.values, required=False, default="")
    ships_complete = serializers.BooleanField(required=False, allow_null=True, default=None)
    cart = serializers.CharField(
        max_length=64, required=False, default="", help_text="The token of a cart that holds the stock."
    )
    lines = serializers.ListField(child=LineIn(), allow_empty=False, max_length=MAX_LINES)


class OrderLineOut(Output):
    """A line: what was agreed, and how far it is. Quantities are in the product's unit."""

    position = serializers.IntegerField()
    sku = serializers.CharField(source="product.sku")
    description = serializers.CharField()
    unit = serializers.CharField(help_text="UN/ECE Recommendation 20, such as C62 for one piece.")
    ordered = DecimalText()
    cancelled = DecimalText()
    reserved = DecimalText()
    shipped = DecimalText()
    invoiced = DecimalText()
    returned = DecimalText()
    unit_price = DecimalText(help_text="In the order's currency.")
    price_rule = serializers.CharField(help_text="Why this price.")
    discount_percent = DecimalText()
    net = MoneyField(currency="order.currency")
    tax_code = serializers.CharField(help_text="UN/ECE 5305, as EN 16931 uses it.")
    tax_rate = DecimalText(help_text="Percent.")
    promised_on = serializers.DateField(allow_null=True)


class HoldOut(Output):
    """Why an order waits, with the figures that were compared and what would cure it."""

    code = serializers.CharField()
    text = serializers.CharField()
    figures = serializers.DictField(required=False)
    cure = serializers.DictField(required=False)


class OrderOut(Output):
    """An order. Its lines are shown when one order is asked for, in lists on demand."""

    id = PublicIdField("ord", source="public_id")
    number = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    po_number = serializers.CharField()
    customer = PublicIdField("cus", source="customer.public_id")
    state = serializers.ChoiceField(Order.State.values)
    stage = serializers.SerializerMethodField(help_text="How far it is, in the words of every screen.")
    channel = serializers.ChoiceField(Order.Channel.values)
    version = serializers.IntegerField(help_text="Grows with each amendment.")
    ordered_on = serializers.DateField()
    requested_on = serializers.DateField(allow_null=True)
    promised_on = serializers.DateField(allow_null=True, help_text="When everything leaves.")
    invoice_expected_on = serializers.DateField(
        source="promised_on", allow_null=True, help_text="Each shipment is invoiced on the day it leaves."
    )
    valid_until = serializers.DateField(allow_null=True, help_text="Of a quote.")
    delivery_address = AddressOut()
    ships_complete = serializers.BooleanField()
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()
    hold = HoldOut(source="hold_reasons", many=True)
    created_at = serializers.DateTimeField()
    lines = serializers.SerializerMethodField()

    def __init__(
        self, *args: Any, today: date | None = None, with_lines: bool = True, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        if not with_lines:
            del self.fields["lines"]

    @extend_schema_field({"type": "string", "enum": [one.value.replace(" ", "_") for one in Stage]})
    def get_stage(self, order: Order) -> str:
        """Return the stage."""
        assert self.today is not None
        reached = stage(
            state=order.state,
            progress=progress(lines_of(order)),
            open_invoices=order.open_invoices,
            due_on=order.due_on,
            today=self.today,
        )
        return reached.value.replace(" ", "_")

    @extend_schema_field(OrderLineOut(many=True))
    def get_lines(self, order: Order) -> Any:
        """Return the lines in their order."""
        return OrderLineOut(lines_of(order), many=True).data


def lines_of(order: Order) -> list[OrderLine]:
    """Return the lines that were read with the order."""
    return list(order.lines.all())
