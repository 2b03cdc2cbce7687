"""A notice to a customer in each state, made by what leads there."""

from collections.abc import Sequence
from unittest import mock

from customers import services
from customers.mail import Answer
from customers.models import Contact, Customer, Message
from o2c.kernel.db import fetch_all, unit_of_work
from o2c.kernel.models import Event
from tests.customers.notices import NOON, happened, reachable
from tests.world import World

MESSAGE_STATES = ("queued", "sending", "sent", "failed", "uncertain", "undeliverable")

ANSWERS = {
    "sent": Answer(),
    "failed": Answer(error="550 No such user", for_good=True),
    "uncertain": Answer(error="timed out", is_certain=False),
}


def message_about(
    world: World, customer: Customer, *, roles: Sequence[str] = (Contact.Role.ORDERING,), product: str = "Key"
) -> Message:
    """A notice that access was granted."""
    event: Event = happened(world, "entitlement.granted", customer)
    with unit_of_work():
        return services.write_message(
            event_id=event.pk,
            kind="access_granted",
            company=world.company,
            customer=customer,
            roles=roles,
            content=lambda formats: {
                "number": "SO-1",
                "product": product,
                "valid_from": formats.date(world.on),
            },
        )


def message_in(world: World, state: str) -> Message:
    """A notice to a customer of its own."""
    customer = world.customer() if state == "undeliverable" else reachable(world)
    message = message_about(world, customer)
    if state == "sending":  # no verb ends here: its worker died
        fetch_all(
            "UPDATE customers_message SET state = 'sending', attempts = 1, claimed_at = %s WHERE id = %s",
            [NOON, message.pk],
        )
    if state in ANSWERS:
        with mock.patch("customers.services.sending.hand_over", return_value=ANSWERS[state]):
            services.send_message(message_id=message.pk, at=NOON)
    return Message.objects.get(pk=message.pk)
