"""Every verb on a shipment in every state: what becomes of it, or how it is refused."""

import pytest

from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from invoicing import services as invoicing
from tests.documents import SHIPMENT_STATES, cells, shipment_in, walk
from tests.world import World

TABLE = """
                    planned                   picking                   packed                    posted                     delivered                  cancelled
start_picking       picking                   !shipment-not-pickable    !shipment-not-pickable    !shipment-not-pickable     !shipment-not-pickable     !shipment-not-pickable
pack_shipment       !shipment-not-packable    packed                    !shipment-not-packable    !shipment-not-packable     !shipment-not-packable     !shipment-not-packable
post_shipment       !shipment-not-postable    !shipment-not-postable    posted                    !shipment-not-postable     !shipment-not-postable     !shipment-not-postable
deliver_shipment    !shipment-not-deliverable !shipment-not-deliverable !shipment-not-deliverable delivered                  !shipment-not-deliverable  !shipment-not-deliverable
cancel_shipment     cancelled                 cancelled                 cancelled                 !shipment-not-cancellable  !shipment-not-cancellable  !shipment-not-cancellable
draft_for_shipment  !nothing-to-invoice       !nothing-to-invoice       !nothing-to-invoice       posted                     delivered                  !nothing-to-invoice
"""  # noqa: E501 - a table

UNDATED = {"start_picking", "pack_shipment"}


@pytest.mark.parametrize("state", SHIPMENT_STATES)
def test_every_verb_in_every_state_of_a_shipment(world: World, state: str) -> None:
    shipment = shipment_in(world, state)
    actor = world.system

    def run(verb: str) -> object:
        owner = invoicing if verb == "draft_for_shipment" else fulfillment
        dated = {} if verb in UNDATED else {"on": world.on}
        return getattr(owner, verb)(shipment_id=shipment.pk, actor=actor, **dated)

    walk(world, TABLE, state, run=run, state_after=lambda: str(Shipment.objects.get(pk=shipment.pk).state))


def test_the_table_names_every_state_of_a_shipment() -> None:
    assert set(SHIPMENT_STATES) == set(Shipment.State.values) == {cell.state for cell in cells(TABLE)}
