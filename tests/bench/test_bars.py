"""Figures against bars: which side counts, and what a missing figure means."""

import json
from dataclasses import replace
from pathlib import Path

from bench.bars import Peer, any_missed, judge, peer_measured
from bench.clients import Contestant, take_turns
from bench.measure import STEPS, Slice, Stopwatch, median_ratio, percentile, together


def words(figures: dict[str, float]) -> dict[str, str]:
    return {verdict.bar.figure: verdict.word for verdict in judge(figures)}


def test_a_figure_on_the_right_side_of_its_bar_is_ok() -> None:
    figures = {
        "limit": 0.08,
        "peer": 41,
        "history": 1.1,
        "hot_customer": 0.98,
        "credit_check": 1.1,
        "http": 0.06,
        "http_p95": 250,
        "http_history": 1.1,
        "pdf": 0.9,
    }
    assert words(figures) == {
        "limit": "OK",
        "peer": "OK",
        "history": "OK",
        "hot_customer": "OK",
        "credit_check": "OK",
        "http": "OK",
        "http_p95": "OK",
        "http_history": "OK",
        "pdf": "OK",
    }


def test_a_figure_on_the_wrong_side_misses_its_bar() -> None:
    verdicts = judge({"limit": 0.079, "history": 1.11})

    assert [verdict.word for verdict in verdicts] == [
        "MISSED",
        "not measured",
        "MISSED",
        "not measured",
        "not measured",
        "not measured",
        "not measured",
        "not measured",
        "not measured",
    ]
    assert any_missed(verdicts)


def test_what_was_not_measured_is_not_missed() -> None:
    assert not any_missed(judge({}))


def test_the_median_ratio_pairs_the_rounds() -> None:
    assert median_ratio([2.0, 40.0, 6.0], [1.0, 10.0, 1.0]) == 4.0


def test_percentiles_are_measured_values() -> None:
    assert percentile([5.0, 1.0, 3.0], 50) == 3.0
    assert percentile([float(value) for value in range(100)], 95) == 95.0


def test_the_throughput_of_clients_side_by_side_adds_up() -> None:
    one = Slice(cycles=2, wall_ms={step: [5.0, 5.0] for step in STEPS}, client_cpu_ms=8.0, server_cpu_ms=2.0)

    both = together([one, one])

    assert one.per_second == 50.0
    assert (both.cycles, both.cycle_ms, both.per_second) == (4, 20.0, 100.0)
    assert (both.client_cpu_ms, both.server_cpu_ms) == (16.0, 4.0)


def test_time_between_steps_is_not_counted() -> None:
    stopwatch = Stopwatch()
    with stopwatch.step("place"):
        pass

    assert [len(stopwatch.wall_ms[step]) for step in STEPS] == [1, 0, 0, 0]


def test_the_peers_figures_are_those_of_one_transaction_a_step(tmp_path: Path) -> None:
    file = tmp_path / "peer.json"
    steps = {"per_second": 0.5, "python_cpu_ms": 2000.0}
    file.write_text(json.dumps({"full_cycle": {"proteus": {}, "direct_step_transactions": steps}}))

    assert peer_measured(file) == Peer(per_second=0.5, client_cpu_ms=2000.0)


def test_the_processor_time_of_a_cycle_is_that_of_both_sides() -> None:
    part = Slice(cycles=2, wall_ms={}, client_cpu_ms=8.0, server_cpu_ms=2.0)

    assert part.cpu_ms == 5.0
    assert replace(part, server_cpu_ms=None).cpu_ms == 4.0


class Idle:
    """A subject whose every step takes no time."""

    backend_pid = 0

    def cycle(self, stopwatch: Stopwatch, chance: object) -> None:
        for step in STEPS:
            with stopwatch.step(step):
                pass

    def tidy(self) -> None: ...

    def close(self) -> None: ...


def test_contestants_take_turns_with_all_their_clients() -> None:
    contestants = [Contestant("one", Idle, clients=1), Contestant("two", Idle, clients=2)]

    slices = take_turns(contestants, rounds=3, seconds=0)
    for contestant in contestants:
        contestant.close()

    assert {name: [part.clients for part in parts] for name, parts in slices.items()} == {
        "one": [1, 1, 1],
        "two": [2, 2, 2],
    }
    assert all(part.cycles == 2 for part in slices["two"])
