"""Locks between dev.py processes. The kernel drops them when a process dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the only lock on *path* (a file, made when missing, or a directory); wait for it when needed."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Claim:
    """A lock on a file that is held until `release`, or until the process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def try_exclusive(self) -> bool:
        """Take the lock alone, or turn a shared one into it; return False when others hold it."""
        return self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def share(self) -> None:
        """Take the lock together with others."""
        self._take(fcntl.LOCK_SH)

    def release(self) -> None:
        """Let the lock go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _take(self, how: int) -> bool:
        if self._handle is None:
            self._handle = _open(self.path)
        try:
            fcntl.flock(self._handle, how)
        except BlockingIOError:
            self.release()
            return False
        return True


def _open(path: Path) -> int:
    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
