"""Nothing posted is ever changed: what was wrong is undone by a document of its own."""

from datetime import date
from decimal import Decimal

import pytest

from invoicing import services as invoicing
from invoicing.models import Invoice
from invoicing.services import CreditLineInput
from ledger import errors as ledger_errors, services as ledger
from ledger.models import JournalEntry
from o2c.kernel.models import Event
from orders.models import Order
from receivables import errors, services as receivables
from receivables.models import Allocation, Payment, Receivable
from tests.world import World


def a_paid_order(world: World):
    """One order over 60.00, shipped, invoiced, paid and closed."""
    order = world.order(world.customer(limit="100"), (world.product(price="10.00"), "5"))
    invoice = world.invoice(world.ship(order))
    payment = world.pay(invoice)
    world.let_the_desks_work()
    return order, invoice, payment


def credit_note(world: World, customer, product, quantity: str, unit_price: str) -> Invoice:
    draft = invoicing.draft_credit_note(
        company=world.company,
        customer_id=customer.pk,
        lines=[CreditLineInput(sku=product.sku, quantity=Decimal(quantity), unit_price=Decimal(unit_price))],
        reason="Scratched in transit",
        on=world.on,
        actor=world.system,
    )
    return invoicing.issue_invoice(invoice_id=draft.pk, on=world.on, actor=world.system)


def test_an_entry_is_reversed_by_its_mirror_image_once(world: World) -> None:
    entry = world.manual_entry()
    reversal = ledger.reverse_entry(
        entry_id=entry.pk, on=world.on, reason="Wrong supplier", actor=world.system
    )

    assert world.books() == {}
    assert (reversal.reverses_id, reversal.description) == (entry.pk, "Reversal: Wrong supplier")
    for tried_again in (entry, reversal):
        with pytest.raises(ledger_errors.EntryNotReversible):
            ledger.reverse_entry(entry_id=tried_again.pk, on=world.on, reason="Again", actor=world.system)
    assert world.books() == {}


def test_what_a_document_booked_is_undone_by_the_document(world: World) -> None:
    world.product(stock="10")
    receipt = JournalEntry.objects.get()
    with pytest.raises(ledger_errors.ControlAccountEntry):
        ledger.reverse_entry(entry_id=receipt.pk, on=world.on, reason="Wrong", actor=world.system)
    assert JournalEntry.objects.count() == 1


def test_a_reversal_is_dated_into_an_open_period(world: World) -> None:
    entry = world.manual_entry()
    with pytest.raises(ledger_errors.PeriodClosed):
        ledger.reverse_entry(
            entry_id=entry.pk, on=world.on.replace(year=2031), reason="Too late", actor=world.system
        )
    assert JournalEntry.objects.count() == 1


def test_an_allocation_taken_back_leaves_the_debt_and_the_money_as_before(world: World) -> None:
    order, invoice, payment = a_paid_order(world)
    settled = world.books()
    allocation = Allocation.objects.get()

    receivables.reverse_allocation(allocation_id=allocation.pk, on=world.on, actor=world.system)
    payment = Payment.objects.get(pk=payment.pk)
    item = Receivable.objects.get(pk=invoice.receivable_id)
    assert (item.open_amount, item.settled_on) == (Decimal("60.00"), None)
    assert payment.unallocated == Decimal("60.00")
    assert world.books() == settled | {"receivables": "60.00", "unallocated_cash": "-60.00"}
    assert world.let_the_desks_work() == 1  # the order hears of it
    order = Order.objects.get(pk=order.pk)
    assert (order.state, order.open_invoices, order.due_on) == ("confirmed", 1, invoice.due_on)
    assert Event.objects.filter(kind="order.reopened", document_id=order.pk).count() == 1

    with pytest.raises(errors.AllocationNotReversible):
        receivables.reverse_allocation(allocation_id=allocation.pk, on=world.on, actor=world.system)

    receivables.allocate_payment(
        payment_id=payment.pk,
        shares={invoice.receivable_id: Decimal("60.00")},
        on=world.on,
        actor=world.system,
    )
    world.let_the_desks_work()
    order = Order.objects.get(pk=order.pk)
    assert (order.state, order.open_invoices, order.due_on) == ("closed", 0, None)


def test_a_bounced_payment_leaves_the_books_after_its_allocation_is_taken_back(world: World) -> None:
    _order, invoice, payment = a_paid_order(world)
    with pytest.raises(errors.PaymentNotReversible, match="allocated"):
        receivables.reverse_payment(payment_id=payment.pk, on=world.on, actor=world.system)

    receivables.reverse_allocation(allocation_id=Allocation.objects.get().pk, on=world.on, actor=world.system)
    reversed_payment = receivables.reverse_payment(payment_id=payment.pk, on=world.on, actor=world.system)
    assert (reversed_payment.state, reversed_payment.unallocated) == ("reversed", 0)
    assert world.books() == {
        "stock": "380.00",
        "goods_received": "-400.00",
        "cost_of_goods": "20.00",
        "receivables": "60.00",
        "revenue": "-50.00",
        "output_tax": "-10.00",
    }
    with pytest.raises(errors.OverAllocated):
        receivables.allocate_payment(
            payment_id=payment.pk,
            shares={invoice.receivable_id: Decimal("1.00")},
            on=world.on,
            actor=world.system,
        )


def test_a_credit_note_takes_revenue_and_tax_back_and_pays_an_invoice(world: World) -> None:
    lantern = world.product(price="10.00")
    customer = world.customer()
    invoice = world.invoice(world.ship(world.order(customer, (lantern, "5"))))
    billed = world.books()
    assert (billed["receivables"], billed["revenue"], billed["output_tax"]) == ("60.00", "-50.00", "-10.00")

    note = credit_note(world, customer, lantern, "1", "10.00")
    assert (note.number, note.gross) == ("CN-2026-000001", Decimal("12.00"))
    credited = billed | {"receivables": "48.00", "revenue": "-40.00", "output_tax": "-8.00"}
    assert world.books() == credited

    receivables.allocate_credit(
        credit_id=note.receivable_id,
        shares={invoice.receivable_id: Decimal("12.00")},
        on=world.on,
        actor=world.system,
    )
    item, credit = (Receivable.objects.get(pk=pk) for pk in (invoice.receivable_id, note.receivable_id))
    assert (item.open_amount, credit.open_amount, credit.settled_on) == (Decimal("48.00"), 0, world.on)
    assert world.books() == credited  # both stand on the same account

    world.pay(invoice, "48.00")
    world.let_the_desks_work()
    assert Order.objects.get(pk=invoice.order_id).state == "closed"


def test_a_credit_note_can_be_used_in_parts_without_moving_the_books(world: World) -> None:
    lantern = world.product(price="10.00")
    customer = world.customer()
    invoices = [world.invoice(world.ship(world.order(customer, (lantern, "1")))) for _ in range(2)]
    note = credit_note(world, customer, lantern, "2", "7.00")  # 16.80
    books = world.books()

    for invoice, amount, left in zip(invoices, ("10.00", "6.80"), ("-6.80", "0"), strict=True):
        receivables.allocate_credit(
            credit_id=note.receivable_id,
            shares={invoice.receivable_id: Decimal(amount)},
            on=world.on,
            actor=world.system,
        )
        credit = Receivable.objects.get(pk=note.receivable_id)
        assert (credit.open_amount, credit.base_open_amount) == (Decimal(left), Decimal(left))
        assert world.books() == books
    with pytest.raises(errors.OverAllocated):
        receivables.allocate_credit(
            credit_id=note.receivable_id,
            shares={invoices[0].receivable_id: Decimal("0.01")},
            on=world.on,
            actor=world.system,
        )


def test_a_credit_note_that_settles_an_overdue_debt_lets_held_orders_go(world: World) -> None:
    lantern = world.product(price="10.00")
    customer = world.customer()
    late = world.invoice(world.ship(world.order(customer, (lantern, "1"))), on=date(2026, 10, 1))
    note = credit_note(world, customer, lantern, "1", "10.00")
    held = world.order(customer, (lantern, "1"))
    assert [reason["code"] for reason in held.hold_reasons] == ["credit-overdue"]

    receivables.allocate_credit(
        credit_id=note.receivable_id,
        shares={late.receivable_id: Decimal("12.00")},
        on=world.on,
        actor=world.system,
    )
    world.let_the_desks_work()
    assert Order.objects.get(pk=held.pk).state == "confirmed"
