"""Questions to the catalog; each is one query, however many lines ask."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from catalog import errors
from catalog.models import Price, Product, TaxRate
from catalog.rules import PriceBreak, TaxTreatment, best_price
from o2c.kernel import rows


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
    valid = Price.objects.filter(
        price_list_id=price_list_id,
        product_id__in=quantities.keys(),
        valid_from__lte=on,
    )
    breaks: dict[int, list[PriceBreak]] = defaultdict(list)
    for product_id, minimum, unit_price, code in valid.filter(
        Q(valid_to=None) | Q(valid_to__gte=on)
    ).values_list("product_id", "minimum_quantity", "unit_price", "price_list__code"):
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
    rates = TaxRate.objects.filter(region_id=region_id, category_id__in=wanted, valid_from__lte=on)
    found = {
        category_id: TaxTreatment(code, rate, legal_text)
        for category_id, code, rate, legal_text in rates.filter(
            Q(valid_to=None) | Q(valid_to__gte=on)
        ).values_list("category_id", "code", "rate", "legal_text")
    }
    if missing := wanted - found.keys():
        raise errors.TaxRateMissing(
            f"No tax rate is set on {on} for {len(missing)} tax categories of this customer's region.",
            category_ids=sorted(missing),
        )
    return found
