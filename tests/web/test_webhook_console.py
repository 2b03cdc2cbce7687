"""Webhooks in the finance console: registered by people, with a secret that is shown once."""

import re

import pytest

from o2c.gateway.models import WebhookEndpoint
from o2c.gateway.signing import secret_of
from o2c.kernel.models import AuditEntry
from tests.shops import shop_in
from tests.world import staff

ADD = "/admin/gateway/webhookendpoint/add/"
LIST = "/admin/gateway/webhookendpoint/"
HOOK = "https://shop.example/hook"


def secret_on(page: str) -> str:
    [found] = re.findall(r'value="(whsec_[^"]+)"', page)
    return found


def test_a_finance_manager_registers_an_address_and_sees_its_secret_once(world, sign_in) -> None:
    shop, customer = shop_in(world), world.customer()
    finance = sign_in("Finance manager")
    assert finance.get(ADD).status_code == 200
    asked = {"slip": "1", "shop": shop.pk, "url": HOOK, "types": ["order.held"], "customer": customer.number}
    made = finance.post(ADD, asked)
    endpoint = WebhookEndpoint.objects.get()
    assert secret_on(made.text) == secret_of(endpoint)
    assert "no-store" in made["Cache-Control"]
    assert (endpoint.url, endpoint.types, endpoint.customer) == (HOOK, ["order.held"], customer)
    record = AuditEntry.objects.filter(table_name="gateway_webhookendpoint").latest("pk")
    assert record.actor == staff("Finance manager")
    again = finance.post(ADD, asked, follow=True)
    assert "give the address a new one" in again.text
    assert WebhookEndpoint.objects.count() == 1
    assert secret_of(endpoint) not in finance.get(f"{LIST}{endpoint.pk}/change/").text


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"url": "http://shop.example/hook"}, "(webhook-address-refused)"),
        ({"customer": "C-0"}, "There is no such customer."),
    ],
)
def test_a_refused_address_stays_on_the_form_with_the_reason(world, sign_in, more, told: str) -> None:
    shop = shop_in(world)
    asked = {"slip": "1", "shop": shop.pk, "url": HOOK, **more}
    answer = sign_in("Finance manager").post(ADD, asked)
    assert told in answer.text
    assert not WebhookEndpoint.objects.exists()


def test_an_address_gets_a_new_secret(world, sign_in) -> None:
    finance = sign_in("Finance manager")
    finance.post(ADD, {"slip": "1", "shop": shop_in(world).pk, "url": HOOK})
    endpoint = WebhookEndpoint.objects.get()
    page = f"{LIST}{endpoint.pk}/renew_secret/"
    assert HOOK in finance.get(page).text
    renewed = finance.post(page, {"slip": "2"})
    assert secret_on(renewed.text) == secret_of(endpoint, version=2) != secret_of(endpoint)
