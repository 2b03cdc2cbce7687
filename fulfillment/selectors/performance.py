"""What is to be performed, and to whom access is to be granted."""

from collections.abc import Iterable

from django.db.models import F, QuerySet

from catalog.models import Product
from o2c.kernel.db import fetch_all
from orders.models import Order, OrderLine

UNGRANTED = """
SELECT DISTINCT o.id FROM orders_order o
JOIN orders_orderline l ON l.order_id = o.id
JOIN catalog_product p ON p.id = l.product_id
WHERE o.state = 'confirmed' AND NOT l.is_stocked AND l.ordered > l.cancelled + l.shipped AND p.kind = 'digital'
ORDER BY o.id
"""


def unstocked_products(lines: Iterable[OrderLine], *, kind: str) -> dict[int, Product]:
    """Return the products of one kind among those that *lines* do not take from stock, by id.

    One statement; none for an order of goods only.
    """
    product_ids = {line.product_id for line in lines if not line.is_stocked}
    return Product.objects.filter(kind=kind).in_bulk(product_ids) if product_ids else {}


def services_to_perform() -> QuerySet[OrderLine]:
    """Return the service lines of confirmed orders with something left to perform, the oldest order first.

    The due list of whoever performs them; its cost follows the confirmed orders, not the history.
    """
    return (
        OrderLine.objects.filter(
            order__state=Order.State.CONFIRMED,
            is_stocked=False,
            product__kind=Product.Kind.SERVICE,
            ordered__gt=F("cancelled") + F("shipped"),
        )
        .select_related("order__customer", "product")
        .order_by("order_id", "position")
    )


def due_for_access() -> list[int]:
    """Return the ids of confirmed orders with something digital that nobody has been given access to.

    What an event lost, this query still knows; its cost follows the confirmed orders, not the history.
    """
    return [order_id for (order_id,) in fetch_all(UNGRANTED, [])]
