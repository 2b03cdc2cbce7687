"""dev.py's small parts: paths, ports, processes, checks, and what it says when something is missing."""

import ast
import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from devtools import application, browser, checks, commands, demo, environment, native, paths
from devtools.console import Console, StopError
from devtools.processes import Background, command_line, recorded_pid

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)  # o2c-sleeper"]


def console() -> Console:
    return Console(io.StringIO())


def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# Only the standard library


@pytest.mark.parametrize(
    "path",
    [paths.ROOT / "dev.py", *sorted((paths.ROOT / "devtools").glob("*.py"))],
    ids=str,
)
def test_dev_py_needs_nothing_that_is_not_in_python(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= {*sys.stdlib_module_names, "devtools"}


# Paths


def test_the_run_directory_is_in_the_project_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("O2C_RUN_DIR", raising=False)
    assert paths.run_directory() == paths.ROOT / ".run"
    monkeypatch.setenv("O2C_RUN_DIR", ".run-2")
    assert paths.run_directory() == paths.ROOT / ".run-2"
    monkeypatch.setenv("O2C_RUN_DIR", "/somewhere/else")
    assert paths.run_directory() == Path("/somewhere/else")


def test_a_private_directory_must_not_be_a_link_that_somebody_prepared(
    tmp_path: Path,
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StopError, match="belongs to somebody else"):
        paths.private_directory(tmp_path / "link")


# Ports


def test_a_taken_port_is_passed_over() -> None:
    with demo.listen(None) as first, demo.listen(None) as second:
        assert first.getsockname()[1] != second.getsockname()[1]
        assert second.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_that_was_asked_for_is_told() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(StopError, match="is taken"),
    ):
        demo.listen(other.getsockname()[1])


# Processes


def test_a_strangers_process_is_not_taken_for_ours(tmp_path: Path) -> None:
    pid_file = tmp_path / "web.pid"
    for content in (f"{os.getpid()}\n", "not a number", "", "-1", "999999999"):
        pid_file.write_text(content)
        assert recorded_pid(pid_file, "o2c.wsgi:application-that-nobody-runs") is None
    assert recorded_pid(tmp_path / "absent", "python") is None


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen(["true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has asked how
    assert command_line(child.pid) == ""
    child.wait()


def test_ending_a_process_ends_its_children_too(tmp_path: Path) -> None:
    script = "sleep 61 & echo $! > child; trap '' TERM; wait; sleep 61"
    process = Background("web", ["sh", "-c", script], env=os.environ, cwd=tmp_path, run_dir=tmp_path)
    process.start()
    written = tmp_path / "child"
    eventually(lambda: written.exists() and written.read_text().endswith("\n"))
    process.ask_to_end()
    process.end(time.monotonic() + 0.2)
    eventually(lambda: "sleep" not in command_line(int(written.read_text())))
    assert not (tmp_path / "web.pid").exists()


def test_processes_of_a_killed_dev_py_are_ended(tmp_path: Path) -> None:
    left = Background("worker", SLEEPER, env=os.environ, cwd=tmp_path, run_dir=tmp_path)
    left.start()
    eventually(lambda: recorded_pid(tmp_path / "worker.pid", "o2c-sleeper") is not None)
    found = Background("worker", [], env={}, cwd=tmp_path, run_dir=tmp_path)
    assert found.end_leftover("o2c-sleeper")
    eventually(lambda: left.status() is not None)
    assert not found.end_leftover("o2c-sleeper")


def test_the_end_of_the_log_is_shown_when_a_process_ends_by_itself(
    tmp_path: Path,
) -> None:
    process = Background(
        "web",
        ["sh", "-c", "echo no such app; exit 3"],
        env=os.environ,
        cwd=tmp_path,
        run_dir=tmp_path,
    )
    process.start()
    eventually(lambda: process.status() is not None)
    with pytest.raises(StopError, match=r"(?s)status 3.*no such app"):
        process.require_alive()


# The Python environment


def test_a_changed_lock_a_new_group_and_a_moved_project_install_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp, lock = tmp_path / "stamp.json", tmp_path / "uv.lock"
    monkeypatch.setattr(environment, "_STAMP", stamp)
    monkeypatch.setattr(environment, "_LOCK", lock)
    lock.write_text("one")
    assert not environment._up_to_date(["local"])
    good = {
        "lock": environment._lock_hash(),
        "root": str(paths.ROOT),
        "groups": ["local", "test"],
    }
    stamp.write_text(json.dumps(good))
    assert environment._up_to_date(["local"])
    assert not environment._up_to_date(["local", "lint"])
    stamp.write_text(json.dumps(good | {"root": "/before/the/move"}))
    assert not environment._up_to_date(["local"])
    stamp.write_text("{ cut off")
    assert not environment._up_to_date(["local"])
    stamp.write_text(json.dumps(good))
    lock.write_text("two")
    assert not environment._up_to_date(["local"])


def test_commands_keep_compiled_code_beside_the_packages_and_not_in_the_sources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    given = environment.command_environment("o2c.settings.test", {})
    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert Path(given["PYTHONPYCACHEPREFIX"]).is_relative_to(paths.VENV)


def test_environment_behind_a_link_is_never_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`venv --clear` follows the link: the environment of another checkout would be gone."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "theirs").write_text("kept")
    link = tmp_path / ".venv"
    link.symlink_to(other)
    monkeypatch.setattr(environment, "VENV", link)
    with pytest.raises(StopError, match="symbolic link"):
        environment._make_venv()
    assert (other / "theirs").read_text() == "kept"


def test_every_locked_requirement_has_a_hash() -> None:
    text = (paths.ROOT / "requirements.lock").read_text()
    requirements = [part for part in text.replace("\\\n", " ").splitlines() if part and part[0].isalpha()]
    assert len(requirements) > 50
    assert [part for part in requirements if "--hash=sha256:" not in part] == []
    assert any(part.startswith("uv==") for part in requirements)


# The PDF libraries


def test_without_pango_the_command_goes_on_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("O2C_ASSUME_NO_PANGO", "1")
    stream = io.StringIO()
    found = native.native_environment(Console(stream))
    assert found["FONTCONFIG_FILE"] == str(paths.ROOT / "fonts.conf")
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1


# Translations


def test_a_changed_translation_is_compiled_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    source = tmp_path / "locale" / "nb" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "a"\nmsgstr "b"\n'
    )
    stream = io.StringIO()
    application.compile_catalogs(Console(stream), tmp_path)
    assert source.with_suffix(".mo").exists()
    assert "Translations: compiling" in stream.getvalue()
    application.compile_catalogs(Console(second := io.StringIO()), tmp_path)
    assert second.getvalue() == ""


# Checks


def test_a_planted_violation_fails_the_check(tmp_path: Path) -> None:
    ruff = paths.VENV / "bin" / "ruff"
    if not ruff.exists():
        pytest.skip("the lint group is not installed: python3 dev.py check")
    (tmp_path / "planted.py").write_text("import os\n")
    stream = io.StringIO()
    lint = checks.Check("lint", (str(ruff), "check", "--isolated", "."))
    assert checks.run_checks([lint], Console(stream), cwd=tmp_path) == 1
    assert "FAILED" in stream.getvalue()
    assert "F401" in stream.getvalue()


def test_one_failed_check_does_not_hide_the_others(tmp_path: Path) -> None:
    stream = io.StringIO()
    some = [
        checks.Check("bad", ("false",)),
        checks.Check("good", ("true",)),
        checks.Check("gone", ("/no/such",)),
    ]
    assert checks.run_checks(some, Console(stream), cwd=tmp_path) == 1
    assert "1 passed, 2 failed bad gone" in stream.getvalue()
    assert checks.run_checks(some[1:2], console(), cwd=tmp_path) == 0


def test_a_file_that_is_out_of_date_fails_the_check(tmp_path: Path) -> None:
    (tmp_path / "want").write_text("old\n")
    check = checks.Check("requirements", ("echo", "new"), expected=tmp_path / "want", renewal="lock")
    assert checks.run_checks([check], console(), cwd=tmp_path) == 1


def test_an_unknown_check_is_told() -> None:
    with pytest.raises(StopError, match="There is no check colour"):
        checks.choose(["colour"])
    assert [check.name for check in checks.choose(["lint"])] == ["lint"]


# Commands


def test_the_usage_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["no-such-command"]) == 2
    assert commands.main([]) == 0
    told = capsys.readouterr().out
    assert all(f"  {name}" in told for name in commands.COMMANDS)


def test_a_step_says_how_long_it_took_also_when_it_failed() -> None:
    stream = io.StringIO()
    told = Console(stream)
    with told.step("Counting"):
        pass
    with contextlib.suppress(ZeroDivisionError), told.step("Dividing"):
        told.say("by zero")
        raise ZeroDivisionError
    assert stream.getvalue() == "Counting ... 0.0 s\nDividing ... \nby zero\nDividing: failed after 0.0 s\n"


# The browser


def program(path: Path) -> str:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_the_browser_is_one_that_the_machine_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "NAMES", ("chromium", "google-chrome"))
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    assert browser.find_chromium() is None
    chrome = program(tmp_path / "google-chrome")
    assert browser.find_chromium() == chrome
    chromium = program(tmp_path / "chromium")
    assert browser.find_chromium() == chromium
    mine = program(tmp_path / "mine")
    monkeypatch.setenv(browser.VARIABLE, mine)
    assert browser.find_chromium() == mine
    monkeypatch.setenv(browser.VARIABLE, "not-there")
    assert browser.find_chromium() is None


@pytest.mark.parametrize(
    ("found", "ci", "wanted"), [(None, "", False), ("/chromium", "", True), (None, "true", True)]
)
def test_the_packages_for_browsers_are_installed_where_there_is_one_and_in_ci(
    monkeypatch: pytest.MonkeyPatch, found: str | None, ci: str, wanted: bool
) -> None:
    asked = []
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(commands, "find_chromium", lambda: found)
    monkeypatch.setattr(
        commands, "_ready", lambda groups, *_: asked.append(groups) or contextlib.nullcontext((None, {}))
    )
    monkeypatch.setattr(
        commands, "database_for_tests", lambda _servers: contextlib.nullcontext("postgresql:///x")
    )
    monkeypatch.setattr(commands, "run_foreground", lambda *_, **__: 0)
    assert commands.test([], console()) == 0
    assert [("browser" in groups) for groups in asked] == [wanted]


def test_pictures_without_a_browser_are_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "find_chromium", lambda: None)
    with pytest.raises(StopError, match="apt-get install chromium"):
        commands.shots([], console())
