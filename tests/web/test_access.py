"""Who gets which page, and what those get who may not."""

import re
from itertools import groupby

import pytest
from django.test import Client

from ledger.models import Account, JournalEntry
from tests.world import World, all_roles, staff

STRICT = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
BOOKS_ARE_OPEN_TO = {"AR clerk", "Finance manager", "Auditor"}


def a_case(world: World) -> dict[str, str]:
    """The addresses of an order that was shipped, billed and paid."""
    lantern = world.product()
    order = world.order(world.customer(), (lantern, "5"))
    invoice = world.invoice(world.ship(order))
    world.pay(invoice)
    entry = JournalEntry.objects.get(source=f"invoice/{invoice.pk}/issued")
    return {
        "order": f"/orders/{order.number}/",
        "pdf": f"/invoices/{invoice.pk}/pdf/",
        "account": f"/ledger/accounts/{Account.objects.get(code='1200').pk}/",
        "entry": f"/ledger/entries/{entry.pk}/",
    }


def csp(response) -> set[str]:
    """The directives of the policy, in no order."""
    return {part.strip() for part in response.headers["Content-Security-Policy"].split(";")}


@pytest.mark.parametrize(
    ("role", "first"),
    [("Warehouse clerk", "To pick"), ("AR clerk", "To invoice"), ("Order clerk", "All orders")],
)
def test_the_navigation_begins_with_the_readers_own_work(world, sign_in, role: str, first: str) -> None:
    places = [link for link in sign_in(role).get("/").context["navigation"] if link.group]
    assert str(places[0].label) == first
    groups = [group for group, _links in groupby(str(link.group) for link in places)]
    assert len(groups) == len(set(groups))


@pytest.mark.parametrize("role", all_roles())
def test_every_role_sees_the_cases_and_the_money_roles_see_the_books(world, sign_in, role: str) -> None:
    case, client = a_case(world), sign_in(role)
    for address in ("/", "/orders/", case["order"]):
        assert client.get(address).status_code == 200, address
    books = 200 if role in BOOKS_ARE_OPEN_TO else 403
    for address in ("/ledger/", case["account"], case["entry"]):
        assert client.get(address).status_code == books, address


def test_who_has_not_signed_in_is_sent_to_the_sign_in_and_back(world) -> None:
    case, client = a_case(world), Client()
    for address in ("/", "/orders/", "/ledger/", *case.values()):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (302, f"/sign-in/?next={address}"), address
    assert client.get("/admin/", follow=True).redirect_chain[-1] == ("/sign-in/?next=/admin/", 302)


def test_signing_in_leads_to_the_page_asked_for_and_a_wrong_password_is_told_kindly(world) -> None:
    clerk = staff("Order clerk")
    clerk.set_password("a-long-lantern")
    clerk.save()
    client = Client()
    refused = client.post("/sign-in/", {"login": "order-clerk", "password": "wrong"})
    assert refused.status_code == 200
    assert "correct username and password" in refused.text
    accepted = client.post(
        "/sign-in/", {"login": "order-clerk", "password": "a-long-lantern", "next": "/orders/"}
    )
    assert accepted.url == "/orders/"
    left = client.post("/sign-out/")
    assert left.url == "/sign-in/"
    assert client.get("/orders/").status_code == 302


def test_a_page_of_another_role_says_so_and_one_that_is_not_there_too(world, sign_in) -> None:
    client = sign_in("Warehouse clerk")
    refused = client.get("/ledger/")
    assert "Your role does not open this page." in refused.text
    assert "not-permitted" in refused.text
    missing = client.get("/orders/SO-1/")
    assert missing.status_code == 404
    assert "There is no such page." in missing.text
    nowhere = Client().get("/no/such/page/")
    assert nowhere.status_code == 404
    assert "Sign out" not in nowhere.text


def test_a_refusal_of_the_domain_is_a_page_with_message_next_step_and_code(world, sign_in) -> None:
    pdf = sign_in("AR clerk").get(a_case(world)["pdf"])
    assert pdf.status_code == 409
    assert "The PDF is still being made." in pdf.text
    assert "Come back in a few seconds." in pdf.text
    assert "document-not-printed" in pdf.text
    account = sign_in("Auditor").get("/ledger/accounts/999999999/")
    assert account.status_code == 404


def test_a_fault_of_ours_shows_no_traceback(world, sign_in, monkeypatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("orders.worklists.OrderList.rows", break_down)
    client = sign_in("Order clerk")
    client.raise_request_exception = False
    answer = client.get("/orders/")
    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_a_form_without_its_token_is_refused_on_a_page_of_ours(world) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "The form was too old." in answer.text


def test_an_installation_without_a_company_says_what_to_do(database) -> None:
    client = Client()
    assert client.get("/sign-in/").status_code == 200


@pytest.mark.parametrize("name", ["sign-in", "home", "list", "order", "books", "account", "entry"])
def test_our_pages_bring_no_inline_script_or_style_and_a_strict_policy(world, sign_in, name: str) -> None:
    case = a_case(world)
    address = {"sign-in": "/sign-in/", "home": "/", "list": "/orders/", "books": "/ledger/"}.get(name, "")
    client = Client() if name == "sign-in" else sign_in("Finance manager")
    answer = client.get(address or case[name])
    assert answer.status_code == 200
    assert csp(answer) == set(STRICT.split("; "))
    assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text)


def test_only_the_console_may_evaluate_scripts(world, sign_in) -> None:
    policy = csp(sign_in("Finance manager").get("/admin/"))
    assert policy == {
        *STRICT.split("; "),
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
    }


def test_the_theme_is_kept_in_a_cookie_and_leads_back_to_our_own_pages_only(world, sign_in) -> None:
    client = sign_in("Order clerk")
    chosen = client.post("/theme/", {"theme": "dark", "next": "/orders/?show=overdue"})
    assert chosen.url == "/orders/?show=overdue"
    assert '<html lang="en" data-theme="dark">' in client.get("/").text
    client.post("/theme/", {"theme": "<script>"})
    assert 'data-theme="dark"' in client.get("/").text
    assert client.post("/theme/", {"theme": "light", "next": "https://evil.example/"}).url == "/"
