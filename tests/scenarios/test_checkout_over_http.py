"""A shop's whole way over HTTP: from the question what it costs to the goods that come back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from fulfillment import services as fulfillment
from fulfillment.consignment import Sighting
from fulfillment.models import Return, Shipment
from orders.models import Order
from tests.fulfillment.returns import inspected, received
from tests.inventory.test_supply import expect
from tests.parcels import carrier
from tests.shops import Caller, cus, open_shop
from tests.world import TODAY, World


@pytest.fixture
def shop(world: World) -> Any:
    """A shop that serves every customer, on the world's day."""
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        cache.clear()
        yield open_shop(world)


def leave(world: World, number: str) -> Shipment:
    """The warehouse picks and packs all that is ready of an order, and the van takes it away."""
    order = Order.objects.get(number=number)
    shipment = fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    fulfillment.pack_shipment(
        shipment_id=shipment.pk, carrier=carrier().name, tracking_number="VAN-7", actor=world.system
    )
    return fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)


def test_from_the_cart_to_the_return(world: World, shop: Caller) -> None:
    """Harbour wants eight lanterns, of which five are there, takes two fewer in the end, and sends one back."""
    lantern = world.product(price="10.00", stock="5")
    expect(world, lantern, "10", on=TODAY + timedelta(days=7))
    harbour = world.customer(limit="500")
    cart = {"customer": cus(harbour), "lines": [{"sku": lantern.sku, "quantity": "8"}]}

    # The cart page asks again and again, and nothing is kept.
    preview = shop.post("previews", cart, key=None).json()
    assert preview["gross"] == {"amount": "96.00", "currency": "GBP"}
    assert preview["lines"][0]["splits"] == [
        {"quantity": "5", "on": "2026-11-23"},
        {"quantity": "3", "on": "2026-11-30"},
    ]
    assert preview["credit"]["pay_on_account"] == "allowed"
    assert Order.objects.count() == 0

    # Their buyer wants it in writing; two days later the price has risen, and the quote holds.
    quoted = shop.post("quotes", cart | {"requested_on": "2026-12-01"})
    quote = quoted.json()
    world.price(lantern, "15.00", minimum="5")
    assert shop.post("previews", cart, key=None).json()["gross"]["amount"] == "144.00"
    accepted = shop.post(f"quotes/{quote['id']}/accept", {"po_number": "PO 4711"}, If_Match=quoted["ETag"])
    order = accepted.json()
    path = f"orders/{order['id']}"
    assert (order["state"], order["gross"]["amount"]) == ("confirmed", "96.00")
    assert order["lines"][0]["reserved"] == "5"

    # What is there leaves, and the customer follows it.
    shipment = leave(world, order["number"])
    at = datetime(2026, 11, 20, 16, tzinfo=UTC)
    sighting = Sighting(external_id="1", status="out_for_delivery", at=at, place="Harwich")
    fulfillment.record_tracking(shipment_id=shipment.pk, sighting=sighting, actor=world.system)
    now = shop.get(f"{path}?expand=shipments,chain")
    assert now.json()["stage"] == "part_shipped"
    [sent] = now.json()["expanded"]["shipments"]
    assert (sent["number"], sent["tracking_number"]) == (shipment.number, "VAN-7")
    parcel = shop.get(f"shipments/{sent['id']}").json()
    assert [(one["status"], one["place"]) for one in parcel["tracking"]] == [("out_for_delivery", "Harwich")]

    # Of the rest they need one less, then none: never below what has left.
    less = {"reason": "One less", "lines": {"change": [{"position": 1, "quantity": "7"}]}}
    amended = shop("PATCH", path, less, If_Match=now["ETag"])
    assert (amended.json()["version"], amended.json()["lines"][0]["ordered"]) == (2, "7")
    assert amended.json()["allowed"]["cancel"] == [{"position": 1, "quantity": "2"}]
    too_little = {"reason": "Fewer", "lines": {"change": [{"position": 1, "quantity": "4"}]}}
    refused = shop("PATCH", path, too_little, If_Match=amended["ETag"])
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "below-shipped")
    rest = shop.post(f"{path}/cancel", {"reason": "Enough"}, If_Match=amended["ETag"]).json()
    assert (rest["lines"][0]["shipped"], rest["lines"][0]["cancelled"]) == ("5", "2")
    assert rest["allowed"]["cancel"] == []

    # One flickers and comes back; they are told where to send it by when, and hear when it was credited.
    returnable = shop.get(f"shipments/{sent['id']}/returnable").json()
    assert (returnable["until"], returnable["lines"][0]["quantity"]) == ("2026-12-20", "5")
    asked = {
        "shipment": sent["id"],
        "reason": "defective",
        "lines": [{"position": 1, "quantity": "1"}],
    }
    returned = shop.post("returns", asked).json()
    assert (returned["send_by"], returned["expected_credit"]["gross"]["amount"]) == ("2026-12-04", "12.00")
    one = Return.objects.get(number=returned["number"])
    inspected(world, received(world, one, "1"), restocked="0", scrapped="1")
    world.let_the_desks_work()
    seen = shop.get(f"{path}?expand=chain,invoices").json()
    assert seen["lines"][0]["returned"] == "1"
    assert [link["type"] for link in seen["expanded"]["chain"]][:2] == ["shipment", "invoice"]
    kinds = [event["kind"] for event in shop.get(f"{path}/events?limit=100").json()["data"]]
    assert kinds[:4] == ["order.quoted", "order.quote_accepted", "order.submitted", "order.confirmed"]
    assert {"order.amended", "order.rest_cancelled"} <= set(kinds)


def test_what_is_gone_meanwhile_waits_or_is_refused_with_what_comes_when(world: World, shop: Caller) -> None:
    """Two carts see the last three lanterns; the second who takes no part deliveries waits, and hears for what."""
    lantern = world.product(stock="3")
    expect(world, lantern, "10", on=TODAY + timedelta(days=7))
    first = world.customer()
    second = world.customer(accepts_backorders=False)
    line = [{"sku": lantern.sku, "quantity": "3"}]
    both = [shop.post("previews", {"customer": cus(one), "lines": line}, key=None) for one in (first, second)]
    assert [answer.json()["lines"][0]["promise"] for answer in both] == ["in stock", "in stock"]
    assert shop.post("orders", {"customer": cus(first), "lines": line}).json()["state"] == "confirmed"
    waits = shop.post("orders", {"customer": cus(second), "lines": line}).json()
    assert waits["state"] == "on_hold"
    [reason] = waits["hold"]
    assert (reason["code"], reason["figures"]) == ("stock-short", {"position": "1", "missing": "3.0000"})
    assert reason["next_step"]
    again = shop.post("previews", {"customer": cus(second), "lines": line}, key=None).json()["lines"][0]
    assert (again["promise"], again["promised_on"]) == ("expected on 27 Nov 2026", "2026-11-30")


def test_who_may_not_owe_that_much_is_told_before_and_after(world: World, shop: Caller) -> None:
    """The cart says prepay; whoever orders all the same waits until it is paid or less is wanted."""
    lantern, customer = world.product(price="10.00"), world.customer(limit="30")
    body = {"customer": cus(customer), "lines": [{"sku": lantern.sku, "quantity": "3"}]}
    assert shop.post("previews", body, key=None).json()["credit"]["pay_on_account"] == "prepay"
    placed = shop.post("orders", body)
    [reason] = placed.json()["hold"]
    assert (reason["code"], reason["cure"]["up_to"]) == ("credit-limit", "30.0000")
    less = {"reason": "As far as it goes", "lines": {"change": [{"position": 1, "quantity": "2"}]}}
    path = f"orders/{placed.json()['id']}"
    fits = shop("PATCH", path, less, If_Match=placed["ETag"])
    assert (fits.json()["state"], fits.json()["hold"]) == ("confirmed", [])


def test_who_decides_on_an_old_picture_is_asked_to_look_again(world: World, shop: Caller) -> None:
    """Two clerks of one shop have the same order open; the second change needs a second look."""
    lantern, customer = world.product(), world.customer()
    body = {"customer": cus(customer), "lines": [{"sku": lantern.sku, "quantity": "3"}]}
    placed = shop.post("orders", body)
    path = f"orders/{placed.json()['id']}"
    change = {"reason": "x", "po_number": "PO 1"}
    assert shop("PATCH", path, change).status_code == 428
    assert shop("PATCH", path, change, If_Match=placed["ETag"]).status_code == 200
    for stale in (
        shop("PATCH", path, change | {"po_number": "PO 2"}, If_Match=placed["ETag"]),
        shop.post(f"{path}/cancel", {"reason": "x"}, If_Match=placed["ETag"]),
        shop.post(f"{path}/confirm", {}, If_Match=placed["ETag"]),
    ):
        assert (stale.status_code, stale.json()["code"]) == (412, "precondition-failed")
        assert stale.json()["details"]["etag"] == '"2.confirmed"'
    fresh = shop.get(path)
    assert (fresh["ETag"], fresh.json()["po_number"]) == ('"2.confirmed"', "PO 1")
    assert fresh.json()["ordered_on"] == date(2026, 11, 20).isoformat()
    gone = shop.post(f"{path}/cancel", {"reason": "x"}, If_Match=fresh["ETag"])
    wrong_state = shop("PATCH", path, change, If_Match=gone["ETag"])
    assert (wrong_state.status_code, wrong_state.json()["code"]) == (409, "order-not-amendable")
