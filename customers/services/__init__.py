"""The verbs on customers: register them, and write to them."""

from customers.services.register import register_customer

__all__ = ["register_customer"]
