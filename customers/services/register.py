"""Registering customers."""

from datetime import date

from catalog.models import PriceList, TaxRegion
from customers import errors
from customers.events import CustomerRegistered
from customers.models import Address, Customer, PaymentTerms
from customers.rules import is_valid_vat_id
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User


@verb
def register_customer(
    *,
    name: str,
    currency: str,
    price_list: PriceList,
    tax_region: TaxRegion,
    terms: PaymentTerms,
    address: dict[str, str],
    on: date,
    actor: User,
    vat_id: str = "",
    language: str = "en",
    kind: str = Customer.Kind.COMPANY,
    external_id: str | None = None,
) -> Customer:
    """Register a customer with a billing address (keys street, postal_code, city, country).

    :raises InvalidVatId: *vat_id* fails its country's check.
    :raises NotPermitted: *actor* may not register customers.
    """
    if not actor.has_perm("customers.add_customer"):
        raise NotPermitted(f"{actor} may not register customers.")
    if vat_id and not is_valid_vat_id(vat_id):
        raise errors.InvalidVatId(f"{vat_id} is not a valid VAT id.", vat_id=vat_id)
    audit.set_actor(actor.pk)
    customer = Customer.objects.create(
        name=name,
        currency=currency,
        price_list=price_list,
        tax_region=tax_region,
        terms=terms,
        vat_id=vat_id,
        language=language,
        kind=kind,
        external_id=external_id,
    )
    Address.objects.create(customer=customer, role=Address.Role.BILLING, **address)
    announce(CustomerRegistered.of(customer, on=on, actor=actor))
    return customer
