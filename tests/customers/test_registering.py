"""Registering a customer: what is checked, what follows by itself, and who seems to be there already."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from catalog.models import PriceList, TaxRegion
from customers import services
from customers.errors import (
    DuplicateCustomerSuspected,
    ExternalIdTaken,
    InvalidCustomer,
    ParentNotPossible,
    PriceListInOtherCurrency,
    TaxRegionUnclear,
)
from customers.models import Customer
from customers.rules import Person, Requirements, are_weekdays, normal_vat_id
from o2c.kernel.errors import NotFound
from o2c.kernel.models import Event
from tests.conftest import in_parallel
from tests.world import EU_COMPANY, World, build_world

ADDRESS = {"street": "1 Quay", "postal_code": "E1 6AN", "city": "London", "country": "GB"}


def register(world: World, **fields) -> Customer:
    told = {
        "name": "Harbour Hotel Ltd",
        "currency": world.company.base_currency,
        "price_list": world.basics.prices,
        "terms": world.basics.net_30,
        "address": ADDRESS,
        "on": world.on,
        "actor": world.system,
    }
    return services.register_customer(**(told | fields))


def test_a_customer_is_registered_with_people_contract_region_and_demands(world: World) -> None:
    contract = PriceList.objects.create(code="harbour", name="Harbour group", currency="GBP")
    group = register(world, name="Harbour Group plc")
    customer = register(
        world,
        vat_id="gb 980 7806 84",
        contract_list=contract,
        parent=group,
        exemption=("EX 1", date(2027, 1, 1)),
        contacts=[
            Person(role="ordering", name="Ada", email="ada@harbour.example"),
            Person(role="billing", name="Bea", phone="020 7946 0000"),
        ],
        requirements=Requirements(
            requires_delivery_date=True, delivery_weekdays=[5, 1], delivery_notice_days=2, ships_complete=True
        ),
    )
    customer.refresh_from_db()
    assert (customer.vat_id, customer.registered_on) == ("GB980780684", world.on)
    assert (customer.price_list_ids, customer.parent) == ([contract.pk, world.basics.prices.pk], group)
    assert (customer.delivery_weekdays, customer.delivery_notice_days) == ([1, 5], 2)
    assert (customer.requires_delivery_date, customer.ships_complete) == (True, True)
    assert customer.tax_region == world.basics.domestic
    assert (customer.exemption_number, customer.exemption_until) == ("EX 1", date(2027, 1, 1))
    assert list(customer.contacts.order_by("role").values_list("role", "name")) == [
        ("billing", "Bea"),
        ("ordering", "Ada"),
    ]


def test_the_tax_region_follows_from_the_country_and_a_vat_id_it_depends_on_is_checked_at_once(
    database,
) -> None:
    lyon = build_world(EU_COMPANY)
    german = register(lyon, vat_id="DE136695976", address=ADDRESS | {"country": "DE", "city": "Hamburg"})
    person = register(lyon, name="Ada", kind="person", address=ADDRESS | {"country": "DE"})
    british = register(lyon, name="Harbour", vat_id="GB980780684")
    assert [customer.tax_region.code for customer in (german, person, british)] == [
        "eu-business",
        "eu-consumer",
        "export",
    ]
    asked = Event.objects.filter(kind="customer.vat_check_requested").values_list("document_id", flat=True)
    assert list(asked) == [german.pk]
    lyon.let_the_desks_work()
    german.refresh_from_db()
    assert german.vat_checked_on is not None


def test_who_seems_to_be_there_is_named_and_somebody_who_looked_may_go_on(world: World) -> None:
    first = register(world, vat_id="GB980780684", external_id="crm-1")
    before = world.fingerprint()
    for same, reason in [
        ({"name": "Another Ltd", "vat_id": "GB 980780684"}, "same-vat-id"),
        ({"name": "HARBOUR-HOTEL, Ltd."}, "same-name-and-postal-code"),
        ({"address": ADDRESS | {"postal_code": "e16an"}}, "same-name-and-postal-code"),
    ]:
        with pytest.raises(DuplicateCustomerSuspected) as refusal:
            register(world, **same)
        assert refusal.value.details["customers"] == [
            {"id": first.pk, "number": first.number, "reason": reason}
        ]
        assert first.number in str(refusal.value)
    for acknowledged in (False, True):
        with pytest.raises(ExternalIdTaken):
            register(world, name="Another Ltd", external_id="crm-1", acknowledged=acknowledged)
    assert world.fingerprint() == before
    register(world, address=ADDRESS | {"postal_code": "N1 9GU"})
    register(world, vat_id="GB980780684", acknowledged=True)
    assert Customer.objects.count() == 3


def test_what_cannot_be_right_is_named_all_at_once_and_nothing_is_written(world: World) -> None:
    euros = PriceList.objects.create(code="eur", name="Euros", currency="EUR")
    parent = register(world, name="Child", parent=register(world, name="Group"))
    TaxRegion.objects.filter(code="export").update(countries=["NO"])
    before = world.fingerprint()
    wrong = {
        "name": " . ",
        "currency": "DEM",
        "kind": "robot",
        "language": "de",
        "address": ADDRESS | {"country": "XX"},
        "contacts": [Person(role="boss", name="", email="ada@")],
        "requirements": Requirements(delivery_weekdays=[8], delivery_notice_days=-1),
    }
    with pytest.raises(InvalidCustomer) as refusal:
        register(world, **wrong)
    assert len(refusal.value.details["problems"]) == 10
    for name, value in wrong.items():
        with pytest.raises(InvalidCustomer):
            register(world, **{name: value})
    for refused, fields in [
        (PriceListInOtherCurrency, {"price_list": euros}),
        (PriceListInOtherCurrency, {"contract_list": euros}),
        (PriceListInOtherCurrency, {"currency": "EUR"}),
        (ParentNotPossible, {"parent": parent}),
        (TaxRegionUnclear, {"address": ADDRESS | {"country": "US"}}),
    ]:
        with pytest.raises(refused):
            register(world, **fields)
    assert world.fingerprint() == before


def test_weekdays_are_numbers_from_one_to_seven_each_once() -> None:
    assert all(are_weekdays(days) for days in ([], [1], (7, 1, 3)))
    assert not any(are_weekdays(days) for days in ([0], [8], [1, 1], [True], ["1"], {"1": 1}, 1, None))
    assert normal_vat_id(" fr 40.303-265 045 ") == "FR40303265045"


def test_registering_takes_the_same_statements_however_many_customers_there_are(
    world: World, django_assert_num_queries
) -> None:
    system = world.system
    system.has_perm("customers.add_customer")
    for count in (1, 10):
        for number in range(count):
            register(world, name=f"Hotel {count}-{number}")
        with django_assert_num_queries(9):
            register(
                world, name=f"Inn {count}", actor=system, contacts=[Person(role="billing", name="B")] * count
            )


def agree(world: World, customer_id: int, *prices: services.AgreedPrice, **fields) -> PriceList:
    return services.set_contract_prices(
        **{
            "customer_id": customer_id,
            "agreed": prices,
            "valid_from": world.on,
            "on": world.on,
            "actor": world.system,
            **fields,
        }
    )


def test_contract_prices_make_a_list_named_for_the_customer_which_a_group_may_share(world: World) -> None:
    customer, sister, product = world.customer(), world.customer(), world.product()
    price = services.AgreedPrice(sku=product.sku, unit_price=Decimal(7))
    contract = agree(world, customer.pk, price)
    assert (contract.code, contract.currency) == (f"contract-{customer.number.lower()}", "GBP")
    assert agree(world, customer.pk, services.AgreedPrice(sku=product.sku, unit_price=Decimal(6))) == contract
    assert [row.unit_price for row in contract.prices.all()] == [6]
    by = {"on": world.on, "actor": world.system}
    services.use_contract_list(customer_id=sister.pk, price_list_id=contract.pk, **by)
    sister.refresh_from_db()
    assert sister.price_list_ids == [contract.pk, world.basics.prices.pk]
    services.use_contract_list(customer_id=sister.pk, price_list_id=None, **by)
    sister.refresh_from_db()
    assert sister.price_list_ids == [world.basics.prices.pk]
    events = Event.objects.filter(kind="customer.contract_prices_set").order_by("id")
    assert [event.payload["price_list"] for event in events] == [contract.code, contract.code, ""]
    before = world.fingerprint()
    euros = world.customer(currency="EUR").price_list
    before = world.fingerprint()
    for refused, attempt in [
        (PriceListInOtherCurrency, lambda: services.use_contract_list(
            customer_id=sister.pk, price_list_id=euros.pk, **by)),
        (NotFound, lambda: services.use_contract_list(customer_id=sister.pk, price_list_id=0, **by)),
        (NotFound, lambda: agree(world, 0, price)),
    ]:  # fmt: skip
        with pytest.raises(refused):
            attempt()
    assert world.fingerprint() == before


def test_the_database_refuses_prices_in_another_currency_and_parents_of_parents(world: World) -> None:
    euros = PriceList.objects.create(code="eur", name="Euros", currency="EUR")
    group, child, other = world.customer(), world.customer(), world.customer()
    Customer.objects.filter(pk=child.pk).update(parent=group)
    for pk, wrong, words in [
        (child.pk, {"price_list": euros}, "another currency"),
        (child.pk, {"contract_list": euros}, "another currency"),
        (child.pk, {"currency": "EUR"}, "another currency"),
        (other.pk, {"parent": child}, "a parent has no parent"),
        (group.pk, {"parent": other}, "a parent has no parent"),
        (group.pk, {"parent": child}, "a parent has no parent"),
    ]:
        with pytest.raises(DatabaseError, match=words), transaction.atomic():
            Customer.objects.filter(pk=pk).update(**wrong)
    for days in ([0], [8], ["x"], {"1": 2}):
        with pytest.raises(IntegrityError, match="customer_weekdays_real"), transaction.atomic():
            Customer.objects.filter(pk=pk).update(delivery_weekdays=days)
    Customer.objects.filter(pk=child.pk).update(currency="EUR", price_list=euros)


@pytest.mark.committed
def test_two_who_make_each_other_their_parent_at_once_make_no_circle(world: World) -> None:
    one, two = world.customer(), world.customer()
    in_parallel(
        lambda: Customer.objects.filter(pk=one.pk).update(parent=two),
        lambda: Customer.objects.filter(pk=two.pk).update(parent=one),
    )
    assert Customer.objects.exclude(parent=None).count() == 1
