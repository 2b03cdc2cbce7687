"""What a check is, and how all of them are run over one snapshot of the books."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pgtrigger
from babel.numbers import get_currency_precision, list_currencies
from django.db import connection, transaction

from o2c.kernel.db import fetch_all

SHOWN = 5  # offenders that a result names; all of them are counted

# Every check is one statement: its figures, how many documents offend, and the first of them. What
# several checks share stands before; PostgreSQL computes only what a check refers to.
#
# minor: the decimals of each currency. order_underway: orders with events that have not had their
# effect yet, behind which they may be. pdf_tonight: with more than 20,000 documents, each night reads
# another share of the bytes, and always the newest.
STATEMENT = """
WITH minor (currency, digits) AS (
    SELECT * FROM unnest(%(currencies)s::text[], %(digits)s::int[])
), event_underway AS (
    SELECT document_type, document_id FROM kernel_event WHERE dispatched_at IS NULL
    UNION
    SELECT e.document_type, e.document_id FROM kernel_eventdelivery d JOIN kernel_event e ON e.id = d.event_id
    WHERE d.handled_at IS NULL
), order_underway AS (
    SELECT document_id AS order_id FROM event_underway WHERE document_type = 'order'
    UNION
    SELECT i.order_id FROM event_underway u JOIN invoicing_invoice i ON i.receivable_id = u.document_id
    WHERE u.document_type = 'receivable' AND i.order_id IS NOT NULL
), pdf_tonight AS (
    SELECT p.invoice_id, p.content, p.sha256
    FROM (SELECT 1 + count(*) / 20000 AS shares FROM invoicing_printedinvoice) night, invoicing_printedinvoice p
    WHERE p.rendered_at > %(now)s::timestamptz - interval '2 days'
       OR mod(p.invoice_id, night.shares) = mod(extract(epoch FROM %(now)s::timestamptz)::bigint / 86400, night.shares)
),
looked_at AS ({figures}),
offender AS MATERIALIZED ({offenders})
SELECT (SELECT row_to_json(looked_at)::text FROM looked_at),
       (SELECT count(*) FROM offender),
       (SELECT json_agg(first_ones)::text FROM (SELECT * FROM offender ORDER BY document LIMIT {shown}) AS first_ones)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A named question about the books that has no answer while they are right.

    *figures* is SQL for one row: how many documents were looked at, then sums. *offenders* is SQL for
    one row per offending document: ``document`` is its name in words, then what it says and what it
    should say.
    Both may use the parameters of `parameters` and the tables named in `STATEMENT`.
    """

    id: str
    name: str
    meaning: str
    figures: str
    offenders: str

    @property
    def statement(self) -> str:
        """Return the one statement that asks."""
        return STATEMENT.format(figures=self.figures, offenders=self.offenders, shown=SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a check found; figures are exact numbers as text, *duration* is in milliseconds."""

    id: str
    name: str
    meaning: str
    passed: bool
    looked_at: int
    figures: dict[str, Any]
    offending: int
    offenders: tuple[dict[str, Any], ...]
    duration: int

    @property
    def first_offender(self) -> str:
        """Return the first offending document in words, empty where there is none."""
        return str(self.offenders[0]["document"]) if self.offenders else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What all checks found at one instant."""

    as_of: datetime
    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        """Say whether no check found anything."""
        return all(result.passed for result in self.results)

    @property
    def failed(self) -> tuple[Result, ...]:
        """Return what found something."""
        return tuple(result for result in self.results if not result.passed)

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "as_of": self.as_of.isoformat(),
            "passed": self.passed,
            "results": [asdict(result) for result in self.results],
        }


def parameters(now: datetime) -> dict[str, Any]:
    """Return what the statements may refer to: the instant, the currencies' decimals, our triggers."""
    currencies = sorted(list_currencies())
    triggers = [(model._meta.db_table, trigger.get_pgid(model)) for model, trigger in pgtrigger.registered()]
    return {
        "now": now,
        "currencies": currencies,
        "digits": [get_currency_precision(currency) for currency in currencies],
        "tables": [table for table, _ in triggers],
        "triggers": [name for _, name in triggers],
    }


@contextmanager
def snapshot() -> Iterator[None]:
    """Open a read-only transaction that sees one state of the books, with time for long questions.

    Inside a caller's transaction it is a savepoint, read-only all the same and rolled back, so that
    the caller's settings come back; the isolation is then the caller's.
    """
    inside = connection.in_atomic_block
    with transaction.atomic():
        fetch_all("SET TRANSACTION READ ONLY" if inside else BEGIN_SNAPSHOT, [])
        fetch_all("SELECT set_config('statement_timeout', '15min', true)", [])
        fetch_all("SELECT set_config('work_mem', '64MB', true)", [])
        yield
        transaction.set_rollback(True)


BEGIN_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


def run(checks: Sequence[Check], *, now: datetime) -> Report:
    """Ask every check in one snapshot; *now* decides what is late. Writes nothing, nor can it."""
    known = parameters(now)
    with snapshot():
        return Report(as_of=now, results=tuple(ask(check, known) for check in checks))


def ask(check: Check, known: dict[str, Any]) -> Result:
    """Run one check."""
    started = time.perf_counter()
    [(figures, offending, offenders)] = fetch_all(check.statement, known)
    shown = _parsed(figures)
    looked_at = int(next(iter(shown.values())))
    return Result(
        id=check.id,
        name=check.name,
        meaning=check.meaning,
        passed=offending == 0,
        looked_at=looked_at,
        figures=shown,
        offending=offending,
        offenders=tuple(_parsed(offenders) or ()),
        duration=round((time.perf_counter() - started) * 1000),
    )


def _parsed(text: str | None) -> Any:
    """Return JSON from the database; numbers with decimals stay text, exact to the last digit."""
    return json.loads(text, parse_float=str) if text else None
