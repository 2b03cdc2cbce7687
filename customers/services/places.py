"""The addresses of a customer: where they are billed and delivered from now on. Documents keep their copies."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from customers import errors
from customers.events import AddressesSet
from customers.models import Address, Customer
from customers.rules import Place
from o2c.kernel import audit, rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User

MOST = 50
COLUMNS = ("role", "name", "street", "postal_code", "city", "country")


@verb
def set_addresses(*, customer_id: int, places: Sequence[Place], on: date, actor: User) -> Customer:
    """Let *places* be the customer's addresses: those that name one change it, others are new, the rest go.

    :raises InvalidCustomer: an address cannot be right, none is for billing, or they are too many.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not change addresses.
    """
    if not actor.has_perm("customers.change_address"):
        raise NotPermitted(_("%(actor)s may not change addresses.") % {"actor": actor})
    customer = Customer.objects.lock(customer_id)
    _ensure_right(places)
    audit.set_actor(actor.pk)
    there = {address.pk: address for address in Address.objects.filter(customer=customer)}
    new = []
    for place in places:
        told = {name: str(getattr(place, name)).strip() for name in COLUMNS}
        address = there.pop(place.pk, None) if place.pk else None
        if address is None:
            new.append(Address(customer=customer, **told))
        elif changed := [name for name, value in told.items() if getattr(address, name) != value]:
            for name in changed:
                setattr(address, name, told[name])
            rows.update(address, *changed)
    Address.objects.filter(pk__in=list(there)).delete()
    rows.insert(new)
    announce(AddressesSet.of(customer, on=on, actor=actor, addresses=len(places)))
    return customer


def _ensure_right(places: Sequence[Place]) -> None:
    """Refuse what cannot be right, naming all of it."""
    problems = [problem for place in places for problem in place.problems(Address.Role.values)]
    if all(place.role != Address.Role.BILLING for place in places):
        problems.append(_("A customer needs a billing address."))
    if len(places) > MOST:
        problems.append(_("A customer has %(most)s addresses at most.") % {"most": MOST})
    if problems:
        raise errors.InvalidCustomer(" ".join(problems[:20]), problems=problems)
