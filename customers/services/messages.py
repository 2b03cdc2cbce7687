"""Writing to customers, once per event. A building block for the consumers of every app."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from customers import letters
from customers.mail import message_id
from customers.models import Address, Contact, Customer, Message
from o2c.kernel import rows
from o2c.kernel.db import requires_transaction
from o2c.kernel.formats import formats_for
from o2c.kernel.models import Company, Event

ANYBODY = (Contact.Role.ORDERING, Contact.Role.BILLING, Contact.Role.DELIVERY, Contact.Role.DUNNING)


@requires_transaction
def write_message(
    *,
    event_id: int,
    kind: str,
    company: Company,
    customer: Customer,
    roles: Sequence[str],
    content: letters.Content,
) -> Message:
    """Record the notice *kind* about an event, in the customer's language; the one already there, if there is one.

    *roles* are the contact roles to write to, the first that has an address; then anybody at the customer.
    Nobody there: the notice is undeliverable, and on the due list. *content* gets the customer's formats, in
    their language, and returns what the kind's templates say. Sending is `send_message`'s, after the commit.
    """
    written = Message.objects.filter(event_id=event_id, kind=kind).first()
    if written is not None:
        return written
    event = Event.objects.get(pk=event_id)
    name, email = recipient_of(customer_id=customer.pk, roles=roles)
    letter = letters.compose(
        kind=kind,
        language=customer.language,
        company=company,
        name=name or letters.one_line(customer.name),
        formats=formats_for(customer.language, _country_of(customer)),
        content=content,
    )
    message = Message(
        company=company,
        customer=customer,
        event=event,
        kind=kind,
        document_type=event.document_type,
        document_id=event.document_id,
        document_number=event.document_number,
        language=customer.language,
        roles=[str(role) for role in roles],
        recipient_name=name,
        recipient_email=email,
        subject=letter.subject,
        body=letter.body,
        html=letter.html,
        message_id=message_id(kind=kind, event_id=event_id),
        state=Message.State.QUEUED if email else Message.State.UNDELIVERABLE,
    )
    return rows.insert([message])[0]


def recipient_of(*, customer_id: int, roles: Sequence[str]) -> tuple[str, str]:
    """Return name and e-mail address of whom to write to; empty where nobody has an address that can be one."""
    order = {str(role): place for place, role in reversed(list(enumerate((*roles, *ANYBODY))))}
    contacts = Contact.objects.filter(customer_id=customer_id).exclude(email="").order_by("pk")
    for contact in sorted(contacts, key=lambda contact: order[contact.role]):
        if _is_address(contact.email):
            return letters.one_line(contact.name), contact.email
    return "", ""


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _country_of(customer: Customer) -> str:
    """Return the country whose formats the customer reads: that of their billing address."""
    places = Address.objects.filter(customer=customer, role=Address.Role.BILLING)
    return places.order_by("-pk").values_list("country", flat=True).first() or ""
