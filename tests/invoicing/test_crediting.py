"""What an invoice billed is given back once: by hand, or because it came back; and a draft is thrown away."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from catalog.rules import TaxTreatment, document_totals, line_net
from fulfillment import selectors as fulfillment
from fulfillment.models import Return, ReturnLine
from invoicing import errors, selectors, services as invoicing, tasks
from invoicing.models import Invoice
from invoicing.rules import Creditable, wrong_credit
from o2c.kernel.models import Event
from orders.models import Order
from receivables.models import Allocation, Receivable
from reporting.checks import run_checks
from tests.documents import invoice_in
from tests.fulfillment.returns import authorised, inspected, received, return_in
from tests.reporting.conftest import NOW
from tests.world import World

FIVE = Creditable(sku="LAN", unit="C62", invoiced=Decimal(5), credited=Decimal(0))


def credited(world: World, invoice: Invoice, quantity: str, reason: str = "Broken") -> Invoice:
    """A draft over so many pieces of each line."""
    wanted = {line.pk: Decimal(quantity) for line in invoice.lines.all()}
    return invoicing.credit_invoice(
        invoice_id=invoice.pk, quantities=wanted, reason=reason, on=world.on, actor=world.system
    )


def issued(world: World, draft: Invoice) -> Invoice:
    return invoicing.issue_invoice(invoice_id=draft.pk, on=world.on, actor=world.system)


def came_back(world: World, invoice: Invoice, quantity: str) -> Return:
    """An inspected return of so many pieces of what an invoice billed."""
    shipment = invoice.lines.all()[0].shipment_line.shipment
    return inspected(
        world,
        received(world, authorised(world, shipment, quantity), quantity),
        restocked=quantity,
        scrapped="0",
    )


def credit_return(world: World, returned: Return) -> Invoice | None:
    return invoicing.credit_return(return_id=returned.pk, on=world.on, actor=world.system)


def discard(world: World, draft: Invoice) -> None:
    invoicing.discard_draft(invoice_id=draft.pk, on=world.on, actor=world.system)


@pytest.mark.parametrize(
    ("quantity", "unit", "before", "words"),
    [
        ("5", "C62", "0", ""),
        ("2", "C62", "3", ""),
        ("1.5", "KGM", "0", ""),
        ("6", "C62", "0", "LAN: 5 of 5 are left to credit."),
        ("3", "C62", "3", "LAN: 2 of 5 are left to credit."),
        ("1", "C62", "5", "LAN: all 5 are credited already."),
        ("1.5", "C62", "0", "LAN: 1.5 is no whole number of pieces."),
        ("0", "C62", "0", "LAN: 0 is no quantity."),
        ("NaN", "C62", "0", "LAN: NaN is no quantity."),
    ],
)
def test_what_is_left_of_a_line_is_what_no_credit_note_has(quantity, unit, before, words) -> None:
    line = replace(FIVE, unit=unit, credited=Decimal(before))
    assert wrong_credit(line, Decimal(quantity)) == words


@settings(database=None, derandomize=True, deadline=None)
@given(
    price=st.decimals("0.01", "99.99", places=2),
    discount=st.decimals(0, 99, places=1),
    rate=st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(25)]),
    parts=st.lists(st.integers(1, 9), min_size=1, max_size=9),
)
def test_credited_in_parts_an_invoice_is_given_back_but_for_a_cent_a_part_and_tax_group(
    price, discount, rate, parts
) -> None:
    """What check I12 allows for rounding."""
    treatment = TaxTreatment("S" if rate else "Z", rate, "")

    def gross(quantity: int) -> Decimal:
        net = line_net(
            quantity=Decimal(quantity), unit_price=price, discount_percent=discount, currency="GBP"
        )
        return document_totals([(net, treatment)], currency="GBP").gross

    assert sum(map(gross, parts)) - gross(sum(parts)) <= Decimal("0.02") * len(parts)


def test_an_invoice_is_credited_once_drafts_counted(world: World) -> None:
    invoice = invoice_in(world, "issued")
    note = credited(world, invoice, "3")
    assert (note.credits, note.order, note.gross) == (invoice, invoice.order, Decimal("36.00"))
    with pytest.raises(errors.CreditedTooMuch, match="2 of 5 are left to credit") as refused:
        credited(world, invoice, "3")
    assert list(refused.value.details["left"].values()) == ["2"]
    issued(world, note)
    with pytest.raises(errors.InvalidCreditNote, match="whole number"):
        credited(world, invoice, "1.5")
    assert credited(world, invoice, "2").gross == Decimal("24.00")
    with pytest.raises(errors.CreditedTooMuch, match="all 5 are credited already"):
        credited(world, invoice, "1")
    assert run_checks(now=NOW).passed


def test_only_an_issued_invoice_is_credited(world: World) -> None:
    draft = invoice_in(world, "draft")
    with pytest.raises(errors.NotCreditable):
        credited(world, draft, "1")
    note = credited(world, invoice_in(world, "issued"), "1")
    with pytest.raises(errors.NotCreditable):
        credited(world, issued(world, note), "1")


def test_a_credit_note_has_the_price_and_the_tax_that_were_billed(world: World) -> None:
    customer = world.customer()
    invoice = world.invoice(world.ship(world.order(customer, (world.product(), "5"))))
    type(customer).objects.filter(pk=customer.pk).update(tax_region=world.basics.export)
    note = credited(world, invoice, "5")
    assert (note.net, note.tax, note.gross) == (invoice.net, invoice.tax, invoice.gross)


def test_an_issued_credit_note_is_set_off_against_its_invoice_and_closes_its_order(world: World) -> None:
    invoice = invoice_in(world, "issued")
    issued(world, credited(world, invoice, "2"))
    world.let_the_desks_work()
    assert Receivable.objects.get(pk=invoice.receivable_id).open_amount == Decimal("36.00")
    note = issued(world, credited(world, invoice, "3"))
    world.let_the_desks_work()
    assert set(Receivable.objects.values_list("open_amount", flat=True)) == {Decimal(0)}
    assert Order.objects.get(pk=invoice.order_id).state == "closed"
    invoicing.set_off(credit_note_id=note.pk, on=world.on, actor=world.system)
    assert Allocation.objects.count() == 2


def test_a_credit_note_is_set_off_as_far_as_its_invoice_is_open_and_the_rest_stays(world: World) -> None:
    invoice = invoice_in(world, "issued")
    world.pay(invoice, "50.00")
    note = issued(world, credited(world, invoice, "2"))
    world.let_the_desks_work()
    assert Allocation.objects.get(credit=note.receivable).amount == Decimal("10.00")
    assert Receivable.objects.get(pk=note.receivable_id).open_amount == Decimal("-14.00")


def test_a_return_is_credited_once_and_again_when_its_draft_is_discarded(world: World) -> None:
    invoice = invoice_in(world, "issued")
    returned = came_back(world, invoice, "2")
    note = credit_return(world, returned)
    assert note is not None
    assert (note.credits, note.gross, note.reason) == (invoice, Decimal("24.00"), f"Return {returned.number}")
    assert ReturnLine.objects.get().credited == 2
    assert not fulfillment.due_for_crediting().exists()
    with pytest.raises(errors.NotCreditable, match="is credited"):
        credit_return(world, returned)
    discard(world, note)
    assert ReturnLine.objects.get().credited == 0
    assert fulfillment.due_for_crediting().get() == returned
    assert Event.objects.filter(kind="invoice.discarded", document_id=note.pk).exists()


def test_a_return_gives_back_what_other_credit_notes_leave(world: World) -> None:
    invoice = invoice_in(world, "issued")
    first, second = came_back(world, invoice, "2"), came_back(world, invoice, "2")
    credited(world, invoice, "4", "By hand")
    rest = credit_return(world, first)
    assert rest is not None
    assert rest.lines.get().quantity == 1
    assert credit_return(world, second) is None
    assert not fulfillment.due_for_crediting().exists()


def test_a_return_waits_for_its_inspection_and_its_invoice(world: World) -> None:
    with pytest.raises(errors.NotCreditable, match="not inspected"):
        credit_return(world, return_in(world, "received"))
    with pytest.raises(errors.NotCreditable, match="not invoiced"):
        credit_return(world, return_in(world, "inspected"))
    assert set(ReturnLine.objects.values_list("credited", flat=True)) == {0}


def test_a_discarded_draft_leaves_its_shipment_to_be_invoiced(world: World) -> None:
    draft = invoice_in(world, "draft")
    shipment = draft.lines.get().shipment_line.shipment
    discard(world, draft)
    assert list(selectors.due_for_billing()) == [shipment]
    tasks.bill_everything_due()
    assert issued(world, Invoice.objects.get()).number == "INV-2026-000001"
