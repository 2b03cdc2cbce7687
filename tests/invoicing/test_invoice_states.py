"""Every verb on an invoice in every state: what becomes of it, or how it is refused."""

import pytest

from invoicing import services as invoicing
from invoicing.models import Invoice
from tests.documents import INVOICE_STATES, cells, invoice_in, walk
from tests.world import World

TABLE = """
                draft     issued
issue_invoice   issued    !invoice-not-issuable
discard_draft   gone      !invoice-not-discardable
"""


@pytest.mark.parametrize("state", INVOICE_STATES)
def test_every_verb_in_every_state_of_an_invoice(world: World, state: str) -> None:
    invoice = invoice_in(world, state)
    actor = world.system

    def run(verb: str) -> object:
        return getattr(invoicing, verb)(invoice_id=invoice.pk, on=world.on, actor=actor)

    def state_after() -> str:
        return str(Invoice.objects.filter(pk=invoice.pk).values_list("state", flat=True).first() or "gone")

    walk(world, TABLE, state, run=run, state_after=state_after)


def test_the_table_names_every_state_of_an_invoice() -> None:
    assert set(INVOICE_STATES) == set(Invoice.State.values) == {cell.state for cell in cells(TABLE)}


def test_drafting_a_shipment_twice_gives_the_same_draft(world: World) -> None:
    draft = invoice_in(world, "draft")
    shipment_id = draft.lines.get().shipment_line.shipment_id
    again = invoicing.draft_for_shipment(shipment_id=shipment_id, on=world.on, actor=world.system)
    assert again.pk == draft.pk
    assert Invoice.objects.count() == 1
