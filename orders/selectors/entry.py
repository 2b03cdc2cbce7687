"""What somebody who enters an order may choose from while they type."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog import selectors as catalog
from catalog.models import Product
from customers.models import Customer
from inventory import selectors as inventory

SHOWN = 8


@dataclass(frozen=True, slots=True)
class ProductChoice:
    """A product, what one of it costs the customer and how much of it is free; None where nobody knows."""

    product: Product
    unit_price: Decimal | None
    free: Decimal | None


def product_choices(
    words: str, *, customer: Customer | None, company_id: int, on: date
) -> list[ProductChoice]:
    """Return the products for sale that *words* may mean, with price and free stock; four statements at most."""
    products = catalog.find_products(words, limit=SHOWN)
    if not products:
        return []
    quantities = {product.pk: Decimal(1) for product in products}
    prices = {}
    if customer is not None:
        pricing = catalog.prices(price_list_ids=customer.price_list_ids, quantities=quantities, on=on)
        prices = pricing.prices
    goods = {product.pk for product in products if product.is_stocked}
    warehouse = inventory.choose_warehouse(company_id=company_id, wanted={})
    free = inventory.available(warehouse_id=warehouse.pk, product_ids=goods)
    return [
        ProductChoice(
            product,
            prices[product.pk].unit_price if product.pk in prices else None,
            free.get(product.pk, Decimal(0)) if product.is_stocked else None,
        )
        for product in products
    ]
