"""One list of processes: the entry point, the image, compose and dev.py agree on it."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from devtools import application
from devtools.paths import ROOT

ENTRYPOINT = ROOT / "deploy" / "entrypoint"
Started = Callable[..., tuple[str, str]]
COMPOSE = (ROOT / "docker-compose.yml").read_text()


@pytest.fixture
def started(tmp_path: Path) -> Started:
    """Return a function that runs a verb with a stand-in for Python and returns what would be started."""
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$DJANGO_SETTINGS_MODULE ${REMAP_SIGTERM:-}"\necho "$@"\n')
    python.chmod(0o755)

    def run(*arguments: str, **variables: str) -> tuple[str, str]:
        env = {
            "PATH": os.defpath,
            "O2C_PYTHON": str(python),
            "O2C_RUN_DIR": str(tmp_path),
            **variables,
        }
        done = subprocess.run(
            [ENTRYPOINT, *arguments],
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        said = done.stdout.splitlines()
        return said[0], said[1]

    return run


def verbs() -> set[str]:
    return set(re.findall(r"^([a-z]+)\)$", ENTRYPOINT.read_text(), re.MULTILINE))


def compose_commands() -> dict[str, str]:
    """Return each service's command: a small reader is enough for a file that we write ourselves."""
    services = COMPOSE.split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    found = {}
    for name, body in re.findall(r"^  ([a-z]+):\n((?:    .*\n|\n)+)", services, re.MULTILINE):
        command = re.search(r'^    command: \["([a-z-]+)"', body, re.MULTILINE)
        found[name] = command.group(1) if command else ""
    return found


def test_web_serves_the_application_with_two_processes_of_four_threads(started: Started) -> None:
    settings, argv = started("web")
    assert settings.strip() == "o2c.settings.production"
    assert argv.startswith("-m gunicorn o2c.wsgi:application --bind 0.0.0.0:8000 --worker-class gthread")
    assert "--workers 2 --threads 4" in argv


def test_the_worker_serves_every_queue_and_gives_tasks_back_at_its_end(started: Started) -> None:
    settings, argv = started("worker", O2C_WORKER_POOL="threads")
    assert settings == "o2c.settings.production SIGQUIT"
    assert "--queues default,billing,documents,nightly --concurrency 3 --pool threads" in argv


def test_beat_keeps_its_schedule_in_the_run_directory(started: Started, tmp_path: Path) -> None:
    assert f"--schedule {tmp_path}/beat-schedule" in started("beat")[1]


def test_the_settings_of_the_caller_win_and_arguments_pass_through(started: Started) -> None:
    settings, argv = started("manage", "check", "--tag", "a b", DJANGO_SETTINGS_MODULE="o2c.settings.local")
    assert settings.strip() == "o2c.settings.local"
    assert argv == "manage.py check --tag a b"


def test_an_unknown_verb_is_refused() -> None:
    done = subprocess.run([ENTRYPOINT, "dance"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_compose_starts_the_verbs_of_the_entry_point() -> None:
    commands = compose_commands()
    assert set(commands) == {"postgres", "redis", "migrate", "web", "worker", "beat"}
    ours = {name: verb for name, verb in commands.items() if name not in {"postgres", "redis"}}
    assert set(ours.values()) <= verbs()
    assert all(name == verb for name, verb in ours.items())


def test_dev_py_starts_the_same_processes_as_compose() -> None:
    assert application.ENTRYPOINT == ENTRYPOINT
    assert set(application.MARKERS) == set(compose_commands()) - {
        "postgres",
        "redis",
        "migrate",
    }


def test_the_image_starts_the_entry_point_as_an_ordinary_user() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert 'ENTRYPOINT ["/app/deploy/entrypoint"]' in text
    assert re.search(r"^USER o2c$", text, re.MULTILINE)


def test_every_variable_of_compose_is_explained_in_the_example() -> None:
    used = set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE))
    explained = set(re.findall(r"^#? ?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert used <= explained
