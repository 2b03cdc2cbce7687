"""What is to come in, where things lie, when more is bought."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.rules import is_quantity
from inventory import errors
from inventory.events import StockLow
from inventory.models import ExpectedReceipt, ReorderRule, StockLevel, Warehouse
from inventory.selectors import low_stock, reorder_rules
from inventory.services.levels import ensure_whole
from o2c.kernel import audit, rows
from o2c.kernel.db import requires_transaction, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import typed
from o2c.kernel.models import User
from o2c.kernel.money import ZERO

MAX_BIN = 20
MAX_REFERENCE = 60
MAX_LEAD_DAYS = 1000


def _ensure_may(actor: User, permission: str, otherwise: str) -> None:
    if not actor.has_perm(f"inventory.{permission}"):
        raise NotPermitted(otherwise % {"actor": actor})


@verb
def expect_receipt(
    *,
    warehouse: Warehouse,
    product_id: int,
    reference: str,
    quantity: Decimal,
    expected_on: date,
    actor: User,
    supplier: str = "",
) -> ExpectedReceipt:
    """Note that a supplier has promised goods: *reference* is the purchase order.

    :raises InvalidExpectation: the reference is empty or too long.
    :raises InvalidQuantity: *quantity* is not above zero, or too fine.
    :raises NotFound: there are no such goods.
    :raises WarehouseInactive: nothing comes into this warehouse any more.
    :raises ExpectationExists: the product is expected here with this reference already.
    :raises NotPermitted: *actor* may not expect goods.
    """
    _ensure_may(actor, "add_expectedreceipt", _("%(actor)s may not expect goods."))
    _ensure_quantity(quantity, product_id=product_id)
    if not 0 < len(reference.strip()) <= MAX_REFERENCE:
        raise errors.InvalidExpectation(
            _("A purchase order has a number of %(most)s characters at most.") % {"most": MAX_REFERENCE}
        )
    if not warehouse.active:
        raise errors.WarehouseInactive(_("%(warehouse)s is not active.") % {"warehouse": warehouse.name})
    _ensure_goods(product_id)
    audit.set_actor(actor.pk)
    expected = ExpectedReceipt(
        warehouse=warehouse,
        product_id=product_id,
        reference=reference.strip(),
        supplier=supplier[:100],
        quantity=quantity,
        received=ZERO,
        expected_on=expected_on,
    )
    try:
        with transaction.atomic():
            return rows.insert([expected])[0]
    except IntegrityError as error:
        if "expected_once" not in str(error):
            raise
        raise errors.ExpectationExists(
            _("%(reference)s is expected already.") % {"reference": reference}, reference=reference
        ) from error


def _ensure_quantity(quantity: Decimal, *, product_id: int) -> None:
    if not is_quantity(quantity):
        raise errors.InvalidQuantity(_("%(quantity)s cannot be expected.") % {"quantity": quantity})
    ensure_whole({product_id: quantity})


def _ensure_goods(product_id: int) -> None:
    if not Product.objects.filter(pk=product_id, kind=Product.Kind.GOODS).exists():
        raise NotFound(_("There are no goods %(product_id)s.") % {"product_id": product_id})


@verb
def change_expected(
    *,
    expected_id: int,
    actor: User,
    quantity: Decimal | None = None,
    expected_on: date | None = None,
) -> ExpectedReceipt:
    """Note that the supplier will send another quantity, or on another day.

    :raises NotFound: nothing such is expected.
    :raises InvalidQuantity: *quantity* is not above zero, or too fine.
    :raises InvalidExpectation: more than *quantity* has come already.
    :raises NotPermitted: *actor* may not expect goods.
    """
    _ensure_may(actor, "change_expectedreceipt", _("%(actor)s may not expect goods."))
    expected = ExpectedReceipt.objects.lock(expected_id)
    if quantity is not None:
        _ensure_quantity(quantity, product_id=expected.product_id)
        if quantity < expected.received:
            raise errors.InvalidExpectation(
                _("%(received)s of %(reference)s have come already.")
                % {"received": typed(expected.received), "reference": expected.reference}
            )
        expected.quantity = quantity
    expected.expected_on = expected_on or expected.expected_on
    audit.set_actor(actor.pk)
    rows.update(expected, "quantity", "expected_on")
    return expected


@verb
def cancel_expected(*, expected_id: int, actor: User) -> None:
    """Note that the rest will not come. What has come stays; where nothing has, the expectation goes.

    :raises NotFound: nothing such is expected.
    :raises NotPermitted: *actor* may not expect goods.
    """
    _ensure_may(actor, "change_expectedreceipt", _("%(actor)s may not expect goods."))
    expected = ExpectedReceipt.objects.lock(expected_id)
    audit.set_actor(actor.pk)
    if not expected.received:
        expected.delete()
        return
    expected.quantity = expected.received
    rows.update(expected, "quantity")


@requires_transaction
def note_received(
    *, level: StockLevel, reference: str, quantity: Decimal, more_allowed: bool, actor: User
) -> None:
    """Count up what has come of a purchase order, under the lock of the *level* that it came to.

    :raises NotFound: the product is not expected here with this *reference*.
    :raises MoreThanExpected: more came than was still expected, and nobody allowed it.
    """
    found = ExpectedReceipt.objects.lock_where(
        "reference = %s AND product_id = %s AND warehouse_id = %s",
        reference,
        level.product_id,
        level.warehouse_id,
    )
    if not found:
        raise NotFound(
            _("This product is not expected with %(reference)s.") % {"reference": reference},
            hint=_("Receive it without a reference."),
        )
    expected = found[0]
    awaited = expected.quantity - expected.received
    if quantity > awaited and not more_allowed:
        raise errors.MoreThanExpected(
            _("%(quantity)s came, but %(awaited)s of %(reference)s were still expected.")
            % {"quantity": f"{quantity:f}", "awaited": typed(awaited), "reference": reference},
            expected=f"{awaited:f}",
        )
    expected.received = min(expected.quantity, expected.received + quantity)
    audit.set_actor(actor.pk)
    rows.update(expected, "received")


@verb
def set_bin(*, warehouse_id: int, product_id: int, bin: str, actor: User) -> StockLevel:
    """Say where a product lies in the warehouse; empty for nowhere in particular.

    :raises NotFound: the product was never in this warehouse.
    :raises InvalidBin: the name is too long.
    :raises NotPermitted: *actor* may not arrange stock.
    """
    _ensure_may(actor, "change_stocklevel", _("%(actor)s may not arrange stock."))
    name = bin.strip()
    if len(name) > MAX_BIN:
        raise errors.InvalidBin(_("A bin's name has %(most)s characters at most.") % {"most": MAX_BIN})
    levels = StockLevel.objects.lock_for(warehouse_id=warehouse_id, product_ids={product_id})
    if product_id not in levels:
        raise NotFound(
            _("The product %(product_id)s was never in this warehouse.") % {"product_id": product_id}
        )
    level = levels[product_id]
    level.bin = name
    rows.update(level, "bin")
    return level


@verb
def set_reorder_rule(
    *,
    warehouse: Warehouse,
    product_id: int,
    minimum: Decimal,
    target: Decimal,
    actor: User,
    lot: Decimal = Decimal(1),
    lead_days: int = 7,
    supplier: str = "",
) -> ReorderRule:
    """Say when a product is bought for a warehouse, up to how much, and in what lots.

    :raises InvalidReorderRule: the figures do not fit together.
    :raises NotFound: there are no such goods.
    :raises NotPermitted: *actor* may not set reorder rules.
    """
    _ensure_may(actor, "change_reorderrule", _("%(actor)s may not set reorder rules."))
    _ensure_rule(minimum=minimum, target=target, lot=lot, lead_days=lead_days)
    _ensure_goods(product_id)
    audit.set_actor(actor.pk)
    values: dict[str, Any] = {
        "minimum": minimum,
        "target": target,
        "lot": lot,
        "lead_days": lead_days,
        "supplier": supplier[:100],
    }
    rule, __ = ReorderRule.objects.update_or_create(
        warehouse=warehouse, product_id=product_id, defaults=values
    )
    return rule


def _ensure_rule(*, minimum: Decimal, target: Decimal, lot: Decimal, lead_days: int) -> None:
    problems = []
    if minimum != ZERO and not is_quantity(minimum):
        problems.append(_("%(minimum)s is no minimum.") % {"minimum": minimum})
    if not is_quantity(target):
        problems.append(_("%(target)s is no target.") % {"target": target})
    if not is_quantity(lot):
        problems.append(_("%(lot)s is no lot.") % {"lot": lot})
    if not 0 <= lead_days <= MAX_LEAD_DAYS:
        problems.append(_("A lead time of %(lead_days)s days cannot be right.") % {"lead_days": lead_days})
    if not problems and target < minimum:
        problems.append(
            _("The target %(target)s is below the minimum %(minimum)s.")
            % {"target": f"{target:f}", "minimum": f"{minimum:f}"}
        )
    if problems:
        raise errors.InvalidReorderRule(" ".join(problems), problems=problems)


@verb
def watch_stock(*, on: date, actor: User) -> dict[str, int]:
    """Announce each product that has become low, once, and forget those that have recovered.

    A product is low while what is available and expected is below its rule's minimum.
    """
    low = list(low_stock(today=on).filter(low_since=None))
    recovered = list(reorder_rules(today=on).filter(is_low=False, low_since__isnull=False))
    if low or recovered:
        audit.set_actor(actor.pk)
        ReorderRule.objects.filter(pk__in=[rule.pk for rule in low]).update(low_since=on)
        ReorderRule.objects.filter(pk__in=[rule.pk for rule in recovered]).update(low_since=None)
    for rule in low:
        announce(
            StockLow(
                document_id=rule.product_id,
                number=rule.product.sku[:40],
                on=on,
                actor_id=actor.pk,
                warehouse=rule.warehouse.code,
                available=str(rule.available),
                minimum=str(rule.minimum),
            )
        )
    return {"low": len(low), "recovered": len(recovered)}
