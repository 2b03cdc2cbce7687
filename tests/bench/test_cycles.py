"""Both contestants carry out whole cycles, and say so when their books are wrong."""

from random import Random

import psycopg
import pytest

from bench import application, scratch, yardstick
from bench.application import Application, statements_per_step
from bench.measure import STEPS, run_slice
from bench.yardstick import Yardstick
from invoicing.models import Invoice
from ledger.selectors import trial_balance
from o2c.kernel.models import Company
from orders.models import Order
from receivables.models import Payment, Receivable


@pytest.fixture
def own_schema(django_db_setup, django_db_blocker):
    """A yardstick of five customers and five products, dropped afterwards."""
    conninfo = scratch.conninfo()
    yardstick.build(conninfo, customers=5, products=5, past_cycles=1)
    yield conninfo
    yardstick.drop(conninfo)


def test_the_yardstick_carries_out_cycles_and_its_books_agree(own_schema: str) -> None:
    subject = Yardstick(own_schema, customers=5, products=5)

    slices = [run_slice(subject, seconds=0, chance=Random(seed)) for seed in range(3)]
    subject.close()

    assert [part.cycles for part in slices] == [1, 1, 1]
    assert all(len(part.wall_ms[step]) == 1 for part in slices for step in STEPS)
    assert yardstick.problems(own_schema) == []


def test_the_yardstick_names_what_is_wrong_with_its_books(own_schema: str) -> None:
    with psycopg.connect(own_schema, options=f"-c search_path={yardstick.SCHEMA}") as connection:
        connection.execute("UPDATE counter SET last = last + 1")
        connection.execute("UPDATE stock SET on_hand = on_hand - 1 WHERE product_id = 1")

    assert yardstick.problems(own_schema) == [
        "gaps in the numbers: 1",
        "products whose stock is not what left: 1",
    ]


def test_the_application_carries_out_cycles_through_its_services(database) -> None:
    application.build(customers_wanted=2, products_wanted=4)
    subject = Application()

    slices = [run_slice(subject, seconds=0, chance=Random(seed)) for seed in range(2)]

    assert sum(part.cycles for part in slices) == 2
    assert Order.objects.filter(state=Order.State.CONFIRMED).count() == 2
    assert Invoice.objects.filter(state=Invoice.State.ISSUED).count() == 2
    assert Receivable.objects.open().count() == 0
    assert Payment.objects.filter(unallocated=0).count() == 2
    company = Company.objects.current()
    assert trial_balance(company_id=company.pk, currency="GBP", as_of=application.ON).difference == 0


def test_statements_are_counted_by_step(database) -> None:
    application.build(customers_wanted=1, products_wanted=3)
    subject = Application()

    counted = statements_per_step(subject, Random(1))

    assert list(counted) == ["place", "ship", "invoice", "pay"]
    assert all(5 <= count <= 30 for count in counted.values()), counted
