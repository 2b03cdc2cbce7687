"""The shapes of products in the API. What they cost us is no shop's business."""

from rest_framework import serializers

from catalog.models import Product
from o2c.kernel.api.serializers import DecimalText, Output


class ProductOut(Output):
    """What is sold. It is addressed by its SKU."""

    sku = serializers.CharField()
    name = serializers.CharField()
    names = serializers.DictField(child=serializers.CharField(), help_text="By language (ISO 639-1).")
    kind = serializers.ChoiceField(Product.Kind.values)
    unit = serializers.CharField(help_text="UN/ECE Recommendation 20, such as C62 for one piece.")
    tax_category = serializers.CharField(source="tax_category.code")
    weight = DecimalText(allow_null=True, help_text="In kg.")
    origin_country = serializers.CharField(help_text="ISO 3166-1; empty where it is not known.")
    customs_code = serializers.CharField()
    access_days = serializers.IntegerField(
        allow_null=True, help_text="Of digital goods; null is without end."
    )
    active = serializers.BooleanField(help_text="Whether it may be ordered.")
    alternative = serializers.CharField(
        source="alternative.sku", allow_null=True, help_text="The SKU of what may be sold instead."
    )
