"""What credit announces."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLimitChanged(DomainEvent):
    """A customer may owe more, or less, than before. The document is the credit account."""

    kind = "credit_account.limit_changed"

    customer_id: int
    limit: str
