"""What every document's page has: a head with the next action, how far it is, its case and its history.

A page is a frozen value that a builder makes in a fixed number of queries, and a template that extends
``documents/page.html`` and fills what is its own (docs/making-a-page.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from customers.models import Message
from o2c.kernel.attached import Attached
from o2c.kernel.worklists import Tag
from reporting.order_actions import Action
from reporting.order_steps import Step
from reporting.outgoing import Told
from reporting.selectors import DocumentChain, Happening
from reporting.timeline import Moment, timeline_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The first lines of a page: what it is, how it stands, whose it is, what it is worth, and plain facts."""

    title: str
    copied: bool = True
    tag: Tag | None = None
    party: str = ""
    party_url: str = ""
    amount: Decimal | None = None
    currency: str = ""
    facts: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """A document's page; *here* is the document that the chain marks, such as ``shipment/7``.

    *own* is what the page's own template shows. Actions that cannot be had stay visible with the reason. The
    history is one line of time of events, of the notes and files *attached*, *messages*, and what shops were *told*.
    """

    head: Head
    actions: list[Action] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    chain: DocumentChain | None = None
    here: str = ""
    history: list[Happening] = field(default_factory=list)
    attached: Attached | None = None
    messages: Sequence[Message] = ()
    told: Sequence[Told] = ()
    own: Any = None

    @property
    def timeline(self) -> list[Moment]:
        """Return everything that happened, the newest first."""
        return timeline_of(self.history, self.attached, self.messages, self.told)
