"""F: a worker is killed at every statement while it sends webhooks; the shop gets each at least once, under one id."""

from datetime import timedelta

import pytest

from o2c.gateway.models import WebhookDelivery
from o2c.kernel import clock
from o2c.kernel.db import fetch_all
from tests.faults.nursery import Nursery
from tests.webhooks import endpoint_in, happens, receiver, send
from tests.world import World

pytestmark = pytest.mark.committed


def test_a_sender_killed_anywhere_loses_nothing_and_repeats_under_the_same_id(
    world: World, nursery: Nursery
) -> None:
    ends, deaths = set(), 0
    with receiver() as shop:
        endpoint_in(world, url=shop.url)
        customer = world.customer()
        while True:
            happens(world, customer)
            delivery = WebhookDelivery.objects.latest("pk")
            before = len(shop.said)
            outcome = nursery.run("send_webhooks", die_at=deaths + 1)
            assert outcome.killed or outcome.error == "", outcome.error
            delivery = WebhookDelivery.objects.get(pk=delivery.pk)
            ends.add((outcome.killed, delivery.state, delivery.attempts, len(shop.said) - before))
            # The lease is over: whoever comes next takes it up.
            fetch_all("UPDATE gateway_webhookdelivery SET next_try_at = now() - interval '1 s'", [])
            send(clock.now() + timedelta(seconds=1))
            assert WebhookDelivery.objects.get(pk=delivery.pk).state == "delivered"
            ids = {said.headers["webhook-id"] for said in shop.said[before:]}
            assert len(ids) == 1
            if not outcome.killed:
                break
            deaths += 1
    assert deaths >= 8
    assert ends >= {
        (True, "pending", 0, 0),  # before the claim was committed
        (True, "pending", 1, 0),  # after the claim, before the call
        (True, "pending", 1, 1),  # after the call, before it was noted: the shop gets it twice
        (True, "delivered", 1, 1),
        (False, "delivered", 1, 1),
    }
