"""The verbs on open items and money. Nothing else writes them."""

from receivables.services.allocation import allocate_credit, allocate_payment, reverse_allocation
from receivables.services.payment import open_item, receive_payment, record_payment, reverse_payment

__all__ = [
    "allocate_credit",
    "allocate_payment",
    "open_item",
    "receive_payment",
    "record_payment",
    "reverse_allocation",
    "reverse_payment",
]
