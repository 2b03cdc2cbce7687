"""What orders announce."""

from dataclasses import dataclass, field
from typing import Any

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCreated(DomainEvent):
    """An order was captured."""

    kind = "order.created"

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSubmitted(DomainEvent):
    """The customer stands by the order."""

    kind = "order.submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderConfirmed(DomainEvent):
    """Stock is reserved and credit committed."""

    kind = "order.confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld(DomainEvent):
    """The order waits, with its reasons."""

    kind = "order.held"

    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReleased(DomainEvent):
    """A person let the order pass in spite of its hold."""

    kind = "order.released"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBackordersReserved(DomainEvent):
    """Stock came for lines that waited for it."""

    kind = "order.backorders_reserved"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(DomainEvent):
    """The order will not be carried out."""

    kind = "order.cancelled"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRestCancelled(DomainEvent):
    """What has not shipped will not be."""

    kind = "order.rest_cancelled"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClosed(DomainEvent):
    """Shipped, invoiced and settled."""

    kind = "order.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReopened(DomainEvent):
    """An invoice of a closed order is open again."""

    kind = "order.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLinesCancelled(DomainEvent):
    """Part of what was ordered will not be carried out; the rest stands."""

    kind = "order.lines_cancelled"

    lines: list[dict[str, Any]]
    code: str
    reason: str
