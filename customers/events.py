"""What customer master data announces."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRegistered(DomainEvent):
    """A new customer can order."""

    kind = "customer.registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageResent(DomainEvent):
    """A person sends a notice again. The document is the message."""

    kind = "message.resent"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSettled(DomainEvent):
    """A person found out that a notice had been sent. The document is the message."""

    kind = "message.settled"
