"""The verbs on orders: capture, decide, progress. Nothing else writes orders."""

from orders.services.capture import LineInput, OrderInput, create_order, place_order
from orders.services.decide import (
    cancel_order,
    cancel_rest,
    release_order,
    reserve_backorders,
    retry_order,
    submit_order,
)
from orders.services.progress import lines_of, lock_order, record_invoiced, record_settlement, record_shipped
from orders.services.shortage import lock_short_order, record_shortage

__all__ = [
    "lock_short_order",
    "record_shortage",
    "LineInput",
    "OrderInput",
    "cancel_order",
    "cancel_rest",
    "create_order",
    "lines_of",
    "lock_order",
    "place_order",
    "record_invoiced",
    "record_settlement",
    "record_shipped",
    "release_order",
    "reserve_backorders",
    "retry_order",
    "submit_order",
]
