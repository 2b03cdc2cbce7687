"""What receivables announce."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived(DomainEvent):
    """Money came in and is on the customer's account."""

    kind = "payment.received"

    customer_id: int
    amount: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAllocated(DomainEvent):
    """Money was used for open items."""

    kind = "payment.allocated"

    customer_id: int
    amount: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReversed(DomainEvent):
    """A payment was taken out of the books again."""

    kind = "payment.reversed"

    customer_id: int
    amount: str
    currency: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAllocated(DomainEvent):
    """A credit note was used for open items."""

    kind = "receivable.credit_allocated"

    customer_id: int
    amount: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableSettled(DomainEvent):
    """An open item is paid in full."""

    kind = "receivable.settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableReopened(DomainEvent):
    """A settled item is open again: an allocation was taken back."""

    kind = "receivable.reopened"
