"""What the stages above have in hand of an order, asked without knowing them (docs/adr/0001).

The project says at start-up who finds it (`o2c.operations.apps`). Orders ask under the order's lock,
which every change of a shipment takes first, so the answer holds until the transaction ends.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class InHand:
    """How much of an order line is being picked or is packed, and on which shipments."""

    quantity: Decimal
    documents: tuple[str, ...]


Find = Callable[[Collection[int]], Mapping[int, InHand]]

_finders: list[Find] = []


def found_by(find: Find) -> None:
    """Set who finds what is in hand, from order ids to line ids; the project's wiring does so at start-up."""
    _finders[:] = [find]


def in_hand(*, order_ids: Collection[int]) -> Mapping[int, InHand]:
    """Return what is in hand of each line of the locked orders; a line of which nothing is, is missing."""
    return _finders[0](order_ids) if _finders else {}
