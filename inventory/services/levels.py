"""What every verb on stock is made of: levels locked in primary-key order, changed and moved by one statement each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _, gettext_lazy

from catalog.models import Product
from catalog.rules import is_quantity
from inventory import errors
from inventory.models import StockLevel, StockMove
from o2c.kernel import rows, units
from o2c.kernel.db import fetch_all
from o2c.kernel.errors import NotFound
from o2c.kernel.figures import typed
from o2c.kernel.models import User
from o2c.kernel.money import ZERO

NOTHING = {
    "received": gettext_lazy("There is nothing to be received."),
    "scrapped": gettext_lazy("There is nothing to be scrapped."),
    "sent": gettext_lazy("There is nothing to be sent."),
}
IMPOSSIBLE = {
    "received": gettext_lazy("%(quantity)s cannot be received."),
    "scrapped": gettext_lazy("%(quantity)s cannot be scrapped."),
    "sent": gettext_lazy("%(quantity)s cannot be sent."),
}
SHORT = {
    "held": gettext_lazy("%(sku)s: %(wanted)s to be held, %(free)s free"),
    "scrapped": gettext_lazy("%(sku)s: %(wanted)s to be scrapped, %(free)s free"),
    "sent": gettext_lazy("%(sku)s: %(wanted)s to be sent, %(free)s free"),
}


SET_LEVELS = """
UPDATE inventory_stocklevel level
SET on_hand = level.on_hand + change.on_hand, reserved = level.reserved + change.reserved,
    value = level.value + change.value
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[]) AS change(id, on_hand, reserved, value)
WHERE level.id = change.id
"""

MAKE_LEVELS = """
INSERT INTO inventory_stocklevel (warehouse_id, product_id, on_hand, reserved, value, bin)
SELECT %s, product, 0, 0, 0, '' FROM unnest(%s::bigint[]) AS product ORDER BY product
ON CONFLICT (warehouse_id, product_id) DO NOTHING
"""


class Change(NamedTuple):
    """What is added to a level; negative for what leaves it. The value is in base currency."""

    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    value: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why stock moves: the once-only *source*, the business date, and who does it."""

    kind: str
    source: str
    on: date
    actor: User


def lock_levels(*, warehouse_id: int, product_ids: Iterable[int]) -> dict[int, StockLevel]:
    """Return the locked level of each product that has one in the warehouse."""
    return StockLevel.objects.lock_for(warehouse_id=warehouse_id, product_ids=set(product_ids))


def lock_made_levels(*, warehouse_id: int, product_ids: Iterable[int]) -> dict[int, StockLevel]:
    """Return the locked level of each product, made where the warehouse never had it.

    :raises NotFound: there is no such product, or it is none that is stocked.
    """
    wanted = set(product_ids)
    known = set(Product.objects.filter(pk__in=wanted, kind=Product.Kind.GOODS).values_list("pk", flat=True))
    for product_id in sorted(wanted - known):
        raise NotFound(_("There are no goods %(product_id)s.") % {"product_id": product_id})
    fetch_all(MAKE_LEVELS, [warehouse_id, sorted(wanted)])
    return lock_levels(warehouse_id=warehouse_id, product_ids=wanted)


def change_levels(changes: Mapping[int, Change]) -> None:
    """Change each level by its id."""
    on_hand, reserved, value = zip(*changes.values(), strict=True)
    fetch_all(SET_LEVELS, [list(changes), list(on_hand), list(reserved), list(value)])


def move(changes: Mapping[int, Change], *, cause: Cause) -> None:
    """Change each level by its id, and write why its stock moved.

    :raises StockSourceReused: the source was booked for one of the levels before.
    """
    ensure_new((level_id for level_id, change in changes.items() if change.on_hand), cause)
    change_and_record(changes, cause=cause)


def change_and_record(changes: Mapping[int, Change], *, cause: Cause) -> None:
    """Do the same for a source that is a document of ours, which cannot come twice."""
    change_levels(changes)
    rows.insert(
        [
            StockMove(
                level_id=level_id,
                kind=cause.kind,
                quantity=change.on_hand,
                value=change.value,
                source=cause.source,
                on=cause.on,
                actor_id=cause.actor.pk,
            )
            for level_id, change in changes.items()
            if change.on_hand
        ]
    )


def ensure_new(level_ids: Iterable[int], cause: Cause) -> None:
    """Refuse a delivery or count that is in the books; its levels are locked, so nobody is booking it now.

    :raises StockSourceReused: see above.
    """
    if StockMove.objects.filter(level_id__in=list(level_ids), source=cause.source).exists():
        raise errors.StockSourceReused(
            _("%(source)s was booked for this product before.") % {"source": cause.source},
            source=cause.source,
            hint=errors.REUSED.get(cause.kind, ""),
        )


def ensure_quantities(wanted: Mapping[int, Decimal], *, verb: str) -> None:
    """Refuse what is no quantity.

    :raises InvalidQuantity: there is none at all, or one is not above zero, or too fine.
    """
    if not wanted:
        raise errors.InvalidQuantity(NOTHING[verb])
    for quantity in wanted.values():
        if not is_quantity(quantity):
            raise errors.InvalidQuantity(IMPOSSIBLE[verb] % {"quantity": quantity})
    ensure_whole(wanted)


def ensure_whole(quantities: Mapping[int, Decimal]) -> None:
    """Refuse parts of products that are only counted; a query where a quantity is no whole number.

    :raises InvalidQuantity: there is no such part of one.
    """
    parts = {product_id: quantity for product_id, quantity in quantities.items() if quantity % 1}
    if not parts:
        return
    for product in Product.objects.filter(pk__in=parts, unit__in=units.COUNTED).order_by("sku"):
        raise errors.InvalidQuantity(
            _("%(quantity)s is no whole number, and %(sku)s is counted in whole units (%(unit)s).")
            % {
                "quantity": typed(parts[product.pk]),
                "sku": product.sku,
                "unit": units.short_name(product.unit),
            }
        )


def ensure_free(levels: Mapping[int, StockLevel], wanted: Mapping[int, Decimal], *, verb: str) -> None:
    """Refuse to take what is promised to somebody.

    :raises InsufficientStock: less is free of a product; the details say how much of which.
    """
    free = {product_id: levels[product_id].free if product_id in levels else ZERO for product_id in wanted}
    short = [product_id for product_id, quantity in wanted.items() if free[product_id] < quantity]
    if not short:
        return
    skus = dict(Product.objects.filter(pk__in=short).values_list("pk", "sku"))
    words = ", ".join(
        SHORT[verb]
        % {
            "sku": skus.get(product_id, product_id),
            "wanted": typed(wanted[product_id]),
            "free": typed(free[product_id]),
        }
        for product_id in short
    )
    raise errors.InsufficientStock(
        _("There is not enough free stock: %(products)s.") % {"products": words},
        free={str(product_id): f"{free[product_id]:f}" for product_id in short},
    )
