"""What delegation announces."""

from dataclasses import dataclass
from datetime import date

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentGiven(DomainEvent):
    """Somebody was asked to look at a document. The document is the assignment."""

    kind = "assignment.given"

    document_type: str
    about_id: int
    title: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentFinished(DomainEvent):
    """What was asked for is done. The document is the assignment."""

    kind = "assignment.finished"

    document_type: str
    about_id: int
    outcome: str
