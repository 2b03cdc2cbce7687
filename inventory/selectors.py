"""Questions about stock."""

from decimal import Decimal

from django.db.models import F, QuerySet

from inventory.models import StockLevel, Warehouse
from o2c.kernel.errors import NotSetUp


def default_warehouse(*, company_id: int) -> Warehouse:
    """Return the warehouse that ships when an order names none.

    :raises NotSetUp: the company has no warehouse.
    """
    warehouse = Warehouse.objects.filter(company_id=company_id).order_by("pk").first()
    if warehouse is None:
        raise NotSetUp("There is no warehouse yet.", hint="Create one in the finance console.")
    return warehouse


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
