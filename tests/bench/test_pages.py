"""The pages' part of the benchmark: which pages it asks for, and what its table says of them."""

from dataclasses import replace

from bench.pages.command import holds, table
from bench.pages.tour import FRAGMENT, PAGE, Stop, worklists
from bench.pages.watch import Seen
from o2c.kernel.worklists import Worklist


def seen(name: str, *cpu_ms: float, bar: int = PAGE) -> Seen:
    paces = [4.0] * len(cpu_ms)
    return Seen(Stop(name, "/", bar), list(cpu_ms), list(cpu_ms), statements=7, pace_ms=paces, best_ms=4.0)


def test_every_worklist_that_an_app_declares_is_asked_for() -> None:
    def all_of(kind: type[Worklist]) -> set[type[Worklist]]:
        return {kind, *(one for below in kind.__subclasses__() for one in all_of(below))}

    declared = {kind for kind in all_of(Worklist) if "title" in vars(kind) and "tests" not in kind.__module__}
    asked = set(worklists().values())
    assert {kind for kind in declared if not any(issubclass(one, kind) for one in asked)} == set()
    assert "/orders/" in worklists()


def test_the_bar_is_held_against_the_95th_percentile_of_the_processor_time() -> None:
    calm, often_slow = seen("calm", *[10.0] * 20), seen("late", *[10.0] * 18, 210.0, 210.0)
    assert holds(calm)
    assert not holds(often_slow)
    assert not holds(seen("fragment", 101.0, bar=FRAGMENT))


def test_what_a_neighbour_slowed_down_counts_at_the_best_pace() -> None:
    slowed = replace(seen("slowed", *[100.0] * 10, *[250.0] * 10), pace_ms=[4.0] * 10 + [10.0] * 10)
    assert slowed.undisturbed_ms == [100.0] * 20
    assert holds(slowed)


def test_the_table_names_what_misses_its_bar_and_what_grows_with_history() -> None:
    few = {name: seen(name, 20.0) for name in ("flat", "grown", "missed")}
    many = {"flat": seen("flat", 21.0), "grown": seen("grown", 60.0), "missed": seen("missed", 250.0)}
    lines = table({1_000: few, 100_000: many}).splitlines()
    words = {line.split()[0]: line.split()[-1] for line in lines[1:-2]}
    assert words == {"missed": "MISSED", "grown": "grows", "flat": "200"}
    assert lines[-2].endswith("half of the time it took 1.00 times as long, 1.00 times at p95.")
    assert lines[-1] == "3 pages; 1 miss their bar after 100,000 orders."
