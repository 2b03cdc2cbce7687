"""Every verb on a pickup in every state, through the services and past them by SQL."""

import pytest
from django.db import DatabaseError, transaction

from fulfillment import services as fulfillment
from fulfillment.models import Pickup
from o2c.kernel.db import fetch_all
from tests.documents import cells, walk
from tests.parcels import PICKUP_STATES, pickup_in, ready_for
from tests.world import World

TABLE = """
                planned          confirmed         done              cancelled
confirm_pickup  confirmed        !pickup-not-open  !pickup-not-open  !pickup-not-open
request_pickup  confirmed        !pickup-not-open  !pickup-not-open  !pickup-not-open
complete_pickup done             done              !pickup-not-open  !pickup-not-open
cancel_pickup   cancelled        cancelled         !pickup-not-open  !pickup-not-open
"""
LEGAL = {
    ("planned", "confirmed"), ("planned", "done"), ("planned", "cancelled"),
    ("confirmed", "done"), ("confirmed", "cancelled"),
}  # fmt: skip


@pytest.mark.parametrize("state", PICKUP_STATES)
def test_every_verb_in_every_state_of_a_pickup(world: World, state: str) -> None:
    pickup = pickup_in(world, state)
    ready_for(pickup, world)
    extra = {"confirm_pickup": {"reference": "R2"}}

    def run(verb: str) -> object:
        return getattr(fulfillment, verb)(
            pickup_id=pickup.pk, on=world.on, actor=world.system, **extra.get(verb, {})
        )

    walk(world, TABLE, state, run=run, state_after=lambda: str(Pickup.objects.get(pk=pickup.pk).state))


def test_the_table_names_every_state_of_a_pickup() -> None:
    assert set(PICKUP_STATES) == set(Pickup.State.values) == {cell.state for cell in cells(TABLE)}


@pytest.mark.parametrize("state", PICKUP_STATES)
def test_the_database_lets_a_pickup_go_along_the_same_arrows_only(world: World, state: str) -> None:
    pickup = pickup_in(world, state)
    for target in set(PICKUP_STATES) - {state}:
        change = "UPDATE fulfillment_pickup SET state = %s WHERE id = %s"
        with transaction.atomic():
            if (state, target) in LEGAL:
                fetch_all(change, [target, pickup.pk])
                transaction.set_rollback(True)
                continue
            refusal = f'Invalid transition of field "state" from "{state}"'
            with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
                fetch_all(change, [target, pickup.pk])
