"""The verbs on customers: register them, and write to them."""

from customers.services.messages import write_message
from customers.services.register import register_customer
from customers.services.sending import (
    doubt_abandoned,
    queue_retries,
    resend_message,
    send_message,
    send_next,
    settle_uncertain,
)

__all__ = [
    "doubt_abandoned",
    "queue_retries",
    "register_customer",
    "resend_message",
    "send_message",
    "send_next",
    "settle_uncertain",
    "write_message",
]
