"""Periods close for good, one after the other, and a closed one takes nothing from any verb."""

from datetime import date
from decimal import Decimal

import pytest

from fulfillment import services as fulfillment
from invoicing import services as invoicing
from ledger import errors, services as ledger
from ledger.models import JournalEntry, Period
from receivables import services as receivables
from tests.documents import (
    PERIOD_STATES,
    cells,
    invoice_in,
    payment_in,
    period_in,
    shipment_in,
    walk,
)
from tests.world import World

TABLE = """
               open      closed
close_period   closed    !period-not-closable
"""

CLOSED_DAY = date(2026, 1, 31)


@pytest.mark.parametrize("state", PERIOD_STATES)
def test_every_verb_in_every_state_of_a_period(world: World, state: str) -> None:
    period = period_in(world, state)
    actor = world.system

    def run(verb: str) -> object:
        return getattr(ledger, verb)(period_id=period.pk, on=world.on, actor=actor)

    walk(world, TABLE, state, run=run, state_after=lambda: str(Period.objects.get(pk=period.pk).state))


def test_the_table_names_every_state_of_a_period() -> None:
    assert set(PERIOD_STATES) == set(Period.State.values) == {cell.state for cell in cells(TABLE)}


def test_a_period_closes_after_every_earlier_one(world: World) -> None:
    second = Period.objects.order_by("starts_on")[1]
    with pytest.raises(errors.PeriodNotClosable, match="2026-01"):
        ledger.close_period(period_id=second.pk, on=world.on, actor=world.system)
    period_in(world, "closed")
    ledger.close_period(period_id=second.pk, on=world.on, actor=world.system)
    assert Period.objects.filter(state="closed").count() == 2


def ship_into(world: World) -> None:
    fulfillment.post_shipment(shipment_id=shipment_in(world, "packed").pk, on=CLOSED_DAY, actor=world.system)


def receive_into(world: World) -> None:
    world.on = CLOSED_DAY
    world.receive(world.product(stock="0"), "1")


def count_into(world: World) -> None:
    fulfillment.count_stock(
        warehouse=world.basics.warehouse,
        product_id=world.product(stock="10").pk,
        counted=Decimal(9),
        source="january",
        on=CLOSED_DAY,
        actor=world.system,
    )


def issue_into(world: World) -> None:
    invoicing.issue_invoice(invoice_id=invoice_in(world, "draft").pk, on=CLOSED_DAY, actor=world.system)


def pay_into(world: World) -> None:
    world.pay(invoice_in(world, "issued"), on=CLOSED_DAY)


EVERY_PATH = [
    ship_into,
    receive_into,
    count_into,
    issue_into,
    pay_into,
]


@pytest.mark.parametrize("path", EVERY_PATH, ids=lambda path: path.__name__)
def test_a_closed_period_refuses_every_path(world: World, path) -> None:
    period_in(world, "closed")
    with pytest.raises(errors.PeriodClosed):
        path(world)
    assert not JournalEntry.objects.filter(on__lte=CLOSED_DAY).exists()


@pytest.mark.parametrize(
    ("state", "verb"),
    [("received", "allocate_payment"), ("allocated", "reverse_allocation"), ("received", "reverse_payment")],
)
def test_a_closed_period_refuses_what_becomes_of_its_money(world: World, state: str, verb: str) -> None:
    """Of money of later days it has nothing anyway: nothing is dated before what it moves."""
    world.on = CLOSED_DAY
    payment = payment_in(world, state)
    arguments: dict[str, object] = {"payment_id": payment.pk}
    if verb == "allocate_payment":
        arguments |= {"shares": {payment.customer.receivables.get().pk: Decimal(1)}}
    elif verb == "reverse_allocation":
        arguments = {"allocation_id": payment.allocations.get().pk}
    period_in(world, "closed")
    booked = JournalEntry.objects.count()
    with pytest.raises(errors.PeriodClosed):
        getattr(receivables, verb)(**arguments, on=CLOSED_DAY, actor=world.system)
    assert JournalEntry.objects.count() == booked


def test_a_closed_period_takes_no_reversal_of_its_own_entries(world: World) -> None:
    entry = world.manual_entry(on=CLOSED_DAY)
    period_in(world, "closed")
    with pytest.raises(errors.PeriodClosed):
        ledger.reverse_entry(entry_id=entry.pk, on=CLOSED_DAY, reason="Wrong", actor=world.system)
    assert JournalEntry.objects.get() == entry
