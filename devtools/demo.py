"""`dev.py run`: the demo company on a free port of this machine, with web, worker and beat, until Ctrl-C."""

import argparse
import http.client
import json
import multiprocessing
import os
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools.application import ENTRYPOINT, MARKERS, end_leftovers
from devtools.console import Console, StopError
from devtools.locks import Claim
from devtools.paths import PYTHON, ROOT
from devtools.processes import Background, Terminated, run_captured, uninterrupted
from devtools.servers import Servers

_FIRST_PORT = 8000
_PORTS_TO_TRY = 100
_END_SECONDS = 20
_STEADY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Options:
    """What the person asked of `run`."""

    port: int | None
    reload: bool


def parse(arguments: Sequence[str]) -> Options:
    """Read the arguments of `run`."""
    parser = argparse.ArgumentParser(prog="dev.py run", description=__doc__)
    parser.add_argument(
        "--port",
        type=int,
        help=f"the port (default: the first free one from {_FIRST_PORT})",
    )
    parser.add_argument(
        "--reload",
        action="store_true",
        help="restart the web process when a file changes",
    )
    found = parser.parse_args(arguments)
    return Options(port=found.port, reload=found.reload)


def serve(options: Options, servers: Servers, environment: Mapping[str, str], console: Console) -> int:
    """Migrate, seed, start the processes, print the address and the logins, and keep it all alive."""
    only_one = Claim(servers.run_dir / "run.lock")
    address_file = servers.run_dir / "address"
    if not only_one.try_exclusive():
        address = address_file.read_text().strip() if address_file.exists() else "another port"
        raise StopError(
            f"This copy runs already at {address}: stop that one, or set O2C_RUN_DIR for a second one."
        )
    if end_leftovers(servers.run_dir):
        console.say("Processes that an earlier run had left behind were ended.")
    listening = listen(options.port)
    port = listening.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    processes = _processes(
        servers.run_dir,
        _process_environment(environment, options, listening, address),
        listening,
    )
    try:
        migrate(environment, console)
        logins = _seed_and_start(processes, environment, port, console)
        address_file.write_text(address + "\n")
        _welcome(address, logins, servers.run_dir, console)
        _keep_alive(processes, servers, console)
    except (KeyboardInterrupt, Terminated):
        console.say()
    finally:
        listening.close()
        _end(processes, console)
        address_file.unlink(missing_ok=True)
        only_one.release()
    return 0


def listen(port: int | None) -> socket.socket:
    """Return a socket that listens on *port*, or on the first free one.

    The open socket itself is handed to the web process: nobody can take the port in between.
    """
    ports = [port] if port is not None else [*range(_FIRST_PORT, _FIRST_PORT + _PORTS_TO_TRY), 0]
    for candidate in ports:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", candidate))
            listening.listen(128)
        except OSError:
            listening.close()
            continue
        return listening
    raise StopError(f"Port {port} is taken: choose another one with --port, or leave the option out.")


def migrate(environment: Mapping[str, str], console: Console) -> None:
    """Bring the database up to date."""
    with console.step("Database: migrating"):
        _require(
            [ENTRYPOINT, "migrate"],
            {**environment, "O2C_VERBOSITY": "0"},
            "The migration failed",
        )


def shared_memory_works() -> bool:
    """Return whether processes can share semaphores, which Celery's pool of processes needs."""
    try:
        multiprocessing.get_context("fork").Lock()
    except OSError:
        return False
    return True


def _process_environment(
    environment: Mapping[str, str],
    options: Options,
    listening: socket.socket,
    address: str,
) -> dict[str, str]:
    chosen = {
        "O2C_BIND": f"fd://{listening.fileno()}",
        "O2C_BASE_URL": address,
        "O2C_WORKER_POOL": "prefork" if shared_memory_works() else "threads",
        "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS", "ignore:You're running the worker with superuser"),
    }
    if options.reload:
        chosen["GUNICORN_CMD_ARGS"] = "--reload"
    return {**environment, **chosen}


def _processes(run_dir: Path, environment: Mapping[str, str], listening: socket.socket) -> list[Background]:
    return [
        Background(
            name,
            [ENTRYPOINT, name],
            env=environment,
            cwd=ROOT,
            run_dir=run_dir,
            fds=[listening.fileno()] if name == "web" else [],
        )
        for name in MARKERS
    ]


def _seed_and_start(
    processes: Sequence[Background], environment: Mapping[str, str], port: int, console: Console
) -> list[dict[str, str]]:
    """Seed while web loads, which takes about as long; then, with the processor free again, start the others."""
    web, *others = processes
    with console.step("Demo company: seeding, and web: starting"):
        web.start()
        logins = seed(environment)
        _wait_until_healthy(port, web)
    for process in others:
        process.start()
    return logins


def seed(environment: Mapping[str, str]) -> list[dict[str, str]]:
    """Make the demo company when it is not there, and return its logins, the webshop's keys behind them."""
    seed = [PYTHON, "manage.py", "seed_demo", "--logins-json", "--keys-json"]
    told: list[dict[str, str]] = []
    for line in _require(seed, environment, "Seeding failed").splitlines():
        if line.startswith("["):
            told += json.loads(line)
        elif line.startswith("{"):
            keys: dict[str, str] = json.loads(line)
            told += [
                {"role": f"API key, {mode}", "username": "", "password": key} for mode, key in keys.items()
            ]
    return told


def _require(argv: Sequence[object], environment: Mapping[str, str], problem: str) -> str:
    done = run_captured(argv, cwd=ROOT, env=environment)
    if done.returncode != 0:
        raise StopError(f"{problem}:\n{done.stdout.rstrip()}")
    return done.stdout


def _wait_until_healthy(port: int, web: Background, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not healthy(port):
        web.require_alive()
        if time.monotonic() > deadline:
            raise StopError(f"The web process does not become healthy: see {web.log}")
        time.sleep(0.05)


def healthy(port: int) -> bool:
    """Return whether GET /healthz is answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(address: str, logins: Sequence[Mapping[str, str]], run_dir: Path, console: Console) -> None:
    console.say(f"Ready after {console.elapsed:.1f} s.\n\n  {address}\n")
    for login in logins:
        console.say(f"  {login['role']:<22} {login['username']:<16} {login['password']}")
    logs = run_dir / "logs"
    shown = logs.relative_to(ROOT) if logs.is_relative_to(ROOT) else logs
    console.say(f"\nLogs: {shown}/*.log. Ctrl-C stops everything; the data stays.")


def _keep_alive(processes: Sequence[Background], servers: Servers, console: Console) -> None:
    """Start again what dies, until the person ends it. What dies at once would only die again."""
    while True:
        time.sleep(0.5)
        for name in servers.restart_lost():
            console.say(f"{name} had gone and was started again.")
        for process in processes:
            status = process.status()
            if status is None:
                continue
            if time.monotonic() - process.started_at < _STEADY_SECONDS:
                process.require_alive()
            console.say(
                f"{process.name} ended with status {status} and is started again (see {process.log})."
            )
            process.end(time.monotonic())
            process.start()


def _end(processes: Sequence[Background], console: Console) -> None:
    with uninterrupted(), console.step("Stopping web, worker and beat"):
        for process in processes:
            process.ask_to_end()
        deadline = time.monotonic() + _END_SECONDS
        for process in processes:
            process.end(deadline)
