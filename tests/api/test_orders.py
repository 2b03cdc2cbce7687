"""Placing and reading orders over HTTP."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from tests.shops import Caller, cus, open_shop
from tests.world import World


def wanted(world: World, *, quantity: str = "2", **more: object) -> dict[str, object]:
    product, customer = world.product(price="10.00"), world.customer()
    return {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": quantity}], **more}


def test_a_checkout_places_an_order_and_reads_it_back(world: World, shop: Caller) -> None:
    answer = shop.post("orders", wanted(world, external_id="cart-1", po_number="PO 7"))
    assert answer.status_code == 201, answer.content
    order = answer.json()
    assert order["state"] == "confirmed"
    assert order["stage"] == "to_ship"
    assert order["gross"] == {"amount": "24.00", "currency": "GBP"}
    assert order["lines"][0]["reserved"] == "2"
    assert order["po_number"] == "PO 7"
    assert order["hold"] == []
    assert answer["ETag"] == '"1.confirmed"'
    assert answer["Location"] == f"/api/v1/orders/{order['id']}"
    assert answer["RateLimit-Policy"] == '"minute";q=600;w=60'
    assert answer["Request-Id"]
    again = shop.get(f"orders/{order['id']}")
    assert again.json() == order
    assert Order.objects.get().created_by.username.startswith("shop:")


def test_the_same_key_gets_the_same_bytes_and_one_order(world: World, shop: Caller) -> None:
    body = wanted(world)
    first = shop.post("orders", body, key="k-1")
    second = shop.post("orders", body, key="k-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second["Location"] == first["Location"]
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Order.objects.count() == 1


def test_one_key_for_two_requests_is_refused(world: World, shop: Caller) -> None:
    body = wanted(world)
    shop.post("orders", body, key="k-1")
    other = shop.post("orders", body | {"po_number": "other"}, key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    stranger = open_shop(world).post("orders", body, key="k-1")
    assert stranger.status_code == 201
    assert shop.post("orders", body, key=None).json()["code"] == "idempotency-key-missing"
    assert shop.post("orders", body, key="x" * 256).json()["code"] == "idempotency-key-invalid"
    assert Order.objects.count() == 2


def test_an_external_id_is_used_once_and_points_to_the_first_order(world: World, shop: Caller) -> None:
    body = wanted(world, external_id="cart-1")
    first = shop.post("orders", body).json()
    second = shop.post("orders", body)
    assert second.status_code == 409
    assert second.json()["code"] == "duplicate-external-id"
    assert second.json()["details"]["order"] == first["id"]
    assert second.json()["details"]["url"] == f"/api/v1/orders/{first['id']}"
    assert open_shop(world).post("orders", body).status_code == 201


def test_an_order_over_the_limit_is_held_and_says_what_would_help(world: World, shop: Caller) -> None:
    product, customer = world.product(price="10.00"), world.customer(limit="10.00")
    order = shop.post(
        "orders", {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": "2"}]}
    ).json()
    assert order["state"] == "on_hold"
    [reason] = order["hold"]
    assert reason["code"] == "credit-limit"
    assert reason["cure"]


def test_what_a_key_may_not_see_is_not_there(world: World, shop: Caller) -> None:
    mine, other = world.customer(), world.customer()
    product = world.product()
    lines = [{"sku": product.sku, "quantity": "1"}]
    foreign = shop.post("orders", {"customer": cus(other), "lines": lines}).json()
    bound = open_shop(world, customer=mine)
    own = bound.post("orders", {"lines": lines}).json()
    assert own["customer"] == cus(mine)
    assert bound.get(f"orders/{foreign['id']}").json()["code"] == "not-found-here"
    assert bound.post("orders", {"customer": cus(other), "lines": lines}).status_code == 404
    assert [one["id"] for one in bound.get("orders").json()["data"]] == [own["id"]]
    reader = open_shop(world, scopes=["orders:read"])
    refused = reader.post("orders", {"customer": cus(mine), "lines": lines})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing")


def test_every_call_needs_a_key(world: World, shop: Caller) -> None:
    assert shop.client.get("/api/v1/orders").json()["code"] == "key-missing"
    shop.secret = "sk_live_nothing"
    refused = shop.get("orders")
    assert (refused.status_code, refused.json()["code"]) == (401, "key-unknown")
    assert refused["Content-Type"] == "application/problem+json"


def test_lists_are_read_page_by_page(world: World, shop: Caller) -> None:
    product, customer = world.product(), world.customer()
    numbers = [world.order(customer, (product, str(place))).number for place in range(1, 6)]
    seen, cursor = [], ""
    while True:
        page = shop.get(f"orders?limit=2&cursor={cursor}").json()
        seen += [one["number"] for one in page["data"]]
        if not page["has_more"]:
            break
        cursor = page["next_cursor"]
    assert seen == numbers[::-1]
    assert shop.get("orders?cursor=ord_nothing").json()["code"] == "cursor-invalid"
    assert shop.get("orders?customer__name=x").json()["code"] == "validation-failed"
    assert shop.get("orders?expand=customer.orders").json()["code"] == "expand-unknown"


def test_a_list_takes_the_same_statements_however_many_rows(world: World, shop: Caller) -> None:
    product, customer = world.product(), world.customer()
    shop.get("orders")  # notes that the key is in use, once a minute
    used = []
    for _ in range(2):
        for place in range(3):
            world.order(customer, (product, str(place + 1)))
        with CaptureQueriesContext(connection) as captured:
            assert shop.get("orders?expand=lines").status_code == 200
        used.append(len(captured))
    assert used[0] == used[1]


def test_an_order_of_more_than_the_books_can_hold_is_a_problem(world: World, shop: Caller) -> None:
    product, customer = world.product(price="99999999"), world.customer()
    lines = [{"sku": product.sku, "quantity": "99999999"}]
    answer = shop.post("orders", {"customer": cus(customer), "lines": lines})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-order"), answer.content
    assert not Order.objects.exists()
