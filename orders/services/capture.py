"""Capturing an order: what somebody typed or sent becomes lines, checked, priced and taxed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError

from catalog import selectors as catalog
from catalog.errors import PriceMissing
from catalog.models import Product
from catalog.rules import (
    PriceBreak,
    TaxTreatment,
    document_totals,
    is_percent,
    is_price,
    is_quantity,
    line_net,
)
from credit import services as credit
from customers import selectors as customers
from customers.models import Customer
from customers.rules import tax_evidence
from inventory import selectors as inventory
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import Company, User
from o2c.kernel.money import ZERO
from orders import errors
from orders.events import OrderCreated, OrderSubmitted
from orders.models import Order, OrderLine
from orders.services.decide import confirm_or_hold, mark_submitted

MAX_LINES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """What somebody wants of a product; the price list's price applies unless *unit_price* is given."""

    sku: str
    quantity: Decimal
    unit_price: Decimal | None = None
    discount_percent: Decimal = ZERO
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInput:
    """What somebody orders. *external_id* is the sender's own id, with which a channel sends an order once.

    Without a *delivery_address* the goods go to the customer's; without a *warehouse_id* they leave from the
    company's shipping warehouse.
    """

    company: Company
    customer_id: int
    lines: Sequence[LineInput]
    channel: str
    ordered_on: date
    external_id: str | None = None
    po_number: str = ""
    requested_on: date | None = None
    delivery_address: Mapping[str, str] | None = None
    warehouse_id: int | None = None


@verb
def create_order(*, order: OrderInput, actor: User) -> Order:
    """Capture an order as a draft, priced and taxed as of its date, in the customer's currency.

    :raises InvalidOrder: a quantity, price or discount cannot be right, or there are no lines.
    :raises UnknownProduct: a SKU is not for sale.
    :raises PriceMissing: a line has no price of its own and the price list has none.
    :raises TaxRateMissing: no tax rate applies to a product in the customer's region.
    :raises CustomerInactive: the customer was set inactive.
    :raises AddressMissing: neither the input nor the customer has a delivery address.
    :raises DuplicateExternalId: the channel sent the external id before.
    :raises NotPermitted: *actor* may not enter orders.
    """
    draft, lines = _drafted(order, actor=actor)
    _create(draft, lines, actor=actor)
    return draft


@verb
def place_order(*, order: OrderInput, actor: User) -> Order:
    """Create and submit an order in one step, as a checkout does; it comes back confirmed or on hold.

    Raises what `create_order` and `submit_order` raise.
    """
    account = credit.lock_account(customer_id=order.customer_id)
    placed, lines = _drafted(order, actor=actor)
    mark_submitted(placed, by=actor)
    _create(placed, lines, actor=actor)
    announce(OrderSubmitted.of(placed, on=order.ordered_on, actor=actor))
    return confirm_or_hold(placed, lines, account=account, on=order.ordered_on, actor=actor)


def _drafted(asked: OrderInput, *, actor: User) -> tuple[Order, list[OrderLine]]:
    """Return the order and its lines as they will be written: checked, priced, taxed and added up."""
    if not actor.has_perm("orders.add_order"):
        raise NotPermitted(f"{actor} may not enter orders.")
    _check(asked.lines)
    customer = customers.customer_for_order(asked.customer_id)
    lines = _priced(asked.lines, customer=customer, on=asked.ordered_on)
    totals = document_totals(((line.net, line.treatment) for line in lines), currency=customer.currency)
    warehouse = inventory.shipping_warehouse(company_id=asked.company.pk, warehouse_id=asked.warehouse_id)
    address = asked.delivery_address or customers.address_copy(customer=customer, role="delivery")
    order = Order(
        company=asked.company,
        customer=customer,
        warehouse_id=warehouse.pk,
        terms_id=customer.terms_id,
        channel=asked.channel,
        external_id=asked.external_id,
        po_number=asked.po_number,
        ordered_on=asked.ordered_on,
        requested_on=asked.requested_on,
        delivery_address=dict(address),
        accepts_backorders=customer.accepts_backorders,
        currency=customer.currency,
        net=totals.net,
        tax=totals.tax,
        gross=totals.gross,
        created_by=actor,
    )
    return order, lines


def _create(order: Order, lines: list[OrderLine], *, actor: User) -> None:
    """Write the order with its lines; the database refuses what its sender sent before."""
    try:
        rows.insert([order])
    except IntegrityError as error:
        if "order_once_per_sender" not in str(error):
            raise
        raise errors.DuplicateExternalId(
            f"The order {order.external_id} came in before.",
            channel=order.channel,
            external_id=order.external_id,
        ) from error
    for line in lines:
        line.order = order
    rows.insert(lines)
    announce(OrderCreated.of(order, on=order.ordered_on, actor=actor, channel=order.channel))


def _check(lines: Sequence[LineInput]) -> None:
    """Refuse what cannot be right, naming every line."""
    problems = []
    if not 0 < len(lines) <= MAX_LINES:
        problems.append(f"An order has between one and {MAX_LINES} lines.")
    for position, line in enumerate(lines, start=1):
        if not is_quantity(line.quantity):
            problems.append(f"Line {position}: {line.quantity} is no quantity.")
        if line.unit_price is not None and not is_price(line.unit_price):
            problems.append(f"Line {position}: {line.unit_price} is no price.")
        if not is_percent(line.discount_percent):
            problems.append(f"Line {position}: {line.discount_percent} is no discount in percent.")
    if problems:
        raise errors.InvalidOrder(" ".join(problems[:20]), problems=problems)


def _priced(lines: Sequence[LineInput], *, customer: Customer, on: date) -> list[OrderLine]:
    """Return the lines with product, price and tax: three queries, however many lines."""
    products = catalog.products_by_sku(line.sku for line in lines)
    quantities: dict[int, Decimal] = {}
    for line in lines:  # quantity breaks count the whole order, not the line
        product_id = products[line.sku].pk
        quantities[product_id] = quantities.get(product_id, ZERO) + line.quantity
    prices = catalog.prices(
        price_list_ids=customer.price_list_ids, quantities=quantities, on=on
    ).prices
    taxes = catalog.tax_treatments(
        region_id=customer.tax_region_id,
        category_ids={product.tax_category_id for product in products.values()},
        on=on,
        evidence=tax_evidence(customer, on=on),
    )
    return [
        _line(
            position,
            line,
            products[line.sku],
            prices.get(products[line.sku].pk),
            taxes[products[line.sku].tax_category_id],
            customer,
        )
        for position, line in enumerate(lines, start=1)
    ]


def _line(
    position: int,
    asked: LineInput,
    product: Product,
    price: PriceBreak | None,
    tax: TaxTreatment,
    customer: Customer,
) -> OrderLine:
    if asked.unit_price is not None:
        price = PriceBreak(asked.quantity, asked.unit_price, "entered")
    if price is None:
        raise PriceMissing(
            f"{product.sku} has no price for this customer.", sku=product.sku, position=position
        )
    return OrderLine(
        position=position,
        product=product,
        description=asked.description or product.name_in(customer.language),
        unit=product.unit,
        is_stocked=product.is_stocked,
        unit_price=price.unit_price,
        price_rule=price.rule,
        discount_percent=asked.discount_percent,
        net=line_net(
            quantity=asked.quantity,
            unit_price=price.unit_price,
            discount_percent=asked.discount_percent,
            currency=customer.currency,
        ),
        tax_code=tax.code,
        tax_rate=tax.rate,
        tax_text=tax.legal_text,
        ordered=asked.quantity,
        cancelled=ZERO,
        reserved=ZERO,
        shipped=ZERO,
        returned=ZERO,
        invoiced=ZERO,
        credited=ZERO,
    )
