"""Stopwatches, slices of work, and the statistics of them."""

import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

STEPS = ("place", "ship", "invoice", "pay")
WARM_UP_CYCLES = 5


@dataclass(slots=True)
class Stopwatch:
    """The wall-clock and processor time of each step, in milliseconds; what is between steps is not counted."""

    wall_ms: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    cpu_ms: float = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time the body as one execution of the step *name*."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.wall_ms[name].append(1000 * (time.perf_counter() - wall))
        self.cpu_ms += 1000 * (time.process_time() - cpu)


class Subject(Protocol):
    """Something that carries out order-to-cash cycles, on a database connection of its own."""

    backend_pid: int

    def cycle(self, stopwatch: Stopwatch, chance: random.Random) -> None:
        """Carry out one order of three lines from placement to payment in four commits."""

    def tidy(self) -> None:
        """Put away what a slice left behind outside the database."""

    def close(self) -> None:
        """Give the connection back."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What one or more clients did in a second or so; times in milliseconds."""

    cycles: int
    wall_ms: dict[str, list[float]]
    client_cpu_ms: float
    server_cpu_ms: float | None
    clients: int = 1

    @property
    def cycle_ms(self) -> float:
        """Return the mean time of a cycle."""
        return sum(sum(times) for times in self.wall_ms.values()) / self.cycles

    @property
    def cpu_ms(self) -> float:
        """Return the processor time of a cycle, of both sides where the server's is known."""
        return (self.client_cpu_ms + (self.server_cpu_ms or 0)) / self.cycles

    @property
    def per_second(self) -> float:
        """Return the cycles per second of all clients together."""
        return 1000 * self.clients / self.cycle_ms


def run_slice(subject: Subject, *, seconds: float, chance: random.Random) -> Slice:
    """Have *subject* do cycles for so many *seconds*, one at least."""
    stopwatch = Stopwatch()
    server_before = server_cpu_ms(subject.backend_pid)
    end, cycles = time.perf_counter() + seconds, 0
    while cycles == 0 or time.perf_counter() < end:
        subject.cycle(stopwatch, chance)
        cycles += 1
    server_after = server_cpu_ms(subject.backend_pid)
    subject.tidy()
    local = server_before is not None and server_after is not None
    return Slice(
        cycles=cycles,
        wall_ms=stopwatch.wall_ms,
        client_cpu_ms=stopwatch.cpu_ms,
        server_cpu_ms=(server_after or 0) - (server_before or 0) if local else None,
    )


def server_cpu_ms(backend_pid: int) -> float | None:
    """Return the processor time of a backend of PostgreSQL, None when it is not on this (Linux) machine."""
    try:
        text = Path(f"/proc/{backend_pid}/stat").read_text()
    except OSError:
        return None
    name, _, rest = text.partition("(")[2].rpartition(")")
    if "postgres" not in name:
        return None
    user, system = rest.split()[11:13]
    return 1000 * (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def together(slices: Sequence[Slice]) -> Slice:
    """Return what clients did side by side as one slice."""
    server = [part.server_cpu_ms for part in slices if part.server_cpu_ms is not None]
    return Slice(
        cycles=sum(part.cycles for part in slices),
        wall_ms={step: [ms for part in slices for ms in part.wall_ms[step]] for step in STEPS},
        client_cpu_ms=sum(part.client_cpu_ms for part in slices),
        server_cpu_ms=sum(server) if len(server) == len(slices) else None,
        clients=len(slices),
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that *percent* of the values do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))]


def median_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the median of the ratios of figures that were taken in the same rounds, pair by pair."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))
