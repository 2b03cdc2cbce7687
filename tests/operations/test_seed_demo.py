"""The demo company."""

import json
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from ledger.models import JournalEntry
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
    stages = {row.stage.value for row in selectors.newest(today=today)}
    assert stages == {
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
    assert set(owed.values_list("handler", flat=True)) == {"invoicing.tasks.render_pdf"}


def test_seeding_twice_changes_nothing_not_even_a_password(database, django_assert_max_num_queries) -> None:
    seed("--password", "first-of-the-lanterns")
    before = footprint()
    with django_assert_max_num_queries(250):
        seed("--password", "second-of-the-lanterns")
    assert footprint() == before
    assert authenticate(username="order", password="first-of-the-lanterns") is not None


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
