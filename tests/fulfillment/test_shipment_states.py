"""Every verb on a shipment in every state: what becomes of it, or how it is refused."""

import pytest

from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from invoicing import services as invoicing
from tests.documents import SHIPMENT_STATES, Cell, cell_id, cells, shipment_in
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


@pytest.mark.parametrize("cell", cells(TABLE), ids=cell_id)
def test_every_verb_in_every_state_of_a_shipment(world: World, cell: Cell) -> None:
    shipment = shipment_in(world, cell.state)
    actor = world.system
    owner = invoicing if cell.verb == "draft_for_shipment" else fulfillment
    dated = {} if cell.verb in UNDATED else {"on": world.on}
    cell.check(
        world,
        lambda: getattr(owner, cell.verb)(shipment_id=shipment.pk, actor=actor, **dated),
        lambda: str(Shipment.objects.get(pk=shipment.pk).state),
    )


def test_the_table_names_every_state_of_a_shipment() -> None:
    assert set(SHIPMENT_STATES) == set(Shipment.State.values) == {cell.state for cell in cells(TABLE)}
