"""The key desk: shops and keys in the finance console."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from o2c.gateway.models import ApiKey, Shop
from o2c.gateway.services.keys import digest_of
from o2c.kernel.models import AuditEntry
from o2c.kernel.partition import Mode, entered
from tests.shops import NINE, Caller, cus, issued, shop_in
from tests.world import World, staff

ADD = "/admin/gateway/apikey/add/"
LIST = "/admin/gateway/apikey/"


def asked(shop: Shop, **more: object) -> dict[str, object]:
    return {
        "slip": "slip-1",
        "shop": shop.pk,
        "label": "Checkout",
        "mode": "live",
        "scopes": ["orders:read", "orders:write"],
        "quota": "60",
        **more,
    }


def secret_on(page: str) -> str:
    [found] = re.findall(r'value="(sk_[^"]+)"', page)
    return found


@pytest.fixture
def finance(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("Finance manager")


def test_a_finance_manager_registers_a_shop_with_an_account_of_its_own(world: World, finance: Client) -> None:
    saved = finance.post("/admin/gateway/shop/add/", {"name": "Candle Shop", "sees_all": "on"})
    shop = Shop.objects.get()
    assert saved.status_code == 302
    assert (shop.name, shop.account.username) == ("Candle Shop", "shop:candle-shop")
    assert not shop.account.has_usable_password()
    again = finance.post("/admin/gateway/shop/add/", {"name": "Candle Shop"})
    assert "Shop with this Name already exists" in again.text
    finance.post(f"/admin/gateway/shop/{shop.pk}/change/", {"sees_all": "on"})
    shop.refresh_from_db()
    assert (shop.active, shop.name) == (False, "Candle Shop")
    record = AuditEntry.objects.filter(table_name="gateway_shop").latest("pk")
    assert (record.operation, record.actor) == ("UPDATE", staff("Finance manager"))
    assert finance.get(f"/admin/gateway/shop/{shop.pk}/delete/").status_code == 403


def test_a_key_is_shown_once_and_kept_nowhere(world: World, finance: Client) -> None:
    customer, shop = world.customer(), shop_in(world)
    assert finance.get(f"{ADD}?shop={shop.pk}").status_code == 200
    made = finance.post(ADD, asked(shop, customer_number=customer.number, expires_on="2026-12-31"))
    secret = secret_on(made.text)
    assert secret.startswith("sk_live_")
    assert "no-store" in made["Cache-Control"]
    key = ApiKey.objects.get()
    assert key.digest == digest_of(secret)
    assert (key.label, key.quota, key.customer, key.created_by) == (
        "Checkout", 60, customer, staff("Finance manager"),
    )  # fmt: skip
    assert key.expires_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert Caller(secret, shop).get("orders").status_code == 200
    lines = [{"sku": world.product().sku, "quantity": "1"}]
    foreign = Caller(secret, shop).post("orders", {"customer": cus(world.customer()), "lines": lines})
    assert foreign.json()["code"] == "not-found-here"

    kept = "".join(str(session.get_decoded()) for session in Session.objects.all())
    assert secret not in kept + "".join(cookie.value for cookie in finance.cookies.values())
    for page in (LIST, f"{LIST}{key.pk}/change/", ADD, "/admin/"):
        assert secret not in finance.get(page).text, page
    twice = finance.post(ADD, asked(shop), follow=True)
    assert "was made and shown before" in twice.text
    assert ApiKey.objects.count() == 1


def test_what_cannot_be_is_said_on_the_form(world: World, finance: Client) -> None:
    shop = shop_in(world)
    unknown = finance.post(ADD, asked(shop, customer_number="C-1"))
    assert "There is no such customer." in unknown.text
    assert "This field is required." in finance.post(ADD, asked(shop, scopes=[])).text
    past = finance.post(ADD, asked(shop, expires_on="2026-11-01"))
    assert "invalid-api-key" in past.text
    no_sandbox = finance.post(ADD, asked(shop, mode="test"))
    assert "sandbox-not-configured" in no_sandbox.text
    assert "SANDBOX_DATABASE_URL" in no_sandbox.text
    assert not ApiKey.objects.exists()


def test_a_test_key_is_bound_to_a_customer_of_the_sandbox(
    world: World, sandbox: None, finance: Client
) -> None:
    shop = shop_in(world)
    refused = finance.post(ADD, asked(shop, mode="test", customer_number="C-1"))
    assert "unknown-test-customer" in refused.text
    with entered(Mode.TEST):
        number = Customer.objects.get(external_id="test-blocked").number
    made = finance.post(ADD, asked(shop, mode="test", customer_number=number))
    assert secret_on(made.text).startswith("sk_test_")
    assert ApiKey.objects.get().test_customer == number


def test_a_key_is_rotated_with_an_overlap_and_revoked_at_once(world: World, finance: Client) -> None:
    shop = shop_in(world)
    old = issued(world, shop)
    rotate = reverse("admin:gateway_apikey_rotate", args=[old.key.pk])
    assert finance.get(rotate).status_code == 200
    assert "less than or equal to 30" in finance.post(rotate, {"slip": "a", "overlap": "31"}).text
    new = secret_on(finance.post(rotate, {"slip": "a", "overlap": "2"}).text)
    assert Caller(new, shop).get("orders").status_code == 200
    assert Caller(old.secret, shop).get("orders").status_code == 200
    old.key.refresh_from_db()
    assert old.key.expires_at == NINE + timedelta(days=2)
    assert old.key.replaced_by.digest == digest_of(new)

    revoke = reverse("admin:gateway_apikey_revoke", args=[old.key.replaced_by_id])
    assert finance.get(revoke).status_code == 200
    assert ApiKey.objects.filter(revoked_at=None).count() == 2
    assert "The key is revoked." in finance.post(revoke, follow=True).text
    assert Caller(new, shop).get("orders").json()["code"] == "key-unknown"
    assert "api-key-not-in-use" in finance.post(revoke).text
    gone = finance.get(reverse("admin:gateway_apikey_change", args=[old.key.replaced_by_id])).text
    assert revoke not in gone


def test_the_list_tells_how_every_key_stands(world: World, finance: Client) -> None:
    shop = shop_in(world)
    for label, ends in (
        ("fresh", None),
        ("ending", NINE + timedelta(days=1)),
        ("over", NINE + timedelta(minutes=1)),
    ):
        issued(world, shop, label=label, expires_at=ends, at=NINE - timedelta(days=1))
    ApiKey.objects.filter(label="over").update(expires_at=NINE)
    revoked = issued(world, shop, label="revoked").key
    ApiKey.objects.filter(pk=revoked.pk).update(revoked_at=NINE)
    page = finance.get(LIST).text
    shown = re.findall(r"bg-(\w+)-100[^>]*>\s*(In use|Ending|Expired|Revoked)\s*<", page)
    assert sorted(shown) == [
        ("blue", "Expired"),
        ("green", "In use"),
        ("orange", "Ending"),
        ("red", "Revoked"),
    ]


def test_a_list_of_keys_takes_the_same_statements_however_many_there_are(
    world: World, finance: Client, queries: Callable[[Client, str], int]
) -> None:
    used = []
    for _ in range(2):
        for _ in range(3):
            issued(world, shop_in(world))
        used.append(queries(finance, LIST))
    assert used[0] == used[1]


@pytest.mark.parametrize("role", ["Auditor", "Order clerk"])
def test_nobody_else_makes_keys(world: World, sign_in: Callable[[str], Client], role: str) -> None:
    client, shop = sign_in(role), shop_in(world)
    key = issued(world, shop).key
    member = staff(role)
    member.is_staff = True
    member.save()
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, asked(shop)).status_code == 403
    for page in ("rotate", "revoke"):
        assert client.post(reverse(f"admin:gateway_apikey_{page}", args=[key.pk])).status_code == 403
    assert ApiKey.objects.get().revoked_at is None
