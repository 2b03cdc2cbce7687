"""The commands of dev.py: what each one needs, in which order."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from devtools import checks, demo
from devtools.application import compile_catalogs, end_leftovers
from devtools.browser import ADVICE, find_chromium, in_ci
from devtools.console import Console, StopError
from devtools.environment import command_environment, prepare_environment
from devtools.locks import Claim, exclusive
from devtools.native import native_environment
from devtools.paths import PYTHON, ROOT, run_directory
from devtools.postgres import PostgresServer
from devtools.processes import (
    Terminated,
    end_cleanly_on_signals,
    run_captured,
    run_foreground,
)
from devtools.servers import Servers, database_for_tests, use_servers
from devtools.valkey import ValkeyServer

LOCAL = "o2c.settings.local"
TEST = "o2c.settings.test"
MOST_PROCESSORS = 7  # each process has a database and a browser of its own


@dataclass(frozen=True, slots=True)
class Command:
    """One verb."""

    run: Callable[[Sequence[str], Console], int]
    help: str


def main(arguments: Sequence[str]) -> int:
    """Run the verb and return the exit status; a problem that we foresee is one line, not a traceback."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    console = Console()
    command = COMMANDS.get(verb)
    if command is None:
        print(_usage())
        return 0 if verb in {"help", "-h", "--help"} else 2
    end_cleanly_on_signals()
    try:
        return command.run(rest, console)
    except StopError as problem:
        console.say(f"dev.py {verb}: {problem}")
        return 1
    except PermissionError as problem:
        console.say(
            f"dev.py {verb}: {problem.filename} is another user's (was this run with sudo?): remove it."
        )
        return 1
    except KeyboardInterrupt:
        console.say("Interrupted.")
        return 130
    except Terminated:
        return 143


def run(arguments: Sequence[str], console: Console) -> int:
    """Install, start the servers, migrate, seed the demo company, serve until Ctrl-C."""
    options = demo.parse(arguments)
    with _ready(["local"], LOCAL, console) as (servers, environment):
        return demo.serve(options, servers, environment, console)


def test(arguments: Sequence[str], console: Console) -> int:
    """Run pytest; arguments pass through as they are."""
    return _pytest(arguments or ["-q", "-n", str(_test_processes()), "--dist", "worksteal"], console)


def _test_processes() -> int:
    """Return how many share the tests: one more than processors, since one of them usually waits for a browser."""
    return min(os.cpu_count() or 1, MOST_PROCESSORS) + 1


def soak(arguments: Sequence[str], console: Console) -> int:
    """Run the long tests, which `test` leaves out."""
    return _pytest(["-m", "soak", *(arguments or ["-q"])], console)


def check(arguments: Sequence[str], console: Console) -> int:
    """Run the checks, all or the named ones."""
    prepare_environment(["lint", "local", "test"], console)
    return checks.run_checks(checks.choose(arguments), console)


def texts(arguments: Sequence[str], console: Console) -> int:
    """Bring the catalogs of the translations up to date with the texts of the sources."""
    prepare_environment(["local"], console)
    environment = command_environment(LOCAL, {})
    return run_foreground([PYTHON, "-m", "devtools.texts", *arguments], cwd=ROOT, env=environment)


def manage(arguments: Sequence[str], console: Console) -> int:
    """Run a manage.py command with the servers up."""
    with _ready(["local"], LOCAL, console) as (_, environment):
        return run_foreground([PYTHON, "manage.py", *arguments], cwd=ROOT, env=environment)


def shell(arguments: Sequence[str], console: Console) -> int:
    """Open Django's shell on the demo database."""
    return _on_demo_database([PYTHON, "manage.py", "shell", *arguments], console)


def prove(arguments: Sequence[str], console: Console) -> int:
    """Check the promises of the ledger and the documents on the demo database."""
    return _on_demo_database([PYTHON, "manage.py", "prove", *arguments], console)


def bench(arguments: Sequence[str], console: Console) -> int:
    """Measure, on databases of the benchmark's own; arguments pass through."""
    with _ready(["local"], LOCAL, console) as (_, environment):
        return run_foreground([PYTHON, "-m", "bench", *arguments], cwd=ROOT, env=environment)


def shots(arguments: Sequence[str], console: Console) -> int:
    """Take a picture of every page, in both themes and two widths, with the demo company's data."""
    if find_chromium() is None:
        raise StopError(f"There is no browser: {ADVICE}.")
    with _ready(["local", "test", "browser"], LOCAL, console) as (_, environment):
        demo.migrate(environment, console)
        with console.step("Demo company: seeding"):
            demo.seed(environment)
        return run_foreground([PYTHON, "-m", "tests.browser.shots", *arguments], cwd=ROOT, env=environment)


def lock(arguments: Sequence[str], console: Console) -> int:
    """Resolve the packages of pyproject.toml anew and write both lock files; `--upgrade` takes newer ones."""
    prepare_environment(["local"], console)
    uv = checks.export_command()[0]
    environment = command_environment(LOCAL, {"UV_SYSTEM_CERTS": "1"})
    status = run_foreground([uv, "lock", *arguments], cwd=ROOT, env=environment)
    if status == 0:
        exported = run_captured(checks.export_command(), cwd=ROOT, env=environment)
        (ROOT / "requirements.lock").write_text(exported.stdout)
    return status


def clean(arguments: Sequence[str], console: Console) -> int:
    """Delete the servers of this run directory and their data, unless a command is using them.

    The lock files stay: a command that waits for one must not get a lock on a file that nobody sees.
    """
    run_dir = run_directory()
    if not run_dir.exists():
        console.say(f"There is no {run_dir}.")
        return 0
    users = Claim(run_dir / "users.lock")
    with exclusive(run_dir / "start.lock"):
        if not users.try_exclusive():
            raise StopError(f"A command is using the servers in {run_dir}: end it first.")
        with console.step(f"Deleting the servers and the data in {run_dir}"):
            end_leftovers(run_dir)
            ValkeyServer(run_dir).destroy()
            PostgresServer(run_dir).destroy()
            shutil.rmtree(run_dir / "logs", ignore_errors=True)
            for path in (run_dir / "address", *run_dir.glob("beat-schedule*")):
                path.unlink(missing_ok=True)
        users.release()
    return 0


COMMANDS = {
    "run": Command(
        run,
        "install, start the servers, migrate, seed, serve until Ctrl-C [--port N] [--reload]",
    ),
    "test": Command(test, "the same servers, then pytest; arguments pass through"),
    "check": Command(
        check,
        "format, lint, types, imports, migrations, deploy settings, lock files, openapi.yaml, translations [NAME...]",
    ),
    "texts": Command(texts, "bring locale/ up to date with the texts of the sources"),
    "prove": Command(prove, "check the promises of the books on the demo database"),
    "bench": Command(bench, "measure; arguments pass through"),
    "shots": Command(shots, "pictures of every page into build/shots [FOLDER] [--only WORD]"),
    "soak": Command(soak, "the long tests; arguments pass to pytest"),
    "shell": Command(shell, "Django's shell on the demo database"),
    "manage": Command(manage, "any manage.py command with the servers up"),
    "lock": Command(
        lock,
        "resolve the packages anew, write uv.lock and requirements.lock [--upgrade]",
    ),
    "clean": Command(clean, "delete the local servers and their data, when no command uses them"),
}


def _usage() -> str:
    lines = ["usage: python3 dev.py COMMAND [ARGUMENTS]", ""]
    lines += [f"  {name:<8} {command.help}" for name, command in COMMANDS.items()]
    lines += [
        "",
        "DATABASE_URL and REDIS_URL name your own servers; O2C_RUN_DIR is where ours keep data (.run).",
    ]
    return "\n".join(lines)


@contextmanager
def _ready(
    groups: Sequence[str], settings: str, console: Console
) -> Iterator[tuple[Servers, dict[str, str]]]:
    """Provide the servers and the environment of commands that use them."""
    prepare_environment(groups, console)
    native = native_environment(console)
    compile_catalogs(console)
    with use_servers(console) as servers:
        yield (
            servers,
            command_environment(settings, {**native, **servers.environment()}),
        )


def _pytest(arguments: Sequence[str], console: Console) -> int:
    groups = ["local", "test", *(["browser"] if find_chromium() or in_ci() else [])]
    with (
        _ready(groups, TEST, console) as (servers, environment),
        database_for_tests(servers) as database_url,
    ):
        environment["DATABASE_URL"] = database_url
        return run_foreground([PYTHON, "-m", "pytest", *arguments], cwd=ROOT, env=environment)


def _on_demo_database(argv: Sequence[object], console: Console) -> int:
    with _ready(["local"], LOCAL, console) as (_, environment):
        demo.migrate(environment, console)
        return run_foreground(argv, cwd=ROOT, env=environment)
