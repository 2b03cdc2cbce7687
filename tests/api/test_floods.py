"""M14: whoever asks too often is told to wait; nobody can make others wait."""

from datetime import UTC, datetime

import time_machine

from tests.shops import Caller, issued, open_shop, shop_in
from tests.world import World


def test_a_key_that_asks_too_often_waits_and_no_other_key_does(world: World, noon: None) -> None:
    shop = shop_in(world)
    greedy, calm = (Caller(issued(world, shop, quota=quota).secret, shop) for quota in (5, 600))
    answers = [greedy.get("orders?limit=1") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert [answer["RateLimit"] for answer in answers[:2]] == ['"minute";r=4;t=60', '"minute";r=3;t=60']
    refused = answers[-1]
    assert refused.json()["code"] == "too-many-requests"
    assert (refused["Retry-After"], refused["RateLimit"]) == ("60", '"minute";r=0;t=60')
    assert refused["RateLimit-Policy"] == '"minute";q=5;w=60'
    assert calm.get("orders?limit=1").status_code == 200
    with time_machine.travel(datetime(2026, 11, 20, 12, 1, tzinfo=UTC), tick=False):
        assert greedy.get("orders?limit=1").status_code == 200


def test_a_refused_request_changes_nothing_and_its_key_can_be_used_later(world: World, noon: None) -> None:
    shop = shop_in(world)
    caller = Caller(issued(world, shop, quota=1).secret, shop)
    caller.get("orders?limit=1")
    before = world.fingerprint()
    assert caller.post("orders", {}, key="k").status_code == 429
    assert world.fingerprint() == before


def test_an_address_that_tries_keys_waits_and_a_right_key_from_there_does_not(
    world: World, noon: None
) -> None:
    caller = open_shop(world)
    thief = Caller("sk_live_guess", caller.shop)
    told = [thief.get("orders") for _ in range(33)]
    assert [answer.status_code for answer in told] == [401] * 30 + [429] * 3
    assert told[-1]["Retry-After"] == "60"
    assert told[-1].json()["code"] == "too-many-requests"
    assert caller.get("orders?limit=1").status_code == 200
    elsewhere = thief.client.get(
        "/api/v1/orders", headers={"Authorization": "Bearer sk_live_guess"}, REMOTE_ADDR="203.0.113.7"
    )
    assert elsewhere.status_code == 401
