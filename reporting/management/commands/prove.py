"""Prove that the books agree, or name the first document that does not."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from o2c.kernel import clock, partition
from o2c.kernel.partition import Mode
from reporting.checks import Report, Result, run_checks


class Command(BaseCommand):
    """Run every check over one snapshot; exit 1 when one found something."""

    help = "Prove that stock, orders, invoices, receivables and the ledger agree; exits 1 if they do not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sandbox", action="store_true", help="prove the books of the sandbox instead")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with partition.entered(Mode.TEST if options["sandbox"] else partition.current()):
            report = run_checks(now=clock.unmoved())
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), indent=2))
        else:
            self.stdout.write(as_table(report))
        if not report.passed:
            sys.exit(1)


def as_table(report: Report) -> str:
    """Return the report as people read it: a line for each check, then what is wrong, then the verdict."""
    width = max(len(result.name) for result in report.results)
    lines = [f"{'':3}  {'':{width}}  {'looked at':>11}  {'':6}  {'ms':>6}  figures"]
    lines += [
        f"{result.id:3}  {result.name:{width}}  {result.looked_at:>11,}  "
        f"{'OK' if result.passed else 'FAILED':6}  {result.duration:>6,}  {_figures(result)}"
        for result in report.results
    ]
    for result in report.failed:
        lines += ["", f"{result.id} {result.name}: {result.offending} found. {result.meaning}"]
        lines += [f"  {_plain(offender)}" for offender in result.offenders]
    seconds = sum(result.duration for result in report.results) / 1000
    if report.passed:
        verdict = f"The books agree: {len(report.results)} checks in {seconds:.1f} s."
    else:
        first = report.failed[0]
        verdict = f"The books do not agree: {first.first_offender} ({first.id} {first.name})."
    return "\n".join([*lines, "", verdict])


def _figures(result: Result) -> str:
    """Return the figures beyond the first, which the table shows as looked at."""
    return _plain(dict(list(result.figures.items())[1:]))


def _plain(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in figures.items())


def _number(value: Any) -> str:
    """Return an exact number without the zeros of its column's scale, but with two decimals if it has any."""
    text = "-" if value is None else str(value)
    whole, point, decimals = text.partition(".")
    if not point or not decimals.isdigit():
        return text
    return f"{whole}.{decimals.rstrip('0'):0<2}"
