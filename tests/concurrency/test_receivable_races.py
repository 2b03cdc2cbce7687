"""Money under races: a payment is spent once, an item is paid once, and taking back happens once."""

from decimal import Decimal
from functools import partial

import pytest

from invoicing import services as invoicing
from invoicing.services import CreditLineInput
from orders.models import Order
from receivables import errors, services as receivables
from receivables.models import Allocation, Payment, Receivable
from receivables.services import allocation, payment as payment_service
from tests.concurrency.rivals import locks_removed, rival_after
from tests.concurrency.sweep import violations
from tests.conftest import in_parallel, wins

pytestmark = pytest.mark.committed


def billed(world, customer, *prices: str) -> list[Receivable]:
    """The receivables of invoices over *prices* gross."""
    issued = []
    for price in prices:
        lantern = world.product(price=str(Decimal(price) / Decimal("1.2")), stock="1")
        issued.append(world.invoice(world.ship(world.order(customer, (lantern, "1")))).receivable)
    return issued


def money(world, customer, amount: str) -> Payment:
    """A payment that nobody has allocated."""
    return receivables.record_payment(
        company=world.company,
        customer_id=customer.pk,
        amount=Decimal(amount),
        currency="GBP",
        received_on=world.on,
        actor=world.system,
    )


def allocate(world, payment, item, amount: str):
    return partial(
        receivables.allocate_payment,
        payment_id=payment.pk,
        shares={item.pk: Decimal(amount)},
        on=world.on,
        actor=world.system,
    )


def credit_note(world, customer, amount: str) -> Receivable:
    """An issued credit note over *amount* gross."""
    draft = invoicing.draft_credit_note(
        company=world.company,
        customer_id=customer.pk,
        lines=[
            CreditLineInput(
                sku=world.product().sku, quantity=Decimal(1), unit_price=Decimal(amount) / Decimal("1.2")
            )
        ],
        reason="goodwill",
        on=world.on,
        actor=world.system,
    )
    issued = invoicing.issue_invoice(invoice_id=draft.pk, on=world.on, actor=world.system)
    return Receivable.objects.get(pk=issued.receivable_id)


def spend_in_two_tabs(world):
    """One payment over 60 is put on one invoice here, and on another there."""
    customer = world.customer()
    one, two = billed(world, customer, "60.00", "60.00")
    payment = money(world, customer, "60.00")
    with rival_after(allocation, "_check_shares", allocate(world, payment, two, "60.00")) as rival:
        allocate(world, payment, one, "60.00")()
    return rival


def test_without_the_lock_a_payment_is_spent_twice(unguarded) -> None:
    """C20, the mutant: the second write of the payment hides the first, and only the sweep sees it."""
    with locks_removed():
        spend_in_two_tabs(unguarded)
    assert Allocation.objects.count() == 2
    assert "a payment has left what it has not settled" in violations()


def test_a_payment_is_spent_once_however_many_tabs_are_open(world) -> None:
    """C20, exact interleaving."""
    rival = spend_in_two_tabs(world)
    assert rival.waited
    assert isinstance(rival.result, errors.OverAllocated)


def test_ten_tabs_spend_what_is_there_and_the_rest_are_told_what_is_left(world) -> None:
    """C20: win by amount: four shares of 25 fit into 100."""
    customer = world.customer()
    [item] = billed(world, customer, "600.00")
    payment = money(world, customer, "100.00")
    results = in_parallel(*[allocate(world, payment, item, "25.00")] * 10)
    assert len(wins(results)) == 4
    assert all(isinstance(result, errors.OverAllocated) for result in results if result not in wins(results))
    item.refresh_from_db()
    assert item.open_amount == 500


def pay_one_item_from_two_payments(world):
    """An invoice over 60 is paid by two payments at once."""
    customer = world.customer()
    [item] = billed(world, customer, "60.00")
    mine, theirs = money(world, customer, "60.00"), money(world, customer, "60.00")
    with rival_after(allocation, "_check_shares", allocate(world, theirs, item, "60.00")) as rival:
        allocate(world, mine, item, "60.00")()
    return rival


def test_without_the_lock_an_invoice_is_paid_twice(unguarded) -> None:
    """C20, the mutant, from the item's side."""
    with locks_removed():
        pay_one_item_from_two_payments(unguarded)
    assert "the open amount is the amount less what settles it" in violations()


def test_an_invoice_is_paid_once_however_many_payments_come(world) -> None:
    """C20, exact interleaving, from the item's side: the second payment stays on account."""
    rival = pay_one_item_from_two_payments(world)
    assert rival.waited
    assert isinstance(rival.result, errors.OverAllocated)
    assert Payment.objects.filter(unallocated=60).count() == 1


def test_one_credit_note_for_five_invoices_at_once_is_used_for_what_it_is_worth(world) -> None:
    """C20: a credit note over 60 covers two invoices of 30."""
    customer = world.customer()
    items = billed(world, customer, *["30.00"] * 5)
    note = credit_note(world, customer, "60.00")
    use = [
        partial(
            receivables.allocate_credit,
            credit_id=note.pk,
            shares={item.pk: Decimal(30)},
            on=world.on,
            actor=world.system,
        )
        for item in items
    ]
    results = in_parallel(*use)
    assert len(wins(results)) == 2
    note.refresh_from_db()
    assert note.open_amount == 0


def test_crossed_allocations_do_not_deadlock(world) -> None:
    """C20: payments and credit notes take the same items in opposite order; items are locked by key."""
    customer = world.customer()
    items = billed(world, customer, "90.00", "90.00", "90.00")
    note = credit_note(world, customer, "60.00")
    payments = [money(world, customer, "60.00") for _ in range(6)]
    there, back = items, items[::-1]
    calls = [
        partial(
            receivables.allocate_payment,
            payment_id=payment.pk,
            shares={item.pk: Decimal(10) for item in (there if place % 2 else back)},
            on=world.on,
            actor=world.system,
        )
        for place, payment in enumerate(payments)
    ]
    calls.append(
        partial(
            receivables.allocate_credit,
            credit_id=note.pk,
            shares={item.pk: Decimal(20) for item in back},
            on=world.on,
            actor=world.system,
        )
    )
    assert len(wins(in_parallel(*calls))) == 7
    assert {item.open_amount for item in Receivable.objects.filter(amount__gt=0)} == {Decimal(10)}


def test_an_allocation_is_taken_back_once(world) -> None:
    """C20: five clicks on "undo": the money is on account once."""
    customer = world.customer()
    [item] = billed(world, customer, "60.00")
    payment = money(world, customer, "60.00")
    [made] = allocate(world, payment, item, "60.00")()
    undo = partial(receivables.reverse_allocation, allocation_id=made.pk, on=world.on, actor=world.system)
    results = in_parallel(*[undo] * 5)
    assert len(wins(results)) == 1
    assert Payment.objects.get(pk=payment.pk).unallocated == 60


def test_a_payment_bounces_while_it_is_allocated_and_one_of_both_happens(world) -> None:
    """C20: the payment's lock is the first of both verbs."""
    customer = world.customer()
    [item] = billed(world, customer, "60.00")
    payment = money(world, customer, "60.00")
    bounce = partial(receivables.reverse_payment, payment_id=payment.pk, on=world.on, actor=world.system)
    with rival_after(allocation, "_check_shares", bounce) as rival:
        allocate(world, payment, item, "60.00")()
    assert rival.waited
    assert isinstance(rival.result, errors.PaymentNotReversible)


def test_a_bounced_payment_is_reversed_once_and_cannot_be_spent(world) -> None:
    """C20: three reversals and three allocations at once, one wins."""
    customer = world.customer()
    [item] = billed(world, customer, "60.00")
    payment = money(world, customer, "60.00")
    bounce = partial(receivables.reverse_payment, payment_id=payment.pk, on=world.on, actor=world.system)
    results = in_parallel(*[bounce, allocate(world, payment, item, "60.00")] * 3)
    assert len(wins(results)) == 1


def test_one_statement_line_imported_by_two_people_is_one_payment(world) -> None:
    """The provider's reference is unique; the second import is told so."""
    customer = world.customer()
    record = partial(
        receivables.record_payment,
        company=world.company,
        customer_id=customer.pk,
        amount=Decimal(60),
        currency="GBP",
        received_on=world.on,
        actor=world.system,
        provider="bank",
        provider_reference="2026-11-20/1",
    )
    results = in_parallel(*[record] * 5)
    assert len(wins(results)) == 1
    assert sum(isinstance(result, errors.PaymentRecorded) for result in results) == 4


def test_a_payment_entered_in_two_tabs_at_once_is_recorded_once(world) -> None:
    """The customer's lock: the second looks for its like when the first has committed."""
    customer = world.customer()
    enter = partial(
        receivables.record_payment,
        company=world.company,
        customer_id=customer.pk,
        amount=Decimal(60),
        currency="GBP",
        received_on=world.on,
        acknowledges_duplicate=False,
        actor=world.system,
    )
    with rival_after(payment_service, "_ensure_is_another", enter) as rival:
        first = enter()
    assert rival.waited
    assert isinstance(rival.result, errors.PaymentRepeated)
    assert Payment.objects.get() == first


def test_a_settled_invoice_that_reopens_at_once_leaves_its_order_open(world) -> None:
    """The order's lock makes the later of two settlement updates read the later truth."""
    customer = world.customer()
    lantern = world.product(price="50.00")
    order = world.order(customer, (lantern, "1"))
    invoice = world.invoice(world.ship(order))
    payment = world.pay(invoice)
    update = partial(
        invoicing.update_settlement, receivable_id=invoice.receivable_id, on=world.on, actor=world.system
    )
    undo = partial(
        receivables.reverse_allocation,
        allocation_id=Allocation.objects.get(payment=payment).pk,
        on=world.on,
        actor=world.system,
    )
    in_parallel(update, undo, update)
    update()
    assert Order.objects.get(pk=order.pk).open_invoices == 1
