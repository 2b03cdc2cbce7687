"""Addresses of shops over HTTP: made, tried, changed, rotated, deleted, and what was sent there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook

from o2c.gateway.models import WebhookDelivery, WebhookEndpoint
from o2c.kernel.models import IdempotencyKey
from tests.shops import Caller, cus, open_shop
from tests.webhooks import happens, receiver, send
from tests.world import World

URL = "https://shop.example/hook"


def made(shop: Caller, **body: object) -> dict:
    answer = shop.post("webhook-endpoints", {"url": URL, **body})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_an_address_is_made_and_its_secret_shown_once(world: World, shop: Caller) -> None:
    answer = shop.post(
        "webhook-endpoints", {"url": URL, "types": ["order.closed"], "description": "Main"}, key="k"
    )
    assert answer.status_code == 201, answer.content
    endpoint = answer.json()
    secret = endpoint.pop("secret")
    assert endpoint["id"].startswith("whe_")
    assert (endpoint["state"], endpoint["types"], endpoint["customer"]) == ("active", ["order.closed"], None)
    assert answer["Location"] == f"/api/v1/webhook-endpoints/{endpoint['id']}"
    assert shop.get(f"webhook-endpoints/{endpoint['id']}").json() == endpoint
    assert shop.get("webhook-endpoints").json()["data"] == [endpoint]
    again = shop.post(
        "webhook-endpoints", {"url": URL, "types": ["order.closed"], "description": "Main"}, key="k"
    )
    assert again.content == answer.content
    assert WebhookEndpoint.objects.count() == 1
    for kept in IdempotencyKey.objects.all():
        assert secret.encode() not in bytes(kept.body)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "validation-failed"),
        ({"url": "http://shop.example/"}, "webhook-address-refused"),
        ({"url": "https://127.0.0.1/"}, "webhook-address-refused"),
        ({"url": "https://user:word@shop.example/"}, "webhook-address-refused"),
        ({"url": URL, "types": ["order.exploded"]}, "validation-failed"),
        ({"url": URL, "types": "order.closed"}, "validation-failed"),
        ({"url": URL, "shop": 1}, "validation-failed"),
        ({"url": URL, "customer": "cus_" + "0" * 32}, "validation-failed"),
        ({"url": URL, "secret": "whsec_mine"}, "validation-failed"),
        ({"url": URL, "description": "x" * 201}, "validation-failed"),
    ],
)
def test_an_address_that_cannot_be_is_refused(shop: Caller, body: dict[str, object], code: str) -> None:
    assert shop.post("webhook-endpoints", body).json()["code"] == code
    assert not WebhookEndpoint.objects.exists()


def test_a_shop_has_twenty_addresses_at_most(world: World, shop: Caller) -> None:
    for _ in range(20):
        first = made(shop)
    assert shop.post("webhook-endpoints", {"url": URL}).json()["code"] == "too-many-webhooks"
    assert shop("DELETE", f"webhook-endpoints/{first['id']}").status_code == 204
    made(shop)


def test_an_address_is_changed_by_who_has_seen_it(world: World, shop: Caller) -> None:
    endpoint = made(shop)
    path = f"webhook-endpoints/{endpoint['id']}"
    assert shop("PATCH", path, {"description": "x"}).status_code == 428
    changed = shop("PATCH", path, {"description": "x", "types": ["order.held"]}, If_Match='"1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert (changed.json()["description"], changed.json()["types"]) == ("x", ["order.held"])
    assert shop("PATCH", path, {"description": "y"}, If_Match='"1"').status_code == 412
    refused = shop("PATCH", path, {"url": "https://10.0.0.1/"}, If_Match='"2"')
    assert refused.json()["code"] == "webhook-address-refused"
    off = shop("PATCH", path, {"active": False}, If_Match='"2"').json()
    assert (off["state"], off["disabled_reason"]) == ("disabled", "Disabled by the shop.")
    on = shop("PATCH", path, {"active": True}, If_Match='"3"').json()
    assert (on["state"], on["disabled_reason"], on["disabled_at"]) == ("active", "", None)


def test_a_rotated_secret_signs_beside_the_old_one(world: World, shop: Caller) -> None:
    with receiver() as address:
        endpoint = made(shop, url=address.url)
        rotated = shop.post(f"webhook-endpoints/{endpoint['id']}/rotate").json()
        assert rotated["secret"] != endpoint["secret"]
        assert (rotated["secret_version"], rotated["previous_secret_until"]) == (2, "2026-11-21T12:00:00Z")
        assert shop.post(f"webhook-endpoints/{endpoint['id']}/test").json()["delivered"]
        [said] = address.said
    for secret in (rotated["secret"], endpoint["secret"]):
        assert Webhook(secret).verify(said.body, said.headers)["type"] == "webhook.test"


def test_a_test_says_what_came_back(world: World, shop: Caller) -> None:
    with receiver(500) as address:
        endpoint = made(shop, url=address.url)
        answer = shop.post(f"webhook-endpoints/{endpoint['id']}/test", key=None).json()
    took = answer.pop("milliseconds")
    assert answer == {"delivered": False, "status": 500, "error": "", "answer": "ok"}
    assert took < 5000
    shop.get("webhook-endpoints")
    WebhookEndpoint.objects.update(url="https://127.0.0.1/")
    inward = shop.post(f"webhook-endpoints/{endpoint['id']}/test", key=None).json()
    assert (inward["delivered"], inward["status"], inward["error"]) == (
        False,
        None,
        "The address leads inward.",
    )
    assert not WebhookDelivery.objects.exists()


def test_the_log_of_deliveries_shows_every_try(world: World, shop: Caller) -> None:
    with receiver(500) as address:
        endpoint = made(shop, url=address.url, types=["order.closed"])
        happens(world, world.customer())
        send()
        path = f"webhook-endpoints/{endpoint['id']}/deliveries"
        [delivery] = shop.get(path).json()["data"]
        assert (delivery["state"], delivery["type"], delivery["attempts"]) == ("pending", "order.closed", 1)
        assert delivery["next_try_at"] > "2026-11-20T12:00:05"
        assert [(one["status"], one["answer"]) for one in delivery["log"]] == [(500, "ok")]
        again = shop.post(f"events/{delivery['event']}/redeliver", {"endpoint": endpoint["id"]})
        assert again.json() == {"data": [{"endpoint": endpoint["id"], "state": "pending"}]}
        send()
        assert shop.get(f"{path}?state=pending").json()["data"] == []
        [delivery] = shop.get(f"{path}?state=delivered").json()["data"]
        assert [one["status"] for one in delivery["log"]] == [500, 200]
        assert delivery["next_try_at"] is None
        assert shop.post(f"events/{delivery['event']}/redeliver").json()["data"][0]["state"] == "pending"
        send()
        assert len({said.headers["webhook-id"] for said in address.said}) == 1
        assert len(address.said) == 3


def test_what_a_key_may_not_see_is_not_there(world: World, shop: Caller) -> None:
    mine, other = world.customer(), world.customer()
    all_customers = made(shop)
    key = open_shop(world, customer=mine)
    bound = made(key)
    assert bound["customer"] == cus(mine)
    event, foreign = happens(world, mine), happens(world, other)
    for caller, hidden in ((key, all_customers), (shop, bound)):
        path = f"webhook-endpoints/{hidden['id']}"
        for method, where, body in (
            ("GET", path, None), ("PATCH", path, {}), ("DELETE", path, None), ("POST", f"{path}/rotate", None),
            ("POST", f"{path}/test", None), ("GET", f"{path}/deliveries", None),
        ):  # fmt: skip
            assert caller(method, where, body, If_Match="*").json()["code"] == "not-found-here", (
                method,
                where,
            )
    assert [one["id"] for one in key.get("webhook-endpoints").json()["data"]] == [bound["id"]]
    own, others = f"events/evt_{event.public_id.hex}", f"events/evt_{foreign.public_id.hex}"
    assert key.post(f"{others}/redeliver").status_code == 404
    assert key.post(f"{own}/redeliver", {"endpoint": all_customers["id"]}).status_code == 404
    assert [one["endpoint"] for one in key.post(f"{own}/redeliver").json()["data"]] == [bound["id"]]
    reader = open_shop(world, scopes=["events:read"])
    assert reader.post(f"{own}/redeliver").json()["code"] == "scope-missing"
    assert reader.get("webhook-endpoints").json()["code"] == "scope-missing"


def test_lists_take_the_same_statements_however_many_rows(world: World, shop: Caller) -> None:
    endpoint = made(shop, types=["order.closed"])
    customer, used = world.customer(), []
    happens(world, customer)
    for _ in range(2):
        for path in ("webhook-endpoints", f"webhook-endpoints/{endpoint['id']}/deliveries"):
            with CaptureQueriesContext(connection) as captured:
                assert shop.get(path).status_code == 200
            used.append(len(captured))
        for _ in range(3):
            made(shop)
            happens(world, customer)
    assert used[:2] == used[2:]
