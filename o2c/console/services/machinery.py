"""The verbs on the machinery: a job is run again, an effect that is owed is tried at once."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from o2c.celery import daily_jobs
from o2c.console import errors
from o2c.console.events import DeliveryOffered
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.jobs import DEAD_AFTER
from o2c.kernel.jobs.events import JobRunRequested
from o2c.kernel.models import EventDelivery, JobRun, User


@verb
def request_run(*, job: str, at: datetime, on: date, actor: User) -> None:
    """Have a daily job run as soon as a worker is free, for today: what earlier days left is still due.

    :raises UnknownJob: no daily job is called so.
    :raises JobRunning: it is at work.
    :raises NotPermitted: *actor* may not run jobs.
    """
    if not actor.has_perm("kernel.rerun_jobrun"):
        raise NotPermitted(_("%(who)s may not run jobs.") % {"who": actor})
    if job not in daily_jobs():
        raise errors.UnknownJob(_("There is no daily job %(job)s.") % {"job": job})
    last = JobRun.objects.filter(job=job).order_by("-business_date").first()
    if last is not None and last.state == JobRun.State.RUNNING and at - last.started_at <= DEAD_AFTER:
        raise errors.JobRunning(
            _("%(job)s runs since %(time)s UTC.") % {"job": job, "time": f"{last.started_at:%H:%M}"}
        )
    announce(
        JobRunRequested(
            document_id=last.pk if last else 0,
            number=str(last.business_date) if last else "",
            on=on,
            actor_id=actor.pk,
            job=job,
        )
    )


@verb
def offer_again(*, delivery_id: int, at: datetime, on: date, actor: User) -> EventDelivery:
    """Have an effect that is still owed tried at once, instead of when its next try comes.

    :raises DeliveryDone: the effect has been had.
    :raises NotFound: there is no such delivery.
    :raises NotPermitted: *actor* may not deliver again.
    """
    if not actor.has_perm("kernel.redeliver_eventdelivery"):
        raise NotPermitted(_("%(who)s may not deliver events again.") % {"who": actor})
    delivery = EventDelivery.objects.select_for_update(no_key=True).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("There is no delivery %(id)s.") % {"id": delivery_id})
    if delivery.handled_at is not None:
        raise errors.DeliveryDone(_("%(delivery)s was had.") % {"delivery": delivery})
    delivery.attempts, delivery.next_try_at = 0, at
    delivery.save(update_fields=["attempts", "next_try_at"])
    announce(
        DeliveryOffered(
            document_id=delivery.event_id, number="", on=on, actor_id=actor.pk, handler=delivery.handler
        )
    )
    return delivery
