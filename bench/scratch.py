"""Databases of the benchmark's own, on the server that DATABASE_URL names."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

PREFIX = "o2c_bench_"
ONE_BENCHMARK_AT_A_TIME = 7_020_114_209  # an advisory lock: any number that nobody else takes


class Busy(RuntimeError):
    """Another benchmark runs on this server."""


def conninfo(database: str | None = None) -> str:
    """Return the libpq parameters of *database*, or of the one that Django is set to."""
    settings = connection.settings_dict
    return make_conninfo(
        "",
        dbname=database or settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        application_name="o2c-bench",
    )


class Server:
    """Makes databases and drops them; holds the lock that keeps other benchmarks away."""

    def __init__(self, maintenance: psycopg.Connection) -> None:
        self._maintenance = maintenance
        self._dropping = ExitStack()

    def create(self, name: str, *, template: str | None = None) -> str:
        """Make the database *name* anew, as a copy of the benchmark's database *template* if given.

        Return its full name. It is dropped at the end.
        """
        full_name = PREFIX + name
        self._drop(full_name)
        source = Identifier(PREFIX + template if template else "template1")
        self._maintenance.execute(
            SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(Identifier(full_name), source)
        )
        self._dropping.callback(self._drop, full_name)
        return full_name

    def _drop(self, full_name: str) -> None:
        self._maintenance.execute(
            SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(full_name))
        )

    def drop_leftovers(self) -> None:
        """Drop what a benchmark that was killed has left."""
        left = self._maintenance.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        ).fetchall()
        for (full_name,) in left:
            self._drop(full_name)

    def drop_all(self) -> None:
        """Drop what `create` made."""
        self._dropping.close()


@contextmanager
def server() -> Iterator[Server]:
    """Provide the server; every database made on it is dropped at the end.

    :raises Busy: another benchmark runs on it.
    """
    with psycopg.connect(conninfo(), autocommit=True) as maintenance:
        [(alone,)] = maintenance.execute("SELECT pg_try_advisory_lock(%s)", [ONE_BENCHMARK_AT_A_TIME])
        if not alone:
            raise Busy("Another benchmark runs on this server: wait until it has finished.")
        scratch, before = Server(maintenance), str(connection.settings_dict["NAME"])
        scratch.drop_leftovers()
        try:
            yield scratch
        finally:
            use(before)
            scratch.drop_all()


def use(full_name: str) -> None:
    """Have Django work on this database from now on."""
    connection.close()
    connection.settings_dict["NAME"] = full_name


def migrate() -> None:
    """Bring the schema of the database in use up to date."""
    call_command("migrate", verbosity=0, interactive=False)
