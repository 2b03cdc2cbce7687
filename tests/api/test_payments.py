"""Payments over HTTP."""

from decimal import Decimal
from typing import Any

from receivables.models import Payment
from tests.api.counting import cost_of
from tests.api.test_invoices import invoiced
from tests.shops import Caller, cus, open_shop, public
from tests.world import World


def paid(customer: Any, amount: str, **more: object) -> dict[str, object]:
    return {
        "customer": cus(customer),
        "amount": {"amount": amount, "currency": "GBP"},
        "provider": "adyen",
        "provider_reference": "psp-1",
        **more,
    }


def test_money_is_recorded_used_for_invoices_and_the_rest_stays_on_account(
    world: World, shop: Caller
) -> None:
    customer = world.customer()
    first, second = invoiced(world, customer), invoiced(world, customer)
    ids = [{"invoice": public("inv", first), "amount": "4.00"}, {"invoice": public("inv", second)}]
    answer = shop.post("payments", paid(customer, "30.00", invoices=ids, reference="Thanks"))
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert answer["Location"] == f"/api/v1/payments/{told['id']}"
    assert (told["method"], told["received_on"], told["state"]) == ("gateway", "2026-11-20", "received")
    assert [told[name]["amount"] for name in ("amount", "allocated", "on_account")] == [
        "30.00",
        "28.00",
        "2.00",
    ]
    assert [(one["invoice"], one["amount"]["amount"]) for one in told["allocations"]] == [
        (ids[0]["invoice"], "4.00"),
        (ids[1]["invoice"], "24.00"),
    ]
    assert shop.get(f"payments/{told['id']}").json() == told
    assert shop.get(f"invoices/{ids[1]['invoice']}").json()["open"]["amount"] == "0.00"
    assert Payment.objects.get().actor == shop.shop.account


def test_money_for_an_order_pays_what_of_it_is_invoiced(world: World, shop: Caller) -> None:
    customer = world.customer()
    invoice = invoiced(world, customer)
    order = public("ord", invoice.order)
    told = shop.post("payments", paid(customer, "30.00", order=order)).json()
    assert (told["allocated"]["amount"], told["on_account"]["amount"]) == ("24.00", "6.00")
    early = world.order(customer, (world.product(), "1"))
    advance = paid(customer, "12.00", order=public("ord", early), provider_reference="psp-2")
    assert shop.post("payments", advance).json()["on_account"]["amount"] == "12.00"


def test_a_payment_is_recorded_once_and_points_to_the_first(world: World, shop: Caller) -> None:
    customer = world.customer()
    first = shop.post("payments", paid(customer, "30.00"), key="k").json()
    assert shop.post("payments", paid(customer, "30.00"), key="k").json() == first
    again = shop.post("payments", paid(customer, "30.00"))
    assert (again.status_code, again.json()["code"]) == (409, "payment-recorded")
    assert again.json()["details"]["payment"] == first["id"]
    stranger = open_shop(world, customer=world.customer())
    body = paid(customer, "30.00")
    del body["customer"]
    refused = stranger.post("payments", body)
    assert refused.json()["code"] == "payment-recorded"
    assert "payment" not in refused.json()["details"]
    assert Payment.objects.count() == 1


def test_a_payment_that_cannot_be_changes_nothing(world: World, shop: Caller) -> None:
    mine, other = world.customer(), world.customer()
    invoice, foreign = invoiced(world, mine), invoiced(world, other)
    own, theirs = public("inv", invoice), public("inv", foreign)
    bound, reader = open_shop(world, customer=mine), open_shop(world, scopes=["payments:read"])
    before = world.fingerprint()
    good = paid(mine, "30.00")
    refusals = [
        ({"amount": {"amount": "0", "currency": "GBP"}}, 400, "validation-failed"),
        ({"amount": {"amount": "-1", "currency": "GBP"}}, 400, "validation-failed"),
        ({"amount": {"amount": "1", "currency": "XXX"}}, 400, "validation-failed"),
        ({"amount": "30.00"}, 400, "validation-failed"),
        ({"amount": {"amount": "1.005", "currency": "GBP"}}, 422, "invalid-amount"),
        ({"amount": {"amount": "1", "currency": "SEK"}}, 409, "rate-missing"),
        ({"received_on": "2026-11-21"}, 400, "validation-failed"),
        ({"received_on": "2025-11-21"}, 409, "period-closed"),
        ({"provider_reference": ""}, 400, "validation-failed"),
        ({"state": "reversed"}, 400, "validation-failed"),
        ({"unallocated": "0"}, 400, "validation-failed"),
        ({"invoices": [{"invoice": own}, {"invoice": own}]}, 400, "validation-failed"),
        ({"invoices": [{"invoice": own}], "order": public("ord", invoice.order)}, 400, "validation-failed"),
        ({"invoices": [{"invoice": own, "amount": "24.01"}]}, 409, "over-allocated"),
        ({"invoices": [{"invoice": theirs}]}, 409, "wrong-customer"),
        ({"invoices": [{"invoice": own[:-1] + ("0" if own[-1] != "0" else "1")}]}, 404, "not-found-here"),
        ({"order": "ord_" + "0" * 32}, 404, "not-found-here"),
        ({"customer": "cus_" + "0" * 32}, 404, "not-found-here"),
    ]
    for change, status, code in refusals:
        refused = shop.post("payments", good | change)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (change, refused.content)
    assert bound.post("payments", good | {"invoices": [{"invoice": theirs}]}).status_code == 404
    assert bound.post("payments", good | {"order": public("ord", foreign.order)}).status_code == 404
    assert reader.post("payments", good).json()["code"] == "scope-missing"
    assert shop.post("payments", good, key=None).json()["code"] == "idempotency-key-missing"
    assert world.fingerprint() == before


def test_payments_are_listed_and_those_of_others_are_not_there(world: World, shop: Caller) -> None:
    mine, other = world.customer(), world.customer()
    payment, foreign = world.pay(invoiced(world, mine)), world.pay(invoiced(world, other), "4.00")

    def found(query: str, caller: Caller = shop) -> list[str]:
        return [one["number"] for one in caller.get(f"payments?{query}").json()["data"]]

    assert found("") == [foreign.number, payment.number]
    assert found(f"customer={cus(mine)}") == [payment.number]
    assert found("received_from=2026-11-21") == []
    assert found("state=reversed") == []
    bound = open_shop(world, customer=mine)
    assert found("", bound) == [payment.number]
    assert bound.get(f"payments/{public('pay', foreign)}").json()["code"] == "not-found-here"
    assert open_shop(world, scopes=["invoices:read"]).get("payments").json()["code"] == "scope-missing"
    assert shop.get("payments?amount=1").json()["code"] == "validation-failed"


def test_payments_take_the_same_statements_however_many(world: World, shop: Caller) -> None:
    customer = world.customer()

    def more() -> None:
        for _ in range(3):
            world.pay(invoiced(world, customer), Decimal("4.00"))

    more()
    one = public("pay", Payment.objects.all()[0])
    assert cost_of(shop, "payments", more) == 2
    assert cost_of(shop, "payments?expand=allocations", more) == 3
    assert cost_of(shop, f"payments/{one}", more) == 3
