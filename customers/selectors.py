"""Questions about customers."""

from django.db.models import QuerySet

from customers.errors import AddressMissing, CustomerInactive
from customers.models import Address, Customer, Message
from o2c.kernel import rows
from o2c.kernel.errors import NotFound


def customer_for_order(customer_id: int) -> Customer:
    """Return the customer who orders.

    :raises NotFound: there is no such customer.
    :raises CustomerInactive: they were set inactive.
    """
    customer = rows.by_id(Customer, customer_id)
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}.")
    if not customer.active:
        raise CustomerInactive(f"{customer} is inactive.")
    return customer


def address_copy(*, customer: Customer, role: str) -> dict[str, str]:
    """Return a copy of the customer's address for *role*, their billing address where there is none.

    :raises AddressMissing: they have no address at all.
    """
    found = rows.read(Address, "customer_id = %s", [customer.pk], "ORDER BY id DESC")
    addresses = {address.role: address for address in found}
    address = addresses.get(role) or addresses.get(Address.Role.BILLING)
    if address is None:
        raise AddressMissing(f"{customer} has no address.", customer_id=customer.pk)
    return address.as_copy() | {"name": address.name or customer.name}


def due_messages() -> QuerySet[Message]:
    """Return the notices that wait to be sent, the oldest first."""
    return Message.objects.filter(state=Message.State.QUEUED).order_by("id")


def undelivered() -> QuerySet[Message]:
    """Return the notices that wait for a person, the oldest first: no address, refused, or in doubt. One query."""
    listed = Message.objects.undelivered().select_related("customer").defer("body", "html")
    return listed.order_by("id")


def messages_of_customer(customer_id: int) -> QuerySet[Message]:
    """Return what was written to a customer, the newest first, without the texts."""
    return Message.objects.filter(customer_id=customer_id).defer("body", "html").order_by("-id")


def messages_of_document(*, document_type: str, document_id: int) -> QuerySet[Message]:
    """Return what was written about a document, such as an ``order``, the newest first, without the texts."""
    about = Message.objects.filter(document_type=document_type, document_id=document_id)
    return about.defer("body", "html").order_by("-id")
