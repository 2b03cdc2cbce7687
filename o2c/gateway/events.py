"""What happens at the gateway."""

from dataclasses import dataclass
from typing import ClassVar

from o2c.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQueued(DomainEvent):
    """A call began work that goes on after its answer."""

    kind: ClassVar[str] = "job.queued"
