"""The dispatcher: takes what is owed from the event table and hands it to the workers."""

import logging
import time
from collections.abc import Collection

from celery import shared_task
from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from o2c import wiring
from o2c.kernel import events

log = logging.getLogger("o2c.dispatch")

# Set while a wake-up call waits in the queue, so that a busy minute does not queue thousands of them.
# The dispatcher clears it before it looks: what commits later sets it again, what committed before is seen.
CALLED = "dispatch-called"

# After a failed call this process leaves the broker alone for so many seconds: one that hangs instead of
# refusing would otherwise cost every commit the socket's timeout.
PAUSE = 30.0
_paused_until = [0.0]


@shared_task(name="o2c.dispatch_events")
def dispatch_events() -> None:
    """Enqueue every delivery that is due. Runs after commits, and every minute for what those missed."""
    cache.delete(CALLED)
    while owed := events.owed(wiring=wiring.HANDLERS):
        for due in owed:
            wiring.TASKS[due.handler].apply_async(
                kwargs={
                    "event_id": due.event_id,
                    "document_id": due.document_id,
                    "payload": due.payload,
                }
            )
        if len(owed) < events.MAX_BATCH:
            return


def wake() -> None:
    """Ask a worker to dispatch; a dead broker delays the work until the next sweep and fails nothing."""
    if time.monotonic() < _paused_until[0]:
        return
    try:
        if cache.add(CALLED, 1, timeout=30):
            dispatch_events.apply_async(retry=False)
    except (BrokerError, RedisError, OSError) as error:
        _paused_until[0] = time.monotonic() + PAUSE
        log.warning("The broker does not answer (%s); the sweep will dispatch.", error)


def run_inline(*, leaving: Collection[str] = ()) -> int:
    """Have the effect of everything owed in this process, and of what that causes; return how many.

    For imports, the demo company and tests: the same handlers in the same order, without a broker.
    What is owed to the handlers named in *leaving* is left to the workers.
    """
    handled = 0
    while owed := events.owed(wiring=wiring.HANDLERS, leaving=leaving):
        for due in owed:
            wiring.TASKS[due.handler](event_id=due.event_id, document_id=due.document_id, payload=due.payload)
            handled += 1
    return handled
