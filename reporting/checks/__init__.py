"""The proof that the books agree: named, read-only checks over one snapshot.

Each check is one set-based SQL statement that returns the documents that offend, with their figures.
The statements ask the tables, not the code that wrote them, so they hold against every writer:
services, imports, migrations and people at a database prompt.
"""

from datetime import datetime

from reporting.checks import base, invoicing, ledger, orders, plumbing, receivables, stock
from reporting.checks.base import Check, Report, Result

ALL: list[Check] = [
    *ledger.CHECKS,
    *receivables.CHECKS,
    *invoicing.CHECKS,
    *stock.CHECKS,
    *orders.CHECKS,
    *plumbing.CHECKS,
]

__all__ = ["ALL", "Check", "Report", "Result", "run_checks"]


def run_checks(*, now: datetime) -> Report:
    """Ask every check over one snapshot of the books and return what they found.

    *now* (an aware instant) decides what is late: events not dispatched, entries not numbered,
    documents not printed. Nothing is written: the transaction is read-only.
    """
    return base.run(ALL, now=now)
