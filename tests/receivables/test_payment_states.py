"""Every verb on a payment in every state: what becomes of it, or how it is refused."""

from decimal import Decimal

import pytest

from receivables import services as receivables
from receivables.models import Allocation, Payment, Receivable
from tests.documents import Cell, cell_id, cells, payment_in
from tests.world import World

# allocated is a received payment of which nothing is left.
TABLE = """
                    received                      allocated                  reversed
allocate_payment    received                      !over-allocated            !over-allocated
reverse_allocation  !allocation-not-reversible    received                   !allocation-not-reversible
reverse_payment     reversed                      !payment-not-reversible    !payment-not-reversible
"""


@pytest.mark.parametrize("cell", cells(TABLE), ids=cell_id)
def test_every_verb_in_every_state_of_a_payment(world: World, cell: Cell) -> None:
    payment = payment_in(world, cell.state)
    actor = world.system
    invoice = Receivable.objects.get()
    allocation = Allocation.objects.first()
    arguments: dict[str, dict[str, object]] = {
        "allocate_payment": {"payment_id": payment.pk, "shares": {invoice.pk: Decimal("60.00")}},
        "reverse_allocation": {"allocation_id": allocation.pk if allocation else 0},
        "reverse_payment": {"payment_id": payment.pk},
    }
    if cell.state == "allocated":  # so that the payment is what has nothing left, not the invoice
        invoice = world.invoice(world.ship(world.order(payment.customer, (world.product(), "10"))))
        arguments["allocate_payment"]["shares"] = {invoice.receivable_id: Decimal("0.01")}
    cell.check(
        world,
        lambda: getattr(receivables, cell.verb)(on=world.on, actor=actor, **arguments[cell.verb]),
        lambda: str(Payment.objects.get(pk=payment.pk).state),
    )


def test_the_table_names_every_state_of_a_payment() -> None:
    assert {cell.state for cell in cells(TABLE)} - {"allocated"} == set(Payment.State.values)
