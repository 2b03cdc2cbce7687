"""How the apps' tasks are made: consumers of events, and jobs of one business date."""

import logging
from collections.abc import Callable
from typing import Any

from celery import Task, shared_task

from o2c.kernel import clock, events, jobs
from o2c.kernel.models import Company
from o2c.kernel.tracing import on_behalf_of

log = logging.getLogger("o2c.events")

Effect = Callable[..., object]
Consume = Callable[..., bool]


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
    """Make a function a job that runs once per business date; it gets ``on`` and returns its figures."""
    name = f"{function.__module__}.{function.__name__}"

    @shared_task(name=name)
    def run(**_: Any) -> None:
        on = clock.today(Company.objects.current().time_zone)
        jobs.run_once(job=name, business_date=on, at=clock.now(), work=lambda: function(on=on))

    run.__doc__ = function.__doc__
    return run
