"""Every verb on a limit request in every state: what becomes of it, or how it is refused."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from credit import services as credit
from credit.errors import SecondPersonNeeded
from credit.models import CreditAccount, LimitRequest
from o2c.kernel.db import fetch_all
from tests.documents import LIMIT_REQUEST_STATES, cells, limit_request_in, walk
from tests.world import World, staff

TABLE = """
                        requested   approved                  rejected
approve_limit_request   approved    !limit-request-decided    !limit-request-decided
reject_limit_request    rejected    !limit-request-decided    !limit-request-decided
"""
EXTRA = {"reject_limit_request": {"answer": "Too new"}}


@pytest.mark.parametrize("state", LIMIT_REQUEST_STATES)
def test_every_verb_in_every_state_of_a_limit_request(world: World, state: str) -> None:
    request = limit_request_in(world, state)

    def run(verb: str) -> object:
        return getattr(credit, verb)(
            request_id=request.pk, on=world.on, actor=world.system, **EXTRA.get(verb, {})
        )

    walk(world, TABLE, state, run=run, state_after=lambda: LimitRequest.objects.get(pk=request.pk).state)


def test_the_table_names_every_state_of_a_limit_request() -> None:
    assert {cell.state for cell in cells(TABLE)} == set(LimitRequest.State.values)


def test_nobody_decides_their_own_request_whatever_their_roles(world: World) -> None:
    """C33: a manager who also has the clerk's right; the service says so, and the table by itself."""
    manager = staff("Finance manager")
    customer = world.customer(limit="100")
    request = credit.request_limit(
        customer_id=customer.pk, limit=Decimal(500), reason="Growing", on=world.on, actor=manager
    )
    before = world.fingerprint()
    with pytest.raises(SecondPersonNeeded):
        credit.approve_limit_request(request_id=request.pk, on=world.on, actor=manager)
    with pytest.raises(SecondPersonNeeded):
        credit.reject_limit_request(request_id=request.pk, answer="No", on=world.on, actor=manager)
    with pytest.raises(IntegrityError, match="limitrequest_four_eyes"), transaction.atomic():
        fetch_all(
            "UPDATE credit_limitrequest SET state = 'approved', decided_by_id = requested_by_id,"
            " decided_on = %s WHERE id = %s",
            [world.on, request.pk],
        )
    assert world.fingerprint() == before
    assert CreditAccount.objects.get(customer=customer).limit == 100
