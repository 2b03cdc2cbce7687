"""What credit announces."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLimitChanged(DomainEvent):
    """A customer may owe more, or less, than before. The document is the credit account."""

    kind = "credit_account.limit_changed"

    customer_id: int
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditBlocked(DomainEvent):
    """A customer gets nothing more on credit. The document is the credit account."""

    kind = "credit_account.blocked"

    customer_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditUnblocked(DomainEvent):
    """A customer may order on credit again. The document is the credit account."""

    kind = "credit_account.unblocked"

    customer_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRiskChanged(DomainEvent):
    """The nightly assessment put a customer into another risk class. The document is the credit account."""

    kind = "credit_account.risk_changed"

    customer_id: int
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditReviewed(DomainEvent):
    """Somebody looked at a customer's credit. The document is the credit account."""

    kind = "credit_account.reviewed"

    customer_id: int
    note: str
    review_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRequestEvent(DomainEvent):
    """What the events about a limit request carry. The document is the request."""

    customer_id: int
    limit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRequested(LimitRequestEvent):
    """Somebody asks for another limit."""

    kind = "limit_request.requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitApproved(LimitRequestEvent):
    """A second person agreed."""

    kind = "limit_request.approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRejected(LimitRequestEvent):
    """A second person did not agree."""

    kind = "limit_request.rejected"
