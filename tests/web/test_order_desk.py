"""The lists of the order desk: what waits, why, since when, and what can be done about it."""

from datetime import date, timedelta

import pytest

from orders import services as orders
from orders.models import Order, OrderLine, OrderRequest
from tests.documents import order_in, release_in, request_in
from tests.world import World, all_roles

LISTS = ["inbox", "quotes", "drafts", "holds", "backorders"]


def shown(page) -> list[int]:
    """The primary keys of the rows."""
    return [row.pk for row in page.context["worklist"].shown]


def a_full_desk(world: World) -> None:
    """One row for each list."""
    for state in ("quoted", "draft", "on_hold"):
        order_in(world, state)
    request_in(world, "waiting")
    world.order(world.customer(), (world.product(stock="2"), "5"))


def test_every_role_that_sees_orders_opens_every_list(world, sign_in) -> None:
    a_full_desk(world)
    for role in all_roles():
        client = sign_in(role)
        for name in LISTS:
            page = client.get(f"/orders/{name}/")
            assert page.status_code == 200, (role, name)
            assert len(shown(page)) == 1, (role, name)


def test_each_list_takes_as_many_queries_for_many_rows_as_for_few(world, sign_in, queries) -> None:
    client = sign_in("Order clerk")
    a_full_desk(world)
    few = {name: queries(client, f"/orders/{name}/") for name in LISTS}
    for _ in range(3):
        a_full_desk(world)
    assert {name: queries(client, f"/orders/{name}/") for name in LISTS} == few
    assert max(few.values()) <= 10


def test_the_hold_desk_says_why_how_much_of_the_limit_and_for_whom_it_waits(world, sign_in) -> None:
    held = world.order(world.customer(limit="100"), (world.product(price="10.00"), "20"))
    proposed = release_in(world, "proposed").order
    client = sign_in("Finance manager")
    page = client.get("/orders/holds/")
    for words in ("over limit by 140.00", "240%", "waits for a second person", "today"):
        assert words in page.text, words
    assert shown(client.get("/orders/holds/?second=true")) == [proposed.pk]
    assert shown(client.get("/orders/holds/?reason=credit-limit&second=false")) == [held.pk]
    ticked = {"action": "release", "confirmed": "1", "reason": "Known", "id": [held.pk]}
    assert "1 done, 0 refused" in client.post("/orders/holds/", ticked).text
    assert Order.objects.get(pk=held.pk).state == "confirmed"


def test_the_inbox_counts_the_hours_by_channel_and_a_request_is_dismissed_with_a_reason(
    world, sign_in
) -> None:
    fresh, late = request_in(world, "waiting"), request_in(world, "waiting")
    now = date(2026, 11, 20)
    OrderRequest.objects.filter(pk=fresh.pk).update(received_at=f"{now}T08:30Z")
    OrderRequest.objects.filter(pk=late.pk).update(received_at=f"{now - timedelta(days=1)}T09:00Z")
    client = sign_in("Order clerk")
    page = client.get("/orders/inbox/")
    assert "3 h left" in page.text
    assert "late by 20 h" in page.text
    OrderRequest.objects.filter(pk=fresh.pk).update(received_at=f"{now}T04:48Z")
    assert "late by 12 min" in client.get("/orders/inbox/").text
    OrderRequest.objects.filter(pk=fresh.pk).update(received_at=f"{now}T05:12Z")
    assert "12 min left" in client.get("/orders/inbox/").text
    assert f'href="/orders/new/?request={fresh.pk}&amp;' in page.text
    client.post("/orders/inbox/", {"action": "dismiss", "confirmed": "1", "reason": "Spam", "id": [late.pk]})
    assert shown(client.get("/orders/inbox/")) == [fresh.pk]


def test_quotes_show_how_long_they_hold_are_renewed_and_lost_with_a_reason(world, sign_in) -> None:
    open_, expired = order_in(world, "quoted"), order_in(world, "expired")
    order_in(world, "lost")
    client = sign_in("Order clerk")
    page = client.get("/orders/quotes/")
    assert shown(page) == [expired.pk, open_.pk]
    assert "last day" in page.text
    both = {"id": [open_.pk, expired.pk], "confirmed": "1"}
    renewed = client.post("/orders/quotes/", {**both, "action": "renew", "valid_until": "2026-12-24"})
    assert "valid until 24 Dec 2026" in renewed.text
    assert "It has not expired." in renewed.text
    lost = client.post("/orders/quotes/", {**both, "action": "lose", "code": "price", "reason": ""})
    assert "2 done" in lost.text
    assert len(shown(client.get("/orders/quotes/?state=lost"))) == 3


def test_drafts_are_submitted_row_by_row(world, sign_in) -> None:
    draft = order_in(world, "draft")
    client = sign_in("Order clerk")
    done = client.post("/orders/drafts/", {"action": "submit", "confirmed": "1", "id": [draft.pk]})
    assert "To ship" in done.text
    assert shown(client.get("/orders/drafts/")) == []


@pytest.mark.parametrize("risk", ["none", "late"])
def test_backorders_say_how_good_the_promise_is(world, sign_in, risk: str) -> None:
    rare = world.product(stock="2")
    wanted = world.on + timedelta(days=3) if risk == "late" else None
    order = world.order(world.customer(), (rare, "5"), requested_on=wanted)
    line = order.lines.get()
    promised = date(2026, 12, 1) if risk == "late" else None
    OrderLine.objects.filter(pk=line.pk).update(promised_on=promised)
    client = sign_in("Warehouse clerk")
    assert shown(client.get(f"/orders/backorders/?risk={risk}")) == [line.pk]
    assert shown(client.get("/orders/backorders/?risk=broken")) == []
    words = "nobody knows when" if risk == "none" else "8 d later than wanted"
    assert words in client.get("/orders/backorders/").text
    orders.cancel_order(order_id=order.pk, reason="x", on=world.on, actor=world.system)
    assert shown(client.get("/orders/backorders/")) == []
