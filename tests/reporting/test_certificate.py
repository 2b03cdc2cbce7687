"""The nightly certificate: one for each business date, linked, never changed; and the snapshot it is made of."""

import hashlib
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import DatabaseError, transaction

from o2c.kernel.db import fetch_all
from o2c.kernel.models import JobRun
from reporting import services, tasks
from reporting.checks import ALL, run_checks
from reporting.checks.base import snapshot
from reporting.models import Certificate

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def certify(day: int) -> Certificate:
    return services.certify(report=run_checks(now=NOW), on=date(2026, 11, day))


def test_nightly_job_certifies_once_and_says_what_it_found(world) -> None:
    with time_machine.travel(NOW, tick=False):
        tasks.certify()
        tasks.certify()
    certificate = Certificate.objects.get()
    assert certificate.passed
    assert certificate.business_date == date(2026, 11, 20)
    assert certificate.as_of == NOW
    assert len(certificate.results) == len(ALL)
    run = JobRun.objects.get(job="reporting.tasks.certify")
    assert run.outcome == {"certificate": certificate.pk, "passed": True, "failed": []}


def test_certificate_of_books_that_disagree_names_the_document(world) -> None:
    order = world.order(world.customer(), (world.product(), "5"))
    fetch_all("UPDATE credit_commitment SET amount = 61", [])
    with time_machine.travel(NOW, tick=False):
        tasks.certify()
    certificate = Certificate.objects.get()
    assert not certificate.passed
    assert [result["id"] for result in certificate.failed] == ["O06"]
    assert certificate.failed[0]["offenders"] == [
        {"document": f"order {order.number}", "not_invoiced": "60.00", "committed": "61.0000"}
    ]
    assert JobRun.objects.get().outcome["failed"] == [f"O06: order {order.number}"]


def test_each_certificate_names_the_one_before(world) -> None:
    first, second = certify(19), certify(20)
    assert first.previous_sha256 == ""
    assert second.previous_sha256 == first.sha256
    assert hashlib.sha256(second.content.encode()).hexdigest() == second.sha256
    assert f'"previous_sha256":"{first.sha256}"' in second.content


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reporting_certificate SET passed = NOT passed",
        "DELETE FROM reporting_certificate",
        "TRUNCATE reporting_certificate",
    ],
)
def test_certificate_is_never_changed(world, statement: str) -> None:
    certify(20)
    with pytest.raises(DatabaseError, match=r"frozen|append-only"), transaction.atomic():
        fetch_all(statement, [])


@pytest.mark.committed
def test_outside_a_transaction_all_checks_see_one_snapshot(database) -> None:
    with snapshot():
        fetch_all("SELECT count(*) FROM orders_order", [])
        assert fetch_all("SHOW transaction_isolation", []) == [("repeatable read",)]
        assert fetch_all("SHOW transaction_read_only", []) == [("on",)]
        assert fetch_all("SHOW statement_timeout", []) == [("15min",)]
    assert fetch_all("SHOW transaction_isolation", []) == [("read committed",)]
    assert fetch_all("SHOW statement_timeout", []) == [("15s",)]
    assert run_checks(now=NOW).passed, "an empty company has nothing that could be wrong"
