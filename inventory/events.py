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
