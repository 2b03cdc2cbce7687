"""The first pass: read the whole file, refuse it or say what it holds and what of it is not in the books yet.

Memory grows with products, customers and document numbers, never with lines.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext as _

from o2c.kernel.money import ZERO
from o2c.operations.imports.errors import FileRefused
from o2c.operations.imports.rejects import Rejects
from o2c.operations.imports.uci_retail import Document, Reason, Row, is_taxed_as_domestic, net_of

CHUNK = 100

# Which of these document numbers are in the books.
Known = Callable[[Collection[str]], set[str]]


@dataclass(slots=True)
class ProductSeen:
    """A product as the file tells of it: what is to be sold of it yet, and at what net sum."""

    name: str
    is_goods: bool
    to_sell: Decimal = ZERO
    worth: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CustomerSeen:
    """A customer of the file; lines without one belong to the cash customer of their tax region."""

    key: str
    name: str
    country: str
    is_domestic: bool


@dataclass(slots=True)
class Survey:
    """What the file holds; sums net, in pounds."""

    lines: int = 0
    refused: Counter[Reason] = field(default_factory=Counter)
    net_refused: Decimal = ZERO
    net_sales: Decimal = ZERO
    net_credits: Decimal = ZERO
    sales: int = 0
    credits: int = 0
    empty: int = 0
    known: int = 0
    products: dict[str, ProductSeen] = field(default_factory=dict)
    customers: dict[str, CustomerSeen] = field(default_factory=dict)
    first_on: date | None = None
    last_on: date | None = None
    first_new: str = ""

    @property
    def taken(self) -> int:
        """Return how many lines make sense."""
        return self.lines - self.refused.total()

    @property
    def documents(self) -> int:
        """Return how many documents have lines that make sense."""
        return self.sales + self.credits

    @property
    def net(self) -> Decimal:
        """Return the net sum of all lines, those refused included."""
        return self.net_sales + self.net_credits + self.net_refused


def customer_of(row: Row) -> CustomerSeen:
    """Return who bought: the same customer abroad is another one, because the tax differs."""
    is_domestic = is_taxed_as_domestic(row.country)
    where = "" if is_domestic else " (export)"
    name = f"Customer {row.customer}{where}" if row.customer else f"Cash sales{where}"
    key = f"uci-retail/{row.customer or 'cash'}/{'domestic' if is_domestic else 'export'}"
    return CustomerSeen(key, name, row.country, is_domestic)


def chunks(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield *documents* in lists of `CHUNK`."""
    iterator = iter(documents)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def survey(
    documents: Iterable[Document],
    *,
    known: Known,
    today: date,
    rejects: Rejects,
    limit: int | None = None,
) -> Survey:
    """Read all *documents* and return what the first *limit* of them hold (all, if None).

    :raises FileRefused: a document comes twice, lies in the future, or comes before an earlier day's.
    """
    found = Survey()
    seen: set[str] = set()
    counted = 0
    for chunk in chunks(documents):
        in_books = known([document.number for document in chunk])
        for document in chunk:
            _check_order(document, seen, found, today)
            counted += 1
            if limit is None or counted <= limit:
                _count(document, found, is_known=document.number in in_books)
                for row, reason in document.refused:
                    rejects.add(row, reason)
    if not seen:
        raise FileRefused(_("The file has a header and no lines."))
    return found


def _check_order(document: Document, seen: set[str], found: Survey, today: date) -> None:
    """Refuse what gapless numbers and dated books cannot carry."""
    any_row = document.rows[0] if document.rows else document.refused[0][0]
    if document.number in seen:
        raise FileRefused(
            _("Line %(line)s: %(document)s goes on after other documents.")
            % {"line": any_row.line, "document": document.number}
        )
    seen.add(document.number)
    if any_row.on > today:
        raise FileRefused(
            _("Line %(line)s: %(on)s is in the future.") % {"line": any_row.line, "on": any_row.on}
        )
    if found.last_on is not None and any_row.on < found.last_on:
        raise FileRefused(
            _("Line %(line)s: %(on)s comes after %(last_on)s: sort the file.")
            % {"line": any_row.line, "on": any_row.on, "last_on": found.last_on}
        )
    found.first_on = found.first_on or any_row.on
    found.last_on = any_row.on


def _count(document: Document, found: Survey, *, is_known: bool) -> None:
    found.lines += len(document.rows) + len(document.refused)
    found.refused.update(reason for _, reason in document.refused)
    found.net_refused += net_of(document.refused)
    if not document.rows:
        found.empty += 1
        return
    if document.first.is_credit:
        found.credits += 1
        found.net_credits += document.net
    else:
        found.sales += 1
        found.net_sales += document.net
    if is_known:
        found.known += 1
        return
    found.first_new = found.first_new or document.number
    customer = customer_of(document.first)
    found.customers.setdefault(customer.key, customer)
    for row in document.rows:
        _count_product(row, found)


def _count_product(row: Row, found: Survey) -> None:
    product = found.products.setdefault(row.sku, ProductSeen(row.description, row.is_goods))
    product.name = product.name or row.description
    if not row.is_credit:
        product.to_sell += row.quantity
        product.worth += row.amount
