"""Every verb on a payment in every state: what becomes of it, or how it is refused."""

from decimal import Decimal

import pytest

from receivables import services as receivables
from receivables.models import Allocation, Payment, Receivable
from tests.documents import PAYMENT_STATES, cells, payment_in, walk
from tests.world import World

# allocated is a received payment of which nothing is left.
TABLE = """
                    received                      allocated                  reversed
allocate_payment    received                      !over-allocated            !over-allocated
reverse_allocation  !allocation-not-reversible    received                   !allocation-not-reversible
reverse_payment     reversed                      !payment-not-reversible    !payment-not-reversible
"""


@pytest.mark.parametrize("state", PAYMENT_STATES)
def test_every_verb_in_every_state_of_a_payment(world: World, state: str) -> None:
    payment = payment_in(world, state)
    actor = world.system
    invoice_id = Receivable.objects.get().pk
    allocation = Allocation.objects.first()
    if allocation:  # so that the payment is what has nothing left, not the invoice
        another = world.invoice(world.ship(world.order(payment.customer, (world.product(), "10"))))
        invoice_id = another.receivable_id
    arguments: dict[str, dict[str, object]] = {
        "allocate_payment": {"payment_id": payment.pk, "shares": {invoice_id: Decimal("60.00")}},
        "reverse_allocation": {"allocation_id": allocation.pk if allocation else 0},
        "reverse_payment": {"payment_id": payment.pk},
    }

    def run(verb: str) -> object:
        return getattr(receivables, verb)(on=world.on, actor=actor, **arguments[verb])

    walk(world, TABLE, state, run=run, state_after=lambda: str(Payment.objects.get(pk=payment.pk).state))


def test_the_table_names_every_state_of_a_payment() -> None:
    assert {cell.state for cell in cells(TABLE)} - {"allocated"} == set(Payment.State.values)
