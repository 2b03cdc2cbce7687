"""Checking VAT ids: the evidence behind a zero rate."""

from datetime import date

from django.utils.translation import gettext as _

from customers import errors, vat
from customers.events import VatCheckRequested, VatIdChecked
from customers.models import Customer, VatCheck
from customers.rules import normal_vat_id
from customers.vat import Answer
from o2c.kernel import audit, rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import Company, User


@verb
def request_vat_check(*, customer_id: int, on: date, actor: User) -> None:
    """Have the customer's VAT id checked as soon as this is committed.

    :raises VatIdMissing: they have none.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not check VAT ids.
    """
    _ensure_may_check(actor)
    announce(VatCheckRequested.of(_with_vat_id(customer_id), on=on, actor=actor))


def ask_about_vat_id(*, customer_id: int, on: date, actor: User) -> VatCheck:
    """Ask the checker that the installation uses about the customer's VAT id, and record what it says.

    No verb: nothing is locked and no transaction is open while the answer is on its way.

    :raises VatCheckNotAnswered: nobody answered; nothing was changed.
    :raises VatIdChanged: the customer got another VAT id meanwhile.
    :raises VatIdMissing: they have none.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not check VAT ids.
    """
    _ensure_may_check(actor)
    customer = _with_vat_id(customer_id)
    answer = vat.ask(vat_id=customer.vat_id, requester=Company.objects.current().vat_id)
    return check_vat_id(customer_id=customer_id, answer=answer, on=on, actor=actor)


@verb
def check_vat_id(*, customer_id: int, answer: Answer, on: date, actor: User) -> VatCheck:
    """Record whether the customer's VAT id is valid: from now on the evidence is there, or gone.

    :raises DocumentMissing: a person vouches for it without a document.
    :raises VatIdChanged: *answer* is about another VAT id than the customer has.
    :raises VatIdMissing: the customer has none.
    :raises NotFound: there is no such customer.
    :raises NotPermitted: *actor* may not check VAT ids, or not vouch for them.
    """
    _ensure_may_check(actor)
    if answer.source == VatCheck.Source.PERSON:
        _ensure_may_vouch(actor, answer)
    customer = Customer.objects.lock(customer_id)
    if not customer.vat_id:
        raise errors.VatIdMissing(_("%(customer)s has no VAT id.") % {"customer": customer})
    if normal_vat_id(customer.vat_id) != normal_vat_id(answer.vat_id):
        raise errors.VatIdChanged(
            _("%(customer)s has the VAT id %(vat_id)s, not %(asked)s.")
            % {"customer": customer, "vat_id": customer.vat_id, "asked": answer.vat_id}
        )
    audit.set_actor(actor.pk)
    check = VatCheck(
        customer=customer,
        vat_id=customer.vat_id,
        valid=answer.valid,
        source=answer.source,
        reference=answer.reference.strip()[:80],
        on=on,
        actor=actor,
    )
    rows.insert([check])
    customer.vat_checked_on = on if answer.valid else None
    rows.update(customer, "vat_checked_on")
    announce(
        VatIdChecked.of(
            customer, on=on, actor=actor, vat_id=check.vat_id, valid=check.valid, source=check.source
        )
    )
    return check


def _ensure_may_check(actor: User) -> None:
    if not actor.has_perm("customers.add_vatcheck"):
        raise NotPermitted(_("%(actor)s may not check VAT ids.") % {"actor": actor})


def _ensure_may_vouch(actor: User, answer: Answer) -> None:
    if not actor.has_perm("customers.vouch_vatcheck"):
        raise NotPermitted(_("%(actor)s may not vouch for VAT ids.") % {"actor": actor})
    if not answer.reference.strip():
        raise errors.DocumentMissing(_("Which document says so?"))


def _with_vat_id(customer_id: int) -> Customer:
    customer = rows.by_id(Customer, customer_id)
    if customer is None:
        raise NotFound(_("There is no customer %(customer_id)s.") % {"customer_id": customer_id})
    if not customer.vat_id:
        raise errors.VatIdMissing(_("%(customer)s has no VAT id.") % {"customer": customer})
    return customer
