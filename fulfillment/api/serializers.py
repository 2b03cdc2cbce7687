"""The shapes of shipments, returns and access in the API."""

from typing import Any

from rest_framework import serializers

from fulfillment.models import Package, Return, Shipment, TrackingEvent
from o2c.kernel.api.serializers import DecimalText, Input, MoneyField, Output, PublicIdField
from orders.specification import MAX_LINES


class ShippedLineOut(Output):
    """How much of an order line is in the shipment."""

    position = serializers.IntegerField(source="order_line.position", help_text="On the order.")
    sku = serializers.CharField(source="order_line.product.sku")
    description = serializers.CharField(source="order_line.description")
    unit = serializers.CharField(source="order_line.unit")
    quantity = DecimalText()


class PackageOut(Output):
    """A box. Weight in kg, measures in cm."""

    position = serializers.IntegerField()
    weight = DecimalText()
    length = serializers.IntegerField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    tracking_number = serializers.CharField()
    tracking_url = serializers.SerializerMethodField()

    def get_tracking_url(self, package: Package) -> str:
        """Return where the carrier shows the box."""
        return tracking_url(package.shipment, package.tracking_number)


class TrackingOut(Output):
    """Something that the carrier said."""

    status = serializers.ChoiceField(TrackingEvent.Status.values)
    at = serializers.DateTimeField()
    place = serializers.CharField()
    text = serializers.CharField()


class ShipmentOut(Output):
    """What leaves at once, and where it is."""

    id = PublicIdField("shp", source="public_id")
    number = serializers.CharField()
    order = PublicIdField("ord", source="order.public_id")
    order_number = serializers.CharField(source="order.number")
    state = serializers.ChoiceField(Shipment.State.values)
    kind = serializers.ChoiceField(Shipment.Kind.values)
    planned_on = serializers.DateField()
    posted_on = serializers.DateField(allow_null=True, help_text="When it left.")
    expected_on = serializers.DateField(allow_null=True, help_text="When the carrier means to deliver it.")
    delivered_on = serializers.DateField(allow_null=True)
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_url = serializers.SerializerMethodField(help_text="Empty where there is nothing to follow.")

    def get_tracking_url(self, shipment: Shipment) -> str:
        """Return where the carrier shows it."""
        return tracking_url(shipment, shipment.tracking_number)


class ShipmentDetailOut(ShipmentOut):
    """A shipment with what is in it and where it was seen."""

    lines = ShippedLineOut(many=True)
    packages = PackageOut(many=True)
    tracking = TrackingOut(many=True, help_text="The oldest first.")


def tracking_url(shipment: Shipment, number: str) -> str:
    """Return where the carrier shows a parcel; empty if it has no number, or the carrier no page."""
    carrier = shipment.carried_by
    return carrier.tracking_page(number) if carrier is not None and number else ""


class ReturnableLineOut(Output):
    """How much of a line may still come back."""

    position = serializers.IntegerField(source="line.order_line.position", help_text="On the order.")
    sku = serializers.CharField(source="line.order_line.product.sku")
    description = serializers.CharField(source="line.order_line.description")
    unit = serializers.CharField(source="line.order_line.unit")
    quantity = DecimalText()


class ReturnableOut(Output):
    """What a customer may ask to send back."""

    shipment = PublicIdField("shp", source="shipment.public_id")
    is_returnable = serializers.BooleanField()
    until = serializers.DateField(allow_null=True, help_text="Null while it has not left.")
    lines = ReturnableLineOut(many=True)
    reason = serializers.CharField(help_text="Why nothing may come back; empty if something may.")


class ReturnLineIn(Input):
    """How much of a line comes back."""

    position = serializers.IntegerField(min_value=1, help_text="On the order.")
    quantity = DecimalText(positive=True)


class ReturnIn(Input):
    """What comes back of a shipment, and why."""

    shipment = PublicIdField("shp")
    reason = serializers.ChoiceField(Return.Reason.values)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    lines = serializers.ListField(child=ReturnLineIn(), allow_empty=False, max_length=MAX_LINES)


class ReturnLineOut(Output):
    """How much of a line may come back, came, and was credited."""

    position = serializers.IntegerField(source="shipment_line.order_line.position")
    sku = serializers.CharField(source="shipment_line.order_line.product.sku")
    description = serializers.CharField(source="shipment_line.order_line.description")
    unit = serializers.CharField(source="shipment_line.order_line.unit")
    authorised = DecimalText()
    received = DecimalText()
    credited = DecimalText()


class PlaceOut(Output):
    """Where to send it."""

    name = serializers.CharField()
    street = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField()


class ReturnCreditOut(Output):
    """What it is worth at the order's prices."""

    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()


class ReturnOut(Output):
    """A return: its number goes on the parcel."""

    id = PublicIdField("ret", source="public_id")
    number = serializers.CharField(help_text="The RMA number: write it on the parcel.")
    shipment = PublicIdField("shp", source="shipment.public_id")
    order = PublicIdField("ord", source="shipment.order.public_id")
    order_number = serializers.CharField(source="shipment.order.number")
    state = serializers.ChoiceField(Return.State.values)
    reason = serializers.ChoiceField(Return.Reason.values)
    note = serializers.CharField()
    authorised_on = serializers.DateField()
    send_by = serializers.DateField(source="valid_until")
    send_to = PlaceOut()
    received_on = serializers.DateField(allow_null=True)
    inspected_on = serializers.DateField(allow_null=True)
    lines = ReturnLineOut(many=True)
    expected_credit = ReturnCreditOut(help_text="For what is authorised; once it is back, for what came.")


class EntitlementOut(Output):
    """What a customer may use, and the key that opens it."""

    position = serializers.IntegerField(source="shipment_line.order_line.position")
    sku = serializers.CharField(source="shipment_line.order_line.product.sku")
    description = serializers.CharField(source="shipment_line.order_line.description")
    quantity = DecimalText(source="shipment_line.quantity")
    access_key = serializers.SerializerMethodField(help_text="Empty once it was revoked.")
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, help_text="Null is without end.")
    revoked_on = serializers.DateField(allow_null=True)

    def get_access_key(self, entitlement: Any) -> str:
        """Return the key, unless it opens nothing any more."""
        return "" if entitlement.revoked_on else str(entitlement.key)


class EntitlementsOut(Output):
    """All that was granted with an order."""

    data = EntitlementOut(many=True)  # type: ignore[assignment] # a field of the shape
