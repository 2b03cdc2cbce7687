"""Doing things once: retries at the same time, retries days later, and what has no key."""

import threading
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.test import Client

from o2c.gateway.tasks import forget_answers
from o2c.kernel import idempotency
from o2c.kernel.models import IdempotencyKey, JobRun
from orders import services as orders
from orders.models import Order
from tests.conftest import in_parallel
from tests.shops import Caller, cus, open_shop
from tests.world import World

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def another(caller: Caller) -> Caller:
    """The same program in another process."""
    return Caller(caller.secret, caller.shop, Client(raise_request_exception=False))


@pytest.mark.committed
def test_ten_retries_at_once_place_one_order(world: World, shop: Caller) -> None:
    """C06: the others are told that it is in progress, or get the same bytes; later all get the same bytes."""
    product, customer = world.product(), world.customer()
    body = {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": "2"}]}
    shop.get("orders")
    callers = [another(shop) for _ in range(10)]
    answers = in_parallel(*[partial(one.post, "orders", body, key="cart-1") for one in callers])
    assert {answer.status_code for answer in answers} <= {201, 409}
    placed = {answer.content for answer in answers if answer.status_code == 201}
    assert len(placed) == 1
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {
        "request-in-progress"
    }
    assert Order.objects.count() == 1
    later = shop.post("orders", body, key="cart-1")
    assert {later.content} == placed
    assert later["Idempotency-Replayed"] == "true"


@pytest.mark.committed
def test_a_retry_during_the_first_attempt_is_told_so(
    world: World, shop: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C06, with the first attempt held up inside its transaction."""
    product, customer = world.product(), world.customer()
    body = {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": "2"}]}
    inside, go_on = threading.Event(), threading.Event()
    place = orders.place_order

    def slowly(**wanted: object) -> Order:
        inside.set()
        assert go_on.wait(30)
        return place(**wanted)

    monkeypatch.setattr("orders.services.place_order", slowly)

    def retry() -> object:
        assert inside.wait(30)
        try:
            return another(shop).post("orders", body, key="cart-1")
        finally:
            go_on.set()

    first, second = in_parallel(lambda: another(shop).post("orders", body, key="cart-1"), retry)
    assert first.status_code == 201, first.content
    assert (second.status_code, second.json()["code"]) == (409, "request-in-progress")
    assert shop.post("orders", body, key="cart-1").content == first.content


@pytest.mark.committed
def test_a_double_click_without_the_same_key_places_one_order(world: World, shop: Caller) -> None:
    """C09: a cart becomes one order, and so does an external id, however many keys come with them."""
    product, customer = world.product(), world.customer()
    cart = shop.post("carts", {"lines": [{"sku": product.sku, "quantity": "2"}]}).json()
    body = {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": "2"}]}
    for extra, code in (
        ({"cart": cart["token"]}, "cart-ordered"),
        ({"external_id": "c-1"}, "duplicate-external-id"),
    ):
        before, clicked = Order.objects.count(), body | extra
        callers = [another(shop) for _ in range(4)]
        answers = in_parallel(*[partial(one.post, "orders", clicked) for one in callers])
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409], [
            answer.content for answer in answers
        ]
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {code}
        assert Order.objects.count() == before + 1


def test_a_key_is_used_for_one_request_by_one_client(world: World, shop: Caller) -> None:
    """C07: another body is refused, another shop's is another request, a key that is none writes nothing."""
    product, customer = world.product(), world.customer()
    body = {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": "2"}]}
    first = shop.post("orders", body, key="k")
    before = world.fingerprint()
    for other in (body | {"po_number": "x"}, body | {"lines": []}, {}, body | {"customer": "cus_0"}):
        refused = shop.post("orders", other, key="k")
        assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")
    for key in ("x" * 256, "ü", "a\tb", "", " " * 256):
        refused = shop("POST", "orders", body, key=None, Idempotency_Key=key)
        assert (refused.status_code, refused.json()["code"]) == (400, "idempotency-key-invalid")
    assert world.fingerprint() == before
    members = dict(reversed(body.items()))
    assert shop.post("orders", members, key="k").content == first.content
    assert open_shop(world).post("orders", body, key="k").json()["id"] != first.json()["id"]


def test_a_refusal_is_not_kept(world: World, shop: Caller) -> None:
    """It had no effect: the same request may succeed when what stood against it is gone."""
    customer = world.customer()
    body = {"customer": cus(customer), "lines": [{"sku": "SKU-9000", "quantity": "2"}]}
    assert shop.post("orders", body, key="k").status_code == 422
    assert IdempotencyKey.objects.count() == 0
    body["lines"] = [{"sku": world.product().sku, "quantity": "2"}]
    assert shop.post("orders", body, key="k").status_code == 201


def test_an_answer_is_kept_for_seven_days_and_forgotten_at_night(world: World, shop: Caller) -> None:
    answered = {"scope": "live/1 POST", "request": "0", "status": 201, "body": b"{}"}
    kept, _gone = (
        IdempotencyKey.objects.create(key=key, created_at=NOON - idempotency.KEPT + off, **answered)
        for key, off in (("kept", timedelta(seconds=1)), ("gone", -timedelta(seconds=1)))
    )
    forget_answers()
    assert list(IdempotencyKey.objects.all()) == [kept]
    assert JobRun.objects.get(job="o2c.gateway.tasks.forget_answers").state == "done"
