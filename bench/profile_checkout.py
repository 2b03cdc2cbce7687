"""Where the time goes when a shop places an order over HTTP: statements, and Python function by function.

The request passes through all of Django in this process, without a server or a socket; everything else is as in
production. Calls of functions are counted besides seconds, because they are the same on a noisy machine.
"""

import cProfile
import pstats
import statistics
import time
from collections.abc import Iterator
from io import StringIO
from itertools import count

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import application, scratch
from bench.shop import Shop

WARM_UP, TIMED, PROFILED = 50, 200, 100
CUSTOMERS = 40
SHOWN = 45


class Checkout:
    """A shop that places orders, no two alike."""

    def __init__(self) -> None:
        """Open the shop in the database in use."""
        self.client = Client(SERVER_NAME="localhost")
        self.shop = Shop()
        self.serial: Iterator[int] = count(1)

    def place(self) -> None:
        """Place one order, which is confirmed."""
        number = next(self.serial)
        answer = self.client.post(
            "/api/v1/orders",
            self.shop.order(number),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.shop.secret}", "Idempotency-Key": f"bench-{number}"},
        )
        if answer.status_code != 201 or answer.json()["state"] != "confirmed":
            raise RuntimeError(f"The order was not confirmed: {answer.content.decode()[:500]}")


def run() -> str:
    """Build a company in a database of its own, place orders, and return what was found."""
    with scratch.server() as server:
        scratch.use(server.create("profile"))
        scratch.migrate()
        application.build(customers_wanted=CUSTOMERS, products_wanted=application.LINES)
        return _report(Checkout())


def _report(checkout: Checkout) -> str:
    for _ in range(WARM_UP):
        checkout.place()
    with CaptureQueriesContext(connection) as captured:
        checkout.place()
    statements = len(captured)  # now: the next request forgets them
    taken = []
    for _ in range(TIMED):
        started = time.perf_counter()
        checkout.place()
        taken.append((time.perf_counter() - started) * 1000)
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(PROFILED):
        checkout.place()
    profile.disable()
    text = StringIO()
    stats = pstats.Stats(profile, stream=text)
    calls = getattr(stats, "total_calls", 0) // PROFILED
    head = (
        f"An order of {application.LINES} lines: {statements} statements, {calls} calls of functions, "
        f"{statistics.median(taken):.1f} ms (the fastest {min(taken):.1f} ms).\n"
    )
    for order in ("cumulative", "tottime"):
        stats.sort_stats(order).print_stats(SHOWN)
    return head + text.getvalue()
