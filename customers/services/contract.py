"""Prices agreed with one customer: a list of their own, which comes before their price list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog import selectors as catalog, services as prices
from catalog.models import PriceList
from customers import errors
from customers.events import ContractPricesSet
from customers.models import Customer
from o2c.kernel import audit, rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPrice:
    """The net price of a product in the customer's currency, from a quantity on."""

    sku: str
    unit_price: Decimal
    minimum_quantity: Decimal = Decimal(1)


@verb
def set_contract_prices(
    *,
    customer_id: int,
    agreed: Sequence[AgreedPrice],
    valid_from: date,
    on: date,
    actor: User,
    valid_to: date | None = None,
) -> PriceList:
    """Agree prices with a customer from *valid_from* on, in their contract list; return it.

    A list named for the customer is made and used if they have none. Other prices of it stay as they are.

    :raises UnknownProduct: a SKU is not for sale.
    :raises InvalidPrice: a price or quantity cannot be right.
    :raises InvalidValidity: the prices would end before they begin.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not set prices.
    """
    _ensure_may_agree(actor)
    customer = Customer.objects.lock(customer_id)
    contract = _contract_of(customer, on=on, actor=actor)
    products = catalog.products_by_sku(row.sku for row in agreed)
    for row in agreed:
        prices.set_price(
            price_list=contract,
            product=products[row.sku],
            unit_price=row.unit_price,
            minimum_quantity=row.minimum_quantity,
            valid_from=valid_from,
            valid_to=valid_to,
            actor=actor,
        )
    return contract


@verb
def use_contract_list(*, customer_id: int, price_list_id: int | None, on: date, actor: User) -> Customer:
    """Let a customer buy at the prices of another contract, such as their group's; None ends the contract.

    :raises PriceListInOtherCurrency: the list is not in the customer's currency.
    :raises NotFound: there is no such customer or list.
    :raises NotPermitted: *actor* may not set prices.
    """
    _ensure_may_agree(actor)
    customer = Customer.objects.lock(customer_id)
    contract = None if price_list_id is None else PriceList.objects.lock(price_list_id)
    ensure_currency(customer.currency, contract)
    _use(customer, contract, on=on, actor=actor)
    return customer


def ensure_currency(currency: str, *lists: PriceList | None) -> None:
    """Refuse price lists in another currency than the customer's.

    :raises PriceListInOtherCurrency: one is.
    """
    for price_list in lists:
        if price_list is not None and price_list.currency != currency:
            raise errors.PriceListInOtherCurrency(
                _("The customer buys in %(currency)s, %(price_list)s is in %(other)s.")
                % {"currency": currency, "price_list": price_list.name, "other": price_list.currency},
                currency=currency,
                price_list=price_list.code,
            )


def _contract_of(customer: Customer, *, on: date, actor: User) -> PriceList:
    """Return the customer's contract list, made and used if they have none."""
    if customer.contract_list_id is not None:
        return PriceList.objects.lock(customer.contract_list_id)
    audit.set_actor(actor.pk)
    contract, _ = PriceList.objects.get_or_create(
        code=f"contract-{customer.number.lower()}",
        defaults={"name": f"Contract with {customer.name}"[:100], "currency": customer.currency},
    )
    ensure_currency(customer.currency, contract)  # an old contract, from before the currency was changed
    _use(customer, contract, on=on, actor=actor)
    return contract


def _use(customer: Customer, contract: PriceList | None, *, on: date, actor: User) -> None:
    audit.set_actor(actor.pk)
    customer.contract_list = contract
    rows.update(customer, "contract_list")
    code = "" if contract is None else contract.code
    announce(ContractPricesSet.of(customer, on=on, actor=actor, price_list=code))


def _ensure_may_agree(actor: User) -> None:
    if not actor.has_perm("catalog.add_price"):
        raise NotPermitted(_("%(actor)s may not agree prices with customers.") % {"actor": actor})
