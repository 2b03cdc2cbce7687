"""Webhooks under races: two senders, two dispatchers, a change while a call is in the air."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest import mock

import pytest

from o2c import dispatch
from o2c.gateway import services
from o2c.gateway.models import WebhookDelivery, WebhookEndpoint
from o2c.gateway.services import deliveries, sending
from o2c.kernel.db import LockableQuerySet
from tests.concurrency.rivals import locks_removed
from tests.conftest import in_parallel, wins
from tests.webhooks import NOON, Receiver, arrives, endpoint_in, happens, receiver, send
from tests.world import World

pytestmark = pytest.mark.committed


@pytest.fixture
def shop() -> Iterator[Receiver]:
    """An address that takes everything."""
    with receiver() as found:
        yield found


def test_without_the_claim_two_senders_send_one_delivery_twice(world: World, shop: Receiver) -> None:
    endpoint_in(world, url=shop.url)
    happens(world, world.customer())
    both_have_looked = threading.Barrier(2)

    def look(*, at: datetime, **_: object) -> list[deliveries.Claimed]:
        due = list(WebhookDelivery.objects.filter(state="pending").values_list("pk", flat=True))
        both_have_looked.wait(timeout=20)
        return list(deliveries._packed(due, at=at))

    def send_what_is_seen() -> None:
        for claimed in look(at=NOON):
            sending._call(claimed)

    in_parallel(*[send_what_is_seen] * 2)
    assert len(shop.said) == 2


def test_two_senders_at_once_send_each_delivery_once(world: World, shop: Receiver) -> None:
    endpoint_in(world, url=shop.url)
    customer = world.customer()
    for _ in range(6):
        happens(world, customer)
    assert sum(wins(in_parallel(*[send] * 4))) == 6
    assert len({said.headers["webhook-id"] for said in shop.said}) == len(shop.said) == 6
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("delivered", 1)}


def test_with_many_senders_a_documents_events_still_arrive_in_order(world: World, shop: Receiver) -> None:
    endpoint_in(world, url=shop.url)
    customer = world.customer()
    for _ in range(4):
        happens(world, customer, document=7)
        arrives(world, customer, document=8)
    later = [lambda: send(NOON + timedelta(seconds=2), until=2, linger=1)] * 2
    assert sum(wins(in_parallel(*later))) == 8
    for about in ("order", "shipment"):
        told = [said.told["sequence"] for said in shop.said if said.told["document"]["type"] == about]
        assert told == [1, 2, 3, 4]


def test_one_slow_address_leaves_room_for_the_others(world: World) -> None:
    hurry = threading.Event()

    def slow(handler) -> None:
        hurry.wait(10)
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with receiver(*[slow] * 8) as lame, receiver() as quick:
        endpoint_in(world, url=lame.url)
        endpoint_in(world, url=quick.url)
        customer = world.customer()
        for _ in range(8):
            happens(world, customer)
        sender = threading.Thread(target=lambda: in_parallel(send))
        sender.start()
        for _ in range(200):
            if len(quick.said) == 8:
                break
            threading.Event().wait(0.02)
        assert (len(quick.said), lame.at_once) == (8, sending.EACH)
        hurry.set()
        sender.join(20)
    assert lame.most_at_once == sending.EACH
    assert len(lame.said) == 8


def test_a_dispatcher_that_runs_twice_owes_an_event_once(world: World) -> None:
    endpoint = endpoint_in(world)
    customer = world.customer()
    with mock.patch.object(dispatch, "call_sender"):
        for _ in range(3):
            happens(world, customer)
        in_parallel(*[dispatch.run_inline] * 4)
    assert endpoint.deliveries.count() == 3


def test_an_address_that_is_disabled_while_a_call_is_in_the_air_stays_disabled(world: World) -> None:
    endpoints = []

    def disabled_meanwhile(handler) -> None:
        in_parallel(
            lambda: services.disable_webhook(
                endpoint_id=endpoints[0].pk, reason="Moved", at=NOON, actor=world.system
            )
        )
        handler.send_response(500)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with receiver(disabled_meanwhile) as shop:
        endpoints.append(endpoint_in(world, url=shop.url))
        happens(world, world.customer())
        send()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.log.get().status) == ("cancelled", 500)
    assert not WebhookEndpoint.objects.get().active


def test_two_rotations_at_once_give_two_secrets(world: World) -> None:
    endpoint = endpoint_in(world)

    def rotate() -> int:
        made = services.rotate_webhook_secret(endpoint_id=endpoint.pk, at=NOON, actor=world.system)
        return made.secret_version

    assert sorted(wins(in_parallel(*[rotate] * 4))) == [2, 3, 4, 5]
    with locks_removed():
        both = threading.Barrier(2)
        read = LockableQuerySet.lock

        def together(queryset, pk: int):
            row = read(queryset, pk)
            both.wait(20)
            return row

        with mock.patch.object(LockableQuerySet, "lock", together):
            assert wins(in_parallel(*[rotate] * 2)) == [6, 6]
