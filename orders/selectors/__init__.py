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
    hold_queue,
    releases_to_decide,
    unanswered_orders,
    waiting_requests,
)
from orders.selectors.lines import lines_with_products
from orders.selectors.lists import (
    Show,
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
    "Show",
    "allocation_plan",
    "channel_inbox",
    "claims",
    "due_for_stock",
    "held",
    "held_of_customer",
    "hold_queue",
    "lines_with_products",
    "releases_to_decide",
    "shown",
    "stage_of",
    "stages_of",
    "to_ship",
    "unanswered_orders",
    "waiting_for",
    "waiting_requests",
    "with_in_hand",
    "with_progress",
]
