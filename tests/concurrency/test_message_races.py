"""Notices under races: two workers, two jobs, two consumers, one mail."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.db import transaction

from customers import services
from customers.models import Message
from customers.services import sending
from o2c.kernel import rows
from orders import notices
from tests.conftest import in_parallel, wins
from tests.customers.notices import NOON, consume, happened, reachable
from tests.messages import message_about, message_in
from tests.world import World

pytestmark = pytest.mark.committed


@pytest.fixture(autouse=True)
def outbox() -> Iterator[list[Any]]:
    """The mails of all threads."""
    mail.outbox = []
    yield mail.outbox
    mail.outbox = []


def unclaimed(which: str, value: int) -> Message | None:
    """What a worker finds that only looks, and claims nothing."""
    with transaction.atomic():
        found = rows.read(Message, f"{which} AND state = 'queued'", [value], "ORDER BY id LIMIT 1")
    return found[0] if found else None


def test_without_the_claim_two_workers_send_one_notice_twice(world: World, outbox: list[Any]) -> None:
    message = message_in(world, "queued")
    both_have_looked = threading.Barrier(2)

    def look(which: str, value: int, *, at: datetime) -> Message | None:
        found = unclaimed(which, value)
        both_have_looked.wait(timeout=20)
        return found

    with (
        mock.patch.object(sending, "_claim", look),
        mock.patch.object(sending, "_record", lambda message, *_, **__: message),
    ):
        in_parallel(*[lambda: services.send_message(message_id=message.pk, at=NOON)] * 2)
    assert len(outbox) == 2


def test_two_workers_send_one_notice_once(world: World, outbox: list[Any]) -> None:
    message = message_in(world, "queued")
    results = in_parallel(*[lambda: services.send_message(message_id=message.pk, at=NOON)] * 4)
    assert len(wins(results)) == 4
    assert sum(result is not None for result in results) == 1
    assert len(outbox) == 1
    assert Message.objects.get(pk=message.pk).attempts == 1


def test_four_jobs_at_once_share_the_queue(world: World, outbox: list[Any]) -> None:
    customer = reachable(world)
    for number in range(12):
        message_about(world, customer, product=f"Key {number}")

    def job() -> int:
        sent = 0
        while services.send_next(at=NOON):
            sent += 1
        return sent

    assert sum(in_parallel(*[job] * 4)) == 12
    assert sorted(letter.subject for letter in outbox) == sorted(
        f"Your access to Key {number}" for number in range(12)
    )
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_an_event_that_two_workers_have_at_once_is_told_once(world: World) -> None:
    order = world.order(reachable(world), (world.product(), "1"))
    event = happened(world, "order.confirmed", order)
    in_parallel(*[lambda: consume(world, notices.order_confirmed, event)] * 3)
    assert Message.objects.filter(kind="order_confirmed").count() == 1


def test_a_person_who_sends_again_and_a_person_who_settles_cannot_both(world: World) -> None:
    message = message_in(world, "uncertain")
    by = {"message_id": message.pk, "on": world.on, "actor": world.system}
    results = in_parallel(lambda: services.resend_message(**by), lambda: services.settle_uncertain(**by))
    assert len(wins(results)) == 1
    assert services.doubt_abandoned(at=NOON + timedelta(days=1)) == 0
