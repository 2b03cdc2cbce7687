"""What the billing desk tells of a return: how much of what came back the customer has the money of."""

from collections.abc import Mapping
from decimal import Decimal

from fulfillment.models import Return, ReturnLine
from fulfillment.services.returns import lines_of, lock_return
from o2c.kernel.db import fetch_all, requires_transaction

ADD_CREDITED = """
UPDATE fulfillment_returnline line SET credited = line.credited + change.quantity
FROM unnest(%s::bigint[], %s::numeric[]) AS change(id, quantity) WHERE line.id = change.id
"""


@requires_transaction
def lock_with_lines(*, return_id: int) -> tuple[Return, list[ReturnLine]]:
    """Return a return with its lines, under the locks of its order and shipment.

    :raises NotFound: there is no such return.
    """
    _order, _shipment, returned = lock_return(return_id)
    return returned, lines_of(returned)


@requires_transaction
def record_credited(*, quantities: Mapping[int, Decimal]) -> None:
    """Count what is credited of the lines of a locked return, by their ids; less than nothing takes it back."""
    if quantities:
        fetch_all(ADD_CREDITED, [list(quantities), list(quantities.values())])
