"""Capturing an order: what somebody typed or sent becomes lines, checked, priced and taxed."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db import IntegrityError
from django.utils.translation import gettext as _

from credit import services as credit
from customers import selectors as customers
from customers.models import Customer
from inventory import selectors as inventory
from inventory.models import Warehouse
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import errors
from orders.events import OrderCreated, OrderSubmitted
from orders.models import Order, OrderLine
from orders.models.order import Incoterm
from orders.services.checks import ASKED_AT_ONCE, ensure_nothing_wrong
from orders.services.decide import confirm_or_hold
from orders.services.inputs import OrderInput
from orders.services.pricing import ensure_amounts, ensure_prices_meant, price_lines
from orders.services.requests import answer_request
from orders.services.submit import Drafted, ensure_submittable, mark_submitted
from orders.specification import (
    Problem,
    choice_problems,
    discount_problems,
    line_problems,
    priority_problems,
    submission_problems,
)


@verb
def create_order(*, order: OrderInput, actor: User) -> Order:
    """Capture an order as a draft, priced and taxed as of its date, in the customer's currency.

    :raises InvalidOrder: a quantity, price or discount cannot be right, or there are no lines.
    :raises UnknownProduct: a SKU is not for sale.
    :raises PriceMissing: a line has no price of its own and the price lists have none.
    :raises TaxRateMissing: no tax rate applies to a product in the customer's region.
    :raises TaxEvidenceMissing: the region demands evidence that is not on file, and names no other.
    :raises CustomerInactive: the customer was set inactive.
    :raises AddressMissing: neither the input nor the customer has a delivery address.
    :raises DuplicateExternalId: the channel sent the external id before.
    :raises PriceUnusual: a person typed a price far below the price list and does not say that it is meant.
    :raises NotPermitted: *actor* may not enter orders.
    """
    ensure_may_enter(actor)
    drafted = draft(order, actor=actor)
    ensure_meant(order, drafted)
    write(drafted)
    announce(OrderCreated.of(drafted.order, on=order.ordered_on, actor=actor, channel=order.channel))
    answer_request(request_id=order.request_id, order=drafted.order, on=order.ordered_on, actor=actor)
    return drafted.order


@verb
def place_order(*, order: OrderInput, actor: User) -> Order:
    """Create and submit an order in one step, as a checkout does; it comes back confirmed or on hold.

    Raises what `create_order` and `submit_order` raise; all that is wrong with the input at once.

    :raises CartOrdered: its cart became an order before.
    """
    ensure_may_enter(actor)
    account = credit.lock_account(customer_id=order.customer_id)
    if order.cart_token:
        inventory.ensure_cart_not_ordered(token=order.cart_token)
    drafted = draft(order, actor=actor, submits_on=order.ordered_on)
    ensure_meant(order, drafted)
    placed = drafted.order
    ensure_submittable(placed, by=actor)
    mark_submitted(drafted, account=account, acknowledges_duplicate=order.acknowledges_duplicate)
    write(drafted)
    announce(OrderCreated.of(placed, on=order.ordered_on, actor=actor, channel=order.channel))
    announce(OrderSubmitted.of(placed, on=order.ordered_on, actor=actor))
    answer_request(request_id=order.request_id, order=placed, on=order.ordered_on, actor=actor)
    return confirm_or_hold(
        placed,
        drafted.lines,
        account=account,
        on=order.ordered_on,
        actor=actor,
        cart_token=order.cart_token,
    )


def ensure_may_enter(actor: User) -> None:
    """Refuse who may not enter orders.

    :raises NotPermitted: *actor* may not.
    """
    if not actor.has_perm("orders.add_order"):
        raise NotPermitted(_("%(actor)s may not enter orders.") % {"actor": actor})


def draft(
    asked: OrderInput,
    *,
    actor: User,
    state: str = Order.State.DRAFT,
    valid_until: date | None = None,
    submits_on: date | None = None,
) -> Drafted:
    """Return an order and its lines as they will be written: checked, priced, taxed and added up.

    *submits_on* asks for what a submitted order must say besides; it is looked at before anything is priced.
    """
    customer = customers.customer_for_order(asked.customer_id)
    addresses = customers.address_copies(customer=customer)
    address = dict(asked.delivery_address or addresses.copy("delivery"))
    missing = _missing(asked, customer, address=address, submits_on=submits_on)
    ensure_nothing_wrong([*entry_problems(asked), *missing])
    priced = price_lines(
        asked.lines,
        customer=customer,
        on=asked.ordered_on,
        discount_percent=asked.discount_percent,
        discount_reason=asked.discount_reason,
    )
    ensure_amounts(priced.lines, gross=priced.totals.gross)
    order = Order(
        company=asked.company,
        customer=customer,
        warehouse=_warehouse_for(asked, priced.lines),
        terms_id=customer.terms_id,
        state=state,
        channel=asked.channel,
        external_id=asked.external_id,
        po_number=asked.po_number,
        ordered_on=asked.ordered_on,
        requested_on=asked.requested_on,
        valid_until=valid_until,
        delivery_address=address,
        accepts_backorders=customer.accepts_backorders,
        ships_complete=_given(asked.ships_complete, customer.ships_complete),
        priority=_given(asked.priority, customer.priority),
        incoterm=asked.incoterm,
        discount_percent=priced.discount_percent,
        discount_rule=priced.discount_rule,
        currency=customer.currency,
        net=priced.totals.net,
        tax=priced.totals.tax,
        gross=priced.totals.gross,
        created_by=actor,
    )
    return Drafted(order, priced.lines, customer, addresses)


def ensure_meant(asked: OrderInput, drafted: Drafted) -> None:
    """Have a person say that unusually low prices are meant; what a machine sends was agreed before.

    :raises PriceUnusual: there is one, and nobody says so.
    """
    if asked.channel in ASKED_AT_ONCE:
        ensure_prices_meant(drafted.lines, order=drafted.order, acknowledged=asked.acknowledges_prices)


def _missing(
    asked: OrderInput, customer: Customer, *, address: Mapping[str, str], submits_on: date | None
) -> list[Problem]:
    """Return what a submitted order must say and this one does not; nothing if it is not submitted yet."""
    if submits_on is None:
        return []
    return submission_problems(
        po_number=asked.po_number,
        requested_on=asked.requested_on,
        delivery_address=address,
        demands=customer,
        on=submits_on,
    )


def _warehouse_for(asked: OrderInput, lines: Iterable[OrderLine]) -> Warehouse:
    return inventory.choose_warehouse(
        company_id=asked.company.pk,
        wanted=goods_of(lines),
        warehouse_id=asked.warehouse_id,
        cart_token=asked.cart_token,
    )


def goods_of(lines: Iterable[OrderLine]) -> dict[int, Decimal]:
    """Return how much of each stocked product the lines want."""
    wanted: dict[int, Decimal] = {}
    for line in lines:
        if line.is_stocked:
            wanted[line.product_id] = wanted.get(line.product_id, ZERO) + line.ordered
    return wanted


T = TypeVar("T")


def _given(asked: T | None, usual: T) -> T:
    return usual if asked is None else asked


def entry_problems(asked: OrderInput) -> list[Problem]:
    """Return what cannot be right as entered, whoever orders."""
    return [
        *line_problems(asked.lines),
        *discount_problems(percent=asked.discount_percent, reason=asked.discount_reason),
        *choice_problems("channel", asked.channel, known=Order.Channel.values),
        *choice_problems("incoterm", asked.incoterm, known=["", *Incoterm.values]),
        *priority_problems(asked.priority),
    ]


def write(drafted: Drafted) -> None:
    """Write an order with its lines; the database refuses what its sender sent before.

    :raises DuplicateExternalId: the channel sent the external id before.
    """
    order = drafted.order
    try:
        rows.insert([order])
    except IntegrityError as error:
        if "order_once_per_sender" not in str(error):
            raise
        raise errors.DuplicateExternalId(
            _("The order %(external_id)s came in before.") % {"external_id": order.external_id},
            channel=order.channel,
            external_id=order.external_id,
        ) from error
    for line in drafted.lines:
        line.order = order
    rows.insert(drafted.lines)
