"""Rows that hold from a day and to a day: room for a new one among those of the same rule."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalog import errors
from o2c.kernel.figures import day_words
from o2c.kernel.workdays import ONE_DAY


def make_room(same: QuerySet[Any], *, valid_from: date, valid_to: date | None) -> date | None:
    """Clear the days of a new row among those of the *same* rule; return its last day, None for no end.

    What held on *valid_from* ends the day before, and goes on after the new one ends. What is planned for
    later stays as it is: the new row ends the day before.

    :raises InvalidValidity: *valid_to* is before *valid_from*.
    """
    if valid_to is not None and valid_to < valid_from:
        raise errors.InvalidValidity(
            _("%(valid_to)s is before %(valid_from)s.")
            % {"valid_to": day_words(valid_to), "valid_from": day_words(valid_from)}
        )
    planned = same.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if planned is not None and (valid_to is None or planned.valid_from <= valid_to):
        valid_to = planned.valid_from - ONE_DAY
    running = same.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from), valid_from__lte=valid_from).first()
    if running is None:
        return valid_to
    began_on, ended_on = running.valid_from, running.valid_to
    if began_on == valid_from:
        running.delete()
    else:
        running.valid_to = valid_from - ONE_DAY
        running.save(update_fields=["valid_to"])
    if valid_to is not None and (ended_on is None or ended_on > valid_to):
        running.pk, running.valid_from, running.valid_to = None, valid_to + ONE_DAY, ended_on
        running._state.adding = True
        running.save()
    return valid_to
