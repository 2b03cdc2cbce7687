"""The run in words and figures."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import psycopg

from bench import over_http, scratch
from bench.bars import Verdict
from bench.measure import STEPS, Slice, percentile
from bench.runner import YARDSTICK, Outcome

HOW_TO_MEASURE_THE_PEER = """\
Tryton was not compared. Measure it on this machine: install trytond 8.2 with its sale, stock, invoice
and credit limit modules in an environment of its own, run the peer measurement there (it prints JSON
with full_cycle.direct_step_transactions.per_second), and pass that file with --peer FILE."""


# Less sensitive to what else the machine does than the bars are.
BY_PROCESSOR_TIME = {
    "limit_cpu": "By processor time, client and server: the bare cycle costs {:.3f} of the application's,",
    "history_cpu": "  a cycle at the longest history {:.3f} of one at the shortest,",
    "peer_cpu": "  a cycle of Tryton {:.0f} times the application's (client only).",
}


def environment() -> dict[str, str]:
    """Return what the figures depend on."""
    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
    with psycopg.connect(scratch.conninfo()) as connection:
        settings = {
            name: str(connection.execute("SELECT current_setting(%s)", [name]).fetchall()[0][0])
            for name in names
        }
    return {"python": platform.python_version(), "processors": str(os.cpu_count()), **settings}


def table(outcome: Outcome) -> str:
    """Return a line for each contestant: throughput, times of the steps, processor time, ratios."""
    head = [
        "",
        "cycles/s",
        "(min..max)",
        "/ bare",
        *(f"{step} p50/p95" for step in STEPS),
        "client CPU",
        "server CPU",
    ]
    yardstick = outcome.slices.get(YARDSTICK, [])
    rows = [head, *(_row(name, slices, yardstick) for name, slices in outcome.slices.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, "Times in milliseconds, processor times per cycle; the medians of the rounds."])


def _row(name: str, slices: Sequence[Slice], yardstick: Sequence[Slice]) -> list[str]:
    rates = [part.per_second for part in slices]
    server = [part.server_cpu_ms / part.cycles for part in slices if part.server_cpu_ms is not None]
    return [
        name,
        f"{statistics.median(rates):.1f}",
        f"({min(rates):.0f}..{max(rates):.0f})",
        _against(slices, yardstick) if "customer" not in name else "",
        *(_step(slices, step) for step in STEPS),
        f"{statistics.median(part.client_cpu_ms / part.cycles for part in slices):.1f}",
        f"{statistics.median(server):.1f}" if server else "-",
    ]


def _against(slices: Sequence[Slice], yardstick: Sequence[Slice]) -> str:
    """Return the throughput as a ratio to the bare cycle's, where both had as many rounds and clients."""
    if len(slices) != len(yardstick) or slices[0].clients != yardstick[0].clients:
        return ""
    ratios = [a.per_second / b.per_second for a, b in zip(slices, yardstick, strict=True)]
    return f"{statistics.median(ratios):.3f}"


def _step(slices: Sequence[Slice], step: str) -> str:
    times = [ms for part in slices for ms in part.wall_ms[step]]
    return f"{percentile(times, 50):.1f}/{percentile(times, 95):.1f}"


def closing(outcome: Outcome, verdicts: Sequence[Verdict]) -> str:
    """Return the statements per step, the verdicts on the bars, notes and problems."""
    lines = [_statements(outcome)] if outcome.statements else []
    lines += [
        text.format(outcome.figures[name])
        for name, text in BY_PROCESSOR_TIME.items()
        if name in outcome.figures
    ]
    if "limit_crowd" in outcome.figures:
        lines.append(
            f"With {outcome.plan.clients} clients: {outcome.figures['limit_crowd']:.3f} of the bare cycle."
        )
    if "credit_check_ms" in outcome.figures:
        lines.append(
            f"A credit check and a reservation take {outcome.figures['credit_check_ms']:.1f} ms at 100 past orders."
        )
    if "http_per_second" in outcome.figures:
        lines.append(
            f"Over HTTP, {outcome.plan.http.connections} connections and {over_http.WORKERS} workers place "
            f"{outcome.figures['http_per_second']:.0f} orders a second."
        )
    if "pdf_ms" in outcome.figures:
        lines.append(f"A PDF takes {outcome.figures['pdf_ms']:.0f} ms of processor time.")
    lines += ["", "Bars"]
    lines += [_bar(verdict) for verdict in verdicts]
    if "peer" not in outcome.figures:
        lines += ["", HOW_TO_MEASURE_THE_PEER]
    lines += ["", *outcome.notes] if outcome.notes else []
    lines += [""] + ([f"WRONG: {problem}" for problem in outcome.problems] or ["The books agree."])
    return "\n".join(lines)


def _statements(outcome: Outcome) -> str:
    statements = ", ".join(f"{step} {count}" for step, count in outcome.statements.items())
    return f"SQL statements: {statements}; with BEGIN and COMMIT {_with_transactions(outcome)} a cycle."


def _with_transactions(outcome: Outcome) -> int:
    return sum(outcome.statements.values()) + 2 * len(STEPS)


def _bar(verdict: Verdict) -> str:
    bar = verdict.bar
    measured = "" if verdict.value is None else f"{verdict.value:.3g}"
    sign = ">=" if bar.at_least else "<="
    return f"  {verdict.word:<12}  {measured:>6}  {sign} {bar.bound:g} (aim {bar.aim:g})  {bar.what}"


def as_json(outcome: Outcome, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return everything that was measured, as JSON values."""
    return {
        "environment": environment(),
        "plan": asdict(outcome.plan),
        "figures": outcome.figures,
        "statements": outcome.statements,
        "bars": [
            {
                "figure": v.bar.figure,
                "what": v.bar.what,
                "bound": v.bar.bound,
                "value": v.value,
                "verdict": v.word,
            }
            for v in verdicts
        ],
        "problems": outcome.problems,
        "rounds": {name: [asdict(part) for part in slices] for name, slices in outcome.slices.items()},
    }
