"""The servers that a command needs, shared by every dev.py of the same run directory.

The last one that uses them stops them. Who uses them is known by locks, which the kernel drops when a process
dies: servers that a killed dev.py left behind are found running, used, and stopped by whoever comes last.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from devtools import postgres, valkey
from devtools.application import end_leftovers
from devtools.console import Console, StopError
from devtools.locks import Claim, exclusive
from devtools.paths import run_directory
from devtools.postgres import PostgresServer
from devtools.processes import uninterrupted
from devtools.valkey import ValkeyServer


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers are; the local ones are None when the environment names others."""

    database_url: str
    redis_url: str
    run_dir: Path
    postgres: PostgresServer | None
    valkey: ValkeyServer | None

    def environment(self) -> dict[str, str]:
        """Return the variables that tell a command where the servers are."""
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "O2C_RUN_DIR": str(self.run_dir),
        }

    def restart_lost(self) -> list[str]:
        """Start the local servers that have gone, and return what they are called."""
        lost = [
            server for server in (self.postgres, self.valkey) if server is not None and server.pid is None
        ]
        with exclusive(self.run_dir / "start.lock"):
            return [server.start().name for server in lost]


@contextmanager
def use_servers(console: Console) -> Iterator[Servers]:
    """Provide PostgreSQL and a Redis-protocol server while the command runs.

    DATABASE_URL and REDIS_URL win when they are set.
    """
    run_dir = run_directory()
    run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if run_dir.stat().st_uid != os.geteuid():
        raise StopError(
            f"{run_dir} is another user's: remove it, or set O2C_RUN_DIR to a directory of your own."
        )
    users = Claim(run_dir / "users.lock")
    with ExitStack() as ending:
        ending.callback(users.release)
        with exclusive(run_dir / "start.lock"):
            users.share()
            ending.callback(_stop_when_last, users, console, found := _servers(run_dir))
            _start(found, console)
        yield found


def _servers(run_dir: Path) -> Servers:
    database_url = os.environ.get("DATABASE_URL", "")
    redis_url = os.environ.get("REDIS_URL", "")
    own_postgres = None if database_url else PostgresServer(run_dir)
    own_valkey = None if redis_url else ValkeyServer(run_dir)
    return Servers(
        database_url=database_url or (own_postgres.url if own_postgres else ""),
        redis_url=redis_url or (own_valkey.url if own_valkey else ""),
        run_dir=run_dir,
        postgres=own_postgres,
        valkey=own_valkey,
    )


def _start(servers: Servers, console: Console) -> None:
    if servers.postgres is None:
        _require("DATABASE_URL", servers.database_url, postgres.answers)
    else:
        running = servers.postgres.pid is not None
        with console.step("PostgreSQL 18: using the one that runs" if running else "PostgreSQL 18: starting"):
            servers.postgres.start()
    if servers.valkey is None:
        _require("REDIS_URL", servers.redis_url, valkey.answers)
    else:
        running = servers.valkey.pid is not None
        with console.step("Valkey: using the one that runs" if running else "Valkey: starting"):
            servers.valkey.start()


def _require(variable: str, url: str, answers: Callable[[str], bool]) -> None:
    if not answers(url):
        shown = re.sub(r":[^:@/]*@", ":***@", url)
        raise StopError(
            f"No server answers at {variable}={shown}: start it, or unset {variable} to use a local one."
        )


def _stop_when_last(users: Claim, console: Console, servers: Servers) -> None:
    with uninterrupted(), exclusive(servers.run_dir / "start.lock"):
        if not users.try_exclusive():
            return
        end_leftovers(servers.run_dir)  # no dev.py lives that could have use for them
        running = [
            server for server in (servers.valkey, servers.postgres) if server is not None and server.pid
        ]
        if running:
            with console.step("Stopping the servers"):
                for server in running:
                    server.stop()


@contextmanager
def database_for_tests(servers: Servers) -> Iterator[str]:
    """Provide the DATABASE_URL of a test run.

    Django puts ``test_`` before the database's name. Test runs at the same time on the same server get
    different names, else they would drop each other's tables.
    """
    if servers.postgres is None:
        yield servers.database_url
        return
    for number in range(1, 100):
        claim = Claim(servers.run_dir / f"test-{number}.lock")
        if claim.try_exclusive():
            try:
                yield servers.postgres.url_of("o2c" if number == 1 else f"o2c_{number}")
            finally:
                claim.release()
            return
    raise StopError("A hundred test runs use this run directory: wait for one, or set O2C_RUN_DIR.")
