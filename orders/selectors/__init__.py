"""Questions about orders."""

from orders.selectors.allocation import (
    AllocationRow,
    allocation_plan,
    claims,
    due_for_stock,
    waiting_for,
    with_in_hand,
)
from orders.selectors.desk import (
    ChannelInbox,
    HeldOrder,
    channel_inbox,
    held_since,
    hold_queue,
    is_proposed,
    releases_to_decide,
    unanswered_orders,
    versions_after,
    waiting_requests,
)
from orders.selectors.entry import ProductChoice, product_choices
from orders.selectors.lines import lines_with_products
from orders.selectors.lists import (
    Show,
    backordered_lines,
    held,
    held_of_customer,
    shown,
    stage_of,
    stages_of,
    to_ship,
    with_progress,
)

__all__ = [
    "AllocationRow",
    "ChannelInbox",
    "HeldOrder",
    "ProductChoice",
    "Show",
    "allocation_plan",
    "backordered_lines",
    "channel_inbox",
    "claims",
    "due_for_stock",
    "held",
    "held_of_customer",
    "held_since",
    "hold_queue",
    "is_proposed",
    "lines_with_products",
    "product_choices",
    "releases_to_decide",
    "shown",
    "stage_of",
    "stages_of",
    "to_ship",
    "unanswered_orders",
    "versions_after",
    "waiting_for",
    "waiting_requests",
    "with_in_hand",
    "with_progress",
]
