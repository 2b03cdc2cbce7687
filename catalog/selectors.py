"""Questions to the catalog; each is one query, however many lines ask."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from catalog import errors
from catalog.models import Product
from catalog.rules import PriceBreak, TaxTreatment, best_price
from o2c.kernel import rows
from o2c.kernel.db import fetch_all

PRICES = """
SELECT price.product_id, price.minimum_quantity, price.unit_price, list.code
FROM catalog_price price JOIN catalog_pricelist list ON list.id = price.price_list_id
WHERE price.price_list_id = %s AND price.product_id = ANY(%s)
  AND price.valid_from <= %s AND (price.valid_to IS NULL OR price.valid_to >= %s)
"""

TAX_RATES = """
SELECT category_id, code, rate, legal_text FROM catalog_taxrate
WHERE region_id = %s AND category_id = ANY(%s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to >= %s)
"""


def products_for_sale() -> QuerySet[Product]:
    """Return the products that may be ordered, by SKU."""
    return Product.objects.filter(active=True).order_by("sku")


def products_by_sku(skus: Iterable[str]) -> dict[str, Product]:
    """Return the products for sale with these SKUs.

    :raises UnknownProduct: one does not exist or is inactive; the message names all of them.
    """
    wanted = set(skus)
    found = {
        product.sku: product for product in rows.read(Product, "sku = ANY(%s) AND active", [sorted(wanted)])
    }
    missing = sorted(wanted - found.keys())
    if missing:
        raise errors.UnknownProduct(f"No such product is for sale: {', '.join(missing[:10])}.", skus=missing)
    return found


def prices(*, price_list_id: int, quantities: Mapping[int, Decimal], on: date) -> dict[int, PriceBreak]:
    """Return the price of each product at its quantity on *on*, where the list has one."""
    breaks: dict[int, list[PriceBreak]] = defaultdict(list)
    for product_id, minimum, unit_price, code in fetch_all(PRICES, [price_list_id, list(quantities), on, on]):
        breaks[product_id].append(PriceBreak(minimum, unit_price, f"{code} from {minimum.normalize():f}"))
    best = {
        product_id: best_price(found, quantity=quantities[product_id]) for product_id, found in breaks.items()
    }
    return {product_id: found for product_id, found in best.items() if found is not None}


def tax_treatments(*, region_id: int, category_ids: Iterable[int], on: date) -> dict[int, TaxTreatment]:
    """Return the tax treatment of each category in the region on *on*.

    :raises TaxRateMissing: a category has none.
    """
    wanted = set(category_ids)
    found = {
        category_id: TaxTreatment(code, rate, legal_text)
        for category_id, code, rate, legal_text in fetch_all(TAX_RATES, [region_id, list(wanted), on, on])
    }
    if missing := wanted - found.keys():
        raise errors.TaxRateMissing(
            f"No tax rate is set on {on} for {len(missing)} tax categories of this customer's region.",
            category_ids=sorted(missing),
        )
    return found
