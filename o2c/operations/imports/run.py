"""An import from beginning to end: survey the file, prepare the books, carry the documents, state the result."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from invoicing.errors import DuplicateCreditNote
from invoicing.tasks import render_pdf
from ledger.services import seal_entries
from o2c import dispatch
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Company
from o2c.operations.imports import books, control, textfile, uci_retail
from o2c.operations.imports.carry import Through, carry
from o2c.operations.imports.errors import FileRefused, ImportRunning
from o2c.operations.imports.rejects import Rejects, reject_file
from o2c.operations.imports.survey import Survey, chunks, survey
from orders.errors import DuplicateExternalId

ADVISORY_LOCK = 0x6F3263  # "o2c": one import at a time in a database


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person asks for. Amounts in pounds; *printing* makes the PDFs here instead of leaving them to workers."""

    path: Path
    rejects: Path
    through: Through
    today: date
    dry_run: bool = False
    printing: bool = False
    credit_limit: Decimal = Decimal(10_000_000)
    cost_percent: Decimal = Decimal(50)
    limit_documents: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What the file holds and what of it is in the books; nothing of the latter after a dry run."""

    found: Survey
    in_books: control.InBooks
    company: Company

    @property
    def ties(self) -> bool:
        """Say whether the books hold what the file says."""
        return (self.in_books.ordered, self.in_books.credited) == (
            self.found.net_sales,
            self.found.net_credits,
        )


def import_file(
    options: Options,
    *,
    surveyed: Callable[[Survey], None],
    advance: Callable[[int], None],
) -> Result:
    """Import a file; *surveyed* is told what it holds before the first write, *advance* the documents done.

    :raises FileRefused: the file is broken; nothing has changed.
    :raises ImportRunning: another import works on this database.
    :raises NotSetUp: there is no company.
    :raises WrongCompany: the company cannot have made these sales.
    """
    company = Company.objects.current()
    books.check_company(company)
    with _alone():
        before = textfile.fingerprint(options.path)
        writing = (
            nullcontext(Rejects()) if options.dry_run else reject_file(options.rejects, source=options.path)
        )
        with writing as rejects:
            found = survey(
                uci_retail.documents(textfile.lines(options.path)),
                known=books.known_documents,
                today=options.today,
                rejects=rejects,
                limit=options.limit_documents,
            )
            books.check_periods(company, found)
        surveyed(found)
        in_books = control.InBooks()
        if not options.dry_run:
            if textfile.fingerprint(options.path) != before:
                raise FileRefused(_("%(path)s was changed while it was read.") % {"path": options.path})
            _carry_all(options, company, found, in_books, advance)
    return Result(found, in_books, company)


def _carry_all(
    options: Options,
    company: Company,
    found: Survey,
    in_books: control.InBooks,
    advance: Callable[[int], None],
) -> None:
    """Carry what is not in the books, chunk by chunk, with the effects of its events.

    Printing takes longer than all the rest together, so it is left to the workers unless asked for.
    """
    prepared = books.prepare(
        company, found, credit_limit=options.credit_limit, cost_percent=options.cost_percent
    )
    documents = uci_retail.documents(textfile.lines(options.path))
    for chunk in chunks(islice(documents, options.limit_documents)):
        wanted = [document for document in chunk if document.rows]
        numbers = [document.number for document in wanted]
        known = books.known_documents(numbers)
        for document in wanted:
            if document.number not in known:
                with suppress(DuplicateExternalId, DuplicateCreditNote):  # came in by another door since
                    carry(document, books=prepared, through=options.through, today=options.today)
                    in_books.new += 1
            advance(1)
        dispatch.run_inline(leaving=[] if options.printing else [render_pdf.name])
        seal_entries(company_id=company.pk)
        in_books.add(numbers)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other imports out of this database.

    :raises ImportRunning: one is in.
    """
    [(got,)] = fetch_all("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
    if not got:
        raise ImportRunning(_("Another import is running."))
    try:
        yield
    finally:
        fetch_all("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
