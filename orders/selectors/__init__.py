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
from orders.selectors.standing import CHECKS, LimitUse, Standing, limit_use, standing, standing_today

__all__ = [
    "CHECKS",
    "AllocationRow",
    "ChannelInbox",
    "HeldOrder",
    "LimitUse",
    "ProductChoice",
    "Show",
    "Standing",
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
    "limit_use",
    "lines_with_products",
    "product_choices",
    "releases_to_decide",
    "shown",
    "stage_of",
    "stages_of",
    "standing",
    "standing_today",
    "to_ship",
    "unanswered_orders",
    "versions_after",
    "waiting_for",
    "waiting_requests",
    "with_in_hand",
    "with_progress",
]
