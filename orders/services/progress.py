"""What the stages above tell an order: shipped, invoiced, settled. Building blocks of their transactions."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from credit import services as credit
from credit.models import CreditAccount
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, requires_transaction
from o2c.kernel.events import announce
from o2c.kernel.models import Company, User
from o2c.kernel.money import ZERO
from orders import errors
from orders.events import OrderClosed, OrderReopened
from orders.models import Order, OrderLine
from orders.rules import is_carried_out, uninvoiced_gross

ADD_SHIPPED = """
UPDATE orders_orderline line SET shipped = line.shipped + done.quantity,
    reserved = line.reserved - CASE WHEN line.is_stocked THEN done.quantity ELSE 0 END
FROM unnest(%s::bigint[], %s::numeric[]) AS done(id, quantity) WHERE line.id = done.id
"""

ADD_RETURNED = """
UPDATE orders_orderline line SET returned = line.returned + back.quantity
FROM unnest(%s::bigint[], %s::numeric[]) AS back(id, quantity) WHERE line.id = back.id
"""

ADD_INVOICED = """
UPDATE orders_orderline line SET invoiced = line.invoiced + done.quantity
FROM unnest(%s::bigint[], %s::numeric[]) AS done(id, quantity) WHERE line.id = done.id
"""


@requires_transaction
def lock_order(*, order_id: int) -> Order:
    """Lock an order on behalf of a stage above; its lines are protected by the same lock."""
    order = Order.objects.lock(order_id)
    order.company = rows.read(Company, "id = %s", [order.company_id])[0]
    return order


def lines_of(order: Order) -> list[OrderLine]:
    """Return the order's lines by position. Read under the order's lock, they cannot change."""
    return rows.read(OrderLine, "order_id = %s", [order.pk], "ORDER BY position")


@requires_transaction
def record_shipped(*, order: Order, shipped: Sequence[tuple[OrderLine, Decimal]]) -> None:
    """Note on the locked order what left, as (line, quantity); the stock reserved for it is used up.

    The lines were read under the order's lock.

    :raises OrderNotShippable: the order is not confirmed, or a line has less left to ship.
    """
    if order.state != Order.State.CONFIRMED:
        raise errors.OrderNotShippable(
            _("The order %(order)s is %(state)s.")
            % {"order": order.number, "state": order.get_state_display().lower()}
        )
    for line, quantity in shipped:
        if quantity > (line.reserved if line.is_stocked else line.to_ship):
            raise errors.OrderNotShippable(
                _("%(description)s: more would ship than is reserved.") % {"description": line.description}
            )
    fetch_all(ADD_SHIPPED, [[line.pk for line, __ in shipped], [quantity for __, quantity in shipped]])


@requires_transaction
def record_returned(*, returned: Sequence[tuple[OrderLine, Decimal]]) -> None:
    """Note on a locked order what came back, as (line, quantity).

    The lines were read under the order's lock. Nothing else changes: what was shipped is still billed, and
    credited as returned (docs/adr/0013), so an order closes, or stays closed, all the same.

    :raises OrderNotReturnable: more would come back than was shipped.
    """
    for line, quantity in returned:
        if line.returned + quantity > line.shipped:
            raise errors.OrderNotReturnable(
                _("%(description)s: more would come back than was shipped.")
                % {"description": line.description}
            )
    fetch_all(ADD_RETURNED, [[line.pk for line, __ in returned], [quantity for __, quantity in returned]])


@requires_transaction
def record_invoiced(
    *,
    account: CreditAccount,
    order: Order,
    lines: Sequence[OrderLine],
    quantities: Mapping[int, Decimal],
    due_on: date | None,
    on: date,
    actor: User,
) -> None:
    """Note on the locked order what was invoiced, by line id, and when it is due: None for nothing to pay.

    *lines* are all of the order's, read under its lock. The claim on the customer's credit shrinks to what
    is not invoiced yet: the receivable counts now.

    :raises OrderNotInvoiceable: more would be invoiced than was shipped.
    """
    for line in lines:
        line.invoiced += quantities.get(line.pk, ZERO)
        if line.invoiced > line.shipped:
            raise errors.OrderNotInvoiceable(
                _("%(description)s: more would be invoiced than was shipped.")
                % {"description": line.description}
            )
    fetch_all(ADD_INVOICED, [list(quantities), list(quantities.values())])
    credit.commit(
        account=account, reference=order.number, amount=uninvoiced_gross(lines, currency=order.currency)
    )
    if due_on is None:
        close_if_settled(order, lines, on=on, actor=actor)
    else:
        order.open_invoices += 1
        order.due_on = min(order.due_on or due_on, due_on)
        rows.update(order, "open_invoices", "due_on")


@requires_transaction
def record_settlement(
    *, order: Order, open_invoices: int, due_on: date | None, on: date, actor: User
) -> None:
    """Note on the locked order how many of its invoices are open and when the first is due.

    With the last one settled it closes when it is carried out; with one open again a closed order reopens.
    """
    order.open_invoices, order.due_on = open_invoices, due_on
    rows.update(order, "open_invoices", "due_on")
    if open_invoices:
        _reopen_if_closed(order, on=on, actor=actor)
    else:
        close_if_settled(order, lines_of(order), on=on, actor=actor)


def _reopen_if_closed(order: Order, *, on: date, actor: User) -> None:
    if order.state != Order.State.CLOSED:
        return
    order.mark_reopened()
    rows.update(order, "state")
    announce(OrderReopened.of(order, on=on, actor=actor))


def close_if_settled(order: Order, lines: Sequence[OrderLine], *, on: date, actor: User) -> None:
    """Close a confirmed order when everything shipped is invoiced and every invoice is settled."""
    if order.state != Order.State.CONFIRMED or order.open_invoices or not is_carried_out(lines):
        return
    order.mark_closed()
    rows.update(order, "state")
    announce(OrderClosed.of(order, on=on, actor=actor))
