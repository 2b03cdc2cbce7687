"""Returns over HTTP: what may come back until when, asking for it, and what became of it."""

from typing import Any

import pytest
import time_machine

from fulfillment import services as fulfillment
from fulfillment.models import Return, Shipment
from orders.models import OrderPolicy
from tests.api.counting import cost_of
from tests.fulfillment.returns import authorised, inspected, of_each
from tests.shops import Caller, open_shop
from tests.world import World


def shipped(world: World, shop: Caller, *, quantity: str = "5") -> dict[str, Any]:
    world.ship(world.order(world.customer(), (world.product(price="10.00"), quantity)))
    found: dict[str, Any] = shop.get("shipments?limit=1").json()["data"][0]
    return found


def asked(shipment: dict[str, Any], quantity: str = "2", **more: object) -> dict[str, object]:
    lines = [{"position": 1, "quantity": quantity}]
    return {"shipment": shipment["id"], "reason": "defective", "lines": lines, **more}


def test_a_customer_asks_and_hears_what_to_send_where_by_when(world: World, shop: Caller) -> None:
    shipment = shipped(world, shop)
    before = shop.get(f"shipments/{shipment['id']}/returnable").json()
    assert (before["is_returnable"], before["until"], before["reason"]) == (True, "2026-12-20", "")
    assert [(line["position"], line["quantity"]) for line in before["lines"]] == [(1, "5")]
    answer = shop.post("returns", asked(shipment, note="It flickers"), key="r")
    assert answer.status_code == 201, answer.content
    returned = answer.json()
    assert returned["number"] == Return.objects.get().number
    assert (returned["send_by"], returned["send_to"]["city"]) == ("2026-12-04", "London")
    assert returned["expected_credit"]["gross"] == {"amount": "24.00", "currency": "GBP"}
    assert returned["lines"][0]["authorised"] == "2"
    assert shop.get(answer["Location"]).json() == returned
    assert shop.post("returns", asked(shipment, note="It flickers"), key="r").content == answer.content
    left = shop.get(f"shipments/{shipment['id']}/returnable").json()["lines"]
    assert [line["quantity"] for line in left] == ["3"]


def test_what_came_is_what_will_be_credited(world: World, shop: Caller) -> None:
    shipment = shipped(world, shop)
    path = shop.post("returns", asked(shipment)).headers["Location"]
    one = Return.objects.get()
    fulfillment.receive_return(return_id=one.pk, received=of_each(one, "1"), on=world.on, actor=world.system)
    seen = shop.get(path).json()
    assert (seen["state"], seen["lines"][0]["received"]) == ("received", "1")
    assert seen["expected_credit"]["gross"] == {"amount": "12.00", "currency": "GBP"}
    inspected(world, one, restocked="1", scrapped="0")
    assert shop.get(path).json()["inspected_on"] == "2026-11-20"


def test_more_than_left_does_not_come_back(world: World, shop: Caller) -> None:
    shipment = shipped(world, shop)
    refused = shop.post("returns", asked(shipment, "6"))
    assert (refused.status_code, refused.json()["code"]) == (409, "return-too-much")
    shop.post("returns", asked(shipment, "5"))
    after = shop.get(f"shipments/{shipment['id']}/returnable").json()
    assert (after["is_returnable"], after["lines"]) == (False, [])
    assert after["reason"] == "Everything that could come back is in a return."


def test_after_the_days_to_return_the_order_desk_is_asked(world: World, shop: Caller) -> None:
    shipment = shipped(world, shop)
    OrderPolicy.objects.update(return_days=10)
    with time_machine.travel("2026-12-01T12:00Z", tick=False):
        late = shop.post("returns", asked(shipment))
        seen = shop.get(f"shipments/{shipment['id']}/returnable").json()
    assert (late.status_code, late.json()["code"]) == (409, "return-too-late")
    assert late.json()["details"]["until"] == "2026-11-30"
    assert (seen["is_returnable"], seen["reason"]) == (False, "The days to return it are over.")
    assert Return.objects.count() == 0


def test_what_has_not_left_is_cancelled_instead(world: World, shop: Caller) -> None:
    order = world.order(world.customer(), (world.product(), "5"))
    fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    shipment = shop.get("shipments").json()["data"][0]
    seen = shop.get(f"shipments/{shipment['id']}/returnable").json()
    assert (seen["until"], seen["reason"]) == (None, "It has not left: cancel it instead.")
    refused = shop.post("returns", asked(shipment))
    assert (refused.status_code, refused.json()["code"]) == (409, "shipment-not-returnable")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"lines": [{"position": 2, "quantity": "1"}]}, "/lines/0"),
        ({"lines": [{"position": 1, "quantity": "1"}, {"position": 1, "quantity": "1"}]}, "/lines/1"),
        ({"lines": [{"position": 1, "quantity": "0"}]}, "/lines/0/quantity"),
        ({"reason": "bored"}, "/reason"),
        ({"valid_until": "2099-01-01"}, "/valid_until"),
        ({"shipment": "shp_x"}, "/shipment"),
    ],
)
def test_what_cannot_come_back_is_named(
    world: World, shop: Caller, change: dict[str, object], pointer: str
) -> None:
    refused = shop.post("returns", asked(shipped(world, shop)) | change)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert Return.objects.count() == 0


def test_returns_of_others_are_neither_seen_nor_made(world: World, shop: Caller) -> None:
    shipment = shipped(world, shop)
    path = shop.post("returns", asked(shipment, "1")).headers["Location"]
    other = open_shop(world, customer=world.customer())
    assert other.get(path).json()["code"] == "not-found-here"
    assert other.get("returns").json()["data"] == []
    assert other.post("returns", asked(shipment)).json()["code"] == "not-found-here"
    reader = open_shop(world, scopes=["returns:read"])
    assert reader.post("returns", asked(shipment)).json()["code"] == "scope-missing"
    assert Return.objects.count() == 1


def test_returns_are_listed_at_the_same_cost_however_many(world: World, shop: Caller) -> None:
    shipment = shipped(world, shop, quantity="50")
    row = Shipment.objects.get()

    def more() -> None:
        for _ in range(3):
            authorised(world, row, "1")

    more()
    assert cost_of(shop, "returns", more) == 3
    assert len(shop.get(f"returns?shipment={shipment['id']}&state=authorised").json()["data"]) == 6
    assert shop.get("returns?state=received").json()["data"] == []
