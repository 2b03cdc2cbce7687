"""Processes: is this one ours and alive, run one in the foreground, keep one in the background."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from devtools.console import StopError


def command_line(pid: int) -> str:
    """Return the command line of a process, "" when there is none or when it is a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return ""
    except OSError:
        return ""
    found = subprocess.run(
        ["ps", "-p", str(pid), "-o", "stat=,command="],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return "" if found.startswith("Z") else found


def recorded_pid(pid_file: Path, marker: str) -> int | None:
    """Return the pid that *pid_file* begins with, if that process lives and *marker* is in its command line.

    The second condition matters after a crash: the number may belong to somebody else's process by now.
    """
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid > 0 and marker in command_line(pid) else None


def wait_until_gone(pid: int, marker: str, seconds: float) -> bool:
    """Wait until the process is gone and return True; return False when it outlives *seconds*."""
    deadline = time.monotonic() + seconds
    while marker in command_line(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def run_captured(argv: Sequence[object], **options: object) -> "subprocess.CompletedProcess[str]":
    """Run a command, keep what it prints (both streams as one text), and never raise for its status."""
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **options,
    )


def run_foreground(argv: Sequence[object], *, cwd: Path, env: Mapping[str, str]) -> int:
    """Run a command on the person's terminal and return its exit status.

    Ctrl-C reaches the command by itself, because it is in the terminal's process group: it may end in its own
    way while we wait. A request to end that reaches only us is passed on.
    """
    child = subprocess.Popen([str(part) for part in argv], cwd=cwd, env=env)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue
        except Terminated:
            child.send_signal(signal.SIGINT)


class Terminated(BaseException):
    """SIGTERM or SIGHUP arrived."""


def _raise_terminated(number: int, frame: object) -> None:
    raise Terminated(signal.Signals(number).name)


def end_cleanly_on_signals() -> None:
    """Let SIGTERM and SIGHUP (a closed terminal) unwind the program as Ctrl-C does: servers are stopped."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup asked to ignore it
            signal.signal(number, _raise_terminated)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore Ctrl-C and requests to end while servers are being stopped, which is short."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Background:
    """A process of its own session with a log file, which `dev.py run` keeps alive."""

    def __init__(
        self,
        name: str,
        argv: Sequence[object],
        *,
        env: Mapping[str, str],
        cwd: Path,
        run_dir: Path,
        fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = run_dir / "logs" / f"{name}.log"
        self._argv = [str(part) for part in argv]
        self._env = dict(env)
        self._cwd = cwd
        self._fds = tuple(fds)
        self._pid_file = run_dir / f"{name}.pid"
        self._process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0

    def start(self) -> None:
        """Start the process in a session of its own: Ctrl-C must not reach it before we have a say."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._argv,
                cwd=self._cwd,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self._fds,
            )
        self._pid_file.write_text(f"{self._process.pid}\n")
        self.started_at = time.monotonic()

    def status(self) -> int | None:
        """Return the exit status, None while the process lives."""
        return None if self._process is None else self._process.poll()

    def require_alive(self) -> None:
        """Stop the command with the end of the log when the process has ended."""
        if self.status() is not None:
            raise StopError(
                f"{self.name} ended with status {self.status()}:\n{self.last_lines()}\nSee {self.log}."
            )

    def ask_to_end(self) -> None:
        """Send SIGTERM to the leader, which ends its own children in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until *deadline* (monotonic), then kill what is left of the process's group."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.1, deadline - time.monotonic()))
        kill_group(self._process.pid)
        self._process.wait()
        self._process = None
        self._pid_file.unlink(missing_ok=True)

    def end_leftover(self, marker: str) -> bool:
        """Kill what a killed dev.py left running under this name; return whether there was something."""
        pid = recorded_pid(self._pid_file, marker)
        self._pid_file.unlink(missing_ok=True)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        wait_until_gone(pid, marker, 10)
        kill_group(pid)
        return True

    def last_lines(self, count: int = 20) -> str:
        """Return the end of the log."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(lines[-count:])


def kill_group(pid: int) -> None:
    """Kill every process of a session's group; a worker that failed to start may have left a child behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
