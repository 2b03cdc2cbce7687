"""How often a key may ask: so many requests a minute, told in headers before it hurts.

Headers as in the IETF draft `draft-ietf-httpapi-ratelimit-headers`. The count lives in Redis; when Redis does
not answer, the call is let through and the failure logged: a shop must not stop selling for lack of a counter.
"""

import logging
import time
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

from o2c.kernel import clock

log = logging.getLogger("o2c.api")

WINDOW = 60

# After a failure this process counts nothing for so many seconds: a Redis that hangs would cost every call its
# socket's timeout.
PAUSE = 10.0
_paused_until = [0.0]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of the minute: *quota* requests, *remaining* of them, for *resets_in* seconds."""

    quota: int
    remaining: int
    resets_in: int
    exceeded: bool = False

    def headers(self) -> dict[str, str]:
        """Return the headers that tell it."""
        told = {
            "RateLimit-Policy": f'"minute";q={self.quota};w={WINDOW}',
            "RateLimit": f'"minute";r={self.remaining};t={self.resets_in}',
        }
        return told | ({"Retry-After": str(self.resets_in)} if self.exceeded else {})


def spend(name: str, *, quota: int) -> Allowance:
    """Count one request of *name* and say what is left of its *quota* a minute."""
    minute, second = divmod(int(clock.now().timestamp()), WINDOW)
    resets_in = WINDOW - second
    key = f"limit/{name}/{minute}"
    if time.monotonic() < _paused_until[0]:
        return Allowance(quota, quota, resets_in)
    try:
        cache.add(key, 0, timeout=WINDOW + 5)
        used = cache.incr(key)
    except ValueError:  # it expired between the two: a new minute
        used = 1
    except (RedisError, OSError) as error:
        _paused_until[0] = time.monotonic() + PAUSE
        log.warning("Redis does not answer (%s): rate limits are not counted, calls are let through.", error)
        return Allowance(quota, quota, resets_in)
    return Allowance(quota, max(0, quota - used), resets_in, exceeded=used > quota)
