"""Periods: made ahead, closed once, for good."""

from datetime import date

from django.utils.translation import gettext as _

from ledger import errors
from ledger.events import PeriodClosedFor
from ledger.models import Period
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import Company, User
from o2c.kernel.workdays import ONE_DAY


@verb
def close_period(*, period_id: int, on: date, actor: User) -> Period:
    """Close a period for good, after every earlier one.

    The lock waits for entries being posted into the period, and those that come later are refused.

    :raises PeriodNotClosable: it is closed, or an earlier one is open.
    :raises NotPermitted: *actor* may not close periods.
    """
    period = Period.objects.lock(period_id)
    ensure_can(period.mark_closed, by=actor, otherwise=errors.PeriodNotClosable)
    earlier = Period.objects.filter(
        company_id=period.company_id, ends_on__lt=period.starts_on, state=Period.State.OPEN
    ).first()
    if earlier is not None:
        raise errors.PeriodNotClosable(
            _("The earlier period %(earlier)s is still open.") % {"earlier": earlier},
            hint=_("Close it first."),
        )
    audit.set_actor(actor.pk)
    period.mark_closed()
    period.save(update_fields=["state"])
    announce(PeriodClosedFor(document_id=period.pk, number=period.name, on=on, actor_id=actor.pk))
    return period


def open_periods(*, company: Company, since: date, until: date) -> None:
    """Create the calendar months from *since* to *until* that the company does not have yet."""
    months, first = [], since.replace(day=1)
    while first <= until:
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        months.append(
            Period(company=company, name=f"{first:%Y-%m}", starts_on=first, ends_on=following - ONE_DAY)
        )
        first = following
    Period.objects.bulk_create(months, ignore_conflicts=True)
