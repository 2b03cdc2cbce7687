"""The books prove themselves: right books pass, and every fault is found by the check that is for it."""

import json
import re
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext

from o2c.kernel.db import fetch_all
from reporting.checks import ALL, Result, run_checks
from reporting.checks.base import snapshot
from reporting.checks.labels import DOCUMENTS, LABELS, document_words, figures_of
from tests.reporting.conftest import NOW
from tests.reporting.faults import FAULTS, Fault, names, plant

BY_ID = {fault.check: fault for fault in FAULTS}


def test_books_of_a_company_with_a_case_of_everything_agree(case) -> None:
    report = run_checks(now=NOW)
    assert [(result.id, result.offenders) for result in report.failed] == []
    assert report.passed


def test_every_figure_of_a_check_has_its_words(case) -> None:
    assert [name for result in run_checks(now=NOW).results for name in unworded(result)] == []


def test_every_check_looks_at_something(case) -> None:
    """A check that looks at no rows of this company proves nothing."""
    waiting = ["L13", "E02"]  # these count what still waits: nothing, here
    assert [result.id for result in run_checks(now=NOW).results if not result.looked_at] == waiting


def test_every_check_has_a_fault_and_a_name_of_its_own() -> None:
    ids = [check.id for check in ALL]
    assert sorted(ids) == sorted(fault.check for fault in FAULTS)
    assert len(set(ids)) == len(ids)
    assert len({check.name for check in ALL}) == len(ALL)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.check)
def test_fault_is_found_by_its_check_and_by_no_other(case, fault: Fault) -> None:
    known = names(case, NOW)
    plant(fault, known)
    failed = run_checks(now=NOW).failed
    assert [(result.id, result.offenders) for result in failed if result.id != fault.check] == []
    assert [result.id for result in failed] == [fault.check]
    assert failed[0].first_offender.startswith(fault.names % known)
    assert unworded(failed[0]) == []


def unworded(result: Result) -> list[str]:
    """What of a check's answer no reader would find in their language, or written as numbers are."""
    told = [("", list(result.figures.items())[1:])]
    told += [(str(offender["document"]), list(offender.items())) for offender in result.offenders]
    names = [
        document for document, _ in told[1:] if not any(re.fullmatch(to, document) for to, _ in DOCUMENTS)
    ]
    for document, found in told:
        shown = figures_of(found, document=document, currency="GBP")  # a day that is none would not be read
        names += [name for name, _ in found if name not in {"document", *LABELS}]
        names += [one.label for one in shown if re.fullmatch(r"-?[0-9]+\.[0-9]*0{3}", one.value)]
    return names


def test_figures_and_documents_are_worded_and_written_in_the_readers_language() -> None:
    found = {
        "document": "order SO-10001 line 2", "net": "15672.4000", "ordered": "1200.0000", "due_on": "2026-11-20",
        "at": "2026-11-20T12:30:00+00:00", "state": "part", "year": 2026, "of_an_earlier_night": "7.50",
    }  # fmt: skip
    with translation.override("fr"), timezone.override("UTC"):
        assert document_words(found["document"]) == "commande SO-10001, ligne 2"
        assert document_words("account 1200 on 2026-11-20") == "compte 1200 au 20 nov. 2026"
        assert document_words("whatever was there once") == "whatever was there once"
        told = {
            one.label: strip_tags(one.value)
            for one in figures_of(found.items(), document=found["document"], currency="GBP")
        }
    assert told == {
        "HT": "15\u202f672,40",
        "commandé": "1\u202f200",
        "échéance": "20 nov. 2026",
        "le": "20 nov. 2026 12:30",
        "état": "part",
        "année": "2026",
        "of an earlier night": "7.50",
    }
    with translation.override("en"):
        [state] = figures_of([("state", "on_hold")], document="order SO-1", currency="GBP")
    assert state.value == "On hold"


def test_prove_prints_every_check_and_the_verdict(case) -> None:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("prove", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[1].split()[:4] == ["L01", "Every", "entry", "balances"]
    assert " OK " in lines[1]
    assert lines[1].endswith("debit 1753.85, credit 1753.85")
    assert lines[-1].startswith(f"The books agree: {len(ALL)} checks in ")


@pytest.mark.parametrize("language", ["fr", "nb", "id", "ru"])
def test_every_check_has_its_words_in_every_language(language: str) -> None:
    with translation.override(language):
        texts = [text for check in ALL for text in (check.name, check.meaning)]
        assert [text for text in texts if gettext(text) == text] == []


def test_what_is_kept_and_printed_is_english_whoever_asks(case) -> None:
    with translation.override("fr"), time_machine.travel(NOW, tick=False):
        out = StringIO()
        call_command("prove", "--json", stdout=out)
    assert json.loads(out.getvalue())["results"][0]["name"] == "Every entry balances"


def test_prove_exits_1_and_names_the_first_offending_document(case) -> None:
    plant(BY_ID["R06"], names(case, NOW))
    out = StringIO()
    with time_machine.travel(NOW, tick=False), pytest.raises(SystemExit) as stopped:
        call_command("prove", stdout=out)
    assert stopped.value.code == 1
    assert out.getvalue().splitlines()[-1] == (
        "The books do not agree: invoice INV-2026-000002 (R06 Every document has its open item)."
    )
    assert "amount 47.28" in out.getvalue()


def test_prove_as_json_has_exact_figures(case) -> None:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("prove", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["passed"] is True
    assert report["as_of"] == "2026-11-20T12:00:00+00:00"
    assert report["results"][0]["figures"] == {"lines": 67, "debit": "1753.8500", "credit": "1753.8500"}


def test_proving_changes_nothing(case) -> None:
    before = case.world.fingerprint()
    run_checks(now=NOW)
    assert case.world.fingerprint() == before


def test_a_check_that_writes_is_refused_and_the_caller_can_go_on(case) -> None:
    with pytest.raises(DatabaseError, match="read-only transaction"), snapshot():
        fetch_all("UPDATE orders_order SET net = net", [])
    fetch_all("UPDATE kernel_company SET phone = '020' WHERE id = %s", [case.world.company.pk])
    assert fetch_all("SHOW transaction_read_only", []) == [("off",)]
    assert fetch_all("SHOW statement_timeout", []) == [("15s",)]
