"""Which customer a call is about."""

from uuid import UUID

from django.utils.translation import gettext as _

from customers.models import Customer
from customers.models.customer import CustomerQuerySet
from o2c.kernel import public_ids
from o2c.kernel.api.errors import ResourceNotFound, ValidationFailed
from o2c.kernel.principal import Principal

PREFIX = "cus"


def customer_of(principal: Principal, public_id: UUID | None) -> int:
    """Return the primary key of the customer who is meant.

    :raises ValidationFailed: the key is bound to no customer, and none is named.
    :raises ResourceNotFound: the named customer is none that the key may know.
    """
    if public_id is None:
        return bound_customer(principal)
    pk = Customer.objects.id_for(principal, public_id)
    if pk is None:
        raise ResourceNotFound
    return pk


def bound_customer(principal: Principal) -> int:
    """Return the customer whom the key is bound to.

    :raises ValidationFailed: it is bound to none.
    """
    if principal.customer_id is None:
        told = {"pointer": "/customer", "code": "required", "detail": _("Say for which customer.")}
        raise ValidationFailed(_("The request does not fit: /customer."), errors=[told])
    return principal.customer_id


def named_customer(known: CustomerQuerySet, text: str) -> Customer:
    """Return the customer of the id in an address, out of those who may be *known* to the caller; one query.

    :raises ResourceNotFound: it is none of them.
    """
    public_id = public_ids.read(PREFIX, text)
    found = known.filter(public_id=public_id or public_ids.NOBODY).first()
    if found is None:
        raise ResourceNotFound
    return found
