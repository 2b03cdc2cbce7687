"""Every verb on a shipment in every state: what becomes of it, or how it is refused."""

from decimal import Decimal

import pytest

from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from invoicing import services as invoicing
from tests.documents import SHIPMENT_STATES, cells, shipment_in, walk
from tests.parcels import seen
from tests.world import World

TABLE = """
                    planned                   picking                   packed                    posted                     delivered                  cancelled
start_picking       picking                   !shipment-not-pickable    !shipment-not-pickable    !shipment-not-pickable     !shipment-not-pickable     !shipment-not-pickable
take_over_picking   !shipment-not-packable    picking                   !shipment-not-packable    !shipment-not-packable     !shipment-not-packable     !shipment-not-packable
scan_pick           !shipment-not-packable    picking                   !shipment-not-packable    !shipment-not-packable     !shipment-not-packable     !shipment-not-packable
confirm_pick        !shipment-not-packable    picking                   !shipment-not-packable    !shipment-not-packable     !shipment-not-packable     !shipment-not-packable
confirm_nothing     !shipment-not-packable    cancelled                 !shipment-not-packable    !shipment-not-packable     !shipment-not-packable     !shipment-not-packable
announce_shipment   !shipment-not-announceable !shipment-not-announceable !shipment-not-announceable !shipment-not-announceable !shipment-not-announceable !shipment-not-announceable
record_tracking     planned                   picking                   packed                    delivered                  delivered                  cancelled
pack_shipment       !shipment-not-packable    packed                    !shipment-not-packable    !shipment-not-packable     !shipment-not-packable     !shipment-not-packable
post_shipment       !shipment-not-postable    !shipment-not-postable    posted                    !shipment-not-postable     !shipment-not-postable     !shipment-not-postable
deliver_shipment    !shipment-not-deliverable !shipment-not-deliverable !shipment-not-deliverable delivered                  !shipment-not-deliverable  !shipment-not-deliverable
cancel_shipment     cancelled                 cancelled                 cancelled                 !shipment-not-cancellable  !shipment-not-cancellable  !shipment-not-cancellable
draft_for_shipment  !nothing-to-invoice       !nothing-to-invoice       !nothing-to-invoice       posted                     delivered                  !nothing-to-invoice
"""  # noqa: E501 - a table

UNDATED = {"start_picking", "pack_shipment", "take_over_picking", "scan_pick", "record_tracking"}


@pytest.mark.parametrize("state", SHIPMENT_STATES)
def test_every_verb_in_every_state_of_a_shipment(world: World, state: str) -> None:
    shipment = shipment_in(world, state)
    actor = world.system

    def run(verb: str) -> object:
        owner = invoicing if verb == "draft_for_shipment" else fulfillment
        dated = {} if verb in UNDATED else {"on": world.on}
        line = shipment.lines.get()
        extra = {
            "scan_pick": {"sku": line.order_line.product.sku, "quantity": Decimal(2)},
            "confirm_nothing": {"picked": {line.pk: Decimal(0)}, "reason": "Not in the bin"},
            "record_tracking": {"sighting": seen("delivered")},
        }.get(verb, {})
        name = "confirm_pick" if verb == "confirm_nothing" else verb
        return getattr(owner, name)(shipment_id=shipment.pk, actor=actor, **dated, **extra)

    walk(world, TABLE, state, run=run, state_after=lambda: str(Shipment.objects.get(pk=shipment.pk).state))


def test_the_table_names_every_state_of_a_shipment() -> None:
    assert set(SHIPMENT_STATES) == set(Shipment.State.values) == {cell.state for cell in cells(TABLE)}
