"""Goods on their way from one warehouse of the company to another. Locks: stock levels, then the transfer.

On the way they are nobody's level, but still the company's stock: their worth travels on the transfer's
lines, so sending moves nothing in the books, and arriving only what did not arrive.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from inventory import errors
from inventory.events import TransferReceived, TransferSent
from inventory.models import StockLevel, StockMove, Transfer, TransferLine, Warehouse
from inventory.rules import leaving_value
from inventory.services.levels import (
    Cause,
    Change,
    change_and_record,
    ensure_free,
    ensure_quantities,
    lock_levels,
    lock_made_levels,
)
from inventory.services.moves import ensure_active, tell_received
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, requires_transaction
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words, typed
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, total

SET_RECEIVED = """
UPDATE inventory_transferline line SET received = new.received
FROM unnest(%s::bigint[], %s::numeric[]) AS new(id, received) WHERE line.id = new.id
"""


@requires_transaction
def send_transfer(
    *,
    source: Warehouse,
    target: Warehouse,
    wanted: Mapping[int, Decimal],
    on: date,
    expected_on: date,
    currency: str,
    actor: User,
) -> Transfer:
    """Send goods that are promised to nobody, *wanted* by product, to another warehouse.

    :raises InvalidTransfer: the warehouses are one, or of two companies, or the goods would arrive before *on*.
    :raises WarehouseInactive: nothing comes into *target* any more.
    :raises InvalidQuantity: nothing is sent, or a quantity is not above zero.
    :raises InsufficientStock: less is free of a product.
    """
    _ensure_possible(source, target, on=on, expected_on=expected_on)
    ensure_quantities(wanted, verb="sent")
    levels = lock_levels(warehouse_id=source.pk, product_ids=wanted)
    ensure_free(levels, wanted, verb="sent")
    values = {
        product_id: _leaving(levels[product_id], quantity, currency)
        for product_id, quantity in wanted.items()
    }
    [transfer] = rows.insert(
        [Transfer(source=source, target=target, sent_on=on, expected_on=expected_on, created_by=actor)]
    )
    rows.insert(
        [
            TransferLine(
                transfer=transfer, product_id=product_id, quantity=quantity, value=values[product_id]
            )
            for product_id, quantity in wanted.items()
        ]
    )
    changes = {
        levels[product_id].pk: Change(on_hand=-quantity, value=-values[product_id])
        for product_id, quantity in wanted.items()
    }
    change_and_record(changes, cause=_cause(transfer, on=on, actor=actor))
    announce(
        TransferSent.of(
            transfer,
            on=on,
            actor=actor,
            source=source.code,
            target=target.code,
            expected_on=str(expected_on),
        )
    )
    return transfer


def _ensure_possible(source: Warehouse, target: Warehouse, *, on: date, expected_on: date) -> None:
    if source.pk == target.pk:
        raise errors.InvalidTransfer(_("The goods are in this warehouse already."))
    if source.company_id != target.company_id:
        raise errors.InvalidTransfer(
            _("%(target)s belongs to another company.") % {"target": target.name},
            hint=_("Sell the goods to it with an order."),
        )
    if expected_on < on:
        raise errors.InvalidTransfer(
            _("Sent on %(on)s, the goods cannot arrive on %(expected_on)s.")
            % {"on": day_words(on), "expected_on": day_words(expected_on)}
        )
    ensure_active(target)


def _leaving(level: StockLevel, quantity: Decimal, currency: str) -> Decimal:
    return leaving_value(on_hand=level.on_hand, value=level.value, quantity=quantity, currency=currency)


def _cause(transfer: Transfer, *, on: date, actor: User) -> Cause:
    return Cause(kind=StockMove.Kind.TRANSFER, source=f"transfer/{transfer.pk}", on=on, actor=actor)


@requires_transaction
def receive_transfer(
    *,
    transfer_id: int,
    target: Warehouse,
    arrived: Mapping[int, Decimal] | None,
    on: date,
    currency: str,
    actor: User,
) -> tuple[Transfer, Decimal]:
    """Take a transfer into *target*, which it was sent to; return it, and the worth of what did not arrive.

    *arrived* is how much came of each product; what it does not name, or all of it without *arrived*, came
    whole. Where the last unit is missing, so is the rest of the worth.

    :raises TransferNotReceivable: it has arrived already.
    :raises InvalidQuantity: a quantity is negative or too fine, above what was sent, or of another product.
    :raises NotPermitted: *actor* may not receive goods.
    """
    lines = list(TransferLine.objects.filter(transfer_id=transfer_id).order_by("product_id"))
    levels = lock_made_levels(warehouse_id=target.pk, product_ids=[line.product_id for line in lines])
    transfer = Transfer.objects.lock(transfer_id)
    ensure_can(transfer.mark_received, by=actor, otherwise=errors.TransferNotReceivable)
    quantities = _arrived(lines, arrived or {})
    changes = {
        levels[line.product_id].pk: Change(on_hand=quantity, value=_worth(line, quantity, currency))
        for line in lines
        if (quantity := quantities[line.product_id])
    }
    transfer.mark_received()
    transfer.received_on = on
    rows.update(transfer, "state", "received_on")
    fetch_all(SET_RECEIVED, [[line.pk for line in lines], [quantities[line.product_id] for line in lines]])
    if changes:
        change_and_record(changes, cause=_cause(transfer, on=on, actor=actor))
    _tell_arrived(transfer, target, lines, quantities, on=on, actor=actor)
    lost = total(line.value for line in lines) - total(change.value for change in changes.values())
    return transfer, lost


def _arrived(lines: list[TransferLine], arrived: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return how much came of each product."""
    sent = {line.product_id: line.quantity for line in lines}
    for product_id in arrived.keys() - sent.keys():
        raise errors.InvalidQuantity(
            _("The product %(product_id)s was not sent.") % {"product_id": product_id},
            hint=_("Book it as found: count it."),
        )
    came = {product_id: quantity for product_id, quantity in arrived.items() if quantity != ZERO}
    if came:
        ensure_quantities(came, verb="received")
    for product_id, quantity in came.items():
        if quantity > sent[product_id]:
            raise errors.InvalidQuantity(
                _("%(quantity)s came, but only %(sent)s were sent.")
                % {"quantity": f"{quantity:f}", "sent": typed(sent[product_id])},
                hint=_("Receive what was sent, and count the rest."),
            )
    return {**sent, **arrived}


def _worth(line: TransferLine, quantity: Decimal, currency: str) -> Decimal:
    return leaving_value(on_hand=line.quantity, value=line.value, quantity=quantity, currency=currency)


def _tell_arrived(
    transfer: Transfer,
    target: Warehouse,
    lines: list[TransferLine],
    quantities: Mapping[int, Decimal],
    *,
    on: date,
    actor: User,
) -> None:
    missing = {
        str(line.product_id): f"{line.quantity - quantities[line.product_id]:f}"
        for line in lines
        if quantities[line.product_id] < line.quantity
    }
    announce(TransferReceived.of(transfer, on=on, actor=actor, target=target.code, missing=missing))
    came = {product_id: quantity for product_id, quantity in quantities.items() if quantity}
    tell_received(target, came, source=transfer.number, on=on, actor=actor)
