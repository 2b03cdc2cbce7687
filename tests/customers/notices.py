"""What the tests of notices share: a customer who can be written to, and the notice about an event."""

from datetime import UTC, datetime, time
from typing import Any

import time_machine

from customers.models import Contact, Customer, Message
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Event, EventDelivery
from tests.world import World

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def reachable(world: World, language: str = "en", **fields: Any) -> Customer:
    """A customer with somebody who orders and somebody who pays."""
    customer = world.customer(language=language, **fields)
    Contact.objects.create(customer=customer, role="ordering", name="Olga Orders", email="olga@buyer.example")
    Contact.objects.create(customer=customer, role="billing", name="Ben Bills", email="ben@buyer.example")
    return customer


def happened(world: World, kind: str, document: Any, **payload: Any) -> Event:
    """An event about a document, as the verb of its app announces it."""
    return Event.objects.create(
        kind=kind,
        document_type=kind.partition(".")[0],
        document_id=document.pk,
        document_number=getattr(document, "number", ""),
        on=world.on,
        actor=world.system,
        payload=payload,
    )


def consume(world: World, task: Any, event: Event) -> None:
    """Have the effect of an event that a handler is owed, at noon of the business date."""
    EventDelivery.objects.get_or_create(event=event, handler=task.name)
    with time_machine.travel(datetime.combine(world.on, time(12), tzinfo=UTC), tick=False):
        task(event_id=event.pk, document_id=event.document_id, payload=event.payload)


def told(world: World, task: Any, kind: str, document: Any, **payload: Any) -> Message | None:
    """What the customer is told about an event; None when they are not."""
    event = happened(world, kind, document, **payload)
    consume(world, task, event)
    return Message.objects.filter(event=event).first()


def change(row: Any, **columns: Any) -> None:
    """Set columns of a row, whatever the verbs would say."""
    names = ", ".join(f'"{name}" = %s' for name in columns)
    fetch_all(f"UPDATE {row._meta.db_table} SET {names} WHERE id = %s", [*columns.values(), row.pk])
    row.__dict__.update(type(row).objects.get(pk=row.pk).__dict__)  # a state may not be set otherwise
