"""How far it is: a bar on a terminal, a line for every tenth elsewhere."""

import time
from typing import TextIO

WIDTH = 30


class Progress:
    """Counts what is done of *total*."""

    def __init__(self, *, total: int, unit: str, stream: TextIO) -> None:
        self.total = total
        self.unit = unit
        self.done = 0
        self._stream = stream
        self._on_terminal = stream.isatty()
        self._started = time.monotonic()
        self._tenth = 0

    @property
    def seconds(self) -> float:
        """Return how long it has taken."""
        return time.monotonic() - self._started

    def advance(self, by: int = 1) -> None:
        """Count *by* more as done, and show it."""
        self.done += by
        share = self.done / self.total if self.total else 1
        if self._on_terminal:
            bar = "#" * int(share * WIDTH)
            end = "\n" if self.done >= self.total else ""
            self._stream.write(f"\r[{bar:<{WIDTH}}] {self._figures(share)} {end}")
            self._stream.flush()
        elif int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            self._stream.write(f"{self._figures(share)}\n")

    def _figures(self, share: float) -> str:
        left = max(self.seconds / share - self.seconds, 0) if share else 0
        return f"{share:4.0%} {self.done:,} of {self.total:,} {self.unit}, {left:,.0f} s left"
