"""The books prove themselves: right books pass, and every fault is found by the check that is for it."""

import pytest

from reporting.checks import run_checks
from tests.reporting.conftest import NOW


def test_books_of_a_company_with_a_case_of_everything_agree(case) -> None:
    report = run_checks(now=NOW)
    for r in report.results:
        print(r.id, r.name, r.figures, r.duration)
    assert [(result.id, result.offenders) for result in report.failed] == []
    assert report.passed
