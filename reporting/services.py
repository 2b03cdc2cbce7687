"""The one thing that reporting writes: its certificates."""

import hashlib
import json
import logging
from datetime import date

from o2c.kernel.db import fetch_all, verb
from reporting.checks import Report
from reporting.models import Certificate

log = logging.getLogger("o2c.reporting")


@verb
def certify(*, report: Report, on: date) -> Certificate:
    """Write down what the checks found, for the business date *on*, linked to the certificate before."""
    fetch_all("LOCK TABLE reporting_certificate IN SHARE ROW EXCLUSIVE MODE", [])
    previous = Certificate.objects.order_by("-pk").values_list("sha256", flat=True).first() or ""
    content = json.dumps(
        {"business_date": str(on), "previous_sha256": previous} | report.as_json(),
        separators=(",", ":"),
        ensure_ascii=False,
    )
    for result in report.failed:
        log.error(
            "The books do not agree: %s %s (%s documents, first: %s)",
            result.id,
            result.name,
            result.offending,
            result.first_offender,
        )
    return Certificate.objects.create(
        business_date=on,
        as_of=report.as_of,
        passed=report.passed,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        previous_sha256=previous,
    )
