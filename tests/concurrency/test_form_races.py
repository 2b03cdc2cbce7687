"""Two people save the same form at the same instant: the second is shown what the first saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from catalog.models import Price
from customers import services as customers
from customers.models import Address, Contact
from inventory import services as stock
from inventory.models import ReorderRule, StockLevel
from o2c.kernel.admin import MasterDataAdmin
from o2c.kernel.models import User
from orders.models import OrderPolicy
from tests.concurrency.rivals import rival_before
from tests.web.filling import filled_in
from tests.world import World

pytestmark = pytest.mark.committed


@dataclass
class Case:
    """Where two people save, what each says, at which call the second comes, and what is stored then."""

    address: str
    ours: dict[str, Any]
    theirs: dict[str, Any]
    meets: tuple[Any, str]
    stored: Callable[[], Any]
    outcome: Any
    their_address: str = ""


def a_bin(world: World) -> Case:
    level = StockLevel.objects.get(product=world.product())
    return Case(
        address=f"/stock/bins/{level.pk}/",
        ours={"bin": "A-1"},
        theirs={"bin": "B-2"},
        meets=(stock, "set_bin"),
        stored=lambda: StockLevel.objects.get().bin,
        outcome="A-1",
    )


def a_first_rule(world: World) -> Case:
    product = world.product()
    rule = {"minimum": "5", "target": "20", "lot": "1", "lead_days": "7"}
    return Case(
        address=f"/stock/reorder/{world.basics.warehouse.pk}/{product.pk}/",
        ours=rule,
        theirs=rule | {"minimum": "6"},
        meets=(stock, "set_reorder_rule"),
        stored=lambda: ReorderRule.objects.get().minimum,
        outcome=5,
    )


def contacts(world: World) -> Case:
    person = {"form-0-role": "billing", "form-0-name": "Ours", "form-1-name": ""}
    return Case(
        address=f"/customers/{world.customer().number}/contacts/",
        ours=person,
        theirs=person | {"form-0-name": "Theirs"},
        meets=(customers, "set_contacts"),
        stored=lambda: Contact.objects.get().name,
        outcome="Ours",
    )


def addresses(world: World) -> Case:
    customer = world.customer()
    stored = customer.addresses.get()
    place = {"form-0-street": "1 Our Street"}
    return Case(
        address=f"/customers/{customer.number}/addresses/",
        ours=place,
        theirs=place | {"form-0-street": "1 Their Street"},
        meets=(customers, "set_addresses"),
        stored=lambda: Address.objects.get(pk=stored.pk).street,
        outcome="1 Our Street",
    )


def master_data(world: World) -> Case:
    policy = OrderPolicy.objects.get_or_create(company=world.company)[0]
    return Case(
        address=f"/admin/orders/orderpolicy/{policy.pk}/change/",
        ours={"quote_days": "11"},
        theirs={"quote_days": "12"},
        meets=(MasterDataAdmin, "save_model"),
        stored=lambda: OrderPolicy.objects.get().quote_days,
        outcome=11,
    )


def a_row_with_a_page_of_its_own(world: World) -> Case:
    price = Price.objects.get(product=world.product())
    Price.objects.update(valid_from=date(2100, 1, 1), valid_to=date(2100, 12, 31))
    return Case(
        address=f"/admin/catalog/pricelist/{price.price_list_id}/change/",
        ours={"prices-0-unit_price": "11"},
        their_address=f"/admin/catalog/price/{price.pk}/change/",
        theirs={"unit_price": "12"},
        meets=(MasterDataAdmin, "save_model"),
        stored=lambda: Price.objects.get().unit_price,
        outcome=Decimal(11),
    )


@pytest.mark.parametrize(
    "make",
    [a_bin, a_first_rule, addresses, contacts, master_data, a_row_with_a_page_of_its_own],
    ids=lambda make: make.__name__,
)
def test_who_saves_second_waits_and_is_shown_what_was_saved_first(world, make) -> None:
    case = make(world)
    User.objects.create(username="root", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(username="root"))
    their_address = case.their_address or case.address
    ours = filled_in([client.get(case.address).text], case.address) | case.ours
    theirs = filled_in([client.get(their_address).text], their_address) | case.theirs
    with rival_before(*case.meets, lambda: client.post(their_address, theirs)) as rival:
        saved = client.post(case.address, ours)
    assert saved.status_code == 302
    assert rival.waited
    assert "Somebody else changed this" in rival.result.text
    assert case.stored() == case.outcome
