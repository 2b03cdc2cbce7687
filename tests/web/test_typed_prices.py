"""Prices that a person types: beside the price list, and meant where they are far below it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orders import services as orders
from orders.models import Order
from orders.services import LineInput
from tests.web.test_amending import line_of, typed
from tests.web.test_order_entry import NEW, sheet

MEANT = "These prices are meant"


@pytest.mark.parametrize("do", ["draft", "quote", "place"])
def test_a_price_far_below_the_list_is_taken_only_where_it_is_meant(world, sign_in, do: str) -> None:
    lantern, customer, client = world.product(price="95.00"), world.customer(), sign_in("Order clerk")
    cheap = sheet(customer, (lantern.sku, "1", "0.01"))
    look = client.post(NEW, cheap).text
    assert "list 95.00 (-94.99)" in look
    assert MEANT in look
    refused = client.post(NEW, cheap | {"do": do})
    assert refused.status_code == 409
    assert MEANT in refused.text
    assert 'value="0.01"' in refused.text
    assert not Order.objects.exists()
    done = client.post(NEW, cheap | {"do": do, "acknowledges_prices": "on"})
    page = client.get(done.url).text
    assert "list 95.00 (-94.99)" in page


def test_a_little_off_the_list_is_shown_and_not_asked_about_but_a_large_discount_is(world, sign_in) -> None:
    lantern, customer, client = world.product(price="95.00"), world.customer(), sign_in("Order clerk")
    near = client.post(NEW, sheet(customer, (lantern.sku, "1", "90")))
    assert "list 95.00 (-5.00)" in near.text
    assert MEANT not in near.text
    assert MEANT in client.post(NEW, sheet(customer, (lantern.sku, "1", "", "60"))).text


def test_an_amendment_to_a_price_far_below_the_list_is_meant_and_shown_to_who_releases(
    world, sign_in
) -> None:
    order = world.order(world.customer(limit="5"), (world.product(price="95.00"), "1"))
    client, address = sign_in("Order clerk"), f"/orders/{order.number}/amend/"
    cheap = typed(order, do="save", unit_price="0.01")
    refused = client.post(address, cheap)
    assert refused.status_code == 409
    assert MEANT in refused.text
    assert line_of(order).unit_price == 95
    half = typed(order, do="save", unit_price="50")
    assert client.post(address, half).status_code == 302
    assert "list 95.00 (-45.00)" in sign_in("Finance manager").get(f"/orders/{order.number}/release/").text


def test_an_emptied_price_is_that_of_the_price_list_again(world, sign_in) -> None:
    lantern = world.product(price="95.00")
    line = LineInput(sku=lantern.sku, quantity=Decimal(1), unit_price=Decimal(80))
    asked = replace(world.wanted(world.customer(), (lantern, "1")), lines=[line])
    order = orders.place_order(order=asked, actor=world.system)
    client, address = sign_in("Order clerk"), f"/orders/{order.number}/amend/"
    shown = client.get(address).text
    assert 'value="80"' in shown
    assert 'placeholder="95.00"' in shown
    assert "list 95.00 (-15.00)" in shown
    assert client.post(address, typed(order, do="save", unit_price="")).status_code == 302
    now = line_of(order)
    assert (now.unit_price, now.is_entered, Order.objects.get(pk=order.pk).net) == (95, False, 95)


def test_what_a_machine_sends_at_agreed_prices_is_not_asked_about(world) -> None:
    lantern, customer = world.product(price="95.00"), world.customer()
    world.agree(customer, lantern, "0.01")
    assert world.order(customer, (lantern, "1")).net > 0
