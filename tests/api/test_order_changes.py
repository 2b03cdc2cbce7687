"""Amending, cancelling and confirming orders over HTTP, and what is told of their past."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credit import services as credit
from fulfillment import services as fulfillment
from orders import services as orders
from orders.models import Order, OrderVersion
from tests.shops import Caller, cus, open_shop
from tests.world import World, staff


def placed(
    world: World, shop: Caller, *, quantity: str = "5", limit: str = "1000", stock: str = "100"
) -> Any:
    product, customer = world.product(price="10.00", stock=stock), world.customer(limit=limit)
    body = {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": quantity}]}
    return shop.post("orders", body)


def path_of(answer: Any, what: str = "") -> str:
    return f"orders/{answer.json()['id']}{what}"


def in_picking(world: World, order: Any) -> None:
    found = Order.objects.get(number=order["number"])
    shipment = fulfillment.plan_shipment(order_id=found.pk, on=world.on, actor=world.system)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)


def test_lines_are_changed_added_and_removed_in_one_version(world: World, shop: Caller) -> None:
    order, hook = placed(world, shop), world.product(price="1.00")
    changes = {
        "reason": "The customer called",
        "po_number": "PO 8",
        "lines": {
            "change": [{"position": 1, "quantity": "3"}],
            "add": [{"sku": hook.sku, "quantity": "2"}],
        },
    }
    amended = shop("PATCH", path_of(order), changes, If_Match=order["ETag"])
    assert amended.status_code == 200, amended.content
    now = amended.json()
    assert [(line["ordered"], line["reserved"]) for line in now["lines"]] == [("3", "3"), ("2", "2")]
    assert (now["version"], now["po_number"], now["gross"]["amount"]) == (2, "PO 8", "38.40")
    assert now["allowed"] == {
        "amend": True,
        "cancel": [{"position": 1, "quantity": "3"}, {"position": 2, "quantity": "2"}],
        "reason": "",
    }
    assert amended["ETag"] == '"2.confirmed"'
    gone = {"reason": "Not needed", "lines": {"remove": [1]}}
    left = shop("PATCH", path_of(order), gone, If_Match=amended["ETag"]).json()
    assert [line["cancelled"] for line in left["lines"]] == ["3", "0"]


def test_a_change_says_which_version_it_was_decided_on(world: World, shop: Caller) -> None:
    order = placed(world, shop)
    change = {"reason": "More", "lines": {"change": [{"position": 1, "quantity": "6"}]}}
    missing = shop("PATCH", path_of(order), change)
    assert (missing.status_code, missing.json()["code"]) == (428, "precondition-required")
    assert shop("PATCH", path_of(order), change, If_Match=order["ETag"]).status_code == 200
    stale = shop("PATCH", path_of(order), change, If_Match=order["ETag"])
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition-failed")
    assert stale.json()["details"]["etag"] == '"2.confirmed"'
    assert OrderVersion.objects.count() == 1


def test_who_overtakes_between_reading_and_locking_is_told_as_a_stale_version(
    world: World, shop: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = placed(world, shop)
    found = Order.objects.get()

    def overtaken(**asked: Any) -> Any:
        Order.objects.filter(pk=found.pk).update(version=7)
        return real(**asked)

    real = orders.cancel_order
    monkeypatch.setattr(orders, "cancel_order", overtaken)
    refused = shop.post(path_of(order, "/cancel"), {"reason": "Gone"}, If_Match=order["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition-failed")
    assert Order.objects.get().state == "confirmed"


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({}, 400, "/reason"),
        ({"reason": "x", "net": "1"}, 400, "/net"),
        ({"reason": "x", "lines": {"change": [{"position": 9, "quantity": "1"}]}}, 400, "/lines/change/0"),
        ({"reason": "x", "lines": {"remove": [1, 1]}}, 400, "/lines/remove/1"),
        (
            {"reason": "x", "lines": {"change": [{"position": 1, "quantity": "1", "unit_price": "0"}]}},
            400,
            None,
        ),
        ({"reason": "x"}, 422, "/lines"),
        ({"reason": "x", "lines": {"remove": [1]}}, 422, "/lines"),
    ],
)
def test_what_cannot_be_changed_is_named_and_changes_nothing(
    world: World, shop: Caller, change: dict[str, object], status: int, pointer: str | None
) -> None:
    order = placed(world, shop)
    refused = shop("PATCH", path_of(order), change, If_Match="*")
    assert refused.status_code == status, refused.content
    assert pointer is None or refused.json()["errors"][0]["pointer"] == pointer
    assert shop.get(path_of(order)).json() == order.json()


def test_growth_that_credit_does_not_hold_is_refused_with_the_figures(world: World, shop: Caller) -> None:
    order = placed(world, shop, limit="60")
    more = {"reason": "More", "lines": {"change": [{"position": 1, "quantity": "6"}]}}
    refused = shop("PATCH", path_of(order), more, If_Match=order["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (409, "amendment-refused")
    [reason] = refused.json()["details"]["reasons"]
    assert (reason["code"], reason["figures"]["available"]) == ("credit-limit", "60.0000")
    assert shop.get(path_of(order)).json() == order.json()


def test_what_the_warehouse_has_in_hand_stays_and_is_named(world: World, shop: Caller) -> None:
    order = placed(world, shop)
    in_picking(world, order.json())
    seen = shop.get(path_of(order)).json()["allowed"]
    assert (seen["amend"], seen["cancel"]) == (True, [])
    assert "is being picked or packed" in seen["reason"]
    less = {"reason": "Less", "lines": {"change": [{"position": 1, "quantity": "4"}]}}
    refused = shop("PATCH", path_of(order), less, If_Match=order["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (409, "goods-in-hand")
    assert refused.json()["details"]["shipments"]


def test_part_of_a_line_is_cancelled_and_then_the_order(world: World, shop: Caller) -> None:
    order = placed(world, shop)
    part = {"reason": "Too many", "lines": [{"position": 1, "quantity": "2"}]}
    left = shop.post(path_of(order, "/cancel"), part, key="c", If_Match=order["ETag"])
    assert left.status_code == 200, left.content
    assert left.json()["lines"][0]["cancelled"] == "2"
    assert left.json()["allowed"]["cancel"] == [{"position": 1, "quantity": "3"}]
    again = shop.post(path_of(order, "/cancel"), part, key="c", If_Match=order["ETag"])
    assert again.content == left.content
    too_much = {"reason": "More", "lines": [{"position": 1, "quantity": "4"}]}
    refused = shop.post(path_of(order, "/cancel"), too_much, If_Match=left["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-cancellation")
    gone = shop.post(path_of(order, "/cancel"), {"reason": "All", "code": "price"}, If_Match=left["ETag"])
    assert (gone.json()["state"], gone.json()["cancel_code"]) == ("cancelled", "price")
    assert gone.json()["allowed"] == {"amend": False, "cancel": [], "reason": "The order is cancelled."}
    over = shop.post(path_of(order, "/cancel"), {"reason": "Again"}, If_Match=gone["ETag"])
    assert (over.status_code, over.json()["code"]) == (409, "order-not-cancellable")


def test_after_a_part_shipment_the_rest_is_cancelled(world: World, shop: Caller) -> None:
    order = placed(world, shop, stock="3")
    world.ship(Order.objects.get())
    rest = shop.post(path_of(order, "/cancel"), {"reason": "Enough"}, If_Match="*")
    assert rest.status_code == 200, rest.content
    line = rest.json()["lines"][0]
    assert (line["shipped"], line["cancelled"]) == ("3", "2")
    assert rest.json()["state"] == "confirmed"


def test_a_held_order_is_checked_again_after_the_limit_was_raised(world: World, shop: Caller) -> None:
    order = placed(world, shop, limit="10")
    still = shop.post(path_of(order, "/confirm"), {}, If_Match=order["ETag"])
    assert (still.json()["state"], still.json()["hold"][0]["code"]) == ("on_hold", "credit-limit")
    customer = Order.objects.get().customer_id
    credit.set_limit(customer_id=customer, limit=Decimal(100), on=world.on, actor=world.system)
    passed = shop.post(path_of(order, "/confirm"), {}, If_Match=order["ETag"])
    assert (passed.json()["state"], passed["ETag"]) == ("confirmed", '"1.confirmed"')
    twice = shop.post(path_of(order, "/confirm"), {}, If_Match="*")
    assert (twice.status_code, twice.json()["code"]) == (409, "order-not-submittable")


def test_a_draft_is_submitted(world: World, shop: Caller) -> None:
    wanted = world.wanted(world.customer(), (world.product(), "1"), channel="phone")
    draft = orders.create_order(order=wanted, actor=staff("Order clerk"))
    found = shop.get(f"orders?number={draft.number}").json()["data"][0]
    done = shop.post(f"orders/{found['id']}/confirm", {}, If_Match='"1.draft"')
    assert (done.status_code, done.json()["state"]) == (200, "confirmed")


def test_a_shop_hears_that_we_look_at_an_order_and_not_what_we_suspect(world: World, shop: Caller) -> None:
    order = placed(world, shop, limit="10")
    secret = [{"code": "screening", "text": "Looks unusual (9 points)", "figures": {"score": "9"}}]
    Order.objects.update(hold_reasons=secret)
    [reason] = shop.get(path_of(order)).json()["hold"]
    assert reason["code"] == "review"
    assert "unusual" not in str(reason)
    assert reason["figures"] == {}


def test_what_happened_is_listed_without_what_is_ours(world: World, shop: Caller) -> None:
    order = placed(world, shop)
    change = {"reason": "More", "lines": {"change": [{"position": 1, "quantity": "6"}]}}
    shop("PATCH", path_of(order), change, If_Match=order["ETag"])
    found = Order.objects.get()
    orders.cancel_order(
        order_id=found.pk, reason="We suspect them", code="fraud", on=world.on, actor=staff("Order clerk")
    )
    first = shop.get(path_of(order, "/events?limit=3")).json()
    rest = shop.get(path_of(order, f"/events?limit=3&cursor={first['next_cursor']}")).json()
    events = first["data"] + rest["data"]
    assert [(event["kind"], event["actor"]) for event in events] == [
        ("order.created", "shop"),
        ("order.submitted", "shop"),
        ("order.confirmed", "shop"),
        ("order.amended", "shop"),
        ("order.cancelled", "person"),
    ]
    assert events[3]["data"]["reason"] == "More"
    assert {"position": 1, "what": "ordered", "was": "5", "is": "6"} in events[3]["data"]["changes"]
    assert events[4]["data"] == {"code": "other", "reason": ""}
    assert events[0]["id"].startswith("evt_")


def test_orders_of_others_are_neither_changed_nor_told_of(world: World, shop: Caller) -> None:
    order = placed(world, shop)
    other = open_shop(world, customer=world.customer())
    reason = {"reason": "x"}
    for answer in (
        other("PATCH", path_of(order), reason, If_Match="*"),
        other.post(path_of(order, "/cancel"), reason, If_Match="*"),
        other.post(path_of(order, "/confirm"), {}, If_Match="*"),
        other.get(path_of(order, "/events")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found-here")
    reader = open_shop(world, scopes=["orders:read"])
    for answer in (
        reader("PATCH", path_of(order), reason, If_Match="*"),
        reader.post(path_of(order, "/cancel"), reason, If_Match="*"),
        reader.post(path_of(order, "/confirm"), {}, If_Match="*"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert shop.get(path_of(order)).json() == order.json()


def test_an_order_shows_its_customer_to_who_may_know_customers(world: World, shop: Caller) -> None:
    order = placed(world, shop)
    seen = shop.get(path_of(order, "?expand=customer")).json()
    assert seen["expanded"]["customer"]["id"] == seen["customer"]
    assert "expanded" not in shop.get(path_of(order)).json()
    assert shop.get("orders?expand=customer").json()["data"][0]["expanded"] == seen["expanded"]
    blind = open_shop(world, scopes=["orders:read"])
    assert blind.get(path_of(order, "?expand=customer")).json()["code"] == "scope-missing"


def test_placing_an_order_takes_as_many_statements_whatever_is_in_it(world: World, shop: Caller) -> None:
    """Eight are above `place_order`: key, idempotency (3), company, customer, rights, and the lines of the answer."""
    shop.get("orders")  # notes that the key is in use, once a minute
    for count in (1, 7):
        products, customer = [world.product() for _ in range(count)], world.customer()
        body = {"customer": cus(customer), "lines": [{"sku": one.sku, "quantity": "1"} for one in products]}
        with CaptureQueriesContext(connection) as over_http:
            assert shop.post("orders", body).json()["state"] == "confirmed"
        assert len(over_http) == 32
