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


def allocate_into(world: World) -> None:
    payment = payment_in(world, "received")
    receivable = payment.customer.receivables.get()
    receivables.allocate_payment(
        payment_id=payment.pk, shares={receivable.pk: Decimal(1)}, on=CLOSED_DAY, actor=world.system
    )


def unallocate_into(world: World) -> None:
    allocation = payment_in(world, "allocated").allocations.get()
    receivables.reverse_allocation(allocation_id=allocation.pk, on=CLOSED_DAY, actor=world.system)


def reverse_payment_into(world: World) -> None:
    receivables.reverse_payment(
        payment_id=payment_in(world, "received").pk, on=CLOSED_DAY, actor=world.system
    )


EVERY_PATH = [
    ship_into,
    receive_into,
    count_into,
    issue_into,
    pay_into,
    allocate_into,
    unallocate_into,
    reverse_payment_into,
]


@pytest.mark.parametrize("path", EVERY_PATH, ids=lambda path: path.__name__)
def test_a_closed_period_refuses_every_path(world: World, path) -> None:
    period_in(world, "closed")
    with pytest.raises(errors.PeriodClosed):
        path(world)
    assert not JournalEntry.objects.filter(on__lte=CLOSED_DAY).exists()


def test_a_closed_period_takes_no_reversal_of_its_own_entries(world: World) -> None:
    entry = world.manual_entry(on=CLOSED_DAY)
    period_in(world, "closed")
    with pytest.raises(errors.PeriodClosed):
        ledger.reverse_entry(entry_id=entry.pk, on=CLOSED_DAY, reason="Wrong", actor=world.system)
    assert JournalEntry.objects.get() == entry
