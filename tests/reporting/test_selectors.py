"""What pages ask across the stages: the case of an order, its history, the lines of an account."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoicing.models import Invoice
from ledger.models import Account
from o2c.kernel.errors import NotFound
from reporting.selectors import AccountPage, account_page, document_chain, order_history


def queries(ask) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    return len(captured)


def test_chain_of_a_settled_order_goes_down_to_the_journal(case) -> None:
    chain = document_chain(case.settled.pk)
    [shipment], [invoice], [payment] = chain.shipments, chain.invoices, chain.payments
    [allocation] = invoice.allocations
    assert (chain.number, chain.state, chain.gross, chain.currency) == (
        case.settled.number, "closed", Decimal("132.00"), "GBP",
    )  # fmt: skip
    assert (chain.invoiced, chain.open_amount) == (Decimal("132.00"), Decimal(0))
    assert (shipment.state, shipment.quantity, shipment.cost) == ("posted", Decimal(7), Decimal("21.67"))
    assert (invoice.number, invoice.shipment_id, invoice.settled_on) == (
        "INV-2026-000001", shipment.id, date(2026, 11, 20),
    )  # fmt: skip
    assert (allocation.amount, allocation.source_number) == (Decimal("132.00"), payment.number)
    assert (payment.amount, payment.unallocated) == (Decimal("132.00"), Decimal(0))
    assert [entry.amount for entry in chain.entries] == [
        Decimal("21.67"), Decimal("132.00"), Decimal("132.00"), Decimal("132.00"),
    ]  # fmt: skip
    assert [entry.description for entry in allocation.entries] == [f"Payment {payment.number} allocated"]


def test_chain_shows_part_payments_and_what_was_taken_back(case) -> None:
    chain = document_chain(case.part_paid.pk)
    [invoice] = chain.invoices
    assert [(made.amount, made.reversed_on) for made in invoice.allocations] == [
        (Decimal("20.00"), None),
        (Decimal("5.00"), date(2026, 11, 20)),
    ]
    assert (invoice.gross, invoice.settled, chain.open_amount) == (
        Decimal("47.28"), Decimal("20.00"), Decimal("27.28"),
    )  # fmt: skip
    assert [(payment.state, payment.unallocated) for payment in chain.payments] == [
        ("received", Decimal("30.00")),
        ("reversed", Decimal(0)),
    ]
    assert [len(made.entries) for made in invoice.allocations] == [1, 2]


def test_chain_of_an_order_abroad_shows_the_credit_note_that_settles_part_of_it(case) -> None:
    invoice = Invoice.objects.get(kind="invoice", currency="EUR")
    chain = document_chain(invoice.order_id or 0)
    by_payment, by_credit = chain.invoices[0].allocations
    assert (by_credit.source_number, by_credit.amount) == ("CN-2026-000001", Decimal("10.00"))
    assert by_credit.payment_id is None
    assert [entry.currency for entry in by_payment.entries + by_credit.entries] == ["GBP", "GBP"]
    assert (chain.invoiced, chain.open_amount) == (Decimal("60.00"), Decimal("30.00"))


def test_chain_of_an_order_that_has_not_left_is_short(case) -> None:
    chain = document_chain(case.cancelled.pk)
    assert (chain.state, chain.invoices, chain.payments, chain.entries) == ("cancelled", (), (), ())


def test_chain_takes_seven_queries_however_long_it_is(case) -> None:
    orders = [
        case.settled.pk,
        case.part_paid.pk,
        Invoice.objects.get(kind="invoice", currency="EUR").order_id,
    ]
    assert [queries(lambda pk=pk: document_chain(pk)) for pk in orders] == [7, 7, 7]


def test_chain_of_no_order_is_not_found(case) -> None:
    with pytest.raises(NotFound):
        document_chain(0)


def test_history_tells_what_happened_down_the_chain_in_one_query(case) -> None:
    history = order_history(case.settled.pk)
    assert [happening.kind for happening in history] == [
        "order.created",
        "order.submitted",
        "order.confirmed",
        "shipment.planned",
        "shipment.packed",
        "shipment.posted",
        "invoice.drafted",
        "invoice.issued",
        "invoice.printed",
        "payment.received",
        "payment.allocated",
        "receivable.settled",
        "order.closed",
    ]
    issued = history[7]
    assert (issued.document_number, issued.payload["gross"], issued.actor) == (
        "INV-2026-000001", "132.0000", "System",
    )  # fmt: skip
    assert queries(lambda: order_history(case.settled.pk)) == 1


def test_account_pages_follow_each_other_and_end_at_the_balance(case) -> None:
    account = Account.objects.get(role="receivables")
    whole = account_page(account_id=account.pk)
    assert whole.opening == 0
    assert whole.closing == case.world.balance("1200")
    pages: list[AccountPage] = []
    after = None
    while not pages or after:
        page = account_page(account_id=account.pk, after=after, limit=4)
        pages.append(page)
        after = page.next_after
    assert [len(page.lines) for page in pages[:-1]] == [4] * (len(pages) - 1)
    assert tuple(line for page in pages for line in page.lines) == whole.lines
    assert [page.opening for page in pages[1:]] == [page.closing for page in pages[:-1]]
    assert queries(lambda: account_page(account_id=account.pk, after=pages[0].next_after, limit=4)) == 4


def test_account_page_of_some_days_opens_with_the_balance_before(case) -> None:
    bank = Account.objects.get(role="bank")
    page = account_page(account_id=bank.pk, since=date(2026, 11, 21), until=date(2026, 11, 30))
    assert page.opening == Decimal("282.00")
    assert [(line.debit, line.balance, line.currency, line.amount) for line in page.lines] == [
        (Decimal("26.40"), Decimal("308.40"), "EUR", Decimal("30.00"))
    ]
    assert page.lines[0].description.startswith("Payment PAY-")
    assert page.next_after is None


def test_account_without_lines_has_an_empty_page(case) -> None:
    account = Account.objects.get(role="gateway_clearing")
    page = account_page(account_id=account.pk)
    assert (page.lines, page.opening, page.closing, page.next_after) == ((), Decimal(0), Decimal(0), None)
    with pytest.raises(NotFound):
        account_page(account_id=0)
