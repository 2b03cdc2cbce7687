"""The web server of an installation on the test database, whose workers can be killed between commit and answer."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from tests.faults.nursery import url_of


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Web:
    """A running web server; the worker that finds the *warrant* after a commit removes it and dies."""

    port: int
    warrant: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, secret: str, body: Any = None, **headers: str) -> Answer:
        """Call it on a connection of its own."""
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            caller.request(method, path, None if body is None else json.dumps(body), sent)
            answer = caller.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        finally:
            caller.close()


@contextmanager
def serving(
    directory: Path, *, workers: int = 1, environment: Mapping[str, str] = os.environ
) -> Iterator[Web]:
    """Provide gunicorn as deploy/entrypoint starts it, on the test database; its log is in *directory*."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        web = Web(listening.getsockname()[1], directory / "death-warrant")
        variables = {
            "DATABASE_URL": url_of(connection.settings_dict),
            "DJANGO_SETTINGS_MODULE": "o2c.settings.test",
            "O2C_TEST_DEATH_WARRANT": str(web.warrant),
        }
        options = ["--workers", str(workers), "--threads", "4", "--worker-class", "gthread", "--preload"]
        with (directory / "web.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "tests.faults.dying_web:application", *options,
                 "--no-control-socket", "--bind", f"fd://{listening.fileno()}"],
                stdout=log, stderr=log, env={**environment, **variables}, pass_fds=[listening.fileno()],
            )  # fmt: skip
    try:
        _wait_until_ready(web, process, directory / "web.log")
        yield web
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(web: Web, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            if web.call("GET", "/api/v1/health", "").status == 200:
                return
        except OSError:
            time.sleep(0.1)
