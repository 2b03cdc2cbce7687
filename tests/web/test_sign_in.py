"""Signing in: password, second factor, sessions, and what keeps others out."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from o2c.accounts import services, tasks
from o2c.kernel.models import Event, User
from o2c.operations.roles import FINANCE_MANAGER
from tests.shops import shop_in
from tests.world import all_roles, staff

PASSWORD = "a-long-lantern"
KINDLY = "Please enter a correct username and password."


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def person(role: str = "Order clerk") -> User:
    user = staff(role)
    user.email = f"{user.username}@lantern.example"
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(user: User, **headers: str) -> Client:
    client = Client(headers=headers)
    answer = client.post("/sign-in/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def with_app(user: User) -> tuple[Client, str]:
    """A browser in which the person has set up an authenticator app, and the key of the app."""
    client = signed_in(user)
    page = client.get("/account/second-factor/app/")
    assert page.status_code == 200, page.url
    page = page.text
    secret = re.search(r'<dd class="code">(\w+)</dd>', page)[1]
    done = client.post("/account/second-factor/app/", {"code": code_of(secret)})
    assert done.url == "/account/second-factor/codes/"
    return client, secret


def test_who_has_an_app_signs_in_with_a_code_and_each_recovery_code_works_once(world) -> None:
    clerk = person()
    client, secret = with_app(clerk)
    file = client.get("/account/second-factor/codes/file/")
    recovery = file.text.split()
    assert len(recovery) == 10
    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    for number, code in enumerate([recovery[0], recovery[0], None]):
        browser = Client()
        asked = browser.post("/sign-in/", {"login": clerk.username, "password": PASSWORD, "next": "/orders/"})
        assert urlsplit(asked.url).path == "/sign-in/code/"
        assert browser.get("/orders/").status_code == 302, "the password alone opens nothing"
        with time_machine.travel("2026-11-20T09:02:00Z", tick=False):  # an app's code counts once
            answer = browser.post(asked.url, {"code": code or code_of(secret)})
        if number == 1:
            assert "That code is not right." in answer.text
            assert browser.get("/orders/").status_code == 302
        else:
            assert answer.url == "/orders/"
            assert browser.get("/orders/").status_code == 200


def test_secrets_of_second_factors_are_not_stored_in_the_clear(world) -> None:
    _client, secret = with_app(person())
    stored = {each.type: each.data for each in Authenticator.objects.all()}
    assert secret not in str(stored)
    assert stored["totp"]["secret"].startswith("gAAAA")
    assert stored["recovery_codes"]["seed"].startswith("gAAAA")


@pytest.mark.parametrize("role", [*all_roles(), "Administrator"])
def test_finance_and_administrators_set_up_a_second_factor_before_anything_else(
    world, sign_in, settings, role: str
) -> None:
    settings.MFA_REQUIRED = True
    client = sign_in(role)
    for address in ("/", "/orders/", "/admin/", "/account/"):
        answer = client.get(address)
        if role in {FINANCE_MANAGER, "Administrator"}:
            assert (answer.status_code, answer.url) == (302, "/account/second-factor/"), address
        else:
            assert getattr(answer, "url", "") != "/account/second-factor/", address
    page = client.get("/account/second-factor/")
    assert page.status_code == 200
    assert ("Your role signs in with a second factor." in page.text) == (
        role in {FINANCE_MANAGER, "Administrator"}
    )


def test_who_set_it_up_goes_on_and_cannot_remove_the_last_one(world, settings) -> None:
    settings.MFA_REQUIRED = True
    client, _secret = with_app(person(FINANCE_MANAGER))
    assert client.get("/orders/").status_code == 200
    refused = client.post("/account/second-factor/app/remove/")
    assert "Set up another one before you remove this." in refused.text
    assert Authenticator.objects.filter(type="totp").exists()
    settings.MFA_REQUIRED = False
    assert client.post("/account/second-factor/app/remove/").status_code == 302
    assert not Authenticator.objects.exists()


def test_a_second_factor_is_set_up_only_soon_after_a_proof(world) -> None:
    for address in ("/account/second-factor/app/", "/account/second-factor/passkeys/add/"):
        stolen = signed_in(person())
        assert stolen.get(address).status_code == 200
        with time_machine.travel("2026-11-20T09:06:00Z", tick=False):
            asked = stolen.get(address).url
            assert urlsplit(asked).path == "/sign-in/again/", address
            assert "That is not your password." in stolen.post(asked, {"password": "wrong"}).text
            assert stolen.post(asked, {"password": PASSWORD}).url == address
            assert stolen.get(address).status_code == 200
        with time_machine.travel("2026-11-20T09:12:00Z", tick=False):
            assert stolen.get(address).status_code == 302


def test_a_lost_second_factor_is_reset_in_the_console_and_the_account_signed_out(world, sign_in) -> None:
    clerk = person()
    client, _secret = with_app(clerk)
    page = reverse("admin:kernel_user_reset_second_factor", args=[clerk.pk])
    told = sign_in("Administrator").post(page, {"reason": "Telephone lost"}, follow=True)
    assert "Done: Take the second factor away" in told.text
    assert Event.objects.get(kind="user.second_factor_reset").payload["reason"] == "Telephone lost"
    assert not Authenticator.objects.filter(user=clerk).exists()
    assert client.get("/orders/").status_code == 302
    signed_in(clerk)
    again = sign_in("Administrator").post(page, {"reason": "Telephone lost"})
    assert f"{clerk} has no second factor. Nothing was changed." in again.text


def test_a_password_is_guessed_five_times_and_its_owner_is_not_locked_out(world) -> None:
    clerk = person()
    guess = {"login": clerk.username, "password": "wrong"}
    thief = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(5):
        assert KINDLY in thief.post("/sign-in/", guess).text
    right = {"login": clerk.username, "password": PASSWORD}
    assert "Too many attempts." in thief.post("/sign-in/", right).text
    assert thief.get("/orders/").status_code == 302
    assert Client(REMOTE_ADDR="203.0.113.8").post("/sign-in/", right).status_code == 302


def test_an_address_that_tries_many_accounts_is_told_to_wait(world) -> None:
    thief = Client(REMOTE_ADDR="203.0.113.7")
    answers = [
        thief.post("/sign-in/", {"login": f"clerk{number}", "password": "wrong"}) for number in range(31)
    ]
    assert KINDLY in answers[0].text
    assert "Too many attempts." in answers[20].text
    assert (answers[30].status_code, answers[30]["Retry-After"]) == (429, "60")
    assert "Wait a minute, then try again." in answers[30].text


def test_an_unknown_account_is_answered_as_a_wrong_password_is(world) -> None:
    person()
    answers = [
        Client().post("/sign-in/", {"login": name, "password": "wrong"}).text
        for name in ("order-clerk", "nobody")
    ]
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|value="(order-clerk|nobody)"')
    assert token.sub("", answers[0]) == token.sub("", answers[1])


def test_a_forgotten_password_is_replaced_through_a_link_that_works_once(world, monkeypatch) -> None:
    clerk = person()
    User.objects.filter(pk=clerk.pk).update(language="fr")
    elsewhere = signed_in(clerk)
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.send_link, "delay", lambda **told: asked.append(told))
    for address in (clerk.email, "nobody@lantern.example"):
        answer = Client().post("/sign-in/forgotten/", {"email": address})
        assert answer.url == "/sign-in/forgotten/sent/", "whether an account has it, nobody learns"
    for told in asked:
        tasks.send_link(**told)
    [letter] = mail.outbox
    assert letter.to == [clerk.email]
    link = re.search(r"http://testserver(/\S+)", letter.body)[1]
    client = Client()
    form = client.get(link)
    assert "testserver" not in form.url, "the key leaves the address"
    assert client.post(form.url, {"password1": "12345", "password2": "12345"}).status_code == 200
    saved = client.post(form.url, {"password1": "another-lantern-9", "password2": "another-lantern-9"})
    assert saved.url == "/sign-in/forgotten/done/"
    assert elsewhere.get("/orders/").status_code == 302, "who was signed in with the old one is out"
    assert "This link is used up or too old." in Client().get(link).text
    clerk.refresh_from_db()
    assert clerk.check_password("another-lantern-9")


def test_a_broker_that_is_down_tells_nobody_whether_the_address_is_known(world, monkeypatch) -> None:
    def broken(**_: str) -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.send_link, "delay", broken)
    answer = Client().post("/sign-in/forgotten/", {"email": "nobody@lantern.example"})
    assert answer.url == "/sign-in/forgotten/sent/"


def test_a_changed_password_ends_the_other_sessions(world) -> None:
    clerk = person()
    here, elsewhere = signed_in(clerk), signed_in(clerk)
    changed = here.post(
        "/account/password/",
        {"oldpassword": PASSWORD, "password1": "another-lantern-9", "password2": "another-lantern-9"},
    )
    assert changed.url == "/account/"
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_sessions_are_listed_and_ended_one_by_one_or_all_others_but_nobody_elses(world) -> None:
    clerk, colleague = person(), person("AR clerk")
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    here, phone, third = signed_in(clerk), signed_in(clerk, user_agent=firefox), signed_in(clerk)
    other = signed_in(colleague)
    page = here.get("/account/").text
    assert "Firefox on Linux" in page
    assert page.count("End this session") == 2
    theirs = UserSession.objects.get(user=colleague)
    assert here.post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    phones = UserSession.objects.get(user_agent=firefox)
    assert here.post(f"/account/sessions/{phones.pk}/end/").url == "/account/"
    assert phone.get("/account/").status_code == 302
    assert third.get("/account/").status_code == 200
    assert "1 other session is ended." in here.post("/account/sessions/end/", follow=True).text
    assert third.get("/account/").status_code == 302
    assert here.get("/account/").status_code == other.get("/account/").status_code == 200


def test_a_session_ends_when_it_is_left_alone_and_after_a_working_day(world) -> None:
    clerk, morning = person(), "2026-11-20T{}Z"
    client = signed_in(clerk)  # at nine
    with time_machine.travel(morning.format("09:29:00"), tick=False):
        assert client.get("/account/").status_code == 200
        assert UserSession.objects.get().last_seen_at.minute == 29
    with time_machine.travel(morning.format("09:58:00"), tick=False):
        assert client.get("/account/").status_code == 200, "it was used half an hour ago, not an hour"
    with time_machine.travel(morning.format("10:28:00"), tick=False):
        told = client.get("/account/", follow=True)
        assert told.redirect_chain == [("/sign-in/?next=/account/", 302)]
        assert "You were away for a while." in told.text
    client = signed_in(clerk)
    for minutes in range(20, 13 * 60, 20):
        with time_machine.travel(morning.format(f"{9 + minutes // 60:02}:{minutes % 60:02}:00"), tick=False):
            if client.get("/account/").status_code == 302:
                break
    assert minutes == 12 * 60


def test_nobody_registers_and_the_console_has_no_sign_in_of_its_own(world, sign_in) -> None:
    for address in ("/sign-up/", "/signup/", "/accounts/signup/", "/accounts/login/"):
        assert Client().get(address).status_code == 404, address
    assert Client().get("/admin/login/").url == "/sign-in/?next=/admin/"
    manager = sign_in(FINANCE_MANAGER)
    assert manager.get("/admin/password_change/").url == "/account/password/"
    assert manager.post("/admin/logout/").url == "/sign-in/"
    assert manager.get("/admin/").status_code == 302


def test_a_closed_account_does_not_sign_in_and_is_out_where_it_was(world) -> None:
    clerk = person()
    client = signed_in(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302
    closed = Client().post("/sign-in/", {"login": clerk.username, "password": PASSWORD})
    assert closed.url == "/sign-in/closed/"
    assert not User.system().has_usable_password()


def test_the_account_of_a_program_has_no_pages_whatever_its_role_may_do(world) -> None:
    shop = shop_in(world).account
    for account in (shop, User.system()):
        account.set_password(PASSWORD)  # nothing of ours gives them one
        account.save()
        browser = Client()
        refused = browser.post("/sign-in/", {"login": account.username, "password": PASSWORD}, follow=True)
        assert refused.redirect_chain == [("/sign-in/", 302)]
        assert refused.text.count("Programs have no pages: they call the API with a key.") == 1
        browser.force_login(account)
        for address in ("/", "/orders/new/", "/account/", "/admin/"):
            told = browser.get(address, follow=True)
            assert told.redirect_chain[-1] == (f"/sign-in/?next={address}", 302), (account, address)
            assert "Programs have no pages: they call the API with a key." in told.text
            browser.force_login(account)
    assert signed_in(person()).get("/orders/").status_code == 200


def test_language_theme_density_and_keys_are_the_persons_own_in_every_browser(world) -> None:
    clerk = person()
    client = signed_in(clerk)
    said = {
        "first_name": "Ada",
        "last_name": "Byron",
        "language": "fr",
        "theme": "dark",
        "density": "compact",
    }
    assert client.post("/account/", said).url == "/account/"
    elsewhere = signed_in(clerk, accept_language="ru")
    page = elsewhere.get("/account/")
    assert '<html lang="fr" data-theme="dark" data-density="compact" data-keys="off">' in page.text
    assert page["Content-Language"] == "fr"
    assert "Ada Byron" in page.text
    refused = elsewhere.post("/account/", said | {"language": "tlh"})
    assert refused.status_code == 422
    elsewhere.post("/language/", {"language": "nb", "next": "/account/"})
    elsewhere.post("/keys/", {"keys": "on"})
    assert '<html lang="nb" data-theme="dark" data-density="compact">' in client.get("/account/").text
    services.prefer(actor=clerk, theme="light")
    assert 'data-theme="light"' in client.get("/account/").text


def test_the_sign_in_speaks_the_language_of_the_browser_or_the_one_chosen_there(world) -> None:
    client = Client(headers={"accept-language": "ru"})
    assert '<html lang="ru"' in client.get("/sign-in/").text
    assert client.post("/language/", {"language": "id", "next": "/sign-in/"}).url == "/sign-in/"
    assert '<html lang="id"' in client.get("/sign-in/").text
    assert client.post("/language/", {"language": "fr", "next": "//evil.example"}).url == "/"
    assert settings.LANGUAGE_COOKIE_NAME in client.cookies
