"""A process that brings up children to be killed: each deed runs in a fork of its own, on its own connection.

The nursery loads the application once and forks a child per deed, so a child costs milliseconds. A child
can be told to die (SIGKILL, by its own hand) at its n-th failpoint. Failpoints are found, not planted:
before every SQL statement, before every COMMIT and after it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import django
from django.db import connection, connections

if __name__ == "__main__":
    django.setup()

from tests.faults import deeds


@dataclass(frozen=True)
class Outcome:
    """How a child ended: killed, or with a result or an error, after how many failpoints."""

    killed: bool
    points: int
    result: Any
    error: str


class Nursery:
    """The test's side: a running nursery on one database, with one broker."""

    def __init__(
        self, *, database_url: str, settings: str = "o2c.settings.test", redis_url: str = ""
    ) -> None:
        environment = os.environ | {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": settings}
        if redis_url:
            environment["REDIS_URL"] = redis_url
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def run(self, deed: str, *, die_at: int = 0, **arguments: Any) -> Outcome:
        """Let a child do *deed* (of `tests.faults.deeds`), and die at failpoint *die_at*; zero: live."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"deed": deed, "die_at": die_at, "arguments": arguments}) + "\n")
        process.stdin.flush()
        return Outcome(**json.loads(process.stdout.readline()))

    def do(self, deed: str, **arguments: Any) -> Any:
        """Let a child do *deed* and return its result; it must not fail."""
        outcome = self.run(deed, **arguments)
        assert not outcome.killed
        assert outcome.error == "", outcome.error
        return outcome.result

    def close(self) -> None:
        """Send the nursery home."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


def url_of(settings: Mapping[str, Any]) -> str:
    """Return the DATABASE_URL of a connection's settings."""
    host = str(settings["HOST"])
    user = f"{settings['USER']}:{settings['PASSWORD']}" if settings["PASSWORD"] else str(settings["USER"])
    if host.startswith("/"):
        return f"postgresql:///{settings['NAME']}?host={host}&user={settings['USER']}"
    return f"postgresql://{user}@{host}:{settings['PORT']}/{settings['NAME']}"


# ---- the nursery's own side


def main() -> None:
    """Fork a child for each line of standard input, and say on standard output how it ended."""
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _live(order, writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        told = json.loads(said) if said else {"points": 0, "result": None, "error": "it said nothing"}
        sys.stdout.write(json.dumps({"killed": killed, **told}) + "\n")
        sys.stdout.flush()


def _live(order: dict[str, Any], writing: int) -> None:
    """Do the deed of a child, and end the process."""
    points = _plant_failpoints(order["die_at"])
    told: dict[str, Any] = {"result": None, "error": ""}
    try:
        told["result"] = getattr(deeds, order["deed"])(**order["arguments"])
    except BaseException as error:  # noqa: BLE001 - told to the test, which judges it
        told["error"] = f"{type(error).__name__}: {error}"
    connections.close_all()
    os.write(writing, json.dumps({**told, "points": points[0]}).encode())
    os._exit(0)


def _plant_failpoints(die_at: int) -> list[int]:
    """Count statements and commits; die at the one that is due. Returns the count, which moves on."""
    points = [0]

    def point() -> None:
        points[0] += 1
        if points[0] == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        point()
        return execute(sql, params, many, context)

    commit = connection._commit

    def around_commit() -> None:
        point()
        commit()
        point()

    connection.execute_wrappers.append(before_statement)
    connection._commit = around_commit  # type: ignore[method-assign]
    return points


if __name__ == "__main__":
    main()
