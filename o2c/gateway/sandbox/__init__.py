"""The sandbox of test keys: how a call enters it, what is in it, and how its days pass."""

from o2c.gateway.sandbox.opening import customer_id_of, ensure_filled, entered_with, reset

__all__ = ["customer_id_of", "ensure_filled", "entered_with", "reset"]
