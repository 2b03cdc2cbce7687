"""The pages' part of the benchmark: build, ask for every page, judge, and say it as a table."""

from bench import runner, scratch
from bench.measure import percentile
from bench.pages.tour import tour
from bench.pages.watch import Seen, look_round
from bench.pages.work import Work
from bench.preload import settle_down

GROWN = 2.0  # a page that costs more than so many times as much after the long history ...
NOTICED = 25.0  # ... and at least so many milliseconds, has grown with it


def run(plan: runner.Plan, say: runner.Say, *, times: int) -> tuple[str, bool]:
    """Return the table of all pages after each history, and whether every bar holds.

    :raises Busy: another benchmark runs on this server.
    """
    seen: dict[int, dict[str, Seen]] = {}
    with scratch.server() as server:
        runner.build_base(server, plan, say)
        for orders in plan.sizes:
            scratch.use(runner.with_past(server, orders, plan, say))
            Work().make()
            settle_down()
            stops = tour()
            say(f"{len(stops)} pages, {times} times each, after {orders:,} orders")
            seen[orders] = look_round(stops, times=times)
    return table(seen), all(holds(one) for one in seen[plan.sizes[-1]].values())


def holds(one: Seen) -> bool:
    """Say whether a page keeps its bar."""
    return one.p95 <= one.stop.bar


def table(seen: dict[int, dict[str, Seen]]) -> str:
    """Return a line a page: the dearest after the longest history on top."""
    sizes = list(seen)
    first, last = seen[sizes[0]], seen[sizes[-1]]
    width = max(len(name) for name in last)
    heads = "".join(f"{runner.size_name(size):>7} p50/p95  SQL" for size in sizes)
    lines = [f"{'processor time, ms':<{width}}{heads}   grown  wall p95   bar"]
    for name in sorted(last, key=lambda name: -last[name].p95):
        figures = "".join(f"{_figures(seen[size].get(name))}" for size in sizes)
        ratio = last[name].p50 / first[name].p50 if name in first else 0.0
        lines.append(f"{name:<{width}}{figures} {ratio:>6.2f}x{_verdict(last[name], ratio)}")
    missed = sum(not holds(one) for one in last.values())
    lines.append(_at_what_pace(last))
    lines.append(f"{len(last)} pages; {missed} miss their bar after {sizes[-1]:,} orders.")
    return "\n".join(lines)


def _at_what_pace(seen: dict[str, Seen]) -> str:
    """Return how fast the machine was while the pages were asked for."""
    ratios = [pace / one.best_ms for one in seen.values() for pace in one.pace_ms]
    half, worst = percentile(ratios, 50), percentile(ratios, 95)
    return f"At the machine's best pace; half of the time it took {half:.2f} times as long, {worst:.2f} times at p95."


def _figures(one: Seen | None) -> str:
    return f"{one.p50:>9.1f}/{one.p95:>6.1f} {one.statements:>4}" if one else f"{'-':>21}"


def _verdict(one: Seen, ratio: float) -> str:
    word = "MISSED" if not holds(one) else "grows" if ratio > GROWN and one.p50 > NOTICED else ""
    wall = sorted(one.wall_ms)[int(len(one.wall_ms) * 0.95)]
    return f"{wall:>10.1f} {one.stop.bar:>5}  {word}"
