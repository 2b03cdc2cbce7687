"""What an order must say before it is taken: all that is wrong at once, with where and who can mend it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from orders.specification import (
    Problem,
    discount_problems,
    line_problems,
    priority_problems,
    submission_problems,
)

FRIDAY = date(2026, 11, 20)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
PLACE = {"name": "Harbour Ltd", "street": "1 Quay", "postal_code": "", "city": "Hull", "country": "GB"}


@dataclass(frozen=True)
class Line:
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    discount_percent: Decimal = Decimal(0)


@dataclass
class Customer:
    requires_po_number: bool = False
    requires_delivery_date: bool = False
    delivery_weekdays: list[int] = field(default_factory=list)
    delivery_notice_days: int = 0


def codes(
    customer: Customer, *, requested_on: date | None = None, po_number: str = "", **place: str
) -> list[str]:
    found = submission_problems(
        po_number=po_number,
        requested_on=requested_on,
        delivery_address=PLACE | place,
        demands=customer,
        on=FRIDAY,
    )
    return [problem.code for problem in found]


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity", "0.00001", "99999999999999999999"])
def test_no_quantity(value: str) -> None:
    [problem] = line_problems([Line(), Line(quantity=Decimal(value))])
    assert (problem.where, problem.code) == (2, "quantity")


def test_every_problem_of_every_line_is_named_at_once() -> None:
    wrong = Line(quantity=Decimal(0), unit_price=Decimal(-1), discount_percent=Decimal(101))
    assert [(problem.where, problem.code) for problem in line_problems([wrong, wrong])] == [
        (1, "quantity"), (1, "price"), (1, "discount"), (2, "quantity"), (2, "price"), (2, "discount"),
    ]  # fmt: skip


def test_an_order_has_lines_but_not_endless_ones() -> None:
    assert [problem.code for problem in line_problems([])] == ["lines"]
    assert [problem.code for problem in line_problems([Line()] * 1001)] == ["lines"]
    assert line_problems([Line()] * 1000) == []


def test_a_problem_says_where_it_is_and_who_can_mend_it() -> None:
    assert Problem(where=3, code="price", text="No.").as_json() == {
        "position": 3, "code": "price", "text": "No.", "who": "whoever enters the order",
    }  # fmt: skip
    assert Problem(where="po_number", code="po-number", text="No.", who="the customer").as_json() == {
        "field": "po_number", "code": "po-number", "text": "No.", "who": "the customer",
    }  # fmt: skip


def test_a_discount_that_somebody_gives_has_a_reason() -> None:
    assert discount_problems(percent=None, reason="") == []
    assert discount_problems(percent=Decimal(0), reason="") == []  # a person's word that there is none
    assert discount_problems(percent=Decimal(5), reason="Fair") == []
    for percent, reason, code in [
        ("5", " ", "discount-reason"),
        ("101", "x", "discount"),
        ("NaN", "x", "discount"),
    ]:
        assert [found.code for found in discount_problems(percent=Decimal(percent), reason=reason)] == [code]


def test_a_priority_is_bounded() -> None:
    assert priority_problems(None) == priority_problems(1000) == priority_problems(-1000) == []
    assert [found.code for found in priority_problems(1001)] == ["priority"]


def test_a_customer_without_demands_gets_an_order_without_anything() -> None:
    assert codes(Customer()) == []


def test_a_purchase_order_number_that_is_demanded() -> None:
    assert codes(Customer(requires_po_number=True)) == ["po-number"]
    assert codes(Customer(requires_po_number=True), po_number=" ") == ["po-number"]
    assert codes(Customer(requires_po_number=True), po_number="4711") == []


@pytest.mark.parametrize(
    ("customer", "requested_on", "found"),
    [
        (Customer(requires_delivery_date=True), None, ["delivery-date"]),
        (Customer(requires_delivery_date=True), FRIDAY, []),
        (Customer(), date(2026, 11, 19), ["delivery-date-past"]),
        (Customer(delivery_notice_days=4), MONDAY, ["delivery-notice"]),
        (Customer(delivery_notice_days=4), TUESDAY, []),
        (Customer(delivery_weekdays=[2, 4]), TUESDAY, []),
        (Customer(delivery_weekdays=[2, 4]), WEDNESDAY, ["delivery-weekday"]),
        (Customer(delivery_weekdays=[2], delivery_notice_days=30), WEDNESDAY, ["delivery-notice", "delivery-weekday"]),
        (Customer(delivery_weekdays=[2], delivery_notice_days=30), None, []),
    ],
)  # fmt: skip
def test_a_delivery_date(customer: Customer, requested_on: date | None, found: list[str]) -> None:
    assert codes(customer, requested_on=requested_on) == found


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ({"street": ""}, ["address"]),
        ({"name": " ", "street": "", "city": ""}, ["address"]),
        ({"country": ""}, ["country"]),
        ({"country": "gb"}, ["country"]),
        ({"country": "GBR", "city": ""}, ["address", "country"]),
        ({"postal_code": ""}, []),
    ],
)
def test_an_address_to_which_nothing_can_be_sent(place: dict[str, str], found: list[str]) -> None:
    assert codes(Customer(), **place) == found


def test_everything_at_once() -> None:
    demanding = Customer(requires_po_number=True, requires_delivery_date=True)
    assert codes(demanding, street="") == ["po-number", "delivery-date", "address"]
