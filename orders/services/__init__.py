"""The verbs on orders, from what came in to what was settled. Nothing else writes orders."""

from orders.services.allocation import reallocate, reserve_backorders
from orders.services.amend import amend_order
from orders.services.amend_preview import AmendmentPreview, preview_amendment
from orders.services.cancel import cancel_lines, cancel_order, cancel_rest
from orders.services.capture import create_order, place_order
from orders.services.decide import retry_order
from orders.services.failures import announce_delay, declare_unfulfillable, renew_promise
from orders.services.inputs import Amendment, LineInput, OrderInput
from orders.services.preview import CreditOutlook, Preview, preview_order, preview_quote
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
from orders.services.release import approve_release, ensure_releasable, reject_release, release_order
from orders.services.requests import dismiss_request, note_answer, receive_request
from orders.services.shortage import lock_short_order, record_shortage
from orders.services.submit import submit_order

__all__ = [
    "Amendment",
    "AmendmentPreview",
    "CreditOutlook",
    "LineInput",
    "OrderInput",
    "Preview",
    "accept_and_submit_quote",
    "accept_quote",
    "amend_order",
    "announce_delay",
    "approve_release",
    "cancel_lines",
    "cancel_order",
    "cancel_rest",
    "create_order",
    "declare_unfulfillable",
    "dismiss_request",
    "ensure_releasable",
    "expire_quotes",
    "lines_of",
    "lock_order",
    "lock_short_order",
    "lose_quote",
    "note_answer",
    "place_order",
    "preview_amendment",
    "preview_order",
    "preview_quote",
    "quote_order",
    "reallocate",
    "receive_request",
    "record_invoiced",
    "record_returned",
    "record_settlement",
    "record_shipped",
    "record_shortage",
    "reject_release",
    "release_order",
    "renew_promise",
    "renew_quote",
    "reserve_backorders",
    "retry_order",
    "revise_quote",
    "submit_order",
]
