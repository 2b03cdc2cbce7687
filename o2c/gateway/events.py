"""What becomes of API keys, for the audit trail; no secret is in it."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyIssued(DomainEvent):
    """A shop got a key, new or in place of another."""

    kind = "api_key.issued"

    shop: str
    scopes: list[str]
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(DomainEvent):
    """A key ended at once."""

    kind = "api_key.revoked"

    shop: str
