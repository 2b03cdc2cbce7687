"""Every verb on a notice in every state: what becomes of it, or how it is refused."""

import pytest
from django.core import mail
from django.db import transaction

from customers import services
from customers.models import Message
from o2c.kernel.errors import NotPermitted
from tests.customers.notices import NOON
from tests.documents import cells, walk
from tests.messages import MESSAGE_STATES, message_in
from tests.world import World, staff

TABLE = """
                   queued                   sending                  sent                     failed                   uncertain    undeliverable
resend_message     !message-not-resendable  !message-not-resendable  !message-not-resendable  queued                   queued       !email-missing
settle_uncertain   !message-not-uncertain   !message-not-uncertain   !message-not-uncertain   !message-not-uncertain   sent         !message-not-uncertain
"""  # noqa: E501 - a table


@pytest.mark.parametrize("state", MESSAGE_STATES)
def test_every_verb_in_every_state_of_a_notice(world: World, state: str) -> None:
    message = message_in(world, state)

    def run(verb: str) -> object:
        return getattr(services, verb)(message_id=message.pk, on=world.on, actor=world.system)

    walk(world, TABLE, state, run=run, state_after=lambda: str(Message.objects.get(pk=message.pk).state))


def test_the_table_names_every_state_of_a_notice() -> None:
    assert set(MESSAGE_STATES) == set(Message.State.values) == {cell.state for cell in cells(TABLE)}


@pytest.mark.parametrize("state", MESSAGE_STATES)
def test_only_what_is_queued_is_sent(world: World, state: str) -> None:
    message = message_in(world, state)
    before = len(mail.outbox)
    services.send_message(message_id=message.pk, at=NOON)
    assert len(mail.outbox) - before == (state == "queued")
    assert Message.objects.get(pk=message.pk).state == ("sent" if state == "queued" else state)


def test_nothing_is_sent_inside_a_transaction(world: World) -> None:
    """The claim must be committed before the mail leaves, or a rollback would send it twice."""
    message = message_in(world, "queued")
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        services.send_message(message_id=message.pk, at=NOON)
    assert mail.outbox == []
    assert Message.objects.get(pk=message.pk).state == "queued"


@pytest.mark.parametrize("verb", ["resend_message", "settle_uncertain"])
def test_who_may_not_send_notices_changes_nothing(world: World, verb: str) -> None:
    message = message_in(world, "uncertain")
    with pytest.raises(NotPermitted):
        getattr(services, verb)(message_id=message.pk, on=world.on, actor=staff("Warehouse clerk"))
    assert Message.objects.get(pk=message.pk).state == "uncertain"
