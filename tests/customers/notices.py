"""What the tests of notices share: a customer who can be written to, and what was written."""

from typing import Any

from customers.models import Contact, Customer, Message
from o2c import wiring
from o2c.kernel import events
from o2c.kernel.events import DomainEvent
from o2c.kernel.models import Event
from tests.world import World


def reachable(world: World, language: str = "en", **fields: Any) -> Customer:
    """A customer with somebody who orders and somebody who pays."""
    customer = world.customer(language=language, **fields)
    Contact.objects.create(customer=customer, role="ordering", name="Olga Orders", email="olga@buyer.example")
    Contact.objects.create(customer=customer, role="billing", name="Ben Bills", email="ben@buyer.example")
    return customer


def notice(kind: str, **about: Any) -> Message:
    """The one notice of its kind (about a document)."""
    return Message.objects.get(kind=kind, **about)


def kinds() -> list[str]:
    """What was written, in order."""
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def deliver(event: Event, handler: str) -> None:
    """Have one handler's effect of an event, as a worker does."""
    wiring.TASKS[handler](event_id=event.pk, document_id=event.document_id, payload=event.payload)


__all__ = ["DomainEvent", "deliver", "events", "kinds", "notice", "reachable"]
