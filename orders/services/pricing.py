"""Turning what somebody wants into lines: product, price, discount and tax. Reads only, writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _, ngettext

from catalog import selectors as catalog
from catalog.errors import PriceMissing
from catalog.models import Product
from catalog.rules import (
    OrderDiscountBreak,
    PriceBreak,
    TaxTreatment,
    Totals,
    combined_discount,
    document_totals,
    line_net,
    order_discount,
)
from customers.models import Customer
from customers.rules import tax_evidence
from o2c.kernel.money import ZERO, total
from orders import errors
from orders.models import Order, OrderLine
from orders.models.line import ENTERED
from orders.selectors import low_priced
from orders.services.checks import ensure_nothing_wrong
from orders.services.inputs import LineInput
from orders.specification import amount_problems, unit_problems


@dataclass(frozen=True, slots=True)
class Priced:
    """Lines with their prices and taxes, and what they add up to."""

    lines: list[OrderLine]
    totals: Totals
    discount_percent: Decimal
    discount_rule: str


def price_lines(
    asked: Sequence[LineInput],
    *,
    customer: Customer,
    on: date,
    discount_percent: Decimal | None,
    discount_reason: str,
) -> Priced:
    """Return the lines with product, price and tax: three queries, however many lines.

    *discount_percent* is what somebody gives on the whole order, None leaves it to the price list.

    :raises UnknownProduct: a SKU is not for sale.
    :raises InvalidOrder: a line wants a part of goods that are only counted.
    :raises PriceMissing: a line has no price of its own and the customer's price lists have none.
    :raises TaxRateMissing: no tax rate applies to a product in the customer's region.
    """
    products = catalog.products_by_sku(line.sku for line in asked)
    quantities: dict[int, Decimal] = {}
    for line in asked:  # quantity breaks count the whole order, not the line
        product_id = products[line.sku].pk
        quantities[product_id] = quantities.get(product_id, ZERO) + line.quantity
    pricing = catalog.prices(price_list_ids=customer.price_list_ids, quantities=quantities, on=on)
    _ensure_priced(asked, products, pricing.prices)
    taxes = catalog.tax_treatments(
        region_id=customer.tax_region_id,
        category_ids={product.tax_category_id for product in products.values()},
        on=on,
        evidence=tax_evidence(customer, on=on),
    )
    lines = [
        _line(
            position,
            line,
            products[line.sku],
            pricing.prices.get(products[line.sku].pk),
            taxes[products[line.sku].tax_category_id],
            customer,
        )
        for position, line in enumerate(asked, start=1)
    ]
    ensure_nothing_wrong(unit_problems(lines))
    percent, rule = discount_percent, discount_reason.strip()[:80]
    if percent is None:
        percent, rule = _listed_discount(pricing.discounts, net=total(line.net for line in lines))
    if percent:
        _discount(lines, percent=percent, currency=customer.currency)
    return Priced(lines, totals_of_lines(lines, currency=customer.currency), percent, rule if percent else "")


def _ensure_priced(
    asked: Sequence[LineInput], products: Mapping[str, Product], prices: Mapping[int, PriceBreak]
) -> None:
    """Refuse lines without a price, naming all of them.

    :raises PriceMissing: see above.
    """
    missing = [
        (position, line.sku)
        for position, line in enumerate(asked, start=1)
        if line.unit_price is None and products[line.sku].pk not in prices
    ]
    if not missing:
        return
    skus = list(dict.fromkeys(sku for _position, sku in missing))
    raise PriceMissing(
        ngettext(
            "%(skus)s has no price for this customer.", "%(skus)s have no price for this customer.", len(skus)
        )
        % {"skus": ", ".join(skus[:10])},
        sku=skus[0],
        position=missing[0][0],
        skus=skus,
    )


def _listed_discount(discounts: Sequence[OrderDiscountBreak], *, net: Decimal) -> tuple[Decimal, str]:
    """Return the discount that the price lists give on an order of *net*, and the rule's name."""
    best = order_discount(discounts, net=net)
    return (best.percent, best.rule) if best else (ZERO, "")


def _discount(lines: Sequence[OrderLine], *, percent: Decimal, currency: str) -> None:
    """Take the order's discount off each line, after its own."""
    for line in lines:
        line.discount_percent = combined_discount(line.entered_discount, percent)
        line.net = line_net(
            quantity=line.ordered,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
            currency=currency,
        )


def totals_of_lines(lines: Sequence[OrderLine], *, currency: str) -> Totals:
    """Return what priced lines add up to."""
    return document_totals(((line.net, line.treatment) for line in lines), currency=currency)


def ensure_amounts(lines: Sequence[OrderLine], *, gross: Decimal) -> None:
    """Refuse priced lines, or a *gross* of all of them, that no column holds.

    :raises InvalidOrder: quantity times price is too much; the details say of which line.
    """
    ensure_nothing_wrong(amount_problems({line.position: line.net for line in lines}, gross=gross))


def ensure_prices_meant(lines: Sequence[OrderLine], *, order: Order, acknowledged: bool) -> None:
    """Refuse prices that a person typed far below the price list or below cost, unless they say so.

    :raises PriceUnusual: see above; it names the lines.
    """
    low = [] if acknowledged else low_priced(lines, order=order)
    if low:
        skus = ", ".join(dict.fromkeys(line.product.sku for line in low[:10]))
        raise errors.PriceUnusual(
            _("The price of %(skus)s is far below the price list, or below cost.") % {"skus": skus},
            positions=[line.position for line in low],
        )


def restate(order: Order, lines: Sequence[OrderLine]) -> None:
    """Let the nets of an order's *lines*, and its sums, be those of what stands: ordered and not cancelled.

    :raises InvalidOrder: a line or the order comes to more than the books can hold.
    """
    for line in lines:
        line.net = line_net(
            quantity=line.ordered - line.cancelled,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
            currency=order.currency,
        )
    totals = totals_of_lines(lines, currency=order.currency)
    ensure_amounts(lines, gross=totals.gross)
    order.net, order.tax, order.gross = totals.net, totals.tax, totals.gross


def _line(
    position: int,
    asked: LineInput,
    product: Product,
    price: PriceBreak | None,
    tax: TaxTreatment,
    customer: Customer,
) -> OrderLine:
    listed = price
    if asked.unit_price is not None:
        price = PriceBreak(asked.quantity, asked.unit_price, ENTERED)
    assert price is not None  # `_ensure_priced`
    line = OrderLine(
        position=position,
        product=product,
        description=asked.description or product.name_in(customer.language),
        unit=product.unit,
        is_stocked=product.is_stocked,
        unit_price=price.unit_price,
        price_rule=price.rule,
        entered_discount=asked.discount_percent,
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
    line.listed = listed
    return line
