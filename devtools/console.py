"""What the person sees: one line for each step with the time that it took, one line for each problem."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class StopError(Exception):
    """Ends the command; the message is one line that tells the person what to do."""


class Console:
    """Writes steps to standard error, so that the output of a command can be piped elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._started = time.monotonic()
        self._line_open = False

    @property
    def elapsed(self) -> float:
        """Return the seconds since the command began."""
        return time.monotonic() - self._started

    def say(self, text: str = "") -> None:
        """Write one line; a step's line that is still open is ended first."""
        if self._line_open:
            self._write("\n")
            self._line_open = False
        self._write(text + "\n")

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Write what is being done, then how long it took, also when it failed."""
        began = time.monotonic()
        self._write(f"{doing} ... ")
        self._line_open = True
        outcome = "failed after "
        try:
            yield
            outcome = ""
        finally:
            prefix = "" if self._line_open else f"{doing}: "
            self._write(f"{prefix}{outcome}{time.monotonic() - began:.1f} s\n")
            self._line_open = False

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
