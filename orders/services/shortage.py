"""What the warehouse could not find of an order. Building blocks of the picker's transaction."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from credit.models import CreditAccount
from inventory import services as stock
from inventory.rules import Demand
from o2c.kernel.db import requires_transaction
from o2c.kernel.models import User
from orders import errors
from orders.models import Order, OrderLine
from orders.models.order import CancelCode
from orders.services.cancel import withdraw_lines
from orders.services.decide import lock_with_credit, save_quantities


@requires_transaction
def lock_short_order(*, order_id: int) -> tuple[CreditAccount, Order, list[OrderLine]]:
    """Lock what a shortage may change: the customer's credit account and the order; return its lines too.

    :raises OrderNotShippable: the order is not confirmed (any more).
    """
    account, order, lines = lock_with_credit(order_id)
    if order.state != Order.State.CONFIRMED:
        raise errors.OrderNotShippable(
            _("The order %(order)s is %(state)s.")
            % {"order": order.number, "state": order.get_state_display().lower()}
        )
    return account, order, lines


@requires_transaction
def record_shortage(
    *,
    account: CreditAccount,
    order: Order,
    lines: Sequence[OrderLine],
    missing: Mapping[int, Decimal],
    reason: str,
    on: date,
    actor: User,
) -> None:
    """Take back the reservation of what is *missing*, by line id, on the order locked by `lock_short_order`.

    Where the order takes backorders, it waits for goods again; otherwise it is cancelled, and the whole order
    with it when nothing else is left.
    """
    short = [line for line in lines if line.pk in missing]
    stock.release(
        warehouse_id=order.warehouse_id,
        demands=[Demand(line.demand_key, line.product_id, missing[line.pk]) for line in short],
    )
    for line in short:
        line.reserved -= missing[line.pk]
    save_quantities(short)
    if not order.accepts_backorders:
        withdraw_lines(
            order=order,
            lines=lines,
            quantities=missing,
            account=account,
            code=CancelCode.UNFULFILLABLE,
            reason=reason,
            on=on,
            actor=actor,
        )
