"""Questions to the catalog; each is one query, however many lines ask."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _, ngettext

from catalog import errors
from catalog.models import PriceList, Product, TaxRegion
from catalog.models.tax import TaxEvidence
from catalog.rules import OrderDiscountBreak, PriceBreak, TaxTreatment, best_price
from o2c.kernel import rows
from o2c.kernel.db import fetch_all
from o2c.kernel.figures import day_words

RULE_LENGTH = 80  # of an order's column

# Prices and discounts of the same lists in one statement; the list that was named first has place 1.
PRICING = """
WITH lists AS MATERIALIZED (
    SELECT list.id, list.code, wanted.place
    FROM unnest(%(lists)s::bigint[]) WITH ORDINALITY AS wanted(id, place)
    JOIN catalog_pricelist list ON list.id = wanted.id
)
SELECT lists.place, lists.code, price.product_id, price.minimum_quantity, price.unit_price, ''
FROM catalog_price price JOIN lists ON lists.id = price.price_list_id
WHERE price.product_id = ANY(%(products)s) AND price.price_list_id = ANY(%(lists)s)
  AND price.valid_from <= %(on)s AND (price.valid_to IS NULL OR price.valid_to >= %(on)s)
UNION ALL
SELECT lists.place, lists.code, NULL, discount.from_net, discount.percent, discount.name
FROM catalog_orderdiscount discount JOIN lists ON lists.id = discount.price_list_id
WHERE discount.valid_from <= %(on)s AND (discount.valid_to IS NULL OR discount.valid_to >= %(on)s)
ORDER BY 1, 4
"""

# The region whose rates apply, with them; no row if the evidence is missing and nothing applies instead.
TAX_RATES = """
WITH applying AS (
    SELECT CASE WHEN evidence = ANY(%(evidence)s) THEN id ELSE without_evidence_id END AS id
    FROM catalog_taxregion WHERE id = %(region)s
)
SELECT rate.category_id, rate.code, rate.rate, rate.legal_text
FROM applying
JOIN catalog_taxregion region ON region.id = applying.id AND region.evidence = ANY(%(evidence)s)
LEFT JOIN catalog_taxrate rate ON rate.region_id = region.id AND rate.category_id = ANY(%(categories)s)
  AND rate.valid_from <= %(on)s AND (rate.valid_to IS NULL OR rate.valid_to >= %(on)s)
"""


@dataclass(frozen=True, slots=True)
class Pricing:
    """What some lists say on a day: a price for each product that has one, and the discounts on whole orders."""

    prices: dict[int, PriceBreak]
    discounts: list[OrderDiscountBreak]


def currencies_in_use() -> list[str]:
    """Return the currencies that anything is sold in: those of the price lists."""
    return list(PriceList.objects.order_by("currency").values_list("currency", flat=True).distinct())


def products_for_sale() -> QuerySet[Product]:
    """Return the products that may be ordered, by SKU."""
    return Product.objects.filter(active=True).order_by("sku")


def find_products(words: str, *, limit: int) -> list[Product]:
    """Return the products for sale whose SKU begins with *words* or whose name has them, by SKU."""
    wanted = Q(sku__istartswith=words) | Q(name__icontains=words)
    return list(products_for_sale().filter(wanted)[:limit])


def spelt(skus: Iterable[str]) -> dict[str, str]:
    """Return for each SKU, as somebody typed it, how it is written: capitals where only those are known."""
    typed = {sku: sku.upper() for sku in skus}
    known = set(Product.objects.filter(sku__in={*typed, *typed.values()}).values_list("sku", flat=True))
    return {sku: upper if sku not in known and upper in known else sku for sku, upper in typed.items()}


def products_by_sku(skus: Iterable[str]) -> dict[str, Product]:
    """Return the products for sale with these SKUs.

    :raises UnknownProduct: one does not exist or is inactive; the message names all of them, and what is
        sold instead.
    """
    wanted = set(skus)
    found = {
        product.sku: product for product in rows.read(Product, "sku = ANY(%s) AND active", [sorted(wanted)])
    }
    missing = sorted(wanted - found.keys())
    if missing:
        raise _unknown(missing)
    return found


def _unknown(skus: Sequence[str]) -> errors.UnknownProduct:
    withdrawn = Product.objects.filter(sku__in=skus, active=False, alternative__active=True).order_by("sku")
    instead = dict(withdrawn.values_list("sku", "alternative__sku"))
    words = [
        _("No such product is for sale: %(skus)s.") % {"skus": ", ".join(skus[:10])},
        *(
            _("%(other)s is sold instead of %(sku)s.") % {"other": other, "sku": sku}
            for sku, other in list(instead.items())[:10]
        ),
    ]
    return errors.UnknownProduct(" ".join(words), skus=list(skus), instead=instead)


def prices(*, price_list_ids: Sequence[int], quantities: Mapping[int, Decimal], on: date) -> Pricing:
    """Return the price of each product (by its id) at its quantity on *on*, and the order discounts; one statement.

    The lists are given in order of precedence: the first that has a price for the quantity decides, be it
    higher or lower than the next one's. A product without a price in any of them is left out.
    """
    by_list: dict[tuple[int, int], list[PriceBreak]] = defaultdict(list)
    discounts = []
    wanted = {"lists": list(dict.fromkeys(price_list_ids)), "products": list(quantities), "on": on}
    for place, code, product_id, minimum, figure, name in fetch_all(PRICING, wanted):
        if product_id is None:
            discounts.append(OrderDiscountBreak(minimum, figure, f"{name} ({code})"[:RULE_LENGTH]))
        else:
            rule = f"{code} from {minimum.normalize():f}"
            by_list[place, product_id].append(PriceBreak(minimum, figure, rule, code))
    found: dict[int, PriceBreak] = {}
    for (_place, product_id), breaks in by_list.items():  # by place, as the statement sorts them
        best = best_price(breaks, quantity=quantities[product_id])
        if best is not None:
            found.setdefault(product_id, best)
    return Pricing(found, discounts)


def tax_treatments(
    *, region_id: int, category_ids: Iterable[int], on: date, evidence: Collection[str]
) -> dict[int, TaxTreatment]:
    """Return the tax treatment of each category in the region on *on*; one statement.

    *evidence* is what is on file of the customer, as values of `TaxEvidence`. Where the region demands other,
    the rates of the region apply that it names for that case.

    :raises TaxEvidenceMissing: the region demands other evidence and names no region without.
    :raises TaxRateMissing: a category has no rate.
    """
    wanted = set(category_ids)
    parameters = {
        "region": region_id,
        "categories": list(wanted),
        "on": on,
        "evidence": [TaxEvidence.NONE.value, *evidence],
    }
    rates = fetch_all(TAX_RATES, parameters)
    if not rates:
        raise errors.TaxEvidenceMissing(
            _("The customer's tax region demands evidence that is not on file."), region_id=region_id
        )
    found = {
        category_id: TaxTreatment(code, rate, legal_text)
        for category_id, code, rate, legal_text in rates
        if category_id is not None
    }
    if missing := wanted - found.keys():
        raise errors.TaxRateMissing(
            ngettext(
                "No tax rate is set on %(on)s for %(number)s tax category of this customer's region.",
                "No tax rate is set on %(on)s for %(number)s tax categories of this customer's region.",
                len(missing),
            )
            % {"on": day_words(on), "number": len(missing)},
            category_ids=sorted(missing),
        )
    return found


def tax_regions() -> list[TaxRegion]:
    """Return the tax regions, in the order in which they were set up."""
    return rows.read(TaxRegion, "true", [], "ORDER BY id")
