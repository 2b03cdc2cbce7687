"""Notices in the finance console: read, sent again, settled."""

from pathlib import Path

from customers import letters
from customers.models import Message
from o2c.kernel.models import Event
from tests.messages import message_in
from tests.web.test_console import address_of
from tests.world import World


def act(client, action: str, *messages: Message):
    """Do an action of the list to some of its rows."""
    chosen = {"action": action, "_selected_action": [message.pk for message in messages]}
    return client.post(address_of(Message, "changelist"), chosen, follow=True)


def test_a_notice_is_read_and_not_edited(world: World, sign_in) -> None:
    message = message_in(world, "sent")
    client = sign_in("Finance manager")
    page = client.get(address_of(Message, "change", message.pk))
    assert "Your access to Key from your order SO-1 is ready." in page.text
    assert client.post(address_of(Message, "delete", message.pk), {"post": "yes"}).status_code == 403


def test_the_console_sends_again_and_settles_under_the_name_of_the_person(world: World, sign_in) -> None:
    failed, doubtful, sent = (message_in(world, state) for state in ("failed", "uncertain", "sent"))
    client = sign_in("Finance manager")
    page = act(client, "resend", failed, sent)
    assert "is sent again" in page.text
    assert "message-not-resendable" in page.text
    act(client, "settle", doubtful)
    states = [Message.objects.get(pk=message.pk).state for message in (failed, doubtful, sent)]
    assert states == ["queued", "sent", "sent"]
    people = {event.actor.username for event in Event.objects.filter(document_type="message")}
    assert people == {"finance-manager"}


def test_every_kind_of_notice_is_called_something() -> None:
    kinds = {
        body.parent.name
        for body in Path(letters.__file__).parents[1].joinpath("templates/email").glob("*/body.txt")
    }
    assert set(letters.KINDS) == kinds - {"parts"}
