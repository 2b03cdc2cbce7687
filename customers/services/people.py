"""The people at a customer: whom we write to about what."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from customers import errors
from customers.events import ContactsSet
from customers.models import Contact, Customer
from customers.rules import Person
from customers.services.register import can_be_mailed
from o2c.kernel import audit, rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User

MOST = 50


@verb
def set_contacts(*, customer_id: int, people: Sequence[Person], on: date, actor: User) -> Customer:
    """Let *people* be the customer's contacts, in place of those there were.

    :raises InvalidCustomer: somebody has no name, no known role or no possible e-mail address; or they are too many.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not change contacts.
    """
    if not actor.has_perm("customers.change_contact"):
        raise NotPermitted(_("%(actor)s may not change contacts.") % {"actor": actor})
    customer = Customer.objects.lock(customer_id)
    problems = [problem for person in people for problem in person.problems(Contact.Role.values)]
    problems += [
        _("'%(email)s' is no e-mail address.") % {"email": person.email}
        for person in people
        if not can_be_mailed(person)
    ]
    if len(people) > MOST:
        problems.append(_("A customer has %(most)s contacts at most.") % {"most": MOST})
    if problems:
        raise errors.InvalidCustomer(" ".join(problems[:20]), problems=problems)
    audit.set_actor(actor.pk)
    Contact.objects.filter(customer=customer).delete()
    rows.insert(
        [
            Contact(
                customer=customer,
                role=person.role,
                name=person.name.strip(),
                email=person.email,
                phone=person.phone,
            )
            for person in people
        ]
    )
    announce(ContactsSet.of(customer, on=on, actor=actor, people=len(people)))
    return customer
