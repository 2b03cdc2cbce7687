"""What the ledger announces."""

from dataclasses import dataclass

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReversed(DomainEvent):
    """A journal entry was reversed by a new one."""

    kind = "journal_entry.reversed"

    reversal_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPostedByHand(DomainEvent):
    """Somebody posted an entry that no document caused."""

    kind = "journal_entry.posted"

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodClosedFor(DomainEvent):
    """A period takes no more entries."""

    kind = "period.closed"
