"""Submitting an order: the customer stands by it, and from here on prices, taxes and terms are frozen."""

from dataclasses import dataclass
from datetime import date

from credit.models import CreditAccount
from customers import selectors as customers
from customers.models import Customer
from customers.selectors import AddressCopies
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from orders import errors
from orders.events import OrderSubmitted
from orders.models import Order, OrderLine
from orders.services.checks import check_past, ensure_nothing_wrong, products_off_sale
from orders.services.decide import confirm_or_hold, lock_with_credit
from orders.specification import submission_problems


@dataclass(frozen=True, slots=True)
class Drafted:
    """An order with its lines, and what was read to make or to check it."""

    order: Order
    lines: list[OrderLine]
    customer: Customer
    addresses: AddressCopies


@verb
def submit_order(
    *,
    order_id: int,
    on: date,
    actor: User,
    acknowledges_duplicate: bool = False,
    expected_version: int | None = None,
) -> Order:
    """Take the customer at their word: freeze prices, taxes and terms, then confirm the order or hold it.

    *acknowledges_duplicate* says that the same lines within a short while are meant.

    :raises OrderChanged: the order is at another version than *expected_version*.
    :raises OrderNotSubmittable: it is no draft.
    :raises InvalidOrder: something is missing or impossible; the details name all of it, and who can mend it.
    :raises DuplicateSuspected: a person enters what the customer ordered a short while ago.
    :raises NotPermitted: *actor* may not submit orders.
    """
    account, order, lines = lock_with_credit(order_id, expected_version=expected_version)
    ensure_submittable(order, by=actor)
    customer = order.customer
    problems = submission_problems(
        po_number=order.po_number,
        requested_on=order.requested_on,
        delivery_address=order.delivery_address,
        demands=customer,
        on=on,
    )
    ensure_nothing_wrong([*problems, *products_off_sale(lines)])
    drafted = Drafted(order, lines, customer, customers.address_copies(customer=customer))
    mark_submitted(drafted, account=account, acknowledges_duplicate=acknowledges_duplicate)
    rows.update(order, "state", "screening_score", "screening")
    announce(OrderSubmitted.of(order, on=on, actor=actor))
    return confirm_or_hold(order, lines, account=account, on=on, actor=actor)


def ensure_submittable(order: Order, *, by: User) -> None:
    """Refuse what is no draft, and who may not submit.

    :raises OrderNotSubmittable: the order is no draft.
    :raises NotPermitted: *by* may not submit orders.
    """
    ensure_can(order.mark_submitted, by=by, otherwise=errors.OrderNotSubmittable)


def mark_submitted(drafted: Drafted, *, account: CreditAccount, acknowledges_duplicate: bool) -> None:
    """Compare a complete draft with its customer's past and mark it as submitted; the caller writes and announces it.

    :raises DuplicateSuspected: a person enters what the customer ordered a short while ago.
    """
    check_past(
        drafted.order,
        drafted.lines,
        customer=drafted.customer,
        addresses=drafted.addresses,
        account=account,
        acknowledges_duplicate=acknowledges_duplicate,
    )
    drafted.order.mark_submitted()
