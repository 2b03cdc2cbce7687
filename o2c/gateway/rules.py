"""When a webhook is tried again."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

# Ten tries over about 75 hours, as Standard Webhooks recommends.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
TRIES = len(PAUSES) + 1
LONGEST_WAIT = timedelta(hours=24)
GONE = 410
ASKS_TO_WAIT = {429, 503}


def next_try(*, tries: int, at: datetime, jitter: int, asked: timedelta | None = None) -> datetime | None:
    """Return when to try again after *tries* tries, the last at *at*; None after the last.

    *jitter*, in thousandths, lengthens the pause, so that a shop that comes back is not met by everything at
    once. *asked* is what the shop asked us to wait; it is honoured up to a day, and never shortens the pause.
    """
    if tries >= TRIES:
        return None
    pause = PAUSES[tries - 1]
    pause += pause * jitter / 1000
    return at + max(pause, min(asked or timedelta(0), LONGEST_WAIT))


def waiting_asked(*, status: int | None, retry_after: str, at: datetime) -> timedelta | None:
    """Return how long an answer asks us to wait: ``Retry-After`` in seconds or as a date (RFC 9110, 10.2.3)."""
    if status not in ASKS_TO_WAIT or not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after[:9]), int(LONGEST_WAIT.total_seconds())))
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(until - at, timedelta(0)) if until.tzinfo is not None else None
