"""When a webhook is tried again, and what a signature is."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import override_settings
from standardwebhooks import Webhook

from o2c.gateway import rules, signing
from o2c.gateway.models import WebhookEndpoint

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENDPOINT = UUID("0198f2c4-7d5e-7a3c-9b1d-2e3f4a5b6c7d")


def test_ten_tries_take_three_days_and_then_it_is_given_up() -> None:
    waits = [rules.next_try(tries=tries, at=NOON, jitter=0) for tries in range(1, 11)]
    assert [str(at - NOON) for at in waits if at] == [
        "0:00:05", "0:05:00", "0:30:00", "2:00:00", "5:00:00", "10:00:00", "14:00:00", "20:00:00",
        "1 day, 0:00:00",
    ]  # fmt: skip
    assert waits[9] is None
    assert timedelta(hours=75) < sum(rules.PAUSES, timedelta()) < timedelta(hours=76)


def test_jitter_lengthens_a_pause_by_a_tenth_at_most() -> None:
    assert rules.next_try(tries=4, at=NOON, jitter=100) == NOON + timedelta(hours=2, minutes=12)


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, "120", 120),
        (503, "120", 120),
        (500, "120", None),
        (429, "", None),
        (429, "soon", None),
        (429, "-5", None),
        (429, "٣", None),
        (429, "99999999999999", 86_400),
        (429, "Fri, 20 Nov 2026 12:10:00 GMT", 600),
        (429, "Fri, 20 Nov 2026 11:00:00 GMT", 0),
        (429, "Fri, 99 Nov 2026 11:00:00 GMT", None),
    ],
)
def test_who_asks_us_to_wait_is_believed_within_reason(
    status: int, retry_after: str, seconds: int | None
) -> None:
    asked = rules.waiting_asked(status=status, retry_after=retry_after, at=NOON)
    assert (None if asked is None else int(asked.total_seconds())) == seconds


def test_a_wait_that_was_asked_for_never_shortens_the_pause() -> None:
    assert rules.next_try(tries=2, at=NOON, jitter=0, asked=timedelta(seconds=1)) == NOON + timedelta(
        minutes=5
    )
    assert rules.next_try(tries=2, at=NOON, jitter=0, asked=timedelta(hours=1)) == NOON + timedelta(hours=1)
    assert rules.next_try(tries=2, at=NOON, jitter=0, asked=timedelta(days=9)) == NOON + timedelta(days=1)


def headers(endpoint: WebhookEndpoint, at: datetime = NOON) -> dict[str, str]:
    return signing.headers_of(endpoint, message_id="evt_1", at=at, body='{"a":"é"}')


def test_a_message_is_signed_as_the_standard_says() -> None:
    endpoint = WebhookEndpoint(public_id=ENDPOINT, secret_version=1)
    secret = signing.secret_of(endpoint)
    assert secret.startswith("whsec_")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(key) == 32
    signed = hmac.new(key, f'evt_1.{int(NOON.timestamp())}.{{"a":"é"}}'.encode(), hashlib.sha256).digest()
    told = headers(endpoint)
    assert told == {
        "webhook-id": "evt_1",
        "webhook-timestamp": "1795176000",
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def test_another_address_version_or_server_has_another_secret() -> None:
    endpoint = WebhookEndpoint(public_id=ENDPOINT, secret_version=1)
    secrets = {
        signing.secret_of(endpoint),
        signing.secret_of(endpoint, version=2),
        signing.secret_of(WebhookEndpoint(public_id=UUID(int=1), secret_version=1)),
    }
    with override_settings(SECRET_KEY="another"):
        secrets.add(signing.secret_of(endpoint))
    assert len(secrets) == 4


def test_while_a_secret_rotates_both_verify_and_then_the_new_one_only() -> None:
    endpoint = WebhookEndpoint(
        public_id=ENDPOINT, secret_version=2, previous_until=NOON + timedelta(hours=24)
    )
    new, old = (Webhook(signing.secret_of(endpoint, version=version)) for version in (2, 1))
    both = headers(endpoint)["webhook-signature"].split()
    assert both == [new.sign("evt_1", NOON, '{"a":"é"}'), old.sign("evt_1", NOON, '{"a":"é"}')]
    later = NOON + timedelta(hours=24)
    assert headers(endpoint, later)["webhook-signature"] == new.sign("evt_1", later, '{"a":"é"}')


def test_while_the_servers_key_is_exchanged_what_shops_hold_still_verifies() -> None:
    endpoint = WebhookEndpoint(public_id=ENDPOINT, secret_version=1)
    before = headers(endpoint)["webhook-signature"]
    with override_settings(SECRET_KEY="the-new-one", SECRET_KEY_FALLBACKS=["tests-only-" + "x" * 50]):
        signatures = headers(endpoint)["webhook-signature"].split()
    assert len(signatures) == 2
    assert signatures[1] == before
