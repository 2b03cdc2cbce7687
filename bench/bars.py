"""The bars: ratios of one run that must hold with every feature on, and what we aim at."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure's bound; *at_least* says on which side of it the figure must be."""

    figure: str
    what: str
    bound: float
    aim: float
    at_least: bool = True

    def holds(self, value: float) -> bool:
        """Say whether *value* is on the right side."""
        return value >= self.bound if self.at_least else value <= self.bound


BARS = [
    Bar("limit", "full cycle / the same work in one database call a step", 0.08, 0.15),
    Bar("peer", "full cycle / Tryton, one transaction a step", 40, 100),
    Bar("history", "cost of a cycle at 100,000 past orders / at 1,000", 1.10, 1.05, at_least=False),
    Bar(
        "hot_customer",
        "cost of placing for 100,000 past orders of one customer / for 100",
        1.10,
        1.05,
        at_least=False,
    ),
    Bar(
        "credit_check",
        "cost of a credit check and a reservation for 100,000 past orders of one customer / for 100",
        1.10,
        1.05,
        at_least=False,
    ),
    Bar("http", "placing an order over HTTP / a DRF no-op with the same authentication", 0.06, 0.12),
    Bar("http_p95", "placing an order at 8 connections, p95 in ms", 250, 120, at_least=False),
    Bar(
        "http_history",
        "cost of placing over HTTP at 100,000 past orders / at 1,000",
        1.10,
        1.05,
        at_least=False,
    ),
    Bar("pdf", "PDF documents / bare WeasyPrint on the same HTML", 0.85, 0.95),
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a bar; *value* is None where it was not measured."""

    bar: Bar
    value: float | None

    @property
    def word(self) -> str:
        """Return OK, MISSED or not measured."""
        if self.value is None:
            return "not measured"
        return "OK" if self.bar.holds(self.value) else "MISSED"


def judge(figures: Mapping[str, float]) -> list[Verdict]:
    """Return the verdict on every bar."""
    return [Verdict(bar, figures.get(bar.figure)) for bar in BARS]


def any_missed(verdicts: list[Verdict]) -> bool:
    """Say whether a bar that was measured does not hold."""
    return any(verdict.word == "MISSED" for verdict in verdicts)


@dataclass(frozen=True, slots=True)
class Peer:
    """Tryton with one transaction a step: cycles per second, and processor time of its Python a cycle."""

    per_second: float
    client_cpu_ms: float


def peer_measured(path: Path) -> Peer:
    """Return what the JSON of a measurement of Tryton says."""
    measured: dict[str, Any] = json.loads(path.read_text())["full_cycle"]["direct_step_transactions"]
    return Peer(float(measured["per_second"]), float(measured["python_cpu_ms"]))
