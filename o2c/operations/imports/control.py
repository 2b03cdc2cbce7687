"""The control statement: what the file says beside what the books say, to the penny."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from invoicing.models import Invoice
from ledger import selectors as ledger
from o2c.kernel.models import Company
from o2c.kernel.money import ZERO
from o2c.operations.imports.survey import Survey
from o2c.operations.imports.uci_retail import CURRENCY
from orders.models import Order

END_OF_TIME = date(9999, 12, 31)


@dataclass(slots=True)
class InBooks:
    """What the books hold of a file: net sums in its currency, asked of the database, not of the importer."""

    ordered: Decimal = ZERO
    invoiced: Decimal = ZERO
    credited: Decimal = ZERO
    new: int = 0

    @property
    def open(self) -> Decimal:
        """Return what is ordered and not invoiced."""
        return self.ordered - self.invoiced

    @property
    def net(self) -> Decimal:
        """Return the net sum of everything in the books."""
        return self.ordered + self.credited

    def add(self, numbers: Collection[str]) -> None:
        """Add what the books hold of the documents with these numbers."""
        orders = Order.objects.filter(channel=Order.Channel.IMPORT, external_id__in=numbers)
        invoices = Invoice.objects.filter(
            order__in=orders, kind=Invoice.Kind.INVOICE, state=Invoice.State.ISSUED
        )
        credits_ = Invoice.objects.filter(external_id__in=numbers, kind=Invoice.Kind.CREDIT_NOTE)
        self.ordered += orders.aggregate(net=Sum("net"))["net"] or ZERO
        self.invoiced += invoices.aggregate(net=Sum("net"))["net"] or ZERO
        self.credited -= credits_.aggregate(net=Sum("net"))["net"] or ZERO


def of_file(found: Survey) -> Iterator[str]:
    """Yield what a file holds, before anything of it is imported."""
    yield _count("Lines read", found.lines)
    yield _count("Lines taken", found.taken)
    for reason, count in sorted(found.refused.items()):
        yield _count(f"  refused: {reason}", count)
    yield _count("Sales", found.sales)
    yield _count("Credits", found.credits)
    yield _count("Documents of which nothing is left", found.empty)
    yield _count("Documents in the books before", found.known)


def statement(found: Survey, books: InBooks, company: Company) -> list[str]:
    """Return the statement of a finished import, line by line."""
    balance = ledger.trial_balance(company_id=company.pk, currency=CURRENCY, as_of=END_OF_TIME)
    return [
        *of_file(found),
        _count("Documents imported now", books.new),
        f"{'Net, ' + CURRENCY:<32}{'file':>14}{'books':>14}",
        _beside("Sales", found.net_sales, books.ordered),
        _beside("  of these invoiced", None, books.invoiced),
        _beside("  of these ordered, not invoiced", None, books.open),
        _beside("Credits", found.net_credits, books.credited),
        _beside("Refused lines", found.net_refused, None),
        _beside("Total", found.net, books.net + found.net_refused),
        _beside("Trial balance, debit and credit", balance.debit, balance.credit),
        _beside("Trial balance, difference", None, balance.difference),
    ]


def _count(label: str, count: int) -> str:
    return f"{label:<46}{count:>14,}"


def _beside(label: str, file: Decimal | None, books: Decimal | None) -> str:
    left, right = ("" if value is None else f"{value:,.2f}" for value in (file, books))
    return f"{label:<32}{left:>14}{right:>14}".rstrip()
