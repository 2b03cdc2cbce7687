"""What fulfillment announces."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentDelivered(DomainEvent):
    """The customer has the goods."""

    kind = "shipment.delivered"

    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentCancelled(DomainEvent):
    """The shipment will not leave."""

    kind = "shipment.cancelled"

    order_id: int
