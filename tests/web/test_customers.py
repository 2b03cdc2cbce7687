"""The list of customers, a customer's page, and what is changed from it."""

import re
from datetime import date

from credit.models import LimitRequest
from customers import services as customers
from customers.models import Contact, Customer
from customers.rules import Person
from o2c.kernel.models import AuditEntry, Event
from tests.world import World, all_roles


def a_case(world: World, customer: Customer) -> None:
    """A late invoice and an order on hold for it."""
    lantern = world.product(price="10.00")
    late = world.order(customer, (lantern, "5"), on=date(2026, 9, 1))
    world.invoice(world.ship(late, on=date(2026, 9, 2)), on=date(2026, 9, 2))
    world.order(customer, (lantern, "1"))
    world.agree(customer, lantern, "9.25")


def test_only_a_filter_that_narrows_is_a_chip_and_its_values_are_told_by_name(world, sign_in) -> None:
    customer, client = world.customer(), sign_in("Order clerk")
    assert client.get("/customers/").context["worklist"].chips == []
    [chip] = client.get(f"/customers/?terms={customer.terms_id}").context["worklist"].chips
    assert chip.value == str(customer.terms)


def test_the_list_says_what_they_may_owe_owe_and_should_have_paid(world, sign_in) -> None:
    ash = world.customer(name="Ash & Sons", limit="1000")
    world.customer(name="Birch")
    a_case(world, ash)
    client = sign_in("Order clerk")
    page = client.get("/customers/")
    assert [row.name for row in page.context["worklist"].shown] == ["Ash & Sons", "Birch"]
    for words in ("60.00 overdue", "London", "940.00"):
        assert words in page.text, words
    assert [row.pk for row in client.get("/customers/?q=ash").context["worklist"].shown] == [ash.pk]
    assert client.get("/customers/?country=fr").context["worklist"].shown == []


def test_the_list_takes_as_many_queries_for_many_customers_as_for_few(world, sign_in, queries) -> None:
    client = sign_in("Order clerk")
    a_case(world, world.customer())
    few = queries(client, "/customers/")
    for _ in range(5):
        world.customer()
    assert queries(client, "/customers/") == few <= 12


def test_the_page_shows_orders_open_items_credit_people_prices_and_history(world, sign_in) -> None:
    customer = world.customer(name="Ash & Sons", limit="1000")
    a_case(world, customer)
    customers.set_contacts(
        customer_id=customer.pk,
        people=[customers_person("Ada Ash", "ada@ash.example")],
        on=world.on,
        actor=world.system,
    )
    page = sign_in("Order clerk").get(f"/customers/{customer.number}/").text
    for words in (
        "overdue 49 d",
        "On hold: 60.00 overdue",
        "INV-2026-",
        "limit 1,000.00",
        "9.25",
        "Ada Ash",
        "1 Low Street",
        "Contacts changed",
        "They have no VAT id",
        f'href="/orders/new/?customer={customer.number}"',
    ):
        assert words in page, words


def customers_person(name: str, email: str) -> Person:
    """Somebody who orders."""
    return Person(role="ordering", name=name, email=email)


def test_the_page_takes_as_many_queries_for_a_long_history_as_for_none(world, sign_in, queries) -> None:
    client, old, new = sign_in("Finance manager"), world.customer(), world.customer()
    for _ in range(3):
        a_case(world, old)
    few = queries(client, f"/customers/{new.number}/")
    assert queries(client, f"/customers/{old.number}/") <= few + 2
    assert few <= 30


def test_contacts_are_kept_as_the_rows_say(world, sign_in) -> None:
    customer = world.customer()
    client, address = sign_in("Order clerk"), f"/customers/{customer.number}/contacts/"
    assert client.get(address).status_code == 200
    data = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
        "form-0-role": "ordering", "form-0-name": "Ada", "form-0-email": "ada@ash.example",
        "form-1-role": "billing", "form-1-name": "",
    }  # fmt: skip
    assert client.post(address, {**data, "form-0-email": "no address"}).status_code == 422
    client.post(address, data)
    assert [(one.role, one.name) for one in Contact.objects.filter(customer=customer)] == [
        ("ordering", "Ada")
    ]
    assert Event.objects.get(kind="customer.contacts_set").payload == {"people": 1}
    client.post(address, {**data, "form-0-name": ""})
    assert not Contact.objects.filter(customer=customer).exists()


def test_contacts_that_a_colleague_saved_meanwhile_are_shown_before_they_are_replaced(world, sign_in) -> None:
    customer = world.customer()
    client, address = sign_in("Order clerk"), f"/customers/{customer.number}/contacts/"
    sent = {
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0",
        "form-0-role": "ordering", "form-0-name": "Ours", "form-0-email": "ours@ash.example",
        "stamp": stamp_in(client.get(address).text),
    }  # fmt: skip
    Contact.objects.create(customer=customer, role="billing", name="Theirs", email="theirs@ash.example")
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "Somebody else changed this" in refused.text
    assert "Billing: Theirs, theirs@ash.example" in refused.text
    assert 'value="Ours"' in refused.text
    assert [one.name for one in Contact.objects.filter(customer=customer)] == ["Theirs"]
    again = client.post(address, sent | {"stamp": stamp_in(refused.text)})
    assert again.status_code == 302
    assert [one.name for one in Contact.objects.filter(customer=customer)] == ["Ours"]


def rows(*told: dict[str, object]) -> dict[str, object]:
    """Rows as the page of addresses sends them."""
    return {"form-TOTAL_FORMS": len(told), "form-INITIAL_FORMS": 0} | {
        f"form-{n}-{name}": value for n, row in enumerate(told) for name, value in row.items()
    }


DEPOT = {"role": "delivery", "street": "2 Dock Road", "city": "Hull", "country": "GB"}


def test_an_address_is_changed_added_and_taken_off_and_the_trail_says_by_whom(world, sign_in) -> None:
    customer = world.customer()
    client, address = sign_in("Order clerk"), f"/customers/{customer.number}/addresses/"
    assert f'href="{address}"' in client.get(f"/customers/{customer.number}/").text
    assert 'value="1 Low Street"' in client.get(address).text
    kept = customer.addresses.get()
    billing = {"pk": kept.pk, "role": "billing", "street": "9 High Street", "city": "London", "country": "GB"}
    assert client.post(address, rows(billing, DEPOT, {"role": "delivery", "street": ""})).status_code == 302
    assert [(one.pk == kept.pk, one.street, one.country) for one in customer.addresses.order_by("pk")] == [
        (True, "9 High Street", "GB"),
        (False, "2 Dock Road", "GB"),
    ]
    assert "Addresses changed" in client.get(f"/customers/{customer.number}/").text
    client.post(address, rows(billing))
    trail = AuditEntry.objects.filter(table_name="customers_address", actor__username="order-clerk")
    assert list(trail.order_by("pk").values_list("operation", flat=True)) == ["UPDATE", "INSERT", "DELETE"]


def test_an_address_that_cannot_be_right_comes_back_with_what_was_typed(world, sign_in) -> None:
    customer = world.customer()
    client, address = sign_in("Order clerk"), f"/customers/{customer.number}/addresses/"
    for wrong, said in (
        (rows(DEPOT), "A customer needs a billing address."),
        (rows(DEPOT | {"role": "billing", "city": ""}), "This field is required."),
        (rows(DEPOT | {"role": "billing", "country": "XX"}), "XX is not one of the available choices."),
    ):
        refused = client.post(address, wrong)
        assert refused.status_code == 422
        assert said in refused.text
        assert 'value="2 Dock Road"' in refused.text
    assert customer.addresses.get().street == "1 Low Street"


def test_an_address_that_a_colleague_changed_meanwhile_is_shown_before_it_is_replaced(world, sign_in) -> None:
    customer = world.customer()
    client, address = sign_in("Order clerk"), f"/customers/{customer.number}/addresses/"
    ours = rows(DEPOT | {"role": "billing"}) | {"stamp": stamp_in(client.get(address).text)}
    customer.addresses.update(street="7 Their Street")
    refused = client.post(address, ours)
    assert refused.status_code == 422
    assert "Billing: 7 Their Street" in refused.text
    assert 'value="2 Dock Road"' in refused.text
    assert client.post(address, ours | {"stamp": stamp_in(refused.text)}).status_code == 302
    assert customer.addresses.get().street == "2 Dock Road"


def stamp_in(page: str) -> str:
    """What the rows were like when the page was shown, as the browser sends it back."""
    [found] = re.findall(r'name="stamp" value="(\w+)"', page)
    return found


def test_a_limit_is_requested_with_a_reason(world, sign_in) -> None:
    customer = world.customer(limit="100")
    client, address = sign_in("Order clerk"), f"/customers/{customer.number}/limit/"
    assert "100.00 GBP" in client.get(address).text
    assert client.post(address, {"limit": "x", "reason": "They grow"}).status_code == 422
    client.post(address, {"limit": "2,500.00", "reason": "They grow"})
    assert LimitRequest.objects.get().limit == 2500
    assert "They grow" in client.get(f"/customers/{customer.number}/").text
    waiting = client.get(address).text
    assert "requested 2,500.00 GBP" in waiting
    assert 'name="limit"' not in waiting
    late = client.post(address, {"limit": "3,000.00", "reason": "A new shop"})
    assert late.status_code == 409
    assert "limit-request-open" in late.text
    assert 'value="A new shop"' in late.text


def test_a_vat_id_is_checked_from_the_page(world, sign_in) -> None:
    customer, nobody = world.customer(vat_id="DE129274202"), world.customer()
    client = sign_in("Order clerk")
    done = client.post(f"/customers/{customer.number}/vat-check/", follow=True)
    assert "Check of the VAT id asked for" in done.text
    assert client.post(f"/customers/{nobody.number}/vat-check/").status_code in {409, 422}


def test_every_role_reads_customers_and_only_its_own_verbs_open(world, sign_in) -> None:
    customer = world.customer()
    opens: dict[str, set[str]] = {"addresses": set(), "contacts": set(), "limit": set()}
    for role in all_roles():
        client = sign_in(role)
        assert client.get("/customers/").status_code == 200
        assert client.get(f"/customers/{customer.number}/").status_code == 200
        for name, roles in opens.items():
            if client.get(f"/customers/{customer.number}/{name}/").status_code == 200:
                roles.add(role)
        checked = client.post(f"/customers/{customer.number}/vat-check/").status_code
        assert (checked == 403) is (role not in {"Order clerk", "Finance manager"}), role
    assert opens == {
        "addresses": {"Order clerk"},
        "contacts": {"Order clerk"},
        "limit": {"Order clerk", "AR clerk", "Finance manager"},
    }
    assert sign_in("Order clerk").get("/customers/C-0/").status_code == 404
