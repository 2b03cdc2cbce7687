"""The periodic review: who is due, why, and when next."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credit import selectors, services as credit
from credit.models import CreditAccount, CreditPolicy
from credit.services.review import first_review
from o2c.kernel.models import Event
from tests.world import World


def due(world: World, on: date | None = None) -> dict[int, list[str]]:
    return {row.customer_id: row.reasons for row in selectors.due_for_review(on=on or world.on)}


def account(customer):
    return CreditAccount.objects.filter(customer=customer)


def review(world: World, customer, on: date | None = None, **options) -> CreditAccount:
    return credit.record_review(
        customer_id=customer.pk, note="Balance sheet seen", on=on or world.on, actor=world.system, **options
    )


def test_a_limit_brings_its_first_review_and_a_review_the_next(world: World) -> None:
    customer = world.customer()  # on 20 November 2026
    assert account(customer).get().review_on == date(2027, 11, 20)
    assert due(world, date(2027, 11, 19)) == {}
    assert due(world, date(2027, 11, 20)) == {customer.pk: ["date-reached"]}
    policy = CreditPolicy.objects.create(code="close", name="Close", review_months=3)
    account(customer).update(policy=policy)
    assert review(world, customer, date(2027, 11, 30)).review_on == date(2028, 2, 29)
    assert due(world, date(2028, 2, 28)) == {}
    assert review(world, customer, date(2028, 3, 1), review_on=date(2028, 3, 9)).review_on == date(2028, 3, 9)
    event = Event.objects.filter(kind="credit_account.reviewed").latest("pk")
    assert event.payload == {
        "customer_id": customer.pk,
        "note": "Balance sheet seen",
        "review_on": "2028-03-09",
    }


@pytest.mark.parametrize(
    ("months", "on", "expected"),
    [
        (1, date(2026, 12, 31), date(2027, 1, 31)),
        (2, date(2026, 12, 31), date(2027, 2, 28)),
        (12, date(2028, 2, 29), date(2029, 2, 28)),
        (24, date(2026, 6, 1), date(2028, 6, 1)),
    ],
)
def test_the_next_review_is_so_many_months_later(months: int, on: date, expected: date) -> None:
    policy = CreditPolicy(review_months=months)
    assert first_review(CreditAccount(policy=policy), on) == expected


def test_a_used_limit_is_looked_at_and_then_left_alone_for_a_month(world: World) -> None:
    lantern = world.product(price="10.00")
    full, nearly = world.customer(limit="14.99"), world.customer(limit="15.00")  # 12.00 are 80 %
    for customer in (full, nearly):
        world.order(customer, (lantern, "1"))
    assert due(world) == {full.pk: ["limit-used"]}
    review(world, full)
    assert due(world, world.on + timedelta(days=29)) == {}
    assert due(world, world.on + timedelta(days=30)) == {full.pk: ["limit-used"]}


def test_a_worse_risk_is_looked_at_once(world: World) -> None:
    customer = world.customer()
    account(customer).update(risk_class="low")
    assert due(world) == {}
    account(customer).update(risk_class="medium")
    assert due(world) == {customer.pk: ["risk-worsened"]}
    review(world, customer)
    assert due(world) == {}
    account(customer).update(risk_class="high")
    assert due(world) == {customer.pk: ["risk-worsened"]}


def test_the_due_list_is_one_query_however_long(world: World) -> None:
    lantern, used = world.product(price="10.00"), []
    for _ in range(2):
        for _ in range(3):
            customer = world.customer(limit="13")
            world.invoice(world.ship(world.order(customer, (lantern, "1"))))
        with CaptureQueriesContext(connection) as captured:
            rows = selectors.due_for_review(on=world.on)
        used.append((len(rows), len(captured.captured_queries)))
    assert used == [(3, 1), (6, 1)]
    assert (rows[0].exposure, rows[0].limit, rows[0].currency) == (Decimal(12), Decimal(13), "GBP")
