"""What fulfillment announces."""

from dataclasses import dataclass
from typing import Any

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPlanned(DomainEvent):
    """The warehouse has something to pick."""

    kind = "shipment.planned"

    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPosted(DomainEvent):
    """The goods have left."""

    kind = "shipment.posted"

    order_id: int
    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentDelivered(DomainEvent):
    """The customer has the goods."""

    kind = "shipment.delivered"

    order_id: int
    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentCancelled(DomainEvent):
    """The shipment will not leave."""

    kind = "shipment.cancelled"

    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentShortPicked(DomainEvent):
    """The picker found less than was planned: (position, description, missing) of each line."""

    kind = "shipment.short_picked"

    order_id: int
    reason: str
    lines: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPacked(DomainEvent):
    """Everything is in boxes; its carrier, if it has one, is to be told."""

    kind = "shipment.packed"

    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentAnnounced(DomainEvent):
    """The carrier knows of it: every box has its tracking number and label."""

    kind = "shipment.announced"

    order_id: int
    tracking_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentTracked(DomainEvent):
    """The carrier saw it, or could not deliver it."""

    kind = "shipment.tracked"

    order_id: int
    customer_id: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupPlanned(DomainEvent):
    """A carrier is to come."""

    kind = "pickup.planned"

    carrier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupConfirmed(DomainEvent):
    """The carrier will come."""

    kind = "pickup.confirmed"

    carrier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupDone(DomainEvent):
    """The carrier took these shipments."""

    kind = "pickup.done"

    carrier: str
    shipments: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupCancelled(DomainEvent):
    """Nobody will come."""

    kind = "pickup.cancelled"

    carrier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAuthorised(DomainEvent):
    """A customer may send something back until *valid_until*."""

    kind = "return.authorised"

    order_id: int
    customer_id: int
    reason: str
    valid_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReceived(DomainEvent):
    """Goods are back in the house."""

    kind = "return.received"

    order_id: int
    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnInspected(DomainEvent):
    """Of each piece somebody decided whether it is sold again; the customer's money is due.

    Each of *lines* has the return line, its order line's position and description, and what was received,
    restocked and scrapped of it.
    """

    kind = "return.inspected"

    order_id: int
    customer_id: int
    lines: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCancelled(DomainEvent):
    """Nothing came back, and nothing will."""

    kind = "return.cancelled"

    order_id: int
    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementGranted(DomainEvent):
    """The order's customer may use something digital. The document is the entitlement, which has the key."""

    kind = "entitlement.granted"

    order_id: int
    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementRevoked(DomainEvent):
    """The key opens nothing any more."""

    kind = "entitlement.revoked"

    order_id: int
    customer_id: int
    reason: str
