"""The verbs on stock, and the building blocks that a shipment, an order or a receipt is made of.

Levels are locked in primary-key order before anything is decided, and each verb writes a fixed number
of statements, however many lines it has.
"""

from inventory.services.carts import drop_cart, expire_carts, hold_cart, take_cart
from inventory.services.moves import count, issue, receive, scrap, take_back
from inventory.services.reserve import release, reserve_available, reserve_complete
from inventory.services.supply import (
    cancel_expected,
    change_expected,
    expect_receipt,
    set_bin,
    set_reorder_rule,
    watch_stock,
)
from inventory.services.transfers import receive_transfer, send_transfer

__all__ = [
    "cancel_expected",
    "change_expected",
    "count",
    "drop_cart",
    "expect_receipt",
    "expire_carts",
    "hold_cart",
    "issue",
    "receive",
    "receive_transfer",
    "release",
    "reserve_available",
    "reserve_complete",
    "scrap",
    "send_transfer",
    "set_bin",
    "set_reorder_rule",
    "take_back",
    "take_cart",
    "watch_stock",
]
