"""Billing under races: a shipment is billed once, a draft is issued once, an entry is reversed once."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from invoicing import services as invoicing, tasks as billing
from invoicing.errors import CreditedTooMuch, InvoiceNotIssuable
from invoicing.models import Invoice, InvoiceLine
from invoicing.services import crediting, shipment as shipment_billing
from ledger import services as ledger
from ledger.entries import EntryDraft, Role, credit, debit
from ledger.errors import EntryNotReversible
from ledger.models import JournalEntry
from ledger.services import reverse as reversing
from o2c.kernel.db import sqlstate, verb
from o2c.kernel.models import DocumentCounter, Event, JobRun
from orders import services as orders
from receivables.models import Receivable
from tests.concurrency.rivals import constraint_of, locks_removed, rival_after, rival_before
from tests.conftest import in_parallel, wins

pytestmark = pytest.mark.committed


def test_the_nightly_job_and_the_clerk_bill_a_shipment_once(world) -> None:
    """C25: the job, the consumer and the clerk all draft; all get the same draft."""
    shipment = world.ship(world.order(world.customer(), (world.product(), "3")))
    draft = partial(invoicing.draft_for_shipment, shipment_id=shipment.pk, on=world.on, actor=world.system)
    results = in_parallel(draft, draft, partial(billing.bill_everything_due), draft, draft)
    drafts = {result.pk for result in results if isinstance(result, Invoice)}
    assert len(wins(results)) == 5
    assert len(drafts) == 1
    assert Invoice.objects.count() == 1


def test_without_the_lock_the_database_refuses_to_bill_a_shipment_line_twice(unguarded) -> None:
    """C25, the mutant: the shipment line of an invoice line is unique."""
    world = unguarded
    shipment = world.ship(world.order(world.customer(), (world.product(), "3")))
    draft = partial(invoicing.draft_for_shipment, shipment_id=shipment.pk, on=world.on, actor=world.system)
    with (
        locks_removed(),
        rival_before(shipment_billing, "draft", draft),
        pytest.raises(IntegrityError) as refused,
    ):
        draft()
    assert constraint_of(refused.value) == "invoicing_invoiceline_shipment_line_id_key"
    assert Invoice.objects.count() == 1


def test_the_billing_job_of_a_day_runs_once_however_many_schedulers_there_are(world) -> None:
    """C25: the second run of a business date is refused its claim."""
    for _ in range(3):
        world.ship(world.order(world.customer(), (world.product(), "1")))
    in_parallel(*[partial(billing.bill_everything_due)] * 4)
    assert Invoice.objects.count() == 3
    assert JobRun.objects.get().outcome == {"shipments": 3}


def test_one_shipment_line_on_two_lines_of_an_invoice_is_refused(world) -> None:
    """C03: the same shipped goods twice in one document."""
    shipment = world.ship(world.order(world.customer(), (world.product(), "3")))
    draft = invoicing.draft_for_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    line = InvoiceLine.objects.get(invoice=draft)
    line.pk, line.position = None, 2
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        line.save(force_insert=True)
    assert constraint_of(refused.value) == "invoicing_invoiceline_shipment_line_id_key"


def draft_of(world) -> Invoice:
    shipment = world.ship(world.order(world.customer(), (world.product(), "3")))
    return invoicing.draft_for_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)


def issue(world, invoice):
    return partial(invoicing.issue_invoice, invoice_id=invoice.pk, on=world.on, actor=world.system)


def issue_twice(world):
    """A draft is issued at two desks, the second between the first one's checks and its booking."""
    draft = draft_of(world)
    with rival_after(orders, "record_invoiced", issue(world, draft)) as rival:
        issue(world, draft)()
    return rival


def test_without_the_lock_the_database_refuses_to_issue_a_draft_twice(unguarded) -> None:
    """C22, the mutant: more would be invoiced than was shipped; the issued row is frozen besides."""
    with locks_removed():
        rival = issue_twice(unguarded)
    assert constraint_of(rival.result) == "orderline_invoiced_was_shipped"
    assert Invoice.objects.get().sequence == 1
    assert Receivable.objects.count() == 1


def test_a_draft_is_issued_once(world) -> None:
    """C22, exact interleaving."""
    rival = issue_twice(world)
    assert rival.waited
    assert isinstance(rival.result, InvoiceNotIssuable)


def test_ten_desks_issue_one_draft_and_one_wins(world) -> None:
    """C22: win = 1, one number, one entry, one open item, one event."""
    draft = draft_of(world)
    results = in_parallel(*[issue(world, draft)] * 10)
    assert len(wins(results)) == 1
    assert DocumentCounter.objects.get(kind="invoice").last == 1
    assert JournalEntry.objects.filter(source=f"invoice/{draft.pk}/issued").count() == 1
    assert Event.objects.filter(kind="invoice.issued").count() == 1


def credit_twice(world):
    """Two clerks credit three of five, the second when the first has looked at what is left."""
    invoice = world.invoice(world.ship(world.order(world.customer(), (world.product(), "5"))))
    credit_three = partial(
        invoicing.credit_invoice,
        invoice_id=invoice.pk,
        quantities={invoice.lines.get().pk: Decimal(3)},
        reason="Broken",
        on=world.on,
        actor=world.system,
    )
    with rival_after(crediting, "_check", credit_three) as rival:
        try:
            first = credit_three()
        except DatabaseError as error:
            first = error
    return first, rival


def test_without_the_lock_the_database_refuses_to_credit_an_invoice_twice(unguarded) -> None:
    """The mutant: both clerks see five pieces that are left."""
    with locks_removed():
        first, rival = credit_twice(unguarded)
    assert isinstance(rival.result, Invoice)
    assert sqlstate(first) == "OC006"
    assert Invoice.objects.filter(kind="credit_note").count() == 1


def test_an_invoice_is_credited_once_by_two_at_once(world) -> None:
    """Exact interleaving: the second clerk waits, then reads that two are left."""
    first, rival = credit_twice(world)
    assert rival.waited
    assert isinstance(first, Invoice)
    assert isinstance(rival.result, CreditedTooMuch)


def test_a_draft_is_issued_or_discarded(world) -> None:
    draft = draft_of(world)
    throw_away = partial(invoicing.discard_draft, invoice_id=draft.pk, on=world.on, actor=world.system)
    assert len(wins(in_parallel(*[issue(world, draft), throw_away] * 3))) == 1


@verb
def post_by_hand(world, source: str) -> int:
    """An entry that belongs to no document."""
    return ledger.post_entry(
        EntryDraft(
            company_id=world.company.pk,
            source=source,
            on=world.on,
            description="By hand",
            actor_id=world.system.pk,
            legs=[
                debit(Role.BANK, Decimal(5), currency="GBP", amount=Decimal(5)),
                credit(Role.REVENUE, Decimal(5), currency="GBP", amount=Decimal(5)),
            ],
        )
    )


def reverse(world, entry_id: int):
    return partial(ledger.reverse_entry, entry_id=entry_id, on=world.on, reason="wrong", actor=world.system)


def test_an_entry_is_reversed_once(world) -> None:
    """C22: void six times: win = 1."""
    entry_id = post_by_hand(world, "entry")
    results = in_parallel(*[reverse(world, entry_id)] * 6)
    assert len(wins(results)) == 1
    assert sum(isinstance(result, EntryNotReversible) for result in results) == 5
    assert world.balance("4000") == 0


def test_without_the_lock_the_second_reversal_is_refused_by_the_database(unguarded) -> None:
    """C22, the mutant: a reversal's source, and its link to what it reverses, are there once."""
    world = unguarded
    entry_id = post_by_hand(world, "entry")
    with (
        locks_removed(),
        rival_before(reversing, "insert_entry", reverse(world, entry_id)) as rival,
        pytest.raises(IntegrityError) as refused,
    ):
        reverse(world, entry_id)()
    assert constraint_of(refused.value) in {"entry_once_per_source", "ledger_journalentry_reverses_id_key"}
    assert rival.result.reverses_id == entry_id
    assert JournalEntry.objects.filter(reverses=entry_id).count() == 1


def test_one_source_posted_by_six_at_once_is_one_entry(world) -> None:
    """C22: the source is the once-only key of everything that posts."""
    results = in_parallel(*[partial(post_by_hand, world, "the same")] * 6)
    assert len(set(wins(results))) == 1
    assert len(wins(results)) == 6
    assert JournalEntry.objects.filter(source="the same").count() == 1
