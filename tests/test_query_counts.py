"""How many SQL statements each step of the cycle takes: the same for three lines and for thirty."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment import services as fulfillment
from invoicing import services as invoicing
from receivables import services as receivables
from tests.world import World

STATEMENTS = {"place": 20, "ship": 17, "invoice": 23, "pay": 9}


def statements(step: Callable[[], object]) -> tuple[int, object]:
    """Run a step; return how many statements it took besides savepoints, and its result."""
    with CaptureQueriesContext(connection) as captured:
        result = step()
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries), result


@pytest.mark.parametrize("lines", [3, 30])
def test_a_step_takes_the_same_statements_however_many_lines(world: World, lines: int) -> None:
    products = [world.product(stock="10") for _ in range(lines)]
    customer, actor, on = world.customer(), world.system, world.on
    actor.has_perm("orders.add_order")  # a request's user brings their permissions along
    world.order(customer, (products[0], "1"))  # the first order is noted on the credit account, once
    used: dict[str, int] = {}
    wanted = [(product, "2") for product in products]
    used["place"], order = statements(lambda: world.order(customer, *wanted, actor=actor))
    used["ship"], shipment = statements(
        lambda: fulfillment.ship_order(order_id=order.pk, on=on, actor=actor)  # type: ignore[attr-defined]
    )
    used["invoice"], invoice = statements(
        lambda: invoicing.invoice_shipment(shipment_id=shipment.pk, on=on, actor=actor)  # type: ignore[attr-defined]
    )
    used["pay"], _ = statements(
        lambda: receivables.receive_payment(
            company=world.company,
            customer_id=customer.pk,
            amount=invoice.gross,  # type: ignore[attr-defined]
            currency="GBP",
            received_on=on,
            shares={invoice.receivable_id: invoice.gross},  # type: ignore[attr-defined]
            actor=actor,
        )
    )
    assert used == STATEMENTS
