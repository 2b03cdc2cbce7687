"""F05: the database's first process is killed during a stream of posts. What was acknowledged is there."""

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from devtools.postgres import PostgresServer
from tests.faults.nursery import Nursery, Outcome, url_of

STREAMS = 2


@pytest.fixture
def postgres(tmp_path: Path, django_db_setup: None) -> Iterator[PostgresServer]:
    """A server of this test alone, with the tables of the test database."""
    server = PostgresServer(tmp_path).start()
    dump = subprocess.run(
        [server._binary("pg_dump"), "--no-owner", url_of(connection.settings_dict)],
        capture_output=True,
        check=True,
    )
    subprocess.run(
        [server._binary("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", server.url],
        input=dump.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    yield server
    server.destroy()


def acknowledged(tapes: list[Path]) -> set[str]:
    """The shipments that the streams were told are posted; a line cut short was not told."""
    return {line for tape in tapes if tape.exists() for line in tape.read_text().split("\n")[:-1]}


@pytest.mark.parametrize("posts", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_what_was_acknowledged_before_a_crash_exists_after_it(
    postgres: PostgresServer, tmp_path: Path, posts: int
) -> None:
    """F05: every acknowledged shipment exists whole, no document is half there, the books agree."""
    nurseries = [Nursery(database_url=postgres.url) for _ in range(STREAMS)]
    tapes = [tmp_path / f"tape-{number}" for number in range(STREAMS)]
    outcomes: list[Outcome] = []
    try:
        shop = nurseries[0].do("set_up", products=STREAMS)

        def stream(number: int) -> None:
            outcomes.append(
                nurseries[number].run(
                    "stream",
                    tape=str(tapes[number]),
                    customer_id=shop["customers"][number],
                    sku=shop["skus"][number],
                    on=shop["on"],
                )
            )

        threads = [threading.Thread(target=stream, args=(number,)) for number in range(STREAMS)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 60
        while len(acknowledged(tapes)) < posts and time.monotonic() < deadline:
            time.sleep(0.01)
        postgres.kill()
        for thread in threads:
            thread.join(60)
        assert all("OperationalError" in outcome.error for outcome in outcomes), outcomes

        postgres.start()
        told = acknowledged(tapes)
        assert len(told) >= posts
        posted = nurseries[0].do("ask", sql="SELECT id FROM fulfillment_shipment WHERE state = 'posted'")
        there = {row[0] for row in posted}
        assert told <= there
        assert len(there - told) <= STREAMS  # committed, and the crash came before the answer
        assert nurseries[0].do("sweep") == {}
        assert nurseries[0].do("stream", tape=str(tmp_path / "after"), limit=1, customer_id=shop["customers"][0],
                               sku=shop["skus"][0], on=shop["on"]) == 1  # fmt: skip
    finally:
        for nursery in nurseries:
            nursery.close()
