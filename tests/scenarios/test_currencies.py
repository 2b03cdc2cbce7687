"""Customers abroad: no tax on exports, and money that is worth something else when it comes in."""

from datetime import date
from decimal import Decimal

import pytest

from invoicing import services as invoicing
from invoicing.services import CreditLineInput
from ledger.errors import RateMissing
from receivables import services as receivables
from receivables.models import Receivable
from tests.world import World

INVOICED, PAID = date(2026, 11, 2), date(2026, 11, 20)


def an_invoice_in_euro(world: World, *, price: str, rate: str):
    """One unit at *price*, exported, invoiced on 2 November at *rate* pounds a euro."""
    world.on = INVOICED
    world.rate("EUR", rate, INVOICED, INVOICED)
    product = world.product(price=price, stock="0", kind="service")
    customer = world.customer(currency="EUR", export=True)
    return world.invoice(world.ship(world.order(customer, (product, "1"))))


def test_an_export_is_invoiced_without_tax_and_says_why(world: World) -> None:
    customer = world.customer(export=True)
    invoice = world.invoice(world.ship(world.order(customer, (world.product(price="10.00"), "5"))))
    assert (invoice.net, invoice.tax, invoice.gross) == (50, 0, 50)
    group = invoice.taxes.get()
    assert (group.code, group.rate, group.base, group.tax) == ("G", 0, 50, 0)
    assert group.legal_text.startswith("Export")
    books = world.books()
    assert (books["receivables"], books["revenue"], "output_tax" in books) == ("50.00", "-50.00", False)


def test_money_that_is_worth_more_when_it_comes_in_is_an_exchange_gain(world: World) -> None:
    invoice = an_invoice_in_euro(world, price="100.00", rate="0.80")
    assert world.books() == {"receivables": "80.00", "service_revenue": "-80.00"}
    world.rate("EUR", "0.85", PAID, PAID)
    world.pay(invoice, on=PAID)
    assert world.books() == {"bank": "85.00", "service_revenue": "-80.00", "fx_gain": "-5.00"}


def test_money_that_is_worth_less_when_it_comes_in_is_an_exchange_loss(world: World) -> None:
    invoice = an_invoice_in_euro(world, price="100.00", rate="0.80")
    world.rate("EUR", "0.75", PAID, PAID)
    world.pay(invoice, on=PAID)
    assert world.books() == {"bank": "75.00", "service_revenue": "-80.00", "fx_loss": "5.00"}


def test_equal_rates_give_neither_gain_nor_loss(world: World) -> None:
    invoice = an_invoice_in_euro(world, price="100.00", rate="0.80")
    world.pay(invoice, on=INVOICED)
    assert world.books() == {"bank": "80.00", "service_revenue": "-80.00"}


def test_three_payments_at_three_rates_leave_nothing_of_the_debt_in_any_currency(world: World) -> None:
    invoice = an_invoice_in_euro(world, price="100.01", rate="0.8333")
    assert world.books()["receivables"] == "83.34"  # 83.338333
    item = Receivable.objects.get(pk=invoice.receivable_id)

    steps = [  # day, rate, paid, debt left in pounds, gain so far
        (3, "0.80", "33.33", "55.57", {"fx_loss": "1.11"}),  # 27.77 off the debt for 26.66
        (4, "0.90", "33.33", "27.79", {"fx_loss": "1.11", "fx_gain": "-2.22"}),  # 27.78 for 30.00
        (5, "0.8333", "33.35", "0.00", {"fx_loss": "1.11", "fx_gain": "-2.22"}),  # 27.79 for 27.79
    ]
    for day, rate, amount, left, differences in steps:
        on = date(2026, 11, day)
        world.rate("EUR", rate, on, on)
        world.pay(invoice, amount, on=on)
        item.refresh_from_db()
        assert f"{item.base_open_amount:.2f}" == left
        books = world.books()
        assert books.get("receivables", "0.00") == left
        assert {role: books[role] for role in ("fx_loss", "fx_gain") if role in books} == differences
    assert (item.open_amount, item.settled_on) == (0, date(2026, 11, 5))
    assert "unallocated_cash" not in world.books()


def test_an_allocation_taken_back_gives_its_exchange_difference_back(world: World) -> None:
    invoice = an_invoice_in_euro(world, price="100.00", rate="0.80")
    world.rate("EUR", "0.85", PAID, PAID)
    payment = world.pay(invoice, on=PAID)
    allocation = payment.allocations.get()
    receivables.reverse_allocation(allocation_id=allocation.pk, on=PAID, actor=world.system)
    unpaid = {
        "bank": "85.00",
        "unallocated_cash": "-85.00",
        "receivables": "80.00",
        "service_revenue": "-80.00",
    }
    assert world.books() == unpaid


def test_a_credit_note_at_another_rate_leaves_only_the_difference(world: World) -> None:
    invoice = an_invoice_in_euro(world, price="100.00", rate="0.80")
    world.rate("EUR", "0.70", PAID, PAID)
    sku = invoice.lines.get().sku
    draft = invoicing.draft_credit_note(
        company=world.company,
        customer_id=invoice.customer_id,
        lines=[CreditLineInput(sku=sku, quantity=Decimal(1), unit_price=Decimal("40.00"))],
        reason="Agreed on the telephone",
        on=PAID,
        actor=world.system,
    )
    note = invoicing.issue_invoice(invoice_id=draft.pk, on=PAID, actor=world.system)
    assert world.books() == {"receivables": "52.00", "service_revenue": "-52.00"}  # 80.00 - 28.00

    for part in ("30.00", "10.00"):
        receivables.allocate_credit(
            credit_id=note.receivable_id,
            shares={invoice.receivable_id: Decimal(part)},
            on=PAID,
            actor=world.system,
        )
    # 60.00 euro are open at 0.80; the credited 40.00 were worth 32.00 and cost 28.00.
    assert world.books() == {"receivables": "48.00", "service_revenue": "-52.00", "fx_loss": "4.00"}
    item = Receivable.objects.get(pk=invoice.receivable_id)
    assert (item.open_amount, item.base_open_amount) == (Decimal("60.00"), Decimal("48.00"))


def test_yen_have_no_decimals(world: World) -> None:
    world.on = INVOICED
    world.rate("JPY", "0.0052", INVOICED)
    customer = world.customer(currency="JPY")
    invoice = world.invoice(
        world.ship(world.order(customer, (world.product(price="333.5", kind="service"), "1")))
    )
    assert (invoice.net, invoice.tax, invoice.gross) == (334, 67, 401)  # 333.5 and 66.8, half up
    assert world.books() == {"receivables": "2.09", "service_revenue": "-1.74", "output_tax": "-0.35"}


def test_without_a_rate_nothing_is_issued_and_no_number_is_used(world: World) -> None:
    world.rate("EUR", "0.80", INVOICED, INVOICED)
    product = world.product(price="100.00", kind="service")
    customer = world.customer(currency="EUR", export=True)
    shipment = world.ship(world.order(customer, (product, "1")))
    with pytest.raises(RateMissing):
        world.invoice(shipment, on=PAID)
    assert world.books() == {}
    assert world.invoice(shipment, on=INVOICED).number == "INV-2026-000001"
