"""Exactly this view as a file: every matching row in the shown columns, numbers as numbers.

A spreadsheet runs text that begins like a formula. Such text gets an apostrophe in front, as OWASP advises;
figures are written as figures and stay untouched.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from pypdf import PdfReader, PdfWriter

from o2c.kernel.money import round_money, shortest
from o2c.kernel.worklists.columns import Column, Kind, at
from o2c.kernel.worklists.worklist import Worklist

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MOST_ROWS = 5_000  # at once; more are a job's (`longer`)
CHUNK = 500
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Told = Callable[[int], None]


def to_nobody(_rows: int) -> None:
    """Tell nobody how many rows are written."""


class Echo:
    """What csv writes into: it gives each line back."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def values_of(column: Column, row: Any, *, today: date) -> list[Any]:
    """Return the cells of one column: a money column has its currency beside it, an age counts the days."""
    value = column.of(row)
    if column.kind is Kind.MONEY:
        currency = at(row, column.currency)
        return [value if value is None else round_money(value, currency), currency]
    if column.kind is Kind.AGE and value is not None:
        return [(today - value).days]
    if isinstance(value, Decimal):
        return [shortest(value)]
    return [value if isinstance(value, (int, date)) or value is None else harmless(str(value))]


def heads_of(worklist: Worklist) -> list[str]:
    """Return the head line."""
    heads = []
    for column in worklist.visible:
        if column.kind is Kind.AGE:
            heads.append(_("%(label)s, in days") % {"label": column.label})
        else:
            heads.append(str(column.label))
        if column.kind is Kind.MONEY:
            heads.append(_("%(label)s, currency") % {"label": column.label})
    return heads


def lines_of(worklist: Worklist, *, most: int, told: Told = to_nobody) -> Iterator[list[Any]]:
    """Return the rows' cells, read in chunks; *told* hears after each how many there were."""
    chunk: list[Any] = []
    for count, row in enumerate(worklist.matching[:most].iterator(chunk_size=CHUNK), 1):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _cells(worklist, chunk)
            chunk = []
            told(count)
    yield from _cells(worklist, chunk)


def _cells(worklist: Worklist, rows: list[Any]) -> Iterator[list[Any]]:
    for row in worklist.prepared(rows):
        yield [
            cell for column in worklist.visible for cell in values_of(column, row, today=worklist.desk.today)
        ]


def as_csv(worklist: Worklist, *, most: int = MOST_ROWS, told: Told = to_nobody) -> Iterator[str]:
    """Return the lines of a CSV file in UTF-8, with a mark by which spreadsheets know it."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    yield writer.writerow(heads_of(worklist))
    for line in lines_of(worklist, most=most, told=told):
        yield writer.writerow(["" if cell is None else cell for cell in line])


def as_workbook(worklist: Worklist, *, most: int = MOST_ROWS, told: Told = to_nobody) -> bytes:
    """Return an XLSX file: typed cells, the head in bold and fixed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(worklist.title)[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, head) for head in heads_of(worklist)])
    for line in lines_of(worklist, most=most, told=told):
        sheet.append([_typed(sheet, value) for value in line])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _typed(sheet: Any, value: Any) -> Any:
    """Return what a cell holds; a number is shown with the decimals that it has."""
    if isinstance(value, datetime):
        return localtime(value).replace(tzinfo=None)
    if not isinstance(value, Decimal):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    places = -int(value.as_tuple().exponent)
    cell.number_format = f"#,##0.{'0' * places}" if places > 0 else "#,##0"
    return cell


def merged(papers: Sequence[bytes]) -> bytes:
    """Return one PDF of several, in their order."""
    writer = PdfWriter()
    for paper in papers:
        writer.append(PdfReader(BytesIO(paper)), import_outline=False)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()
