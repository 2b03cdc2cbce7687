"""Deciding about one order or quote: release by two, cancel in part, accept, lose, renew, print."""

import pytest

from orders import services as orders
from orders.models import Order, Release
from tests.documents import order_in, release_in
from tests.world import all_roles, staff


def labels(page) -> list[str]:
    """The actions of an order's page, the next one last."""
    return [action.label for action in page.context["page"].actions]


@pytest.mark.parametrize(
    ("state", "role", "expected"),
    [
        ("quoted", "Order clerk", ["Print", "Lost", "Revise", "Accept"]),
        ("expired", "Order clerk", ["Print", "Renew"]),
        ("lost", "Order clerk", []),
        ("draft", "Order clerk", ["Cancel order", "Amend", "Submit"]),
        ("on_hold", "Order clerk", ["Cancel order", "Amend", "Check again", "Release"]),
        ("on_hold", "Finance manager", ["Cancel order", "Release"]),
        ("confirmed", "Order clerk", ["Cancel order", "Amend"]),
        ("confirmed", "Auditor", []),
        ("closed", "Order clerk", ["Cancel order"]),
    ],
)
def test_the_next_action_of_an_order_is_last_and_right_for_the_role(
    world, sign_in, state: str, role: str, expected: list[str]
) -> None:
    order = order_in(world, state)
    assert labels(sign_in(role).get(f"/orders/{order.number}/")) == expected


def test_a_draft_is_submitted_and_a_held_order_checked_again_from_its_page(world, sign_in) -> None:
    draft, held = order_in(world, "draft"), order_in(world, "on_hold")
    client = sign_in("Order clerk")
    assert "is placed and confirmed." in client.post(f"/orders/{draft.number}/submit/", follow=True).text
    assert "still waits." in client.post(f"/orders/{held.number}/retry/", follow=True).text
    assert client.get(f"/orders/{draft.number}/submit/").status_code == 405


def test_a_large_release_is_proposed_shown_and_agreed_to_by_a_second_person(world, sign_in) -> None:
    release = release_in(world, "proposed")
    number = release.order.number
    client = sign_in("Finance manager")
    page = client.get(f"/orders/{number}/")
    assert labels(page)[-1] == "Agree"
    assert "a second finance manager must agree" in page.text
    assert "Known for years" in client.get(f"/orders/{number}/second/").text
    client.force_login(release.proposed_by)
    assert "You proposed it" in client.get(f"/orders/{number}/").text
    assert client.post(f"/orders/{number}/second/", {"do": "approve"}).status_code == 403
    client.force_login(staff("Finance manager"))
    agreed = client.post(f"/orders/{number}/second/", {"do": "approve"}, follow=True)
    assert "is released and confirmed." in agreed.text
    over = client.get(f"/orders/{number}/second/", follow=True)
    assert f"No release of {number} waits for a second person." in over.text
    assert client.get("/orders/SO-0/second/").status_code == 404


def test_a_second_person_may_say_no_with_a_reason(world, sign_in) -> None:
    release = release_in(world, "proposed")
    address = f"/orders/{release.order.number}/second/"
    client = sign_in("Finance manager")
    client.post(address, {"do": "reject", "reason": " "})
    assert Release.objects.get(pk=release.pk).state == "proposed"
    client.post(address, {"do": "reject", "reason": "Too much"})
    assert Release.objects.get(pk=release.pk).state == "rejected"
    assert Order.objects.get(pk=release.order_id).state == "on_hold"


def test_a_release_reaches_as_far_as_it_says(world, sign_in) -> None:
    order = order_in(world, "on_hold")
    told = {"reason": "Known", "up_to": "1,500.00", "valid_until": "2026-12-24"}
    sign_in("Finance manager").post(f"/orders/{order.number}/release/", told)
    release = Release.objects.get()
    assert (release.up_to, release.valid_until.isoformat()) == (1500, "2026-12-24")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"up_to": "5"}, "A release up to 5.00 GBP does not reach: the order is over 60.00 GBP."),
        ({"valid_until": "2026-01-01"}, "It would be over before it begins."),
        ({"valid_until": "2029-01-01"}, "It reaches for a year at most."),
        ({"up_to": "many"}, "Enter a number."),
    ],
)
def test_a_release_that_is_refused_comes_back_with_what_was_typed(world, sign_in, typed, said) -> None:
    order = order_in(world, "on_hold")
    address = f"/orders/{order.number}/release/"
    refused = sign_in("Finance manager").post(address, {"reason": "Known for years"} | typed)
    assert refused.status_code == 422
    assert said in refused.text
    for value in ("Known for years", *typed.values()):
        assert f'value="{value}"' in refused.text
    assert not Release.objects.exists()


def test_what_a_release_reaches_by_itself_is_said_in_figures(world, sign_in) -> None:
    held, over = order_in(world, "on_hold"), order_in(world, "expired")
    page = sign_in("Finance manager").get(f"/orders/{held.number}/release/").text
    assert "Empty: 30 days." in page
    assert "Above 10,000.00 GBP a second finance manager agrees." in page
    assert "Empty: 30 days." in sign_in("Order clerk").get(f"/orders/{over.number}/renew/").text


@pytest.mark.parametrize(
    ("state", "name", "role", "why"),
    [
        ("cancelled", "cancel", "Order clerk", "is cancelled: Test"),
        ("closed", "cancel", "Order clerk", "is closed"),
        ("cancelled", "amend", "Order clerk", "is cancelled: Test"),
        ("confirmed", "release", "Finance manager", "is confirmed"),
        ("lost", "accept", "Order clerk", "is lost"),
        ("expired", "accept", "Order clerk", "is expired"),
        ("confirmed", "lose", "Order clerk", "is confirmed"),
        ("quoted", "renew", "Order clerk", "is quoted"),
        ("confirmed", "revise", "Order clerk", "is confirmed"),
    ],
)
def test_a_form_that_could_only_be_refused_leads_to_the_order_and_says_why(
    world, sign_in, state: str, name: str, role: str, why: str
) -> None:
    order = order_in(world, state)
    led = sign_in(role).get(f"/orders/{order.number}/{name}/", follow=True)
    assert led.redirect_chain == [(f"/orders/{order.number}/", 302)]
    assert f"{order.number} {why}" in led.text


def test_nobody_is_asked_to_release_what_they_entered(world, sign_in) -> None:
    order = order_in(world, "on_hold")
    client = sign_in("Finance manager")
    Order.objects.filter(pk=order.pk).update(created_by=staff("Finance manager"))
    led = client.get(f"/orders/{order.number}/release/", follow=True)
    assert "You entered this order, so somebody else must release it." in led.text
    assert led.redirect_chain


def test_a_repeat_is_asked_about_only_where_a_quote_is_one(world, sign_in) -> None:
    asked = "They ordered the same a short while ago, and want it again"
    customer, lantern = world.customer(), world.product()
    quote = orders.quote_order(
        order=world.wanted(customer, (lantern, "2"), channel="phone"), actor=world.system
    )
    client, address = sign_in("Order clerk"), f"/orders/{quote.number}/accept/"
    assert asked not in client.get(address).text
    world.order(customer, (lantern, "2"), channel="phone")
    refused = client.post(address, {"po_number": "PO 7"})
    assert refused.status_code == 409
    assert asked in refused.text
    assert 'value="PO 7"' in refused.text
    assert client.post(address, {"po_number": "PO 7", "acknowledges_duplicate": "on"}).status_code == 302


def test_a_quote_says_until_when_it_is_valid(world, sign_in) -> None:
    quote = order_in(world, "quoted")
    page = sign_in("Order clerk").get(f"/orders/{quote.number}/").text
    assert f'valid until <time datetime="{quote.valid_until.isoformat()}"' in page


def test_a_part_of_an_order_is_cancelled_with_code_and_reason(world, sign_in) -> None:
    order = order_in(world, "confirmed")
    line = order.lines.get()
    client, address = sign_in("Order clerk"), f"/orders/{order.number}/cancel/"
    data = {"code": "price", "reason": "Too dear", f"quantity-{line.pk}": "2"}
    assert "A quantity is no number." in client.post(address, {**data, f"quantity-{line.pk}": "x"}).text
    refused = client.post(address, {**data, f"quantity-{line.pk}": "6"})
    assert refused.status_code == 422
    client.post(address, data)
    assert order.lines.get().cancelled == 2
    client.post(address, {"code": "price", "reason": "All too dear"})
    order = Order.objects.get(pk=order.pk)
    assert (order.state, order.cancel_code, order.cancel_reason) == ("cancelled", "price", "All too dear")


def test_a_quote_is_accepted_lost_or_renewed_from_its_page(world, sign_in) -> None:
    taken, lost, over = (order_in(world, state) for state in ("quoted", "quoted", "expired"))
    client = sign_in("Order clerk")
    client.post(f"/orders/{taken.number}/accept/", {"po_number": "PO 5", "acknowledges_duplicate": "on"})
    order = Order.objects.get(pk=taken.pk)
    assert (order.state, order.po_number) == ("confirmed", "PO 5")
    assert client.post(f"/orders/{lost.number}/lose/", {"code": "other"}).status_code == 422
    client.post(f"/orders/{lost.number}/lose/", {"code": "competitor", "reason": "Cheaper"})
    assert "Bought elsewhere" in client.get(f"/orders/{lost.number}/").text
    client.post(f"/orders/{over.number}/renew/", {"valid_until": "2026-12-24"})
    assert Order.objects.get(pk=over.pk).state == "quoted"
    assert client.post(f"/orders/{over.number}/renew/", {}).status_code == 409


def test_a_quote_is_printed_in_the_customers_language(world, sign_in) -> None:
    quote = order_in(world, "quoted")
    page = sign_in("Auditor").get(f"/orders/{quote.number}/print/")
    assert f"Quote {quote.number}" in page.text
    assert "60.00" in page.text


PAGES = {
    "release": ("on_hold", {"Finance manager"}),
    "cancel": ("confirmed", {"Order clerk", "Finance manager"}),
    "accept": ("quoted", {"Order clerk"}),
    "lose": ("quoted", {"Order clerk"}),
    "renew": ("expired", {"Order clerk"}),
    "print": ("quoted", set(all_roles())),
}


@pytest.mark.parametrize("name", list(PAGES))
def test_each_decision_opens_for_its_roles_only(world, sign_in, name: str) -> None:
    state, allowed = PAGES[name]
    order = order_in(world, state)
    found = {
        role
        for role in all_roles()
        if sign_in(role).get(f"/orders/{order.number}/{name}/").status_code == 200
    }
    assert found == allowed


def test_a_release_shows_the_overrun_of_the_hold_beside_that_of_now_and_history_the_checks(
    world, sign_in
) -> None:
    """What was paid since the hold must not stay hidden behind the figures of that day."""
    lantern, customer = world.product(price="100.00"), world.customer(limit="1200")
    owed = world.invoice(world.ship(world.order(customer, (lantern, "5"))))
    held = world.order(customer, (lantern, "10"))
    assert [reason["code"] for reason in held.hold_reasons] == ["credit-limit"]
    world.pay(owed, "400.00")
    client = sign_in("Finance manager")
    for address in (f"/orders/{held.number}/release/", f"/orders/{held.number}/"):
        page = client.get(address).text
        assert "exceeds the credit limit by 600.00" in page
        assert "1,800.00 of 1,200.00 used, this order included." in page
        assert "Now: 1,400.00 of 1,200.00." in page
        assert "exceeds the credit limit by 200.00" in page
    desk = client.get("/orders/holds/?columns=number,why,over_then,over_now").text
    assert "over limit by 600.00" in desk
    assert ">200.00" in desk

    page = sign_in("Order clerk").post(f"/orders/{held.number}/retry/", follow=True).text
    assert "Checked again: it still waits" in page
    assert "Now: the same." in page
    client.post(f"/orders/{held.number}/retry/", follow=True)
    world.pay(owed, "200.00")
    assert "Now this does not stand against it any more" in client.get(f"/orders/{held.number}/").text
