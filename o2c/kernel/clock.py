"""The clock. Only views, tasks and commands may ask it; a rule gets its date as an argument."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from o2c.kernel import partition


def now() -> datetime:
    """Return this instant, in UTC; in the sandbox, the one that its clock was moved to."""
    return timezone.now() + partition.ahead()


def unmoved() -> datetime:
    """Return the instant that the database stamps rows with, wherever the sandbox's clock was moved to."""
    return timezone.now()


def today(time_zone: str) -> date:
    """Return the business date in *time_zone* (an IANA name, normally the company's)."""
    return day_of(now(), time_zone)


def day_of(instant: datetime, time_zone: str) -> date:
    """Return the business date that *instant* falls on in *time_zone*."""
    return instant.astimezone(ZoneInfo(time_zone)).date()
