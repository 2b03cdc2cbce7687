"""Quotes and previews over HTTP: what it costs, when it comes, whether it may be paid on account."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from credit import services as credit
from orders.models import Order
from tests.inventory.test_supply import expect
from tests.shops import Caller, cus, open_shop
from tests.world import TODAY, World


def asked(world: World, *, quantity: str = "2", limit: str = "1000", stock: str = "100") -> dict[str, object]:
    product, customer = world.product(price="10.00", stock=stock), world.customer(limit=limit)
    return {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": quantity}]}


def test_one_call_says_what_it_costs_when_it_comes_and_whether_on_account(world: World, shop: Caller) -> None:
    answer = shop.post("quotes", asked(world))
    assert answer.status_code == 201, answer.content
    quote = answer.json()
    [line] = quote["lines"]
    assert line["unit_price"] == "10"
    assert line["price_rule"] == "standard-gbp from 1"
    assert line["net"] == {"amount": "20.00", "currency": "GBP"}
    assert line["promised_on"] == "2026-11-23"
    assert line["promise"] == "in stock"
    assert line["splits"] == [{"quantity": "2", "on": "2026-11-23"}]
    assert quote["taxes"] == [
        {
            "code": "S",
            "rate": "20",
            "text": "",
            "base": {"amount": "20.00", "currency": "GBP"},
            "tax": {"amount": "4.00", "currency": "GBP"},
        }
    ]
    assert quote["gross"] == {"amount": "24.00", "currency": "GBP"}
    assert quote["terms"]["due_on"] == "2026-12-23"
    assert quote["valid_until"] == "2026-12-20"
    assert quote["credit"]["pay_on_account"] == "allowed"
    assert quote["credit"]["available"] == {"amount": "1000.00", "currency": "GBP"}
    assert quote["credit"]["reasons"] == []
    assert quote["problems"] == []
    assert answer["ETag"] == '"1.quoted"'
    assert shop.get(answer["Location"]).json() == quote


def test_a_preview_says_the_same_and_keeps_nothing(world: World, shop: Caller) -> None:
    body = asked(world)
    preview = shop.post("previews", body, key=None)
    assert preview.status_code == 200, preview.content
    assert Order.objects.count() == 0
    quote = shop.post("quotes", body).json()
    of_quotes = {"id", "number", "state", "version", "external_id", "quoted_on", "valid_until"}
    assert preview.json() == {name: value for name, value in quote.items() if name not in of_quotes}


def test_what_is_short_comes_in_portions_and_names_what_could_be_had_instead(
    world: World, shop: Caller
) -> None:
    lantern, other = world.product(price="10.00", stock="3"), world.product()
    Product.objects.filter(pk=lantern.pk).update(alternative=other)
    expect(world, lantern, "5", on=TODAY + timedelta(days=12))
    body = {"customer": cus(world.customer()), "lines": [{"sku": lantern.sku, "quantity": "10"}]}
    [line] = shop.post("previews", body, key=None).json()["lines"]
    assert line["splits"][:2] == [
        {"quantity": "3", "on": "2026-11-23"},
        {"quantity": "5", "on": "2026-12-03"},
    ]
    assert line["splits"][2] == {"quantity": "2", "on": None}
    assert line["promised_on"] is None
    assert line["alternative"] == other.sku


def test_a_withdrawn_product_is_refused_with_what_is_sold_instead(world: World, shop: Caller) -> None:
    lantern, other = world.product(), world.product()
    Product.objects.filter(pk=lantern.pk).update(alternative=other, active=False)
    body = {"customer": cus(world.customer()), "lines": [{"sku": lantern.sku, "quantity": "1"}]}
    refused = shop.post("quotes", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-product")
    assert refused.json()["details"]["instead"] == {lantern.sku: other.sku}


def test_who_is_over_the_limit_may_pay_in_advance(world: World, shop: Caller) -> None:
    credit_of = shop.post("previews", asked(world, limit="20"), key=None).json()["credit"]
    assert credit_of["pay_on_account"] == "prepay"
    assert credit_of["available"] == {"amount": "20.00", "currency": "GBP"}
    assert credit_of["required"] == {"amount": "24.00", "currency": "GBP"}
    [reason] = credit_of["reasons"]
    assert reason["code"] == "credit-limit"
    assert reason["cure"]["up_to"] == "20.0000"
    assert reason["next_step"]


def test_whose_credit_is_blocked_is_refused_and_not_told_why(world: World, shop: Caller) -> None:
    customer, product = world.customer(), world.product()
    credit.block_credit(customer_id=customer.pk, reason="Insolvent?", on=world.on, actor=world.system)
    body = {"customer": cus(customer), "lines": [{"sku": product.sku, "quantity": "1"}]}
    preview = shop.post("previews", body, key=None)
    assert preview.json()["credit"]["pay_on_account"] == "refused"
    assert preview.json()["credit"]["reasons"][0]["text"] == "The customer's credit is blocked."
    held = shop.post("orders", body)
    assert held.json()["hold"][0]["code"] == "credit-blocked"
    assert b"Insolvent" not in preview.content + held.content


def test_a_quote_is_ordered_at_its_price(world: World, shop: Caller) -> None:
    body = asked(world)
    quoted = shop.post("quotes", body)
    quote = quoted.json()
    world.price(Product.objects.get(sku=quote["lines"][0]["sku"]), "11.00", minimum="2")
    path = f"quotes/{quote['id']}/accept"
    assert shop.post(path, {}).json()["code"] == "precondition-required"
    assert shop.post(path, {}, If_Match='"2.quoted"').json()["code"] == "precondition-failed"
    accepted = shop.post(path, {"po_number": "PO 7"}, key="once", If_Match=quoted["ETag"])
    assert accepted.status_code == 200, accepted.content
    order = accepted.json()
    assert (order["id"], order["state"], order["po_number"]) == (quote["id"], "confirmed", "PO 7")
    assert order["lines"][0]["unit_price"] == "10"
    again = shop.post(path, {"po_number": "PO 7"}, key="once", If_Match=quoted["ETag"])
    assert again.content == accepted.content
    seen = shop.get(f"quotes/{quote['id']}").json()
    assert (seen["state"], seen["credit"]) == ("accepted", None)
    twice = shop.post(path, {}, If_Match="*")
    assert (twice.status_code, twice.json()["code"]) == (409, "quote-not-open")


def test_a_quote_is_declined_with_a_reason(world: World, shop: Caller) -> None:
    quoted = shop.post("quotes", asked(world))
    path = f"quotes/{quoted.json()['id']}/decline"
    wrong = shop.post(path, {"code": "no"}, If_Match="*")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/code")
    lost = shop.post(path, {"code": "price", "reason": "Too dear"}, If_Match=quoted["ETag"])
    assert (lost.status_code, lost.json()["state"]) == (200, "lost")


def test_a_quote_that_is_over_is_refused_with_what_to_do(world: World, shop: Caller) -> None:
    quote = shop.post("quotes", asked(world) | {"valid_until": "2026-11-20"}).json()
    with time_machine.travel("2026-11-22T12:00Z", tick=False):
        late = shop.post(f"quotes/{quote['id']}/accept", {}, If_Match="*")
    assert (late.status_code, late.json()["code"]) == (409, "quote-expired")
    assert late.json()["next_step"]
    assert shop.post("quotes", asked(world) | {"valid_until": "2026-11-19"}).json()["code"] == "invalid-order"


def test_quotes_of_others_are_not_there(world: World, shop: Caller) -> None:
    quote = shop.post("quotes", asked(world)).json()
    other = open_shop(world, customer=world.customer())
    for answer in (
        other.get(f"quotes/{quote['id']}"),
        other.post(f"quotes/{quote['id']}/accept", {}, If_Match="*"),
        other.post(f"quotes/{quote['id']}/decline", {"code": "price"}, If_Match="*"),
        shop.get("quotes/ord_nothing"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found-here")
    reader = open_shop(world, scopes=["orders:read"])
    assert reader.post("quotes", asked(world)).json()["code"] == "scope-missing"
    assert reader.post("previews", asked(world), key=None).json()["code"] == "scope-missing"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"lines": [{"sku": "x", "quantity": "-1"}]}, "/lines/0/quantity"),
        ({"lines": [{"sku": "x", "quantity": "1", "unit_price": "0.01"}]}, "/lines/0/unit_price"),
        ({"discount_percent": "50"}, "/discount_percent"),
    ],
)
def test_what_cannot_be_quoted_is_named(
    world: World, shop: Caller, change: dict[str, object], pointer: str
) -> None:
    refused = shop.post("quotes", asked(world) | change)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert Order.objects.count() == 0


def test_a_preview_takes_the_same_statements_however_many_lines(world: World, shop: Caller) -> None:
    customer = world.customer()
    shop.get("orders")
    used = []
    for count in (2, 12):
        lines = [{"sku": world.product(stock="1").sku, "quantity": "2"} for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            answer = shop.post("previews", {"customer": cus(customer), "lines": lines}, key=None)
        assert answer.status_code == 200, answer.content
        used.append(len(captured))
    assert used[0] == used[1]
