"""What stock announces."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReceived(DomainEvent):
    """Goods came in; orders that wait for them can be looked at again. The document is the product."""

    kind = "product.received"

    warehouse: str
    quantity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCounted(DomainEvent):
    """A count found more or less than the books said. The document is the product."""

    kind = "product.counted"

    warehouse: str
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFreed(DomainEvent):
    """What carts held is free again; orders that wait for it can be looked at. The document is the product."""

    kind = "product.freed"

    quantity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReturned(DomainEvent):
    """Goods that a customer sent back are on the shelf again; the document is the product."""

    kind = "product.returned"

    warehouse_id: int
    quantity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRecounted(DomainEvent):
    """A bin in which something was missing has been counted; what is free now may be promised again."""

    kind = "product.recounted"

    warehouse: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockScrapped(DomainEvent):
    """Goods were thrown away. The document is the product."""

    kind = "product.scrapped"

    warehouse: str
    quantity: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLow(DomainEvent):
    """Less is available and expected than the reorder rule asks for. The document is the product."""

    kind = "product.low"

    warehouse: str
    available: str
    minimum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSent(DomainEvent):
    """Goods are on their way to another warehouse. The document is the transfer."""

    kind = "transfer.sent"

    source: str
    target: str
    expected_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReceived(DomainEvent):
    """The goods are in the other warehouse. The document is the transfer."""

    kind = "transfer.received"

    target: str
    missing: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CartExpired(DomainEvent):
    """A cart's time is over and its stock is free again. The document is the cart hold."""

    kind = "cart_hold.expired"

    product_ids: list[int]
