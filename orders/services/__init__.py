"""The verbs on orders: quote, capture, submit, decide, progress. Nothing else writes orders."""

from orders.services.capture import create_order, place_order
from orders.services.decide import (
    cancel_order,
    cancel_rest,
    release_order,
    reserve_backorders,
    retry_order,
)
from orders.services.failures import announce_delay, declare_unfulfillable, renew_promise
from orders.services.inputs import LineInput, OrderInput
from orders.services.preview import CreditOutlook, Preview, preview_order
from orders.services.progress import (
    lines_of,
    lock_order,
    record_invoiced,
    record_returned,
    record_settlement,
    record_shipped,
)
from orders.services.quote import (
    accept_and_submit_quote,
    accept_quote,
    expire_quotes,
    lose_quote,
    quote_order,
    renew_quote,
    revise_quote,
)
from orders.services.shortage import lock_short_order, record_shortage
from orders.services.submit import submit_order

__all__ = [
    "CreditOutlook",
    "LineInput",
    "OrderInput",
    "Preview",
    "accept_and_submit_quote",
    "accept_quote",
    "announce_delay",
    "cancel_order",
    "cancel_rest",
    "create_order",
    "declare_unfulfillable",
    "expire_quotes",
    "lines_of",
    "lock_order",
    "lock_short_order",
    "lose_quote",
    "place_order",
    "preview_order",
    "quote_order",
    "record_invoiced",
    "record_returned",
    "record_settlement",
    "record_shipped",
    "record_shortage",
    "release_order",
    "renew_promise",
    "renew_quote",
    "reserve_backorders",
    "retry_order",
    "revise_quote",
    "submit_order",
]
