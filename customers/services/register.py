"""Registering customers: who they are, how they buy, and that they are not there already."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.utils.translation import gettext as _

from catalog import selectors as catalog
from catalog.models import PriceList, TaxRegion
from customers import errors, selectors
from customers.events import CustomerRegistered, VatCheckRequested
from customers.models import Address, Contact, Customer, PaymentTerms
from customers.rules import (
    Party,
    Person,
    Requirements,
    is_valid_vat_id,
    normal_vat_id,
    propose_tax_region,
)
from customers.services.contract import ensure_currency
from o2c.kernel import audit, rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User

ANYTHING = Requirements()


@verb
def register_customer(
    *,
    name: str,
    currency: str,
    price_list: PriceList,
    terms: PaymentTerms,
    address: Mapping[str, str],
    on: date,
    actor: User,
    tax_region: TaxRegion | None = None,
    contract_list: PriceList | None = None,
    parent: Customer | None = None,
    vat_id: str = "",
    exemption: tuple[str, date | None] = ("", None),
    language: str = "en",
    kind: str = Customer.Kind.COMPANY,
    external_id: str | None = None,
    contacts: Sequence[Person] = (),
    requirements: Requirements = ANYTHING,
    acknowledged: bool = False,
) -> Customer:
    """Register a customer with a billing address (keys street, postal_code, city, country).

    Without a *tax_region* it follows from the country, the kind and *exemption*, the number of a certificate
    and the last day it is good, None for no end. A VAT id on which the tax depends is checked at once.
    *acknowledged* says that somebody has looked at the customers who seem to be the same.

    :raises InvalidCustomer: the name, currency, language, country, a contact or a requirement can't be right.
    :raises InvalidVatId: *vat_id* fails its country's check.
    :raises PriceListInOtherCurrency: a price list is not in *currency*.
    :raises ParentNotPossible: *parent* has a parent.
    :raises TaxRegionUnclear: no tax region covers the country.
    :raises ExternalIdTaken: another customer has the *external_id*.
    :raises DuplicateCustomerSuspected: they seem to be registered already, and nobody has looked.
    :raises NotPermitted: *actor* may not register customers.
    """
    if not actor.has_perm("customers.add_customer"):
        raise NotPermitted(_("%(actor)s may not register customers.") % {"actor": actor})
    customer = Customer(
        name=name.strip(),
        currency=currency,
        price_list=price_list,
        contract_list=contract_list,
        terms=terms,
        parent=parent,
        vat_id=normal_vat_id(vat_id),
        exemption_number=exemption[0].strip(),
        exemption_until=exemption[1],
        language=language,
        kind=kind,
        external_id=external_id or None,
        registered_on=on,
        **_columns(requirements),
    )
    _ensure_right(customer, address, contacts, requirements)
    customer.tax_region = tax_region or _region_of(customer, address["country"])
    _ensure_new(customer, postal_code=address.get("postal_code", ""), acknowledged=acknowledged)
    return _write(customer, address, contacts, actor=actor, on=on)


def _columns(requirements: Requirements) -> dict[str, object]:
    """Return the customer's columns that keep what they demand."""
    return {
        "requires_po_number": requirements.requires_po_number,
        "requires_delivery_date": requirements.requires_delivery_date,
        "delivery_weekdays": sorted(requirements.delivery_weekdays),
        "delivery_notice_days": requirements.delivery_notice_days,
        "accepts_backorders": requirements.accepts_backorders,
        "ships_complete": requirements.ships_complete,
    }


def _ensure_right(
    customer: Customer, address: Mapping[str, str], contacts: Sequence[Person], requirements: Requirements
) -> None:
    """Refuse what cannot be right, naming all of it."""
    party = Party(
        name=customer.name,
        kind=customer.kind,
        currency=customer.currency,
        language=customer.language,
        address=address,
        kinds=Customer.Kind.values,
        languages=[code for code, _name in settings.LANGUAGES],
    )
    people = [problem for person in contacts for problem in person.problems(Contact.Role.values)]
    people += [
        _("'%(email)s' is no e-mail address.") % {"email": person.email}
        for person in contacts
        if not can_be_mailed(person)
    ]
    if problems := [*party.problems(), *people, *requirements.problems()]:
        raise errors.InvalidCustomer(" ".join(problems[:20]), problems=problems)
    if customer.vat_id and not is_valid_vat_id(customer.vat_id):
        raise errors.InvalidVatId(
            _("%(vat_id)s is not a valid VAT id.") % {"vat_id": customer.vat_id}, vat_id=customer.vat_id
        )
    ensure_currency(customer.currency, customer.price_list, customer.contract_list)
    if customer.parent is not None and customer.parent.parent_id is not None:
        raise errors.ParentNotPossible(
            _("%(parent)s has a parent.") % {"parent": customer.parent}, parent_id=customer.parent.pk
        )


def can_be_mailed(person: Person) -> bool:
    """Say whether the person's e-mail address, if they have one, can be one."""
    try:
        validate_email(person.email or "nobody@example.com")
    except ValidationError:
        return False
    return True


def _region_of(customer: Customer, country: str) -> TaxRegion:
    region = propose_tax_region(
        catalog.tax_regions(),
        country=country,
        is_company=customer.kind == Customer.Kind.COMPANY,
        has_certificate=bool(customer.exemption_number),
    )
    if region is None:
        raise errors.TaxRegionUnclear(
            _("No tax region covers %(country)s.") % {"country": country}, country=country
        )
    return region


def _ensure_new(customer: Customer, *, postal_code: str, acknowledged: bool) -> None:
    """Refuse a customer who seems to be there already."""
    found = selectors.suspected_duplicates(
        name=customer.name,
        postal_code=postal_code,
        vat_id=customer.vat_id,
        external_id=customer.external_id,
    )
    for other in found:
        if other.reason == selectors.SAME_EXTERNAL_ID:
            raise errors.ExternalIdTaken(
                _("%(other)s has the id %(external_id)s.")
                % {"other": other, "external_id": customer.external_id},
                customer_id=other.pk,
            )
    if found and not acknowledged:
        raise errors.DuplicateCustomerSuspected(
            _("This may be %(found)s.") % {"found": ", ".join(map(str, found[:5]))},
            customers=[{"id": other.pk, "number": other.number, "reason": other.reason} for other in found],
        )


def _write(
    customer: Customer, address: Mapping[str, str], contacts: Sequence[Person], *, actor: User, on: date
) -> Customer:
    """Write the customer with their address and people, and have a VAT id checked that the tax depends on."""
    audit.set_actor(actor.pk)
    try:
        customer.save(force_insert=True)
    except IntegrityError as error:
        if "customers_customer_external_id_key" not in str(error):
            raise
        raise errors.ExternalIdTaken(
            _("Another customer has the id %(external_id)s.") % {"external_id": customer.external_id}
        ) from error
    rows.insert([Address(customer=customer, role=Address.Role.BILLING, **address)])
    rows.insert(
        [
            Contact(
                customer=customer,
                role=person.role,
                name=person.name.strip(),
                email=person.email,
                phone=person.phone,
            )
            for person in contacts
        ]
    )
    announce(CustomerRegistered.of(customer, on=on, actor=actor))
    if customer.vat_id and customer.tax_region.evidence == TaxRegion.Evidence.VAT_ID:
        announce(VatCheckRequested.of(customer, on=on, actor=actor))
    return customer
