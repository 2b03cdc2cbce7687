"""Import another system's sales and carry them through the cycle."""

import sys
from argparse import ArgumentTypeError
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError

from o2c.kernel import clock
from o2c.kernel.errors import DomainError
from o2c.kernel.models import Company
from o2c.operations.imports import control, rejects
from o2c.operations.imports.carry import Through
from o2c.operations.imports.progress import Progress
from o2c.operations.imports.run import Options, Result, import_file
from o2c.operations.imports.survey import Survey

FORMATS = ["uci-retail"]
REST = "Whole documents are in the books. Run it again to take the rest."


def amount(text: str) -> Decimal:
    """Return a finite number from zero on."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ArgumentTypeError(f"{text!r} is no number") from error
    if not value.is_finite() or value < 0:
        raise ArgumentTypeError(f"{text!r} is below zero or no number")
    return value


def positive(text: str) -> int:
    """Return a whole number above zero."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is no whole number above zero")
    return int(text)


class Command(BaseCommand):
    """``manage.py import_orders FILE --format uci-retail --through paid``."""

    help = "Import a file of sales and credits, document by document; run again, it takes what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, plain or gzipped")
        parser.add_argument("--format", required=True, choices=FORMATS)
        parser.add_argument("--through", type=Through, choices=list(Through), default=Through.INVOICED)
        parser.add_argument(
            "--print", action="store_true", help="make the PDFs here instead of leaving them to the workers"
        )
        parser.add_argument("--dry-run", action="store_true", help="read the file and say what would happen")
        parser.add_argument(
            "--rejects", type=Path, metavar="PATH", help="refused lines (default: beside FILE)"
        )
        parser.add_argument(
            "--credit-limit",
            type=amount,
            default=Decimal(10_000_000),
            help="of new customers (default: %(default)s)",
        )
        parser.add_argument(
            "--cost-percent",
            type=amount,
            default=Decimal(50),
            help="opening stock is valued at this share of the average price (default: %(default)s)",
        )
        parser.add_argument(
            "--limit-documents", type=positive, metavar="N", help="only the first N documents"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.progress: Progress | None = None
        try:
            result = import_file(self._asked(options), surveyed=self._surveyed, advance=self._advance)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt as interrupt:
            raise CommandError(f"Stopped. {REST}") from interrupt
        except (OperationalError, InterfaceError, OSError) as outage:
            raise CommandError(f"The import broke off: {str(outage).strip()}. {REST}") from outage
        self._state(result, dry_run=options["dry_run"])

    def _asked(self, options: dict[str, Any]) -> Options:
        return Options(
            path=options["file"],
            rejects=options["rejects"] or rejects.default_path(options["file"]),
            through=Through(options["through"]),
            today=clock.today(Company.objects.current().time_zone),
            dry_run=options["dry_run"],
            printing=options["print"],
            credit_limit=options["credit_limit"],
            cost_percent=options["cost_percent"],
            limit_documents=options["limit_documents"],
        )

    def _surveyed(self, found: Survey) -> None:
        self.progress = Progress(total=found.documents, unit="documents", stream=sys.stderr)

    def _advance(self, by: int) -> None:
        if self.progress is not None and by:
            self.progress.advance(by)

    def _state(self, result: Result, *, dry_run: bool) -> None:
        """Print the control statement.

        :raises CommandError: the books do not hold what the file says.
        """
        if dry_run:
            for line in control.of_file(result.found):
                self.stdout.write(line)
            self.stdout.write("Dry run: nothing was changed.")
            return
        for line in control.statement(result.found, result.in_books, result.company):
            self.stdout.write(line)
        if self.progress is not None:
            seconds = self.progress.seconds
            self.stdout.write(f"{seconds:,.1f} s, {result.in_books.new / seconds:,.1f} documents/s")
        if not result.ties:
            raise CommandError("The books do not hold what the file says: compare the sums above.")
