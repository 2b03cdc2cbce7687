"""Two people at a database prompt: rules that read another row must hold it while they decide."""

import threading
from functools import partial

import pytest
from django.db import DatabaseError, transaction

from invoicing import services as invoicing
from invoicing.models import InvoiceLine
from ledger import services as ledger
from ledger.models import JournalEntry, JournalLine
from o2c.kernel.db import fetch_all, sqlstate, unit_of_work
from tests.concurrency.rivals import Rival, rival_after

pytestmark = pytest.mark.committed


def test_no_line_slips_into_an_invoice_while_it_is_being_issued(world) -> None:
    """The trigger looks at the invoice's state; what it saw must still be so when the line commits."""
    shipment = world.ship(world.order(world.customer(), (world.product(), "1")))
    draft = invoicing.draft_for_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    line = draft.lines.get()
    line.pk, line.position, line.shipment_line_id = None, 2, None
    with rival_after(ledger, "post_entry", partial(line.save, force_insert=True)) as rival:
        invoicing.issue_invoice(invoice_id=draft.pk, on=world.on, actor=world.system)
    assert InvoiceLine.objects.filter(invoice=draft).count() == 1
    assert isinstance(rival.result, DatabaseError)


SLIP_IN = """
INSERT INTO ledger_journalline (entry_id, account_id, "on", debit, credit, currency, amount, tax_code)
SELECT s.last_value, (SELECT min(id) FROM ledger_account), %s, 7, 0, 'GBP', 7, '' FROM ledger_journalentry_id_seq s
"""


def test_no_line_slips_into_an_entry_that_has_not_committed_yet(world) -> None:
    """A line for an entry of somebody else's open transaction, whose number is easily guessed."""
    inserted, posted = threading.Event(), threading.Event()

    def slip_in() -> None:
        with transaction.atomic():
            try:
                fetch_all(SLIP_IN, [world.on])
            finally:
                inserted.set()
            assert posted.wait(20)

    rival = Rival(slip_in)
    lantern = world.product(stock="0")
    with unit_of_work():
        world.receive(lantern, "1")
        rival.launch()
        assert inserted.wait(20)
    posted.set()
    assert sqlstate(rival.join()) == "OC002"
    assert JournalLine.objects.filter(entry=JournalEntry.objects.get()).count() == 2
