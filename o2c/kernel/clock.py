"""The clock. Only views, tasks and commands may ask it; a rule gets its date as an argument."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """Return this instant, in UTC."""
    return timezone.now()


def today(time_zone: str) -> date:
    """Return the business date in *time_zone* (an IANA name, normally the company's)."""
    return timezone.now().astimezone(ZoneInfo(time_zone)).date()
