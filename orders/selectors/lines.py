"""The lines of orders with their products."""

from collections.abc import Collection

from catalog.models import Product
from o2c.kernel import rows
from orders.models import Order, OrderLine

BY_ORDER = """
orders_orderline JOIN catalog_product ON catalog_product.id = orders_orderline.product_id
WHERE orders_orderline.order_id = ANY(%s::bigint[]) ORDER BY orders_orderline.order_id, orders_orderline.position
"""


def lines_with_products(orders: Collection[Order]) -> dict[int, list[OrderLine]]:
    """Return the lines of some orders by position, with product and order, by order; one prepared statement."""
    by_id = {order.pk: order for order in orders}
    found: dict[int, list[OrderLine]] = {pk: [] for pk in by_id}
    for line, product in rows.read_joined((OrderLine, Product), BY_ORDER, [list(by_id)]):
        line.product, line.order = product, by_id[line.order_id]
        found[line.order_id].append(line)
    return found
