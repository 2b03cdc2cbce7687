"""Products, prices and taxes."""

from catalog.models.price import OrderDiscount, Price, PriceList
from catalog.models.product import Product, local_name
from catalog.models.tax import TaxCategory, TaxRate, TaxRegion

__all__ = [
    "OrderDiscount",
    "Price",
    "PriceList",
    "Product",
    "TaxCategory",
    "TaxRate",
    "TaxRegion",
    "local_name",
]
