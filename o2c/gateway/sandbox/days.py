"""How far the sandbox's clock may be moved, and the job that moves it."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from o2c.gateway.errors import InvalidClock
from o2c.kernel import longwork, partition
from o2c.kernel.db import verb
from o2c.kernel.figures import day_words
from o2c.kernel.models import Job, Sandbox, User

LONGEST = 60


@verb
def move_clock(*, to: date, on: date, actor: User) -> Job:
    """Queue the passing of the days from *on*, the sandbox's today, to *to*.

    :raises InvalidClock: *to* is no later day, or too far away.
    """
    days = (to - on).days
    if not 1 <= days <= LONGEST:
        raise InvalidClock(
            _("The clock stands at %(on)s and cannot be moved to %(to)s.")
            % {"on": day_words(on), "to": day_words(to)},
            today=on.isoformat(),
        )
    return longwork.queue(
        kind=Job.Kind.CLOCK,
        asked={"ahead": partition.ahead().days, "to": to.isoformat()},
        total=days,
        on=on,
        actor=actor,
    )


def keep_ahead(ahead: timedelta) -> None:
    """Write down how far the sandbox's clock is ahead now."""
    Sandbox.objects.filter(pk=1, ahead__lt=ahead).update(ahead=ahead)
