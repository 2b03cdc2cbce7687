"""On which day money comes, is used and is taken back: no day says otherwise than its control account."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoicing import services as invoicing
from invoicing.services import CreditLineInput
from receivables import services as receivables
from receivables.errors import PaymentInFuture
from receivables.models import Allocation, Payment
from reporting.selectors.aging import aging_matrix
from tests.documents import invoice_in
from tests.world import TODAY, World

AHEAD = TODAY + timedelta(days=10)


def received(world: World, *, on: date, today: date | None = None) -> Payment:
    """The payment of an invoice of today, received on a day and used at once."""
    invoice = invoice_in(world, "issued")
    return receivables.receive_payment(
        company=world.company,
        customer_id=invoice.customer_id,
        amount=invoice.gross,
        currency="GBP",
        received_on=on,
        shares={invoice.receivable_id: invoice.gross},
        today=today,
        actor=world.system,
    )


def days_that_differ(world: World) -> list[tuple[date, Decimal, Decimal]]:
    """The days around today on which open items and control accounts say two things."""
    found = []
    for day in (TODAY + timedelta(days=days) for days in range(-11, 12)):
        matrix = aging_matrix(as_of=day, company_id=world.company.pk, base_currency="GBP", in_base=True)
        if matrix.receivables.difference or matrix.on_account.difference:
            found.append((day, matrix.receivables.difference, matrix.on_account.difference))
    return found


def test_money_that_is_still_to_come_is_refused(world: World) -> None:
    with pytest.raises(PaymentInFuture, match=r"21 Nov 2026 is still to come\."):
        received(world, on=TODAY + timedelta(days=1), today=TODAY)
    assert received(world, on=TODAY, today=TODAY).received_on == TODAY


def test_an_old_payment_is_used_on_no_day_before_the_invoice_was_issued(world: World) -> None:
    payment = received(world, on=TODAY - timedelta(days=9))
    assert Allocation.objects.get(payment=payment).on == TODAY
    assert days_that_differ(world) == []


def test_what_is_taken_back_is_dated_no_day_before_it_was_there(world: World) -> None:
    payment = received(world, on=AHEAD)  # as the books of an earlier version may have it
    assert days_that_differ(world) == []
    by = {"on": TODAY, "actor": world.system}
    allocation = receivables.reverse_allocation(allocation_id=payment.allocations.get().pk, **by)
    assert allocation.reversed_on == AHEAD
    assert days_that_differ(world) == []
    receivables.reverse_payment(payment_id=payment.pk, **by)
    assert days_that_differ(world) == []


def test_a_credit_note_is_used_on_no_day_before_both_were_issued(world: World) -> None:
    invoice = invoice_in(world, "issued")
    draft = invoicing.draft_credit_note(
        company=world.company,
        customer_id=invoice.customer_id,
        lines=[CreditLineInput(sku=invoice.lines.get().sku, quantity=Decimal(1), unit_price=Decimal(5))],
        reason="Scratched",
        on=TODAY,
        actor=world.system,
    )
    note = invoicing.issue_invoice(invoice_id=draft.pk, on=TODAY, actor=world.system)
    receivables.allocate_credit(
        credit_id=note.receivable_id,
        shares={invoice.receivable_id: Decimal("1.00")},
        on=TODAY - timedelta(days=9),
        actor=world.system,
    )
    assert Allocation.objects.get().on == TODAY
    assert days_that_differ(world) == []
