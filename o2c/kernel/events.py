"""The one event table: outbox, activity feed and process log.

``announce`` writes the event in the transaction that caused it; after the commit the dispatcher is
woken. ``owed`` turns fresh events into deliveries, one per handler that the wiring names, and
returns what is due; ``consume`` has the effect of one delivery exactly once. A message lost by the
broker is owed again when its time comes, so nothing depends on the broker's memory.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from o2c.kernel.db import current_work, fetch_all, requires_transaction, unit_of_work
from o2c.kernel.errors import DomainError
from o2c.kernel.models import EventDelivery, User
from o2c.kernel.tracing import current_request_id

MAX_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """Something that happened to a document. Subclasses name the kind and add JSON-ready fields."""

    kind: ClassVar[str]

    document_id: int
    number: str
    on: date
    actor_id: int

    @classmethod
    def of(cls, document: Any, *, on: date, actor: User, **fields: Any) -> Self:
        """Return the event about *document* (which has ``pk`` and ``number``) with the kind's own *fields*."""
        return cls(document_id=document.pk, number=document.number or "", on=on, actor_id=actor.pk, **fields)

    def payload(self) -> str:
        """Return the subclass's own fields as JSON."""
        own = {
            field.name: getattr(self, field.name) for field in fields(self) if field.name not in BASE_FIELDS
        }
        return json.dumps(own, default=str)


BASE_FIELDS = {"document_id", "number", "on", "actor_id"}


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that is due: which handler owes which event its effect."""

    handler: str
    event_id: int
    document_id: int
    payload: dict[str, Any]
    request_id: str

    def arguments(self) -> dict[str, Any]:
        """Return what the handler is called with."""
        return {
            "event_id": self.event_id,
            "document_id": self.document_id,
            "payload": self.payload,
            "request_id": self.request_id,
        }


_wake_dispatcher: list[Callable[[], None]] = []


def on_announcement(wake: Callable[[], None]) -> None:
    """Set what wakes the dispatcher after a commit; the project's wiring does so at start-up."""
    _wake_dispatcher[:] = [wake]


@requires_transaction
def announce(event: DomainEvent) -> None:
    """Record *event*; all events of the running verb are inserted together just before its commit."""
    work = current_work()
    if not work.events:
        work.before_commit.append(_write_events)
    work.events.append(event)


@requires_transaction
def call_dispatcher() -> None:
    """Wake the dispatcher after the commit, for work that no event announces."""
    for wake in _wake_dispatcher:
        transaction.on_commit(wake, robust=True)


INSERT = """
INSERT INTO kernel_event (kind, document_type, document_id, document_number, "on", actor_id, payload, request_id)
SELECT kind, split_part(kind, '.', 1), document_id, number, "on", actor, payload::jsonb, %s::text
FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::date[], %s::bigint[], %s::text[])
    WITH ORDINALITY AS new(kind, document_id, number, "on", actor, payload, place)
ORDER BY place
"""


def _write_events() -> None:
    events = current_work().events
    fetch_all(
        INSERT,
        [
            current_request_id(),
            [event.kind for event in events],
            [event.document_id for event in events],
            [event.number for event in events],
            [event.on for event in events],
            [event.actor_id for event in events],
            [event.payload() for event in events],
        ],
    )
    call_dispatcher()


NEW_DELIVERIES = """
WITH fresh AS MATERIALIZED (
    SELECT id, kind FROM kernel_event WHERE dispatched_at IS NULL
    ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
), marked AS (
    UPDATE kernel_event e SET dispatched_at = clock_timestamp() FROM fresh WHERE e.id = fresh.id
), delivered AS (
    INSERT INTO kernel_eventdelivery (event_id, handler, attempts, error)
    SELECT fresh.id, wired.handler, 0, ''
    FROM fresh JOIN unnest(%s::text[], %s::text[]) AS wired(kind, handler) ON wired.kind = fresh.kind
    ON CONFLICT (event_id, handler) DO NOTHING
)
SELECT id FROM fresh
"""

# A delivery is offered again after 30 s, 1 min, 2 min ... up to an hour: the message may be lost.
DUE = """
WITH due AS MATERIALIZED (
    SELECT d.id FROM kernel_eventdelivery d
    WHERE d.handled_at IS NULL AND d.next_try_at <= clock_timestamp() AND d.handler <> ALL(%s::text[])
    ORDER BY d.event_id, d.id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE kernel_eventdelivery d
SET attempts = least(d.attempts + 1, 1000),
    next_try_at = clock_timestamp() + least(interval '15 s' * power(2, least(d.attempts + 1, 10)), interval '1 h')
FROM due, kernel_event e
WHERE d.id = due.id AND e.id = d.event_id
RETURNING d.handler, e.id, e.document_id, e.payload, e.request_id
"""


def owed(
    *,
    wiring: Mapping[str, Sequence[str]],
    leaving: Collection[str] = (),
    limit: int = MAX_BATCH,
    beside: Callable[[Sequence[int]], object] | None = None,
) -> list[Owed]:
    """Record the deliveries of fresh events and return those that are due, oldest event first.

    *wiring* names the handlers of each event kind; what is due to the handlers in *leaving* is recorded
    and stays due. *beside* gets the ids of the fresh events in the same transaction, so what it writes about
    them is written once. Callers enqueue what is returned after this
    function's own transaction has committed; if that fails, the deliveries fall due again.
    """
    pairs = [(kind, handler) for kind, handlers in wiring.items() for handler in handlers]
    with transaction.atomic():
        fresh = fetch_all(
            NEW_DELIVERIES,
            [limit, [kind for kind, _ in pairs], [handler for _, handler in pairs]],
        )
        if fresh and beside is not None:
            beside([event_id for (event_id,) in fresh])
        rows = fetch_all(DUE, [list(leaving), limit])
    due = [
        Owed(handler, event_id, document_id, json.loads(payload), request_id)
        for handler, event_id, document_id, payload, request_id in rows
    ]
    return sorted(due, key=lambda owed: owed.event_id)


def consume(*, event_id: int, handler: str, effect: Callable[[], object], at: datetime) -> bool:
    """Have *effect* for this event and handler exactly once; say whether it was had now.

    The effect and the mark commit together. When the effect fails, the delivery keeps the error and
    stays owed, and the error is raised.
    """
    with _noting_errors(event_id, handler), unit_of_work():
        delivery = _owing(event_id, handler).select_for_update(skip_locked=True).first()
        if delivery is None:
            return False
        effect()
        _mark_handled(delivery, at)
        return True


def consume_repeatable(*, event_id: int, handler: str, effect: Callable[[], object], at: datetime) -> bool:
    """Have an *effect* that does no harm when it is had twice, in transactions of its own, then mark it.

    For effects that touch many documents one by one, or that compute for long before they write.
    """
    with _noting_errors(event_id, handler):
        delivery = _owing(event_id, handler).first()
        if delivery is None:
            return False
        effect()
        _mark_handled(delivery, at)
        return True


def _owing(event_id: int, handler: str) -> QuerySet[EventDelivery]:
    return EventDelivery.objects.filter(event_id=event_id, handler=handler, handled_at=None)


def _mark_handled(delivery: EventDelivery, at: datetime) -> None:
    EventDelivery.objects.filter(pk=delivery.pk).update(handled_at=at, error="")


@contextmanager
def _noting_errors(event_id: int, handler: str) -> Iterator[None]:
    """Keep the error of a failed effect on its delivery, where the job console shows it."""
    try:
        yield
    except Exception as error:
        text = (
            f"{error.code}: {error}" if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
        )
        with suppress(DatabaseError):  # the error itself matters more than the note of it
            EventDelivery.objects.filter(event_id=event_id, handler=handler).update(error=text[:2000])
        raise
