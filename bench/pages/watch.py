"""Pages asked for in this process: the wall clock, and the processor time of both sides.

Django's test client takes the place of the web server, which adds under a millisecond: so the time of this
process and of its one database backend is the request's and nobody else's. Neighbours still slow the processor
itself down, by half and more, and differently from minute to minute. So a fixed piece of work is timed before and
after each request, and the request is counted at the best pace of the run.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from statistics import median
from unittest import mock

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.application import ON
from bench.measure import percentile
from bench.pages.tour import ADMINISTRATOR, Stop
from o2c.kernel.models import User
from o2c.wsgi import settle

WARM_UP = 2
TURNS = 30_000  # of the fixed piece of work, some milliseconds


class Unwell(RuntimeError):
    """A page did not open."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one stop took, in milliseconds, request by request.

    *cpu_ms* is of both sides, *pace_ms* what the fixed piece of work took around each request, *best_ms* at best.
    """

    stop: Stop
    wall_ms: list[float]
    cpu_ms: list[float]
    statements: int
    pace_ms: list[float]
    best_ms: float = 0.0

    @property
    def undisturbed_ms(self) -> list[float]:
        """Return the processor time of each request at the best pace."""
        return [cpu * self.best_ms / pace for cpu, pace in zip(self.cpu_ms, self.pace_ms, strict=True)]

    @property
    def p95(self) -> float:
        """Return the processor time that 95 of 100 requests do not exceed: what the bar is held against."""
        return percentile(self.undisturbed_ms, 95)

    @property
    def p50(self) -> float:
        """Return the median processor time."""
        return median(self.undisturbed_ms)


def pace() -> float:
    """Return how many milliseconds of processor time a fixed piece of work takes just now."""
    began, found = time.process_time(), {}
    for turn in range(TURNS):
        found[turn & 1023] = str(turn)
    return 1000 * (time.process_time() - began)


class Visitor:
    """Asks for pages on the business date of the benchmark."""

    def __init__(self) -> None:
        """Connect to the database in use, in a process that has settled as the web server's do.

        No query gets helpers whose time nobody would count.
        """
        settle()
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        self.backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        self.noon = timezone.now().replace(year=ON.year, month=ON.month, day=ON.day, hour=12)
        self.clients: dict[tuple[str, datetime], Client] = {}

    def visit(self, stop: Stop, *, times: int) -> Seen:
        """Ask for a page *times* times.

        :raises Unwell: it does not open.
        """
        noon = self.noon + stop.later
        client = self._client(stop.role, noon)
        with mock.patch.object(timezone, "now", return_value=noon):
            for _ in range(WARM_UP):
                self._ask(client, stop)
            with CaptureQueriesContext(connection) as captured:
                self._ask(client, stop)
            statements = len(captured)
            walls, cpus, paces = zip(*(self._timed(client, stop) for _ in range(times)), strict=True)
        return Seen(stop, list(walls), list(cpus), statements, list(paces))

    def _client(self, role: str, noon: datetime) -> Client:
        if (role, noon) not in self.clients:
            user, _made = User.objects.get_or_create(
                username=f"bench {role or 'root'}",
                defaults={"is_superuser": role == ADMINISTRATOR, "is_staff": role == ADMINISTRATOR},
            )
            user.groups.set(Group.objects.filter(name=role))
            client = self.clients[role, noon] = Client(SERVER_NAME="localhost")
            with mock.patch.object(timezone, "now", return_value=noon):
                client.force_login(user)
        return self.clients[role, noon]

    def _timed(self, client: Client, stop: Stop) -> tuple[float, float, float]:
        before = pace()
        wall, cpu = time.perf_counter(), time.process_time() + self._backend_seconds()
        self._ask(client, stop)
        cpu = time.process_time() + self._backend_seconds() - cpu
        wall = time.perf_counter() - wall
        return 1000 * wall, 1000 * cpu, (before + pace()) / 2

    def _backend_seconds(self) -> float:
        """Return the processor time of the backend, where the system tells it."""
        try:
            return int(self.backend.read_text().split()[0]) / 1e9
        except OSError:
            return 0.0

    def _ask(self, client: Client, stop: Stop) -> None:
        if stop.posts is None:
            answer = client.get(stop.address, headers=stop.headers, follow=True)  # to the last page there is
        else:
            answer = client.post(stop.address, stop.posts, headers=stop.headers)
        if answer.status_code != 200:
            raise Unwell(f"{stop.name}: {stop.address} answers {answer.status_code}")
        if stop.is_file and answer.streaming:  # of a long list, a job is begun instead
            parts = iter(answer.streaming_content)  # type: ignore[attr-defined]
            for _ in range(3):
                next(parts, b"")
            answer.close()


def look_round(stops: Sequence[Stop], *, times: int) -> dict[str, Seen]:
    """Return what every stop took in the database in use, at the best pace of the round."""
    visitor = Visitor()
    seen = [visitor.visit(stop, times=times) for stop in stops]
    best = percentile([one for stop in seen for one in stop.pace_ms], 5)
    return {one.stop.name: replace(one, best_ms=best) for one in seen}
