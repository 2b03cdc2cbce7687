"""Customers over HTTP."""

from customers.models import Contact, Customer
from o2c.gateway.authentication import principal_of
from o2c.gateway.models import ApiKey
from tests.api.counting import cost_of
from tests.shops import Caller, cus, open_shop
from tests.world import World

AUTHENTICATION = 1


def test_a_customer_is_shown_with_terms_addresses_and_people(world: World, shop: Caller) -> None:
    customer = world.customer(external_id="crm-7", requires_po_number=True)
    Contact.objects.create(customer=customer, name="Ann", email="ann@low.example")
    shown = shop.get(f"customers/{cus(customer)}").json()
    assert shown["number"] == customer.number
    assert shown["terms"]["net_days"] == 30
    assert shown["requires_po_number"] is True
    assert not {"addresses", "contacts", "parent"} & set(shown)
    everything = shop.get(f"customers/{cus(customer)}?expand=addresses,contacts").json()
    assert everything["contacts"] == [
        {"role": "ordering", "name": "Ann", "email": "ann@low.example", "phone": ""}
    ]
    assert shop.get(f"customers/{cus(customer)}/addresses").json() == {
        "data": [
            {
                "role": "billing",
                "name": "",
                "street": "1 Low Street",
                "postal_code": "E1 6AN",
                "city": "London",
                "country": "GB",
            }
        ],
        "has_more": False,
        "next_cursor": None,
    }


def test_a_shop_finds_customers_by_number_external_id_and_mail(world: World, shop: Caller) -> None:
    one, two = world.customer(external_id="crm-1"), world.customer(active=False)
    Contact.objects.create(customer=two, name="Ben", email="ben@low.example")
    Contact.objects.create(customer=two, name="Ben at home", email="Ben@low.example")

    def found(query: str) -> list[str]:
        return [customer["id"] for customer in shop.get(f"customers?{query}").json()["data"]]

    assert found("") == [cus(two), cus(one)]
    assert found(f"number={one.number}") == [cus(one)]
    assert found("external_id=crm-1") == [cus(one)]
    assert found("email=BEN@low.example") == [cus(two)]
    assert found("active=true") == [cus(one)]
    assert found("external_id=crm") == []
    for query in ("email=ben", "name=x", "active=maybe"):
        assert shop.get(f"customers?{query}").json()["code"] == "validation-failed", query


def test_customers_of_others_are_not_there(world: World, shop: Caller) -> None:
    mine, other = world.customer(), world.customer()
    bound = open_shop(world, customer=mine)
    served = open_shop(world, sees_all=False)
    other.served_by.add(served.shop.account)
    assert [one["id"] for one in bound.get("customers").json()["data"]] == [cus(mine)]
    assert [one["id"] for one in served.get("customers").json()["data"]] == [cus(other)]
    for path in (f"customers/{cus(other)}", f"customers/{cus(other)}/addresses", "customers/cus_1"):
        assert bound.get(path).json()["code"] == "not-found-here", path
    blind = open_shop(world, scopes=["orders:read"])
    for path in ("customers", f"customers/{cus(mine)}", f"customers/{cus(mine)}/addresses"):
        assert blind.get(path).json()["code"] == "scope-missing", path


def test_customers_take_the_same_statements_however_many(world: World, shop: Caller) -> None:
    customer = world.customer()

    def more() -> None:
        for _ in range(3):
            Contact.objects.create(customer=world.customer(), name="Ann", email="ann@low.example")

    more()
    assert cost_of(shop, "customers", more) == AUTHENTICATION + 1
    assert cost_of(shop, "customers?expand=addresses,contacts", more) == AUTHENTICATION + 3
    assert cost_of(shop, f"customers/{cus(customer)}?expand=addresses,contacts", more) == AUTHENTICATION + 3
    assert cost_of(shop, f"customers/{cus(customer)}/addresses", more) == AUTHENTICATION + 2


def test_the_customer_whom_a_call_means_is_one_of_those_whom_the_key_may_know(world: World) -> None:
    first, second, served = world.customer(), world.customer(), world.customer()
    shops = [
        open_shop(world),
        open_shop(world, customer=first),
        open_shop(world, sees_all=False),
        open_shop(world, sees_all=False, customer=second),
    ]
    served.served_by.add(shops[2].shop.account)
    everybody = list(Customer.objects.all())
    for shop in shops:
        principal = principal_of(ApiKey.objects.select_related("shop__account").get(shop=shop.shop))
        known = set(Customer.objects.for_principal(principal).values_list("pk", flat=True))
        meant = {Customer.objects.id_for(principal, one.public_id) for one in everybody} - {None}
        assert meant == known
        assert len(known) == (3 if shop is shops[0] else 1)
