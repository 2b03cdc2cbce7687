"""Customers, prices and tax regions in the finance console: checked by the rules of the verbs."""

from decimal import Decimal

import pytest
from django.urls import reverse

from catalog.models import OrderDiscount, Price, PriceList, TaxRegion
from customers.models import Customer, PaymentTerms, VatCheck
from o2c.kernel.models import Event
from tests.world import World, staff


def address_of(model, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def registration(world: World, **fields) -> dict[str, object]:
    """The form of a new customer, filled in."""
    return {
        "name": "Harbour Hotel Ltd",
        "kind": "company",
        "vat_id": "gb 980780684",
        "language": "en",
        "currency": "GBP",
        "price_list": world.basics.prices.pk,
        "terms": world.basics.net_30.pk,
        "street": "1 Quay",
        "postal_code": "E1 6AN",
        "city": "London",
        "country": "GB",
        "contact_name": "Ada",
        "contact_email": "ada@harbour.example",
        **fields,
    }


def test_a_registration_proposes_the_region_and_names_who_may_be_the_same(world: World, sign_in) -> None:
    client = sign_in("Administrator")
    assert client.post(address_of(Customer, "add"), registration(world)).status_code == 302
    customer = Customer.objects.get()
    assert (customer.tax_region, customer.vat_id) == (world.basics.domestic, "GB980780684")
    assert customer.contacts.get().email == "ada@harbour.example"
    again = client.post(address_of(Customer, "add"), registration(world, name="HARBOUR HOTEL LTD"))
    assert f"This may be Harbour Hotel Ltd ({customer.number})." in again.text
    client.post(address_of(Customer, "add"), registration(world, name="Other", acknowledged="on"))
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"currency": "EUR"}, "These prices are not in the customer&#x27;s currency."),
        ({"currency": "XXX"}, "Enter an ISO 4217 code"),
        ({"country": "XX"}, "Enter an ISO 3166-1 code"),
        ({"contact_email": "ada@"}, "Enter a valid email address"),
    ],
)
def test_a_registration_that_cannot_be_right_is_a_form_error(world, sign_in, wrong, words) -> None:
    answer = sign_in("Administrator").post(address_of(Customer, "add"), registration(world, **wrong))
    assert (answer.status_code, words in answer.text) == (200, True)
    assert not Customer.objects.exists()


def test_a_change_that_cannot_be_right_is_a_form_error(world: World, sign_in) -> None:
    group, child, other = (world.customer() for _ in range(3))
    Customer.objects.filter(pk=child.pk).update(parent=group)
    client = sign_in("Administrator")

    def change(customer: Customer, **fields) -> str:
        form = registration(world, name=customer.name, tax_region=customer.tax_region_id, priority="0")
        form |= {
            "delivery_weekdays": "[]",
            "delivery_notice_days": "0",
            "active": "on",
            "vat_id": "",
        } | fields
        for inline in ("addresses", "contacts", "vat_checks"):
            form |= {f"{inline}-TOTAL_FORMS": "0", f"{inline}-INITIAL_FORMS": "0"}
        return client.post(address_of(Customer, "change", customer.pk), form, follow=True).text

    assert "A parent has no parent" in change(other, parent=child.pk)
    assert "A parent has no parent" in change(group, parent=other.pk)
    assert "numbers from 1, Monday, to 7" in change(other, delivery_weekdays="[8]")
    assert "no number of days of notice" in change(other, delivery_notice_days="366")
    assert "was changed successfully" in change(other, parent=group.pk, delivery_weekdays="[1, 3]")
    other.refresh_from_db()
    assert (other.parent, other.delivery_weekdays) == (group, [1, 3])


def test_vat_ids_are_checked_in_the_background_or_vouched_for_with_a_document(world: World, sign_in) -> None:
    region = TaxRegion.objects.create(code="eu", name="EU", evidence="vat_id")
    customer, other = world.customer(vat_id="DE136695976", tax_region=region), world.customer()
    client = sign_in("Finance manager")
    due = client.get(address_of(Customer, "changelist"), {"vat_id": "to-check"})
    assert [row.pk for row in due.context["cl"].queryset] == [customer.pk]
    check = {"action": "check_vat_ids", "_selected_action": [customer.pk]}
    asked = client.post(address_of(Customer, "changelist"), check, follow=True)
    assert "The VAT ids are being checked." in asked.text
    assert Event.objects.get(kind="customer.vat_check_requested").actor == staff("Finance manager")
    without = client.post(
        address_of(Customer, "changelist"), check | {"_selected_action": [other.pk]}, follow=True
    )
    assert "vat-id-missing" in without.text
    vouch = {"customer": customer.pk, "valid": "on", "reference": ""}
    assert "Which document says so?" in client.post(address_of(VatCheck, "add"), vouch).text
    client.post(address_of(VatCheck, "add"), vouch | {"reference": "Letter of 2 November"})
    kept = VatCheck.objects.get()
    assert (kept.source, kept.reference, kept.actor) == (
        "person", "Letter of 2 November", staff("Finance manager"),
    )  # fmt: skip
    customer.refresh_from_db()
    assert customer.vat_checked_on == world.on
    assert client.post(address_of(VatCheck, "change", kept.pk), vouch).status_code == 403


def test_prices_and_discounts_are_ended_from_the_list(world: World, sign_in) -> None:
    price = Price.objects.get(product=world.product())
    discount = OrderDiscount.objects.create(
        price_list=world.basics.prices, name="Autumn", percent=Decimal(5), valid_from="2026-11-01"
    )
    client = sign_in("Finance manager")
    for row in (price, discount):
        end = {"action": "end_today", "_selected_action": [row.pk]}
        address = address_of(type(row), "changelist")
        asked = client.post(address, end)
        assert str(row) in asked.text
        row.refresh_from_db()
        assert row.valid_to is None
        done = client.post(address, {**end, "sure": "yes"}, follow=True)
        assert "1 holds today for the last time." in done.text
        row.refresh_from_db()
        assert row.valid_to == world.on


def test_the_currency_of_a_list_and_the_countries_of_a_region_are_checked(world: World, sign_in) -> None:
    client = sign_in("Finance manager")
    new = {"code": "usd", "name": "Dollars", "currency": "XXX"}
    for inline in ("prices", "order_discounts"):
        new |= {f"{inline}-TOTAL_FORMS": "0", f"{inline}-INITIAL_FORMS": "0"}
    assert "Enter an ISO 4217 code" in client.post(address_of(PriceList, "add"), new).text
    assert client.post(address_of(PriceList, "add"), new | {"currency": "USD"}).status_code == 302
    region = {"code": "eu", "name": "EU", "countries": '["XX"]', "evidence": "vat_id"}
    assert "Enter ISO 3166-1 codes" in client.post(address_of(TaxRegion, "add"), region).text
    client.post(address_of(TaxRegion, "add"), region | {"countries": '["DE"]'})
    made = TaxRegion.objects.get(code="eu")
    other = region | {"code": "eu2", "countries": "[]", "without_evidence": made.pk}
    assert "This region demands evidence itself." in client.post(address_of(TaxRegion, "add"), other).text


def test_terms_say_which_orders_wait_for_the_money(world: World, sign_in) -> None:
    terms = {"code": "advance", "name": "In advance", "net_days": "0", "is_prepayment": "on"}
    terms |= {"discount_days": "0", "discount_percent": "0"}
    assert sign_in("Finance manager").post(address_of(PaymentTerms, "add"), terms).status_code == 302
    assert PaymentTerms.objects.get(code="advance").is_prepayment
