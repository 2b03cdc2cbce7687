"""Questions about stock."""

from decimal import Decimal

from django.db.models import F, QuerySet

from inventory.models import StockLevel, Warehouse
from o2c.kernel import rows
from o2c.kernel.errors import NotFound, NotSetUp


def shipping_warehouse(*, company_id: int, warehouse_id: int | None = None) -> Warehouse:
    """Return the company's warehouse *warehouse_id*, its first one when that is None.

    :raises NotFound: the company has no such warehouse.
    :raises NotSetUp: it has none at all.
    """
    found = rows.read(
        Warehouse,
        "company_id = %s AND id = COALESCE(%s, id)",
        [company_id, warehouse_id],
        "ORDER BY id LIMIT 1",
    )
    if found:
        return found[0]
    if warehouse_id is not None:
        raise NotFound(f"There is no warehouse {warehouse_id}.")
    raise NotSetUp("There is no warehouse yet.", hint="Create one in the finance console.")


def available(*, warehouse_id: int, product_ids: set[int]) -> dict[int, Decimal]:
    """Return on hand minus reserved of each product; a product never received is missing."""
    levels = StockLevel.objects.filter(warehouse_id=warehouse_id, product_id__in=product_ids)
    return dict(levels.values_list("product_id", F("on_hand") - F("reserved")))


def stock_list(*, warehouse_id: int) -> QuerySet[StockLevel]:
    """Return the warehouse's levels with their products, by SKU."""
    return (
        StockLevel.objects.filter(warehouse_id=warehouse_id)
        .select_related("product")
        .order_by("product__sku")
    )
