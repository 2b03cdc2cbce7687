"""C08: a web worker is killed between the commit and the answer; the client sends the request again."""

import http.client
from pathlib import Path

import pytest

from orders.models import Order
from tests.faults.web import serving
from tests.shops import cus, open_shop
from tests.world import World

pytestmark = pytest.mark.committed


def test_a_request_whose_answer_died_is_answered_the_second_time_as_the_first(
    world: World, tmp_path: Path
) -> None:
    product, customer, shop = world.product(), world.customer(), open_shop(world)
    body = {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": "2"}]}
    with serving(tmp_path) as web:
        # The note that the key is in use is a commit of its own: it is not the one to die after.
        assert web.call("GET", "/api/v1/orders", shop.secret).status == 200
        web.warrant.touch()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            web.call("POST", "/api/v1/orders", shop.secret, body, Idempotency_Key="cart-1")
        placed = Order.objects.get()
        second, third = (
            web.call("POST", "/api/v1/orders", shop.secret, body, Idempotency_Key="cart-1") for _ in range(2)
        )
        assert (second.status, second.headers["idempotency-replayed"]) == (201, "true")
        assert second.json()["number"] == placed.number
        assert third.body == second.body
        assert web.call("GET", second.headers["location"], shop.secret).json() == second.json()
    assert Order.objects.count() == 1
