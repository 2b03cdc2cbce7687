"""What long work announces."""

from dataclasses import dataclass
from typing import ClassVar

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQueued(DomainEvent):
    """Somebody began work that goes on after the answer."""

    kind: ClassVar[str] = "job.queued"
