"""`dev.py check`: everything that can be said about the code without running the product."""

import os
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from devtools.console import Console, StopError
from devtools.environment import command_environment
from devtools.paths import PYTHON, ROOT, VENV
from devtools.processes import run_captured

# Enough for `check --deploy` to judge the production settings; nothing connects to anything.
_PRODUCTION = {
    "O2C_SECRET_KEY": "only-for-the-deploy-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "O2C_ALLOWED_HOSTS": "o2c.example.com",
    "EMAIL_URL": "smtp://nobody@mail.example.com",
    "O2C_MAIL_FROM": "orders@example.com",
    "O2C_TRUSTED_ORIGINS": "https://o2c.example.com",
    "DATABASE_URL": "postgresql:///o2c?host=/nonexistent&user=nobody",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One command that must succeed; where *expected* is given, its output must equal that file too.

    *renewal* are the arguments of dev.py that write the file anew.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    expected: Path | None = None
    renewal: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a check."""

    check: Check
    ok: bool
    output: str
    seconds: float


def all_checks() -> list[Check]:
    """Return the checks, the slowest first, because they run two at a time."""
    python, programs = str(PYTHON), VENV / "bin"
    production = {**_PRODUCTION, "DJANGO_SETTINGS_MODULE": "o2c.settings.production"}
    unconnected = {**_PRODUCTION, "DJANGO_SETTINGS_MODULE": "o2c.settings.test"}
    manage = (
        python,
        "-W",
        "ignore::RuntimeWarning",
        "manage.py",
    )  # "could not check the migration history"
    checks = [
        Check("types", (python, "-m", "mypy")),
        Check("imports", (str(programs / "lint-imports"),)),
        Check(
            "migrations",
            (*manage, "makemigrations", "--check", "--dry-run"),
            unconnected,
        ),
        Check(
            "deploy",
            (*manage, "check", "--deploy", "--fail-level", "WARNING"),
            production,
        ),
        Check("format", (python, "-m", "ruff", "format", "--check", ".")),
        Check("lint", (python, "-m", "ruff", "check", "--output-format", "concise", ".")),
        Check(
            "lock",
            (str(programs / "uv"), "lock", "--check", "--offline"),
            {"UV_SYSTEM_CERTS": "1"},
        ),
        Check("requirements", export_command(), expected=ROOT / "requirements.lock", renewal="lock"),
        Check(
            "openapi",
            (*manage, "spectacular", "--validate", "--fail-on-warn"),
            unconnected,
            expected=ROOT / "openapi.yaml",
            renewal="manage spectacular --file openapi.yaml",
        ),
        Check("texts", (python, "-m", "devtools.texts", "--check")),
        Check("shell", ("sh", "-n", "deploy/entrypoint")),
    ]
    if "djlint" in tomllib.loads((ROOT / "pyproject.toml").read_text()).get("tool", {}):
        checks.append(
            Check(
                "templates",
                (python, "-m", "djlint", "templates", "--check", "--lint", "--quiet"),
            )
        )
    return checks


def export_command() -> tuple[str, ...]:
    """Return the command that writes requirements.lock from uv.lock."""
    return (
        str(VENV / "bin" / "uv"),
        "export",
        "--frozen",
        "--all-groups",
        "--no-header",
        "--quiet",
        "--offline",
    )


def choose(names: Sequence[str]) -> list[Check]:
    """Return the named checks, all of them when none is named."""
    checks = all_checks()
    unknown = set(names) - {check.name for check in checks}
    if unknown:
        known = " ".join(check.name for check in checks)
        raise StopError(f"There is no check {' '.join(sorted(unknown))}; there are: {known}")
    return [check for check in checks if not names or check.name in names]


def run_checks(checks: Sequence[Check], console: Console, *, cwd: Path = ROOT) -> int:
    """Run the checks two at a time, print each one's outcome, and return 1 when any failed."""
    failed = []
    for outcome in _outcomes(checks, cwd):
        console.say(
            f"{outcome.check.name:<14} {'OK' if outcome.ok else 'FAILED':<8} {outcome.seconds:5.1f} s"
        )
        if not outcome.ok:
            failed.append(outcome.check.name)
            console.say(outcome.output.rstrip())
    console.say(
        f"{len(checks) - len(failed)} passed, {len(failed)} failed" + "".join(f" {name}" for name in failed)
    )
    return 1 if failed else 0


def _outcomes(checks: Sequence[Check], cwd: Path) -> Iterator[Outcome]:
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        yield from pool.map(lambda check: _run(check, cwd), checks)


def _run(check: Check, cwd: Path) -> Outcome:
    began = time.monotonic()
    environment = command_environment("o2c.settings.test", {"NO_COLOR": "1", **check.env})
    try:
        done = run_captured(check.argv, cwd=cwd, env=environment)
        ok, output = done.returncode == 0, done.stdout
    except OSError as error:
        ok, output = False, str(error)
    if ok and check.expected is not None and output != check.expected.read_text():
        ok, output = False, f"{check.expected.name} is out of date: python3 dev.py {check.renewal}"
    return Outcome(check, ok, output, time.monotonic() - began)
