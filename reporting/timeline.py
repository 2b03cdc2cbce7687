"""The history of a document as its page shows it: events, notes, files, mails and webhooks in one line of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from customers.models import Message
from o2c.kernel.attached import Attached
from reporting.outgoing import Told
from reporting.selectors import Happening


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing at one time; *kind* says what: event, note, file, message or told."""

    kind: str
    at: datetime
    it: Any


def timeline_of(
    history: Sequence[Happening],
    attached: Attached | None,
    messages: Sequence[Message],
    told: Sequence[Told],
) -> list[Moment]:
    """Return all of it, the newest first."""
    moments = [*_happened(history), *_carried(attached), *_written(messages)]
    moments += [Moment("told", one.at, one) for one in told]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _happened(history: Sequence[Happening]) -> Iterator[Moment]:
    """Yield the events, of those of one instant the last first."""
    for event in sorted(history, key=lambda event: event.id, reverse=True):
        yield Moment("event", event.at, event)


def _carried(attached: Attached | None) -> Iterator[Moment]:
    if attached is None:
        return
    for note in attached.notes:
        yield Moment("note", note.note.written_at, note)
    for file in attached.files:
        yield Moment("file", file.added_at, file)


def _written(messages: Sequence[Message]) -> Iterator[Moment]:
    for message in messages:
        yield Moment("message", message.sent_at or message.queued_at, message)
