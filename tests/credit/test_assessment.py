"""The nightly assessment: a year of invoices becomes a score and a risk class, and who changed is announced."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credit import services as credit
from credit.models import CreditAccount
from customers.models import Customer
from customers.models.vat_check import VatCheck
from o2c.kernel.errors import NotPermitted
from o2c.kernel.models import AuditEntry, Event
from tests.world import World, staff

JANUARY = date(2026, 1, 5)  # an invoice of that day is due on 4 February


def account_of(customer) -> CreditAccount:
    return CreditAccount.objects.get(customer=customer)


def pays(world: World, customer, product, quantity: str, *, invoiced: date, days_late: int | None) -> None:
    """The customer orders, gets and pays; None for what is not paid."""
    order = world.order(customer, (product, quantity), on=invoiced)
    invoice = world.invoice(world.ship(order, on=invoiced), on=invoiced)
    if days_late is not None:
        world.pay(invoice, on=invoice.due_on + timedelta(days=days_late))


def assess(world: World, on: date | None = None) -> int:
    return credit.assess_customers(on=on or world.on, actor=world.system)


def test_a_year_of_payments_becomes_a_score_and_a_class(world: World) -> None:
    lantern = world.product(price="10.00")
    prompt, slow = world.customer(), world.customer()
    CreditAccount.objects.update(days_overdue_allowed=999)
    pays(world, prompt, lantern, "1", invoiced=JANUARY, days_late=-5)
    pays(world, slow, lantern, "1", invoiced=JANUARY, days_late=10)  # 12.00
    pays(world, slow, lantern, "3", invoiced=JANUARY, days_late=20)  # 36.00
    pays(world, slow, lantern, "2", invoiced=date(2026, 10, 1), days_late=None)  # 24.00, due 31 October
    assert assess(world) == 2
    good, bad = account_of(prompt), account_of(slow)
    assert (good.score, good.risk_class, good.settled_invoices, good.average_days_late) == (100, "low", 1, 0)
    # (12 x 10 + 36 x 20 + 24 x 20) / 72 = 18.33; all late; 20 days open now: 100 - 18.33 - 30 - 10 = 41.67
    assert (bad.score, bad.risk_class, bad.settled_invoices) == (42, "high", 2)
    assert (bad.average_days_late, bad.share_late, bad.is_repeat_offender) == (Decimal("18.33"), 100, False)
    pays(world, slow, lantern, "1", invoiced=date(2026, 10, 2), days_late=16)
    assess(world)
    assert account_of(slow).is_repeat_offender


def test_only_who_changed_is_written_and_only_another_class_is_announced(world: World) -> None:
    lantern = world.product(price="10.00")
    customers = [world.customer() for _ in range(3)]
    pays(world, customers[0], lantern, "1", invoiced=JANUARY, days_late=0)
    assert assess(world) == 3  # everybody gets a first score
    events = Event.objects.filter(kind="credit_account.risk_changed")
    assert [(event.payload["was"], event.payload["now"]) for event in events] == [("new", "low")]
    assert events.get().payload["customer_id"] == customers[0].pk
    audited = AuditEntry.objects.filter(table_name="credit_creditaccount").count()
    assert assess(world, world.on + timedelta(days=1)) == 0
    assert AuditEntry.objects.filter(table_name="credit_creditaccount").count() == audited
    assert account_of(customers[0]).assessed_on == world.on
    pays(world, customers[0], lantern, "1", invoiced=JANUARY, days_late=1)
    assert assess(world) == 1
    assert (account_of(customers[0]).score, events.count()) == (85, 1)  # 100 - 0.5 - 15 is low still


def test_invoices_settled_more_than_a_year_ago_do_not_count(world: World) -> None:
    lantern, customer = world.product(price="10.00"), world.customer()
    pays(world, customer, lantern, "1", invoiced=JANUARY, days_late=0)  # on 4 February 2026
    assess(world, date(2027, 2, 4))
    assert account_of(customer).settled_invoices == 1
    assess(world, date(2027, 2, 5))
    account = account_of(customer)
    assert (account.settled_invoices, account.risk_class) == (0, "new")


def test_a_newcomer_is_scored_by_what_is_known_and_by_a_bureau(world: World) -> None:
    parent = world.customer()
    pays(world, parent, world.product(), "1", invoiced=JANUARY, days_late=0)
    customer = world.customer(parent=parent, vat_id="GB980780684")
    VatCheck.objects.create(
        customer=customer,
        vat_id="GB980780684",
        valid=True,
        source="person",
        on=world.on,
        actor=world.system,
    )
    Customer.objects.filter(pk=customer.pk).update(vat_checked_on=world.on)
    assess(world)
    assert account_of(customer).score == 70  # 40 + 15 VAT id + 5 company + 10 address
    assess(world)
    assert account_of(customer).score == 85  # and the parent is a good payer since last night
    credit.record_report(
        customer_id=customer.pk,
        source="Bureau",
        score=20,
        covered=Decimal(0),
        valid_until=world.on,
        on=world.on,
        actor=world.system,
    )
    assess(world)
    assert account_of(customer).score == 53  # (85 + 20) / 2
    assess(world, world.on + timedelta(days=1))
    assert account_of(customer).score == 85  # the report is no longer valid


def test_the_assessment_takes_as_many_statements_for_two_hundred_customers_as_for_one(world: World) -> None:
    model, system, used = world.customer(), world.system, []
    for count in (0, 200):
        fields = {
            field.attname: getattr(model, field.attname)
            for field in Customer._meta.concrete_fields
            if field.name not in {"id", "number", "public_id", "external_id"}
        }
        more = Customer.objects.bulk_create([Customer(**fields) for _ in range(count)])
        CreditAccount.objects.bulk_create([CreditAccount(customer=customer, limit=0) for customer in more])
        CreditAccount.objects.update(score=None, risk_class="high")
        with CaptureQueriesContext(connection) as captured:
            assert credit.assess_customers(on=world.on, actor=system) == count + 1
        used.append(sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries))
    assert used == [6, 6]  # two to read; the actor, the lock, the update and the events
    assert Event.objects.filter(kind="credit_account.risk_changed").count() == 202


def test_only_who_may_change_credit_accounts_has_customers_assessed(world: World) -> None:
    with pytest.raises(NotPermitted):
        credit.assess_customers(on=world.on, actor=staff("AR clerk"))
