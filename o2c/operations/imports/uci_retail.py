"""The format ``uci-retail``: one line of an invoice or credit per row, as in "Online Retail" (D. Chen, 2015).

What breaks the structure refuses the file. What is structured and makes no sense refuses its line.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from o2c.kernel.money import ZERO, round_money, total
from o2c.operations.imports.errors import FileRefused
from o2c.operations.imports.uci_countries import COUNTRIES
from orders.specification import MAX_LINES

CURRENCY = "GBP"
COLUMNS = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]
LONGEST = dict(zip(COLUMNS, (20, 40, 200, 15, 19, 17, 20, 40), strict=True))
SHAPES = {
    "Quantity": re.compile(r"-?\d{1,9}(\.\d{1,4})?"),
    "InvoiceDate": re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"),
    "UnitPrice": re.compile(r"-?\d{1,9}(\.\d{1,6})?"),
    "CustomerID": re.compile(r"(\d+(\.0)?)?"),
}
MOST_ROWS_OF_A_DOCUMENT = 20_000
DOCUMENT = re.compile(r"C?\d+")
GOODS = re.compile(r"(\d{5}|DCGS)\w*")  # everything else is postage, a charge, a discount or a voucher


class Reason(StrEnum):
    """Why a line is refused. Without price and customer it is a note about stock, not a sale."""

    NO_PRICE = "no price and no customer"
    NOTHING_TO_CREDIT = "credit without a price"
    NEGATIVE_PRICE = "negative price"
    NEGATIVE_SALE = "sale of a quantity not above zero"
    POSITIVE_CREDIT = "credit of a quantity not below zero"
    NO_CODE = "no stock code"
    UNKNOWN_KIND = "neither a sale nor a credit"
    UNKNOWN_COUNTRY = "unknown country"
    MIXED = "several customers, countries or days"
    TOO_LONG = f"document of more than {MAX_LINES} lines"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file; price and amount net, in pounds."""

    line: int
    fields: list[str]
    document: str
    sku: str
    description: str
    quantity: Decimal
    on: date
    unit_price: Decimal
    customer: str
    country: str

    @property
    def amount(self) -> Decimal:
        """Return the line's net amount with its sign, rounded to the penny."""
        return round_money(self.quantity * self.unit_price, CURRENCY)

    @property
    def is_credit(self) -> bool:
        """Say whether the line belongs to a credit."""
        return self.document.startswith("C")

    @property
    def is_goods(self) -> bool:
        """Say whether stock is kept of what was sold."""
        return GOODS.fullmatch(self.sku) is not None


@dataclass(slots=True)
class Document:
    """All rows of one number: those that make sense and, with the reason, those that do not."""

    number: str
    rows: list[Row] = field(default_factory=list)
    refused: list[tuple[Row, Reason]] = field(default_factory=list)

    @property
    def first(self) -> Row:
        """Return a row that speaks for all: customer, country and day."""
        return self.rows[0]

    @property
    def net(self) -> Decimal:
        """Return the net sum of the rows taken, negative for a credit."""
        return total(row.amount for row in self.rows)


def documents(lines: Iterable[str]) -> Iterator[Document]:
    """Yield the documents of a file, given its lines.

    :raises FileRefused: the header, a number of columns, a quotation mark, a number or a date is wrong.
    """
    document: Document | None = None
    for row in rows(lines):
        if document is None or row.document != document.number:
            if document is not None:
                yield _judged(document)
            document = Document(row.document)
        if len(document.rows) + len(document.refused) == MOST_ROWS_OF_A_DOCUMENT:
            raise FileRefused(
                _("Line %(line)s: %(document)s has too many lines to be a document.")
                % {"line": row.line, "document": row.document}
            )
        reason = refusal(row)
        if reason is None:
            document.rows.append(row)
        else:
            document.refused.append((row, reason))
    if document is not None:
        yield _judged(document)


def refusal(row: Row) -> Reason | None:
    """Return why a line makes no sense, or None. Goods given to a known customer for nothing do make sense."""
    checks = (
        (DOCUMENT.fullmatch(row.document) is None, Reason.UNKNOWN_KIND),
        (not row.sku, Reason.NO_CODE),
        (row.unit_price == 0 and not row.customer, Reason.NO_PRICE),
        (row.unit_price == 0 and row.is_credit, Reason.NOTHING_TO_CREDIT),
        (row.unit_price < 0, Reason.NEGATIVE_PRICE),
        (row.quantity <= 0 and not row.is_credit, Reason.NEGATIVE_SALE),
        (row.quantity >= 0 and row.is_credit, Reason.POSITIVE_CREDIT),
        (row.country not in COUNTRIES, Reason.UNKNOWN_COUNTRY),
    )
    return next((reason for failed, reason in checks if failed), None)


def _judged(document: Document) -> Document:
    """Refuse all rows of a document that cannot be one."""
    reason = None
    if len({(row.customer, row.country, row.on) for row in document.rows}) > 1:
        reason = Reason.MIXED
    elif len(document.rows) > MAX_LINES:
        reason = Reason.TOO_LONG
    if reason is not None:
        document.refused += [(row, reason) for row in document.rows]
        document.refused.sort(key=lambda refused: refused[0].line)
        document.rows = []
    return document


def rows(lines: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of a file after its header.

    :raises FileRefused: see `documents`.
    """
    reader = csv.reader(lines, strict=True)
    seen = 0
    try:
        for fields in reader:
            seen += 1
            if reader.line_num != seen:
                raise FileRefused(_("Line %(seen)s: a quotation mark is not closed.") % {"seen": seen})
            if seen == 1:
                _check_header(fields)
            elif fields:
                yield _row(seen, fields)
    except csv.Error as error:
        raise FileRefused(
            _("Line %(line_num)s: %(error)s.") % {"line_num": reader.line_num, "error": error}
        ) from error


def _check_header(fields: list[str]) -> None:
    if fields != COLUMNS:
        raise FileRefused(_("Line 1: the columns are not %(columns)s.") % {"columns": ", ".join(COLUMNS)})


def _row(number: int, fields: list[str]) -> Row:
    if len(fields) != len(COLUMNS):
        raise FileRefused(
            _("Line %(number)s: %(fields)s columns instead of %(columns)s.")
            % {"number": number, "fields": len(fields), "columns": len(COLUMNS)}
        )
    values = {name: value.strip() for name, value in zip(COLUMNS, fields, strict=True)}
    for name, value in values.items():
        if len(value) > LONGEST[name]:
            raise FileRefused(
                _("Line %(number)s: %(name)s is longer than %(longest)s characters.")
                % {"number": number, "name": name, "longest": LONGEST[name]}
            )
        if name in SHAPES and SHAPES[name].fullmatch(value) is None:
            raise FileRefused(
                _("Line %(number)s: %(value)s is no %(name)s.")
                % {"number": number, "value": repr(value), "name": name}
            )
    return Row(
        line=number,
        fields=fields,
        document=values["InvoiceNo"],
        sku=values["StockCode"].upper(),  # the same article, keyed in by hand in lower case
        description=values["Description"],
        quantity=Decimal(values["Quantity"]),
        on=_day(number, values["InvoiceDate"]),
        unit_price=Decimal(values["UnitPrice"]),
        customer=values["CustomerID"].removesuffix(".0"),
        country=values["Country"],
    )


def _day(number: int, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise FileRefused(
            _("Line %(number)s: %(text)s is no date.") % {"number": number, "text": repr(text)}
        ) from error


def is_taxed_as_domestic(country: str) -> bool:
    """Say whether British tax is charged to a customer without a checked VAT id in *country* (as in the file)."""
    return COUNTRIES[country].in_eu


def net_of(rows: Iterable[tuple[Row, Reason]]) -> Decimal:
    """Return the net sum of refused rows."""
    return sum((row.amount for row, __ in rows), ZERO)
