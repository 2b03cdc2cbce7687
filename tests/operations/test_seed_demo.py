"""The demo company."""

import json
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from catalog.models import Product
from customers.models import Contact, Message
from fulfillment.models import Shipment, ShippingLabel
from ledger.models import JournalEntry
from o2c import dispatch
from o2c.gateway.models import ApiKey
from o2c.kernel import clock
from o2c.kernel.models import AuditEntry, Company, Event, EventDelivery, User
from o2c.operations import roles
from orders import selectors
from orders.models import Order


def seed(*options: str) -> str:
    """Run the command; return what it printed."""
    said = StringIO()
    call_command("seed_demo", *options, stdout=said)
    return said.getvalue()


def footprint() -> tuple[int, ...]:
    """How much is in the database."""
    models = (Company, User, Order, Event, EventDelivery, JournalEntry, AuditEntry)
    return tuple(model.objects.count() for model in models)


def test_the_demo_has_an_order_in_every_stage_and_a_login_for_every_role(database) -> None:
    logins = json.loads(seed("--logins-json"))
    assert {login["role"] for login in logins} == {"Administrator", *roles.ROLES}
    for login in logins:
        user = authenticate(username=login["username"], password=login["password"])
        assert user is not None
        assert user.is_superuser or user.groups.get().name == login["role"]
    today = clock.today("Europe/London")
    stages = {
        stage.value
        for stage, _shipped, _ordered in selectors.stages_of(list(Order.objects.all()), today=today).values()
    }
    assert stages == {
        "quoted",
        "draft",
        "on hold",
        "to ship",
        "part shipped",
        "shipped",
        "invoiced",
        "overdue",
        "closed",
        "cancelled",
    }
    owed = EventDelivery.objects.filter(handled_at=None)
    assert set(owed.values_list("handler", flat=True)) == {
        "invoicing.tasks.render_pdf",
        "fulfillment.tasks.announce_to_carrier",
    }


def test_the_demo_can_be_written_to_and_followed_on_the_road(database, monkeypatch) -> None:
    monkeypatch.setattr("fulfillment.labels.render", lambda _c, _p, number: f"%PDF {number}".encode())
    seed()
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}
    addresses = set(Contact.objects.values_list("email", flat=True))
    assert {address.rpartition(".")[2] for address in addresses} == {"example"}
    assert not Product.objects.filter(kind="goods", weight=None).exists()

    dispatch.run_inline(leaving=["invoicing.tasks.render_pdf"])
    delivered, at_the_gate = Shipment.objects.filter(carried_by__code="van").order_by("pk")
    assert (delivered.state, delivered.tracking.count()) == ("delivered", 4)
    assert (at_the_gate.state, ShippingLabel.objects.get().package.shipment) == ("packed", at_the_gate)
    assert at_the_gate.tracking_number.startswith("LC")


def test_seeding_twice_changes_nothing_not_even_a_password(database, django_assert_max_num_queries) -> None:
    seed("--password", "first-of-the-lanterns")
    before = footprint()
    with django_assert_max_num_queries(250):
        seed("--password", "second-of-the-lanterns")
    assert footprint() == before
    assert authenticate(username="order", password="first-of-the-lanterns") is not None


def test_the_webshop_has_a_key_that_is_told_again_and_kept_nowhere(database) -> None:
    [first] = [json.loads(line) for line in seed("--keys-json").splitlines()]
    assert list(first) == ["live"]
    assert json.loads(seed("--keys-json")) == first
    key = ApiKey.objects.get()
    assert first["live"] not in str(key.__dict__)
    answer = Client().get("/api/v1/orders", headers={"Authorization": f"Bearer {first['live']}"})
    assert len(answer.json()["data"]) > 5
    with override_settings(SECRET_KEY="another-installation-" + "x" * 40):
        assert json.loads(seed("--keys-json"))["live"] != first["live"]


def test_with_a_sandbox_the_webshop_has_a_test_key_too(sandbox: None) -> None:
    keys = json.loads(seed("--keys-json"))
    assert list(keys) == ["live", "test"]
    order = {"customer": "cus_7e570000000070008000000000000001",
             "lines": [{"sku": "TEST-PLENTY", "quantity": "1"}]}  # fmt: skip
    sent = {"Authorization": f"Bearer {keys['test']}", "Idempotency-Key": "1"}
    placed = Client().post("/api/v1/orders", order, content_type="application/json", headers=sent)
    assert placed.json()["state"] == "confirmed"
    assert Order.objects.filter(lines__product__sku="TEST-PLENTY").count() == 0


def test_production_settings_refuse_the_demo(database, settings) -> None:
    settings.SETTINGS_MODULE = "o2c.settings.production"
    with pytest.raises(CommandError, match="production settings"):
        seed()
    assert not Company.objects.exists()


def test_a_real_company_gets_no_demo_data(database) -> None:
    Company.objects.create(name="Real Ltd", legal_name="Real Ltd", country="GB", base_currency="GBP")
    with pytest.raises(CommandError, match="not the demo"):
        seed()
    assert not Order.objects.exists()
