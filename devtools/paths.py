"""Where things are: the project, its Python environment, the servers' data, short private directories."""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from devtools.console import StopError

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NATIVE = ROOT / ".native"

# A socket's whole path may have 107 bytes on Linux and 103 on macOS; the longest name that a server
# puts into its directory is PostgreSQL's ".s.PGSQL.5432.lock".
_LONGEST_SOCKET_DIRECTORY = 84
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


def run_directory() -> Path:
    """Return the directory of the servers' data, which O2C_RUN_DIR chooses (relative to the project)."""
    return ROOT / Path(os.environ.get("O2C_RUN_DIR") or ".run").expanduser()


def short_hash(path: Path) -> str:
    """Return eight characters that tell one absolute path from another."""
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]


def private_directory(path: Path) -> Path:
    """Make *path* a directory that only its owner may enter, and return it.

    :raises StopError: something else is there, or it belongs to another user.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise StopError(
            f"{path} belongs to somebody else: remove it, or set O2C_RUN_DIR to a directory of your own."
        )
    path.chmod(0o700)
    return path


def socket_directory(wanted: Path) -> Path:
    """Return *wanted*, or a short private directory when a socket in it could not be addressed.

    A socket's path has a small limit, and a URL or a configuration file would have to escape odd characters.
    """
    if len(str(wanted)) <= _LONGEST_SOCKET_DIRECTORY and _PLAIN.fullmatch(str(wanted)):
        return wanted
    temporary = Path(tempfile.gettempdir())
    if len(str(temporary)) > _LONGEST_SOCKET_DIRECTORY - 20:
        temporary = Path("/tmp")  # noqa: S108 -- what is made there is private and its owner checked
    return private_directory(temporary / f"o2c-{os.geteuid()}-{short_hash(wanted)}")


def site_packages(venv: Path = VENV) -> Path:
    """Return the directory where the environment's packages are.

    :raises StopError: there is no environment yet.
    """
    for directory in sorted((venv / "lib").glob("python3.*/site-packages")):
        return directory
    raise StopError("The Python environment is missing: run `python3 dev.py run` once.")
