"""Shipments and access over HTTP: what left, where it is, and the keys to what cannot be shipped."""

from datetime import date
from typing import Any

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, Entitlement, Shipment
from fulfillment.services import grant_access
from tests.api.counting import cost_of
from tests.parcels import parcel_handed_over
from tests.shops import Caller, cus, open_shop
from tests.world import World


def test_a_shipment_tells_what_is_in_it_and_where_it_is(world: World, shop: Caller) -> None:
    shipment = parcel_handed_over(world)
    Carrier.objects.update(tracking_url="https://van.example/{number}")
    [listed] = shop.get("shipments").json()["data"]
    seen = shop.get(f"shipments/{listed['id']}").json()
    assert seen["number"] == shipment.number
    assert (seen["state"], seen["carrier"]) == ("posted", "Lantern Van")
    assert [(line["position"], line["quantity"]) for line in seen["lines"]] == [(1, "5")]
    [box] = seen["packages"]
    assert box["tracking_url"] == f"https://van.example/P-{shipment.pk}"
    assert [(one["status"], one["at"]) for one in seen["tracking"]] == [
        ("in_transit", "2026-11-20T12:00:00Z")
    ]
    assert {name: seen[name] for name in listed} == listed


def test_shipments_are_chosen_by_order_state_and_day(world: World, shop: Caller) -> None:
    customer, lantern = world.customer(), world.product()
    early = world.order(customer, (lantern, "1"))
    late = world.order(customer, (lantern, "2"))
    world.ship(early)
    world.ship(late, on=date(2026, 11, 21))
    order = shop.get(f"orders?number={early.number}").json()["data"][0]

    def numbers(query: str) -> list[str]:
        answer = shop.get(f"shipments?{query}")
        assert answer.status_code == 200, answer.content
        return [one["order_number"] for one in answer.json()["data"]]

    assert numbers(f"order={order['id']}") == [early.number]
    assert numbers("posted_from=2026-11-21") == [late.number]
    assert numbers("posted_to=2026-11-20") == [early.number]
    assert numbers("state=planned") == []
    assert shop.get("shipments?state=lost").json()["errors"][0]["pointer"] == "/state"


def test_shipments_of_others_are_not_there(world: World, shop: Caller) -> None:
    world.ship(world.order(world.customer(), (world.product(), "1")))
    path = f"shipments/{shop.get('shipments').json()['data'][0]['id']}"
    other = open_shop(world, customer=world.customer())
    assert other.get("shipments").json()["data"] == []
    assert other.get(path).json()["code"] == "not-found-here"
    assert other.get(f"{path}/returnable").json()["code"] == "not-found-here"
    blind = open_shop(world, scopes=["orders:read"])
    assert (blind.get(path).json()["code"], blind.get("shipments").status_code) == ("scope-missing", 403)


def test_shipments_take_the_same_statements_however_many(world: World, shop: Caller) -> None:
    customer, lantern = world.customer(), world.product()

    def more() -> None:
        for quantity in ("1", "2", "3"):
            world.ship(world.order(customer, (lantern, quantity)))

    more()
    assert cost_of(shop, "shipments", more) == 2
    assert cost_of(shop, "orders?expand=shipments,lines", more) == 5


def licensed(world: World) -> Any:
    licence = world.product(kind="digital")
    order = world.order(world.customer(), (licence, "1"))
    grant_access(order_id=order.pk, on=world.on, actor=world.system)
    return order


def test_the_key_to_something_digital_is_shown_until_it_is_revoked(world: World, shop: Caller) -> None:
    licensed(world)
    order = shop.get("orders").json()["data"][0]
    [granted] = shop.get(f"orders/{order['id']}/entitlements").json()["data"]
    entitlement = Entitlement.objects.get()
    assert granted["access_key"] == entitlement.key
    assert (granted["valid_from"], granted["revoked_on"]) == ("2026-11-20", None)
    fulfillment.revoke_entitlement(
        entitlement_id=entitlement.pk, reason="Shared", on=world.on, actor=world.system
    )
    [revoked] = shop.get(f"orders/{order['id']}/entitlements").json()["data"]
    assert (revoked["access_key"], revoked["revoked_on"]) == ("", "2026-11-20")


def test_keys_are_shown_to_nobody_else(world: World, shop: Caller) -> None:
    licensed(world)
    path = f"orders/{shop.get('orders').json()['data'][0]['id']}/entitlements"
    assert open_shop(world, customer=world.customer()).get(path).json()["code"] == "not-found-here"
    assert open_shop(world, scopes=["shipments:read"]).get(path).json()["code"] == "scope-missing"
    key = Entitlement.objects.get().key.encode()
    order = Shipment.objects.get().order
    shipment = shop.get("shipments").json()["data"][0]["id"]
    for other in (f"orders?number={order.number}&expand=lines,chain,shipments", f"shipments/{shipment}"):
        answer = shop.get(other)
        assert answer.status_code == 200, answer.content
        assert key not in answer.content


def test_an_order_shows_all_that_came_of_it(world: World, shop: Caller) -> None:
    customer = world.customer()
    order = world.order(customer, (world.product(), "2"))
    shipment = world.ship(order)
    invoice = world.invoice(shipment)
    payment = world.pay(invoice, "10")
    [listed] = shop.get(f"orders?customer={cus(customer)}").json()["data"]
    found = shop.get(f"orders/{listed['id']}?expand=shipments,invoices.payments,chain,customer")
    assert found.status_code == 200, found.content
    expanded = found.json()["expanded"]
    assert [one["number"] for one in expanded["shipments"]] == [shipment.number]
    [billed] = expanded["invoices"]
    assert (billed["number"], billed["kind"]) == (invoice.number, "invoice")
    assert billed["open"] == {"amount": "14.00", "currency": "GBP"}
    [paid] = billed["expanded"]["payments"]
    assert paid["amount"] == {"amount": "10.00", "currency": "GBP"}
    assert [(link["type"], link["number"]) for link in expanded["chain"]] == [
        ("shipment", shipment.number),
        ("invoice", invoice.number),
        ("payment", payment.number),
    ]
    assert expanded["chain"][2]["amount"] == {"amount": "10.00", "currency": "GBP"}
    assert shop.get(billed_path(billed)).status_code == 200


def billed_path(billed: dict[str, Any]) -> str:
    return f"invoices/{billed['id']}"


def test_a_key_sees_of_the_chain_what_its_scopes_allow(world: World, shop: Caller) -> None:
    world.invoice(world.ship(world.order(world.customer(), (world.product(), "2"))))
    path = f"orders/{shop.get('orders').json()['data'][0]['id']}"
    narrow = open_shop(world, scopes=["orders:read", "shipments:read"])
    chain = narrow.get(f"{path}?expand=chain").json()["expanded"]["chain"]
    assert [link["type"] for link in chain] == ["shipment"]
    assert narrow.get(f"{path}?expand=invoices").json()["code"] == "scope-missing"
    assert narrow.get(f"{path}?expand=invoices.payments.order").json()["code"] == "expand-unknown"


def test_expanding_costs_one_statement_for_each_name_however_many_orders(world: World, shop: Caller) -> None:
    customer, lantern = world.customer(), world.product()

    def more() -> None:
        for quantity in ("1", "2", "3"):
            world.pay(world.invoice(world.ship(world.order(customer, (lantern, quantity)))), "1")

    more()
    plain = cost_of(shop, "orders", more)
    assert cost_of(shop, "orders?expand=shipments", more) == plain + 1
    assert cost_of(shop, "orders?expand=invoices", more) == plain + 1
    assert cost_of(shop, "orders?expand=invoices.payments", more) == plain + 2
    assert cost_of(shop, "orders?expand=chain,customer", more) == plain + 2
