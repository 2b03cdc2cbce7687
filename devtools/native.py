"""The libraries that the PDF renderer loads: the machine's, else unpacked into the project without root."""

import ctypes
import hashlib
import os
import platform
import shutil
from collections.abc import Sequence
from pathlib import Path

from devtools.console import Console
from devtools.locks import exclusive
from devtools.paths import NATIVE, ROOT
from devtools.processes import run_captured

# The shared library that must load, and the Debian package that has it. The renderer can do without the
# third, but is five times faster with it.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
_INSTALL = f"apt-get install {' '.join(LIBRARIES.values())}"


def native_environment(console: Console) -> dict[str, str]:
    """Return the environment in which the renderer finds its libraries and the project's fonts.

    When they can't be had the command goes on: all but PDF works, and the person is told what to install.
    """
    environment = {"FONTCONFIG_FILE": str(ROOT / "fonts.conf")}
    if platform.system() != "Linux":
        return environment
    lacking = missing()
    if not lacking:
        return environment
    libraries = _unpacked(console)
    if libraries is None:
        console.say(f"Warning: PDF output is off, {', '.join(lacking)} not found. As root: {_INSTALL}")
        return environment
    paths = [str(libraries), os.environ.get("LD_LIBRARY_PATH", "")]
    return environment | {"LD_LIBRARY_PATH": ":".join(filter(None, paths))}


def missing() -> list[str]:
    """Return the libraries that this machine lacks; O2C_ASSUME_NO_PANGO=1 pretends that it has none."""
    if os.environ.get("O2C_ASSUME_NO_PANGO") == "1":
        return list(LIBRARIES)
    return [name for name in LIBRARIES if not _loads(name)]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _unpacked(console: Console) -> Path | None:
    """Return the directory of the unpacked libraries, fetched when needed; None when they can't be."""
    if os.environ.get("O2C_ASSUME_NO_PANGO") == "1" or not (shutil.which("apt-get") and shutil.which("dpkg")):
        return None
    with exclusive(ROOT):
        stamp = NATIVE / "unpacked-for"
        if not stamp.exists() or stamp.read_text() != _system():
            shutil.rmtree(NATIVE, ignore_errors=True)
            NATIVE.mkdir()
            with console.step("Libraries for PDF: unpacking into .native/"):
                if not _fetch():
                    return None
            stamp.write_text(_system())
    return next(
        (found.parent for name in LIBRARIES for found in (NATIVE / "root").rglob(name)),
        None,
    )


def _system() -> str:
    """Return what the libraries depend on: another release of the system gets its own."""
    release = Path("/etc/os-release")
    text = (release.read_text() if release.exists() else "") + platform.machine()
    return hashlib.sha256(text.encode()).hexdigest()


def _fetch() -> bool:
    """Download the missing packages and what they need, and unpack them. None of it needs root."""
    lists: list[str] = []
    plan = _plan(lists)
    if not plan:
        # Containers come without package lists. A private copy of them needs no root either.
        lists = [
            f"-oDir::State::Lists={NATIVE}/lists",
            f"-oDir::Cache={NATIVE}/cache",
            "-oAPT::Sandbox::User=",
        ]
        (NATIVE / "lists" / "partial").mkdir(parents=True)
        (NATIVE / "cache" / "archives" / "partial").mkdir(parents=True)
        run_captured(["apt-get", "-qq", *lists, "update"], cwd=NATIVE)
        plan = _plan(lists)
    if not plan or run_captured(["apt-get", "-qq", *lists, "download", *plan], cwd=NATIVE).returncode != 0:
        return False
    archives = sorted(NATIVE.glob("*.deb"))
    unpacked = [
        run_captured(["dpkg", "-x", archive, NATIVE / "root"]).returncode == 0 for archive in archives
    ]
    for archive in archives:
        archive.unlink()
    for name in ("lists", "cache"):
        shutil.rmtree(NATIVE / name, ignore_errors=True)
    return bool(unpacked) and all(unpacked)


def _plan(options: Sequence[str]) -> list[str]:
    """Return the packages that an installation would add."""
    simulated = run_captured(
        [
            "apt-get",
            "-s",
            *options,
            "--no-install-recommends",
            "install",
            *LIBRARIES.values(),
        ],
        cwd=NATIVE,
    )
    return [line.split()[1] for line in simulated.stdout.splitlines() if line.startswith("Inst ")]
