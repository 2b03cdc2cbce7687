"""What the price lists have for lines whose price a person typed."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from catalog import selectors as catalog
from catalog.rules import HUNDRED
from customers.models import Customer
from o2c.kernel.money import ZERO
from orders.models import Order, OrderLine
from orders.rules import is_low_price


def with_list_prices(lines: Collection[OrderLine], *, customer: Customer, on: date) -> list[OrderLine]:
    """Return the lines with what the customer's price lists have for each on *on* (`listed`); one statement."""
    quantities: dict[int, Decimal] = {}
    for line in lines:  # quantity breaks count the whole order, not the line
        quantities[line.product_id] = quantities.get(line.product_id, ZERO) + line.ordered - line.cancelled
    pricing = catalog.prices(price_list_ids=customer.price_list_ids, quantities=quantities, on=on)
    for line in lines:
        line.listed = pricing.prices.get(line.product_id)
    return list(lines)


def with_typed_prices_compared(order: Order, lines: Collection[OrderLine]) -> list[OrderLine]:
    """Return an order's lines, those with a typed price beside what its lists had on its day; one statement or none."""
    if not any(line.is_entered for line in lines):
        return list(lines)
    return with_list_prices(lines, customer=order.customer, on=order.ordered_on)


def low_priced(lines: Iterable[OrderLine], *, order: Order) -> list[OrderLine]:
    """Return the lines that a person gives away: at a typed price or discount far below list, or below cost.

    The lines know what is `listed`; costs are in base currency and compared only with prices in it.
    """
    found = []
    for line in lines:
        if not line.is_entered and not line.entered_discount:
            continue
        is_base = order.currency == order.company.base_currency
        if is_low_price(
            line.unit_price * (HUNDRED - line.entered_discount) / HUNDRED,
            listed=None if line.listed is None else line.listed.unit_price,
            cost=line.product.standard_cost if is_base else None,
        ):
            found.append(line)
    return found
