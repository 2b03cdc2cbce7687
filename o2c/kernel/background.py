"""How the apps' tasks are made: consumers of events, and jobs of one business date."""

import logging
from collections.abc import Callable
from typing import Any

from celery import Task, shared_task

from o2c.kernel import clock, events, jobs, partition
from o2c.kernel.models import Company
from o2c.kernel.partition import Mode
from o2c.kernel.tracing import on_behalf_of

log = logging.getLogger("o2c.events")

PARTITION = "partition"  # the header that says in which books a task works

Effect = Callable[..., object]
Consume = Callable[..., bool]


class PartitionedTask(Task):  # type: ignore[type-arg]
    """A task that works in the books it was sent from: every task of `o2c.celery` is one."""

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Send the task, with the sender's books in its header."""
        options["headers"] = {PARTITION: partition.current().value} | (options.get("headers") or {})
        return super().apply_async(*args, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it, for a message in the books that its header names."""
        told = self.request.get(PARTITION) or (self.request.headers or {}).get(PARTITION)
        with partition.entered(Mode(told or partition.current())):
            return super().__call__(*args, **kwargs)


def consumer(function: Effect) -> Task[..., None]:
    """Make a function the consumer of an event, had exactly once: its effect and the mark commit together.

    The function gets the event's ``event_id``, ``document_id`` and ``payload``. A failure is kept on the
    delivery, which is offered again later: there is no Celery retry.
    """
    return _consumer(events.consume, function)


def repeatable_consumer(function: Effect) -> Task[..., None]:
    """Make a function the consumer of an event, where having the effect twice does no harm."""
    return _consumer(events.consume_repeatable, function)


def _consumer(consume: Consume, function: Effect) -> Task[..., None]:
    name = f"{function.__module__}.{function.__name__}"

    @shared_task(name=name)
    def run(
        *, event_id: int, document_id: int, payload: dict[str, Any], request_id: str = "", **_: Any
    ) -> None:
        with on_behalf_of(request_id):
            had = consume(
                event_id=event_id,
                handler=name,
                effect=lambda: function(event_id=event_id, document_id=document_id, payload=payload),
                at=clock.now(),
            )
            log.info("%s: %s", name, f"had event {event_id}" if had else f"event {event_id} was had before")

    run.__doc__ = function.__doc__
    return run


def daily_job(function: Callable[..., dict[str, Any]]) -> Task[..., None]:
    """Make a function a job that runs once per business date; it gets ``on`` and returns its figures.

    A person may ask for another run (*again*), always of today: what an earlier day left is still due.
    """
    name = f"{function.__module__}.{function.__name__}"

    @shared_task(name=name)
    def run(*, again: bool = False, **_: Any) -> None:
        on = clock.today(Company.objects.current().time_zone)
        jobs.run_once(job=name, business_date=on, at=clock.now(), work=lambda: function(on=on), again=again)

    run.__doc__ = function.__doc__
    return run
