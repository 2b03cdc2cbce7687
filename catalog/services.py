"""The catalog's verbs."""

from datetime import date, timedelta
from decimal import Decimal

from catalog import errors
from catalog.models import Price, PriceList, Product, TaxCategory
from catalog.rules import is_price, is_quantity
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import User

ONE_DAY = timedelta(days=1)


@verb
def add_product(
    *,
    sku: str,
    name: str,
    tax_category: TaxCategory,
    actor: User,
    kind: str = Product.Kind.GOODS,
    standard_cost: Decimal = Decimal(0),
) -> Product:
    """Add a product; one that exists with this SKU is returned unchanged.

    :raises NotPermitted: *actor* may not add products.
    """
    if not actor.has_perm("catalog.add_product"):
        raise NotPermitted(f"{actor} may not add products.")
    audit.set_actor(actor.pk)
    product, _ = Product.objects.get_or_create(
        sku=sku,
        defaults={
            "name": name,
            "tax_category": tax_category,
            "kind": kind,
            "standard_cost": standard_cost,
        },
    )
    return product


@verb
def set_price(
    *,
    price_list: PriceList,
    product: Product,
    unit_price: Decimal,
    valid_from: date,
    actor: User,
    minimum_quantity: Decimal = Decimal(1),
) -> Price:
    """Set the net unit price from *valid_from* on; the price that held until then ends the day before.

    :raises InvalidPrice: *unit_price* or *minimum_quantity* cannot be right.
    :raises NotPermitted: *actor* may not set prices.
    """
    if not actor.has_perm("catalog.add_price"):
        raise NotPermitted(f"{actor} may not set prices.")
    if not is_price(unit_price) or not is_quantity(minimum_quantity):
        raise errors.InvalidPrice(f"{unit_price} from {minimum_quantity} is no price.")
    audit.set_actor(actor.pk)
    same = Price.objects.filter(price_list=price_list, product=product, minimum_quantity=minimum_quantity)
    same.filter(valid_from=valid_from).delete()
    running = same.filter(valid_from__lt=valid_from, valid_to=None).first()
    if running is not None:
        running.valid_to = valid_from - ONE_DAY
        running.save(update_fields=["valid_to"])
    return Price.objects.create(
        price_list=price_list,
        product=product,
        unit_price=unit_price,
        minimum_quantity=minimum_quantity,
        valid_from=valid_from,
    )
