"""The dispatcher: takes what is owed from the event table and hands it to the workers."""

import logging
import time
from collections.abc import Collection, Sequence

from celery import shared_task
from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from o2c import wiring
from o2c.gateway import services as gateway
from o2c.gateway.tasks import CALL_LASTS, send_webhooks, sender_called
from o2c.kernel import clock, events, heartbeat, partition

log = logging.getLogger("o2c.dispatch")

# Set while a wake-up call waits in the queue or a dispatcher is awake, so that a busy minute does not queue
# thousands of calls. A dispatcher stays awake for LINGER seconds after it last found something, clears the
# flag, and looks once more: what commits later calls again, what committed before is seen.
CALLED = "dispatch-called/{books}"
LINGER = 0.5
GLANCE = 0.05
LONGEST = 60.0  # then the next commit calls a new one: a task must end long before its time limit

# After a failed call this process leaves the broker alone for so many seconds: one that hangs instead of
# refusing would otherwise cost every commit the socket's timeout.
PAUSE = 30.0
_paused_until = [0.0]


@shared_task(name="o2c.dispatch_events")
def dispatch_events() -> None:
    """Enqueue every delivery that is due. Runs after commits, and every minute for what those missed."""
    heartbeat.beat(at=clock.unmoved())
    latest = time.monotonic() + LONGEST
    asleep_at = time.monotonic() + LINGER
    call_sender()
    while time.monotonic() < min(asleep_at, latest):
        if _dispatch_owed():
            asleep_at = time.monotonic() + LINGER
            cache.touch(_called(), 30)
        time.sleep(GLANCE)
    cache.delete(_called())
    _dispatch_owed()


def _called() -> str:
    """Return the flag of the dispatcher of these books: the sandbox has one of its own."""
    return CALLED.format(books=partition.current())


def _dispatch_owed() -> int:
    """Hand what is due to the workers; return how much it was."""
    handed = 0
    while True:
        owed, told = _owed()
        handed += len(owed) + told
        for due in owed:
            wiring.TASKS[due.handler].apply_async(kwargs=due.arguments())
        if told:
            call_sender()
        if len(owed) < events.MAX_BATCH:
            return handed


def _owed(*, leaving: Collection[str] = ()) -> tuple[list[events.Owed], int]:
    """Write down to whom fresh events are owed; return what is due to our handlers, and how much new to shops."""
    told: list[int] = []

    def tell_shops(event_ids: Sequence[int]) -> None:
        told.append(gateway.fan_out(event_ids, at=clock.unmoved()))

    return events.owed(wiring=wiring.HANDLERS, leaving=leaving, beside=tell_shops), sum(told)


def call_sender() -> None:
    """Ask a worker to send webhooks, if any are due and none is awake; otherwise the next minute does."""
    if gateway.anything_due(at=clock.unmoved()):
        try:
            if cache.add(sender_called(), 1, timeout=CALL_LASTS):
                send_webhooks.apply_async(kwargs={"called": True}, retry=False)
        except (BrokerError, RedisError, OSError) as error:
            log.warning("The broker does not answer (%s); webhooks are sent in the next minute.", error)


def wake() -> None:
    """Ask a worker to dispatch; a dead broker delays the work until the next sweep and fails nothing."""
    if time.monotonic() < _paused_until[0]:
        return
    try:
        if cache.add(_called(), 1, timeout=30):
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
    while owed := _owed(leaving=leaving)[0]:
        for due in owed:
            wiring.TASKS[due.handler](**due.arguments())
            handled += 1
    return handled
