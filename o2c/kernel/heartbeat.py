"""That the workers live: the dispatcher, which runs at least every minute, leaves its time in the cache."""

import logging
from datetime import UTC, datetime

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger("o2c.heartbeat")
SEEN = "dispatcher-seen"


def beat(*, at: datetime) -> None:
    """Note that a worker dispatches at *at*; without Redis nothing is noted."""
    try:
        cache.set(SEEN, at.timestamp(), timeout=None)
    except (RedisError, OSError) as error:
        log.warning("The heartbeat cannot be noted (%s).", error)


def last_seen() -> datetime | None:
    """Return when a worker last dispatched, None if none ever did.

    :raises RedisError: Redis does not answer.
    """
    seen = cache.get(SEEN)
    return None if seen is None else datetime.fromtimestamp(float(seen), UTC)
