"""Whether the API works, and whether what it causes is carried out: for a shop's monitoring, without a key."""

from datetime import datetime, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from redis.exceptions import RedisError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from o2c.kernel import clock, heartbeat
from o2c.kernel.api.endpoints import OpenEndpoint
from o2c.kernel.api.serializers import Output
from o2c.kernel.db import fetch_all

LATE = timedelta(minutes=3)  # the sweep runs every minute; two may be missed
OK, DEGRADED, SILENT = "ok", "degraded", "no answer"

# The oldest event that nobody dispatched, and the longest overdue delivery: each the first row of a partial index.
LAG = """
SELECT extract(epoch FROM greatest(
    clock_timestamp() - (SELECT at FROM kernel_event WHERE dispatched_at IS NULL ORDER BY id LIMIT 1),
    clock_timestamp() - (SELECT min(next_try_at) FROM kernel_eventdelivery WHERE handled_at IS NULL),
    interval '0'
))::int
"""


class HealthOut(Output):
    """What works. ``degraded`` means: orders are taken, what follows them waits."""

    status = serializers.ChoiceField([OK, DEGRADED])
    database = serializers.ChoiceField([OK])
    broker = serializers.ChoiceField([OK, SILENT])
    worker_seen_at = serializers.DateTimeField(
        allow_null=True, help_text="When a worker last looked for work."
    )
    outbox_lag_seconds = serializers.IntegerField(help_text="How long the oldest undone work has waited.")


class HealthView(OpenEndpoint):
    """The state of the service."""

    @extend_schema(operation_id="getHealth", responses={200: HealthOut})
    def get(self, request: Request) -> Response:
        """Say whether everything works. Without a database the answer is 503."""
        return Response(HealthOut(health(at=clock.now())).data)


def health(*, at: datetime) -> dict[str, Any]:
    """Return the figures as of *at*: one statement, one look into Redis."""
    [(lag,)] = fetch_all(LAG, [])
    try:
        broker, seen = OK, heartbeat.last_seen()
    except (RedisError, OSError):
        broker, seen = SILENT, None
    well = seen is not None and at - seen < LATE and lag < LATE.total_seconds()
    return {
        "status": OK if well else DEGRADED,
        "database": OK,
        "broker": broker,
        "worker_seen_at": seen,
        "outbox_lag_seconds": lag,
    }
