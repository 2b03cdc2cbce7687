"""F03: the broker dies, forgets everything, hangs. Posting goes on; nothing is lost and nothing had twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from django.db import connection

from devtools.valkey import ValkeyServer
from invoicing.models import Invoice
from o2c import wiring
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Event, EventDelivery
from tests.faults.nursery import Nursery, url_of
from tests.world import World

pytestmark = pytest.mark.committed
PRINTING = "invoicing.tasks.render_pdf"  # seconds each, and no different from any other task here


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    """A broker of this test alone."""
    server = ValkeyServer(tmp_path).start()
    yield server
    server.destroy()


@pytest.fixture
def shop(world: World, valkey: ValkeyServer) -> Iterator[Nursery]:
    """Web processes that talk to that broker."""
    nursery = Nursery(
        database_url=url_of(connection.settings_dict), settings="o2c.settings.local", redis_url=valkey.url
    )
    yield nursery
    nursery.close()


@contextmanager
def worker(valkey: ValkeyServer, log: Path) -> Iterator[None]:
    """A real worker process on the test database and that broker."""
    environment = os.environ | {
        "DATABASE_URL": url_of(connection.settings_dict),
        "REDIS_URL": valkey.url,
        "DJANGO_SETTINGS_MODULE": "o2c.settings.local",
    }
    queues = ["-Q", "default,billing", "--concurrency", "2", "--without-mingle", "--without-gossip"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "o2c.celery:app", "worker", *queues],
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
        )
        try:
            yield
        finally:  # with its children, in the middle of what they print: nobody here waits for that
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def orders_shipped(world: World, shop: Nursery, count: int) -> dict[str, float]:
    """Place and ship orders in a web process; return how long the slowest verb and all took, in seconds."""
    lantern, customer = world.product(), world.customer()
    done = shop.do(
        "order_and_ship",
        customer_id=customer.pk,
        sku=lantern.sku,
        on=world.on.isoformat(),
        count=count,
    )
    return {"slowest": done["slowest"], "took": done["took"]}


def still_owed() -> int:
    """How many events wait for the dispatcher, and deliveries for their effect."""
    undispatched = Event.objects.filter(dispatched_at=None, kind__in=wiring.HANDLERS).count()
    return undispatched + EventDelivery.objects.filter(handled_at=None).exclude(handler=PRINTING).count()


# What three orders announce that somebody waits for: each order, each shipment, and before them that the
# customer registered, that their limit was set, and that the goods came in.
ANNOUNCED = 3 * ["order.confirmed", "shipment.posted"] + [
    "customer.registered",
    "credit_account.limit_changed",
    "product.received",
]


def the_minutes_pass(shop: Nursery, until: Callable[[], bool]) -> None:
    """What fell due again falls due, and the scheduler asks for a sweep each time, until it has helped."""
    deadline = time.monotonic() + 60
    while not until():
        assert time.monotonic() < deadline, list(
            EventDelivery.objects.filter(handled_at=None).values_list("handler", "attempts", "error")
        )
        fetch_all("UPDATE kernel_eventdelivery SET next_try_at = now() WHERE handled_at IS NULL", [])
        shop.run("ask_for_dispatch")
        time.sleep(0.2)


def everything_is_billed_once(count: int) -> bool:
    """Whether every shipment has its invoice, issued, and nothing is owed."""
    return still_owed() == 0 and Invoice.objects.filter(state=Invoice.State.ISSUED).count() == count


def test_orders_are_taken_and_shipped_without_a_broker_and_not_slower(
    world: World, valkey: ValkeyServer, shop: Nursery
) -> None:
    """F03: the broker is down: the wake-up call gives up at once, the event waits for the sweep."""
    valkey.kill()
    assert orders_shipped(world, shop, 3)["slowest"] < 2.0
    assert still_owed() == len(ANNOUNCED)
    assert shop.run("dispatch_now").error != ""


@pytest.mark.soak  # it waits for a real time-out
def test_a_broker_that_hangs_costs_one_wait_and_no_posting(
    world: World, valkey: ValkeyServer, shop: Nursery
) -> None:
    """F03: the broker accepts connections and never answers: one wait, then it is left alone for a while."""
    pid = valkey.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        took = orders_shipped(world, shop, 3)["took"]
    finally:
        os.kill(pid, signal.SIGCONT)
    assert took < 11.0  # six commits; each would wait five seconds
    assert still_owed() == len(ANNOUNCED)


def test_what_the_broker_forgot_is_delivered_again_and_had_once(
    world: World, valkey: ValkeyServer, shop: Nursery, tmp_path: Path
) -> None:
    """F03: messages are flushed before a worker sees them, later the broker is killed under a worker."""
    orders_shipped(world, shop, 3)
    shop.do("dispatch_now")
    assert still_owed() == sum(len(wiring.HANDLERS[kind]) for kind in ANNOUNCED)
    forget_everything(valkey)
    with worker(valkey, tmp_path / "worker.log"):
        the_minutes_pass(shop, lambda: everything_is_billed_once(3))
        valkey.kill()
        orders_shipped(world, shop, 2)
        valkey.start()
        the_minutes_pass(shop, lambda: everything_is_billed_once(5))
    assert Event.objects.filter(kind="invoice.issued").count() == 5


def forget_everything(valkey: ValkeyServer) -> None:
    """FLUSHALL, as an operator might on the wrong terminal."""
    client = redis.Redis.from_url(valkey.url)
    assert client.dbsize() > 0
    client.flushall()
    client.close()
