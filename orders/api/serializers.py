"""The shapes of orders in the API."""

from typing import Any

from rest_framework import serializers

from o2c.kernel.api.expansion import ExpandedField
from o2c.kernel.api.serializers import DecimalText, Input, MoneyField, Output, PublicIdField
from orders.models import Order
from orders.models.order import CancelCode, Incoterm
from orders.rules import Stage
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
    quantity = DecimalText(
        positive=True, help_text="In the product's unit: a whole number of goods that are only counted."
    )
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


class ReasonOut(Output):
    """Why an order waits or would wait: the figures that were compared, what would cure it, and what to do."""

    code = serializers.CharField()
    text = serializers.CharField()
    figures = serializers.DictField(child=serializers.CharField())
    cure = serializers.DictField(child=serializers.CharField())
    next_step = serializers.CharField()


class CancellableOut(Output):
    """How much of a line can still be cancelled."""

    position = serializers.IntegerField()
    quantity = DecimalText()


class AllowedOut(Output):
    """What may still become of the order."""

    amend = serializers.BooleanField()
    cancel = CancellableOut(many=True, help_text="By line; what is being picked or packed is not in it.")
    reason = serializers.CharField(help_text="Why not more; empty if nothing stands against it.")


class OrderOut(Output):
    """An order. Its lines are shown when one order is asked for, in lists on demand."""

    id = PublicIdField("ord", source="public_id")
    number = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    po_number = serializers.CharField()
    customer = PublicIdField("cus", source="customer.public_id")
    state = serializers.ChoiceField(Order.State.values)
    stage = serializers.ChoiceField(
        [one.value.replace(" ", "_") for one in Stage],
        help_text="How far it is, in the words of every screen.",
    )
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
    hold = ReasonOut(many=True, help_text="Why it waits.")
    cancel_code = serializers.CharField(help_text="Why it was cancelled or lost; empty if it was not.")
    created_at = serializers.DateTimeField()
    lines = OrderLineOut(many=True, required=False)
    allowed = AllowedOut(required=False, help_text="What may still become of it; shown of one order.")
    expanded = ExpandedField("orders")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Leave out what was not asked for."""
        data: dict[str, Any] = super().to_representation(instance)
        return {name: value for name, value in data.items() if value is not None or name not in ON_DEMAND}


ON_DEMAND = {"lines", "allowed", "expanded"}


class LineChangeIn(Input):
    """Another quantity of a line: all of it that is wanted, with what has shipped and without what was cancelled."""

    position = serializers.IntegerField(min_value=1)
    quantity = DecimalText(positive=True)


class LineChangesIn(Input):
    """What becomes of the lines. Lines that are not named stay."""

    change = serializers.ListField(child=LineChangeIn(), required=False, default=list, max_length=MAX_LINES)
    add = serializers.ListField(child=LineIn(), required=False, default=list, max_length=MAX_LINES)
    remove = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        default=list,
        max_length=MAX_LINES,
        help_text="Positions. A line that goes is cancelled.",
    )


class AmendmentIn(Input):
    """What shall change in an order. What is not named stays."""

    reason = serializers.CharField(max_length=200, help_text="In the customer's words.")
    po_number = serializers.CharField(max_length=80, required=False, allow_blank=True)
    requested_on = serializers.DateField(required=False, allow_null=True)
    delivery_address = AddressIn(required=False)
    ships_complete = serializers.BooleanField(required=False)
    lines = LineChangesIn(required=False)


class CancelledLineIn(Input):
    """How much of a line is cancelled."""

    position = serializers.IntegerField(min_value=1)
    quantity = DecimalText(positive=True)


class CancellationIn(Input):
    """What is cancelled, and why. Without lines: all that has not shipped."""

    reason = serializers.CharField(max_length=200)
    code = serializers.ChoiceField(CancelCode.values, required=False, default=CancelCode.CUSTOMER.value)
    lines = serializers.ListField(
        child=CancelledLineIn(), required=False, allow_empty=False, max_length=MAX_LINES
    )


class OrderEventOut(Output):
    """Something that happened to an order."""

    id = PublicIdField("evt", source="public_id")
    kind = serializers.CharField(help_text="Such as order.confirmed.")
    on = serializers.DateField(help_text="Business date.")
    at = serializers.DateTimeField()
    actor = serializers.ChoiceField(["shop", "person", "system"], help_text="Who did it.")
    data = serializers.DictField()  # type: ignore[assignment]
