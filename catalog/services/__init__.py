"""The verbs on products and on what they cost."""

from catalog.services.prices import (
    end_order_discount,
    end_price,
    set_order_discount,
    set_price,
)
from catalog.services.products import add_product
from catalog.services.taxes import follow_tax_rate

__all__ = [
    "add_product",
    "end_order_discount",
    "end_price",
    "follow_tax_rate",
    "set_order_discount",
    "set_price",
]
