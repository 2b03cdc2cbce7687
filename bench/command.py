"""The command line of the benchmark."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench import bars, profile_checkout, report, runner
from bench.clients import ClientFailed
from bench.load import Unexpected
from bench.pages import command as pages
from bench.pages.watch import Unwell
from bench.scratch import Busy

TIMES = 20  # a page is asked for
HISTORIES = {"history", "http_history"}  # a quick run's pasts are too short


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and return 1 when the books are wrong, or with ``--check`` when a bar is missed."""
    options = _parser().parse_args(arguments)
    try:
        if options.profile:
            print(profile_checkout.run())
            return 0
        if options.only_pages:
            said, is_well = pages.run(_plan_of_pages(options), _say, times=options.rounds or TIMES)
            print(said)
            return 0 if is_well else 1
        outcome = runner.run(_plan(options), _say)
    except (Busy, ClientFailed, Unexpected, Unwell) as error:
        print(error, file=sys.stderr)
        return 1
    if options.peer:
        peer = bars.peer_measured(options.peer)
        outcome.figures["peer"] = outcome.figures["per_second"] / peer.per_second
        outcome.figures["peer_cpu"] = peer.client_cpu_ms / outcome.figures["client_cpu_ms"]
    verdicts = bars.judge(_comparable(outcome, quick=options.quick))
    print(report.table(outcome))
    print(report.closing(outcome, verdicts))
    if options.json:
        options.json.write_text(json.dumps(report.as_json(outcome, verdicts), indent=1))
    missed = options.check and bars.any_missed(verdicts)
    return 1 if outcome.problems or missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description="The application against what this PostgreSQL can do at all."
    )
    parser.add_argument(
        "--quick", action="store_true", help="a smoke test: small, and too short to judge history by"
    )
    parser.add_argument(
        "--only-hot", action="store_true", help="one customer's history only: placing, and the credit check"
    )
    parser.add_argument(
        "--only-pages",
        action="store_true",
        help="every page of the site against its bar, 1 when one misses it",
    )
    parser.add_argument("--customers", type=int, metavar="N", help="how many customers the company has")
    parser.add_argument(
        "--only-http",
        action="store_true",
        help="orders over HTTP only: against a call that does nothing, and by history",
    )
    parser.add_argument(
        "--profile", action="store_true", help="only: where the time goes when an order is placed over HTTP"
    )
    parser.add_argument("--clients", type=int, metavar="N", help="measure with N clients at once as well")
    parser.add_argument("--rounds", type=int, help="how often the contestants take turns")
    parser.add_argument("--seconds", type=float, help="how long a turn is")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a bar is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
    parser.add_argument("--peer", type=Path, metavar="FILE", help="the JSON of a measurement of Tryton")
    return parser


def _plan(options: argparse.Namespace) -> runner.Plan:
    plan = runner.QUICK if options.quick else runner.Plan()
    if options.only_hot:
        plan = replace(plan, only_hot=True, hot_orders=runner.Plan().hot_orders)
    if options.only_http:
        plan = replace(plan, only_http=True)
    chosen = {name: getattr(options, name) for name in ("customers", "clients", "rounds", "seconds")}
    return replace(plan, **{name: value for name, value in chosen.items() if value is not None})


def _plan_of_pages(options: argparse.Namespace) -> runner.Plan:
    """Return the plan of the pages' part: the smallest and the largest history, and many customers."""
    plan = runner.QUICK if options.quick else runner.Plan(customers=2_000)
    return replace(plan, sizes=(plan.sizes[0], plan.sizes[-1]), customers=options.customers or plan.customers)


def _comparable(outcome: runner.Outcome, *, quick: bool) -> dict[str, float]:
    """Return the figures that a bar may be held against."""
    return {name: value for name, value in outcome.figures.items() if not (quick and name in HISTORIES)}


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
