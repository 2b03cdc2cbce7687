"""What is sold."""

from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Product, TaxCategory
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import User


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
        raise NotPermitted(_("%(actor)s may not add products.") % {"actor": actor})
    audit.set_actor(actor.pk)
    product, __ = Product.objects.get_or_create(
        sku=sku,
        defaults={
            "name": name,
            "tax_category": tax_category,
            "kind": kind,
            "standard_cost": standard_cost,
        },
    )
    return product
