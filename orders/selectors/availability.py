"""What of a product can be had when, by somebody who has not ordered yet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.errors import UnknownProduct
from catalog.models import Product
from inventory import selectors as inventory
from inventory.rules import Arrival, Promise, Supply, promise
from o2c.kernel.db import fetch_all
from o2c.kernel.money import ZERO

# What other confirmed orders wait for: they are served first. The index holds only lines that wait.
WAITED_FOR = """
SELECT line.product_id, sum(line.ordered - line.cancelled - line.shipped - line.reserved)
FROM orders_orderline line JOIN orders_order other ON other.id = line.order_id
WHERE line.product_id = ANY(%s::bigint[]) AND line.is_stocked
  AND line.ordered > line.cancelled + line.shipped + line.reserved
  AND other.state = 'confirmed' AND other.warehouse_id = %s AND other.id <> %s
GROUP BY line.product_id
"""


def waited_for(
    *, warehouse_id: int, product_ids: Collection[int], but_order_id: int = 0
) -> dict[int, Decimal]:
    """Return what confirmed orders, but for one, wait for of each product in a warehouse; one statement."""
    if not product_ids:
        return {}
    return dict(fetch_all(WAITED_FOR, [list(product_ids), warehouse_id, but_order_id]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """When a quantity of a product could leave; *promise* is None for what needs no stock: it is there at once.

    *free* is what nobody has been promised, *arrivals* what is to come in.
    """

    product: Product
    quantity: Decimal
    free: Decimal
    promise: Promise | None
    arrivals: list[Arrival]


def availability(*, company_id: int, wanted: Mapping[str, Decimal], on: date) -> list[Availability]:
    """Return when these quantities, by SKU, could leave if they were ordered on *on*.

    From the warehouse that an order of them would leave from. Confirmed orders that wait are served first.
    Four statements, however many products. What is not sold any more is there too, with its alternative.

    :raises UnknownProduct: there is no such SKU.
    :raises NotSetUp: the company has no active warehouse.
    """
    products = _known(wanted)
    goods = {product.pk for product in products.values() if product.active and product.is_stocked}
    warehouse = inventory.choose_warehouse(
        company_id=company_id,
        wanted={products[sku].pk: quantity for sku, quantity in wanted.items() if products[sku].pk in goods},
    )
    supplies = inventory.supply(warehouse_id=warehouse.pk, product_ids=goods)
    claimed = waited_for(warehouse_id=warehouse.pk, product_ids=goods)
    return [
        _available(
            products[sku],
            quantity,
            supply=_without_names(supplies.get(products[sku].pk, Supply(ZERO))),
            claimed=claimed.get(products[sku].pk, ZERO),
            handling_days=warehouse.handling_days,
            today=on,
        )
        for sku, quantity in wanted.items()
    ]


def _known(wanted: Mapping[str, Decimal]) -> dict[str, Product]:
    found = Product.objects.filter(sku__in=wanted).select_related("alternative")
    products = {product.sku: product for product in found}
    missing = sorted(wanted.keys() - products.keys())
    if missing:
        raise UnknownProduct(
            _("There is no such product: %(missing)s.") % {"missing": ", ".join(missing[:10])}, skus=missing
        )
    return products


def _without_names(supply: Supply) -> Supply:
    """Return the supply without our purchase orders' numbers, which are nobody else's business."""
    return replace(supply, arrivals=[replace(arrival, reference="") for arrival in supply.arrivals])


def _available(
    product: Product,
    quantity: Decimal,
    *,
    supply: Supply,
    claimed: Decimal,
    handling_days: int,
    today: date,
) -> Availability:
    if not product.active or not product.is_stocked:
        told = None if product.active else Promise(None, _("not sold any more"))
        return Availability(product=product, quantity=quantity, free=ZERO, promise=told, arrivals=[])
    return Availability(
        product=product,
        quantity=quantity,
        free=max(supply.free - claimed, ZERO),
        promise=promise(
            quantity=quantity, supply=supply, handling_days=handling_days, today=today, claimed=claimed
        ),
        arrivals=sorted(supply.arrivals, key=lambda arrival: arrival.on),
    )
