"""What orders announce."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from o2c.kernel.events import DomainEvent
from o2c.kernel.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent(DomainEvent):
    """Something that happened to an order; whoever hears of it knows whose order it is."""

    customer_id: int

    @classmethod
    def of(cls, document: Any, *, on: date, actor: User, **fields: Any) -> Self:
        """Return the event about an order with the kind's own *fields*."""
        return cls(
            document_id=document.pk,
            number=document.number,
            on=on,
            actor_id=actor.pk,
            **{"customer_id": document.customer_id, **fields},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuoted(OrderEvent):
    """A customer was quoted prices that hold until a day; a revised quote is quoted again."""

    kind = "order.quoted"

    version: int
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuoteAccepted(OrderEvent):
    """The customer takes the quote."""

    kind = "order.quote_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuoteLost(OrderEvent):
    """The customer does not take the quote."""

    kind = "order.quote_lost"

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuoteExpired(OrderEvent):
    """A quote's validity is over, and nobody accepted it."""

    kind = "order.quote_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuoteRenewed(OrderEvent):
    """An expired quote holds again."""

    kind = "order.quote_renewed"

    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCreated(OrderEvent):
    """An order was captured."""

    kind = "order.created"

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSubmitted(OrderEvent):
    """The customer stands by the order."""

    kind = "order.submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderConfirmed(OrderEvent):
    """Stock is reserved and credit committed."""

    kind = "order.confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld(OrderEvent):
    """The order waits, with its reasons."""

    kind = "order.held"

    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRechecked(OrderEvent):
    """A held order was checked again and goes on waiting for the same reasons, with the figures of the day."""

    kind = "order.rechecked"

    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReleased(OrderEvent):
    """A person let the order pass in spite of the hold reasons named."""

    kind = "order.released"

    reason: str
    codes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReleaseProposed(OrderEvent):
    """A person would let the order pass, up to a gross amount in its currency; a second one decides."""

    kind = "order.release_proposed"

    reason: str
    codes: list[str]
    up_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReleaseRejected(OrderEvent):
    """A proposed release was not agreed to; the order goes on waiting."""

    kind = "order.release_rejected"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlacedWhileOverdue(OrderEvent):
    """A customer ordered while they owe overdue money, whether that holds the order or not."""

    kind = "order.placed_while_overdue"

    currency: str
    overdue: str
    days: int
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAmended(OrderEvent):
    """What was agreed is another: the order's new version, and what changed (`orders.diff.to_announce`)."""

    kind = "order.amended"

    version: int
    changes: list[dict[str, Any]]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBackordersReserved(OrderEvent):
    """Stock came for lines that waited for it."""

    kind = "order.backorders_reserved"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReallocated(OrderEvent):
    """Stock reserved for the order went to orders that come before it."""

    kind = "order.reallocated"

    product_id: int
    quantity: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(OrderEvent):
    """The order will not be carried out."""

    kind = "order.cancelled"

    reason: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLinesCancelled(OrderEvent):
    """Part of what was ordered will not be carried out; the rest stands."""

    kind = "order.lines_cancelled"

    lines: list[dict[str, Any]]
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRestCancelled(OrderEvent):
    """What has not shipped will not be."""

    kind = "order.rest_cancelled"

    reason: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClosed(OrderEvent):
    """Shipped, invoiced and settled."""

    kind = "order.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReopened(OrderEvent):
    """An invoice of a closed order is open again."""

    kind = "order.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDelayed(OrderEvent):
    """A promise will not be kept: what it was, and what it is now if we know.

    With *shipment*, its number, the goods are on the road and the day is the carrier's.
    """

    kind = "order.delayed"

    was: date
    now: date | None
    reason: str
    shipment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUnfulfillable(OrderEvent):
    """We cannot deliver these quantities, by position; they are cancelled in the same transaction."""

    kind = "order.unfulfillable"

    lines: list[dict[str, Any]]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequestReceived(DomainEvent):
    """Somebody wants something, in their own words. The document is the request."""

    kind = "order_request.received"

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequestAnswered(DomainEvent):
    """A request became an order or a quote, or was dismissed: then there is none."""

    kind = "order_request.answered"

    order_id: int | None
