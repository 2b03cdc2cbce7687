"""Orders over HTTP: the production server with two workers, called side by side, against a call that does nothing."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

from django.core.cache import cache
from django.db import connection

from bench import application, scratch
from bench.load import Load, drive, request
from bench.measure import median_ratio, percentile
from bench.shop import Shop
from o2c import dispatch
from o2c.kernel import partition

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
PLACED = (b"HTTP/1.1 201 ", b'"state":"confirmed"')
NOTHING_DONE = (b"HTTP/1.1 200 ", b"{}")
WARM_UP_SECONDS = 2.0
STARTS_WITHIN = 180  # seconds, on a machine that does much else


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured over HTTP."""

    connections: int = 8
    rounds: int = 9
    seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Called:
    """What was measured, a load a round: doing nothing, and placing orders after a short past and a long one."""

    nothing: list[Load]
    few: list[Load]
    many: list[Load]

    def figures(self) -> dict[str, float]:
        """Return the figures that bars are held against."""
        return {
            "http": median_ratio(_rates(self.few), _rates(self.nothing)),
            "http_p95": percentile([ms for load in self.few for ms in load.took_ms], 95),
            "http_history": median_ratio(_rates(self.few), _rates(self.many)),
            "http_per_second": statistics.median(_rates(self.few)),
        }


def _rates(loads: Sequence[Load]) -> list[float]:
    return [load.per_second for load in loads]


class Contestant:
    """A server on a database of its own, and the shop that calls it."""

    def __init__(self, database: str, port: int) -> None:
        """Open the shop."""
        scratch.use(database)
        self.shop, self.port, self._serial = Shop(), port, count(1)
        self._called_at = 0.0
        connection.close()

    def place(self, plan: Plan, *, seconds: float) -> Load:
        """Place orders, no two alike."""
        return self._drive(self._orders(), PLACED, plan, seconds)

    def do_nothing(self, plan: Plan, *, seconds: float) -> Load:
        """Call the address that does nothing."""
        return self._drive(self._no_ops(), NOTHING_DONE, plan, seconds)

    def _drive(
        self, requests: Iterator[bytes], expected: tuple[bytes, bytes], plan: Plan, seconds: float
    ) -> Load:
        load = drive(
            self.port,
            requests,
            expected=expected,
            connections=plan.connections,
            seconds=seconds,
            meanwhile=self._expect_another_wake_up,
        )
        application.empty_queue()
        return load

    def _orders(self) -> Iterator[bytes]:
        for number in self._serial:
            body = self.shop.order(number)
            yield request("/api/v1/orders", body, secret=self.shop.secret, once=f"bench-{number}")

    def _no_ops(self) -> Iterator[bytes]:
        body = self.shop.order(0)
        while True:
            yield request("/api/bench/no-op", body, secret=self.shop.secret)

    def _expect_another_wake_up(self) -> None:
        """Do as a dispatcher that falls asleep as soon as it may: then the next commit has to call it again."""
        if time.monotonic() - self._called_at > dispatch.LINGER:
            cache.delete(dispatch.CALLED.format(books=partition.current()))
            self._called_at = time.monotonic()


def measure(databases: Sequence[str], plan: Plan) -> Called:
    """Call servers on the databases of the shortest past and of the longest, in turn."""
    with ExitStack() as ending:
        ports = [ending.enter_context(served(database)) for database in databases]
        few, many = (Contestant(*one) for one in zip(databases, ports, strict=True))
        for contestant in (few, many):
            contestant.do_nothing(plan, seconds=WARM_UP_SECONDS / 2)
            contestant.place(plan, seconds=WARM_UP_SECONDS)
        called = Called([], [], [])
        for number in range(plan.rounds):
            turns = [(called.nothing, few.do_nothing), (called.few, few.place), (called.many, many.place)]
            for loads, turn in turns[number % 3 :] + turns[: number % 3]:
                loads.append(turn(plan, seconds=plan.seconds))
    return called


@contextmanager
def served(database: str) -> Iterator[int]:
    """Serve a database as an installation does, on the port that is returned."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        process = subprocess.Popen(
            [ROOT / "deploy" / "entrypoint", "web", "--max-requests", "0"],
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "bench.http_settings",
                "DATABASE_URL": address_of(database),
                "O2C_PYTHON": sys.executable,
                "O2C_BIND": f"fd://{listening.fileno()}",
                "O2C_WEB_WORKERS": str(WORKERS),
            },
            pass_fds=[listening.fileno()],
            start_new_session=True,
        )
        try:
            port = int(listening.getsockname()[1])
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(port: int) -> None:
    """Wait until a worker answers; whatever it says, it is there."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=STARTS_WITHIN)) as line:
        line.request("GET", "/api/v1/health")
        line.getresponse().read()


def address_of(database: str) -> str:
    """Return the DATABASE_URL of a database beside the one in use."""
    settings = connection.settings_dict
    user, password = (quote(str(settings[name] or ""), safe="") for name in ("USER", "PASSWORD"))
    who = f"{user}:{password}@" if password else f"{user}@" if user else ""
    where = {name: str(settings[name.upper()]) for name in ("host", "port") if settings[name.upper()]}
    return f"postgresql://{who}/{database}?{urlencode(where)}"
