"""The Python environment: `.venv` with the locked packages, and the variables that every command gets."""

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from devtools.console import Console, StopError
from devtools.locks import exclusive
from devtools.paths import PYTHON, ROOT, VENV
from devtools.processes import run_captured

_STAMP = VENV / "o2c-installed.json"
_LOCK = ROOT / "uv.lock"
_REQUIREMENTS = ROOT / "requirements.lock"


def prepare_environment(groups: Sequence[str], console: Console) -> None:
    """Make `.venv` hold the locked packages of *groups*; when it does already, a stamp tells at once."""
    if _up_to_date(groups):
        return
    with exclusive(ROOT):  # of two commands that find nothing installed, one installs
        if _up_to_date(groups):
            return
        wanted = sorted({*groups, *_stamped_groups()})
        if not _usable():
            with console.step("Python environment: making .venv"):
                _make_venv()
        with console.step(f"Packages ({', '.join(wanted)}): installing what uv.lock says"):
            installed = _install(wanted, console)
        _STAMP.write_text(json.dumps({"lock": _lock_hash(), "root": str(ROOT), "groups": sorted(installed)}))


def command_environment(settings: str, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a command: ours first, the person's where we have no say.

    Compiled code is kept beside the packages, also for who wants none in the sources: without it every process
    that starts, and the tests start many, compiles two thousand files anew.
    """
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **given,
        "VIRTUAL_ENV": str(VENV),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "O2C_PYTHON": str(PYTHON),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPYCACHEPREFIX": str(VENV / "bytecode"),
        "DJANGO_SETTINGS_MODULE": settings,
        **extra,
    }


def _stamp() -> dict[str, object]:
    try:
        found = json.loads(_STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _stamped_groups() -> list[str]:
    groups = _stamp().get("groups")
    return [str(group) for group in groups] if isinstance(groups, list) else []


def _up_to_date(groups: Sequence[str]) -> bool:
    stamp = _stamp()
    same = stamp.get("lock") == _lock_hash() and stamp.get("root") == str(ROOT)
    return same and set(groups) <= set(_stamped_groups()) and PYTHON.exists()


def _lock_hash() -> str:
    return hashlib.sha256(_LOCK.read_bytes()).hexdigest()


def _usable() -> bool:
    """Return whether `.venv` is whole and was made at this place, for it contains absolute paths."""
    moved = _stamp().get("root", str(ROOT)) != str(ROOT)
    return not moved and PYTHON.exists() and run_captured([PYTHON, "-m", "pip", "--version"]).returncode == 0


def _make_venv() -> None:
    if VENV.is_symlink():  # clearing it would empty the environment that it points to
        raise StopError(
            f"{VENV} is a symbolic link: remove it, and this checkout gets an environment of its own."
        )
    # In a process of its own: where a distribution has split the module up, it prints a page and exits.
    if run_captured([sys.executable, "-m", "venv", "--clear", VENV]).returncode != 0:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise StopError(f"Python's venv module is incomplete here. As root: apt-get install {name}")


def _install(groups: Sequence[str], console: Console) -> list[str]:
    """Install the packages with uv, else with pip, which is slower and always installs all groups."""
    uv = VENV / "bin" / "uv"
    environment = {
        "UV_SYSTEM_CERTS": "1",  # uv's own list of authorities does not know a company's proxy
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON": str(PYTHON),
        "UV_PYTHON_DOWNLOADS": "never",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    if not uv.exists():
        _install_uv(environment)
    if uv.exists():
        wanted = [f"--group={group}" for group in groups]
        argv = [uv, "sync", "--frozen", "--inexact", "--quiet", *wanted]
        done = run_captured(argv, cwd=ROOT, env=environment)
        if done.returncode == 0:
            return list(groups)
        console.say(
            f"uv can't do it, pip is tried instead, which takes longer. uv says:\n{done.stdout.strip()}"
        )
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", _REQUIREMENTS]
    done = run_captured(pip, cwd=ROOT, env=environment)
    if done.returncode != 0:
        last = done.stdout.strip().splitlines()[-1:] or ["pip said nothing"]
        raise StopError(
            f"The packages can't be installed: check the network and pip's settings, then retry ({last[0]})"
        )
    return ["lint", "local", "test"]


def _install_uv(environment: Mapping[str, str]) -> None:
    """Install the locked uv, checked by its hashes. Failing is no error: pip can do the rest."""
    found = re.search(r"^uv==.*?(?=^\S|\Z)", _REQUIREMENTS.read_text(), re.MULTILINE | re.DOTALL)
    if found is None:
        return
    with tempfile.TemporaryDirectory() as directory:
        requirement = Path(directory) / "uv.txt"
        requirement.write_text(found.group())
        run_captured(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--require-hashes",
                "-r",
                requirement,
            ],
            cwd=ROOT,
            env=environment,
        )
