"""What every page promises against those who attack it (the list of OWASP's ASVS, chapters 3 to 13)."""

import importlib

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.web.test_sign_in import PASSWORD, person

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "http:evil.example",
]


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> None:
    cache.clear()


def test_a_real_installation_keeps_cookies_to_tls_and_asks_for_the_second_factor(monkeypatch) -> None:
    told = {
        "O2C_SECRET_KEY": "x" * 60,
        "O2C_ALLOWED_HOSTS": "shop.example",
        "EMAIL_URL": "console:",
        "O2C_MAIL_FROM": "a@shop.example",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    for name in ("O2C_INSECURE_HTTP", "O2C_MFA_REQUIRED", "O2C_IDLE_MINUTES"):
        monkeypatch.delenv(name, raising=False)
    production = importlib.import_module("o2c.settings.production")
    assert production.SESSION_COOKIE_SECURE
    assert production.CSRF_COOKIE_SECURE
    assert production.SECURE_SSL_REDIRECT
    assert production.SECURE_HSTS_SECONDS >= 31_536_000
    assert production.MFA_REQUIRED
    assert production.SESSION_IDLES_OUT_AFTER.total_seconds() == 1800
    assert production.SESSION_COOKIE_AGE == production.SESSION_ENDS_AFTER.total_seconds() == 12 * 3600
    assert production.ALLAUTH_TRUSTED_PROXY_COUNT == 1
    assert production.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 600_000
    [length] = [each["OPTIONS"] for each in production.AUTH_PASSWORD_VALIDATORS if "OPTIONS" in each]
    assert length["min_length"] >= 10


def test_a_session_cookie_is_not_for_scripts_nor_other_sites_and_changes_at_the_sign_in(world) -> None:
    clerk, client = person(), Client()
    planted = client.session
    planted["planted"] = "yes"
    planted.save()
    before = planted.session_key
    client.post("/sign-in/", {"login": clerk.username, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie.value != before
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 12 * 3600
    left = cookie.value
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = left
    assert thief.get("/orders/").status_code == 302, "who signed out left nothing behind"


@pytest.mark.parametrize("address", ["/sign-in/", "/", "/admin/", "/orders/SO-1/", "/no/such/page/"])
def test_every_answer_refuses_frames_and_guessed_types_and_tells_other_sites_nothing(
    world, sign_in, address
) -> None:
    answer = (Client() if address == "/sign-in/" else sign_in("Finance manager")).get(address)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("next_", ELSEWHERE)
def test_nothing_leads_to_another_site(world, next_: str) -> None:
    clerk, client = person(), Client()
    entered = client.post("/sign-in/", {"login": clerk.username, "password": PASSWORD, "next": next_})
    assert entered.url == "/"
    assert client.get("/sign-in/", {"next": next_}).url == "/", "who is signed in already"
    for address in ("/theme/", "/language/", "/keys/"):
        assert client.post(address, {"next": next_}).url == "/", address
    assert client.post("/sign-out/", {"next": next_}).url == "/sign-in/"


def test_a_host_that_is_not_ours_is_refused_so_that_no_mail_links_there(world) -> None:
    for address in ("/sign-in/", "/sign-in/forgotten/"):
        assert Client(headers={"host": "evil.example"}).get(address).status_code == 400
    forged = Client(headers={"x-forwarded-host": "evil.example"}).get("/sign-in/")
    assert "evil.example" not in forged.text


def test_every_form_of_ours_wants_its_token(world) -> None:
    def views(patterns, before=""):
        for each in patterns:
            where = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield where, each.callback
            else:
                yield from views(each.url_patterns, where)

    open_to_others = [
        where
        for where, view in views(get_resolver().url_patterns)
        if getattr(view, "csrf_exempt", False) and not where.startswith("api/")
    ]
    assert open_to_others == []
    client = Client(enforce_csrf_checks=True)
    client.force_login(person())
    for address in ("/account/", "/account/password/", "/keys/", "/theme/", "/sign-out/"):
        assert client.post(address).status_code == 403, address


def test_an_address_with_a_nul_is_of_nothing(world, sign_in) -> None:
    client = sign_in("Administrator")
    for place in ("orders", "customers", "shipments", "invoices", "returns", "admin/orders/order"):
        answer = client.get(f"/{place}/%00/")
        assert answer.status_code == 404, place
        assert client.get(f"/{place}/SO-%001/").status_code == 404, place
