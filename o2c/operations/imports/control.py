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
    yield f"{'Lines read':<44}{found.lines:>14,}"
    yield f"{'Lines taken':<44}{found.taken:>14,}"
    for reason, count in sorted(found.refused.items()):
        yield f"{'Refused: ' + reason:<72}"
        yield f"{'':<44}{count:>14,}"
    yield f"{'Documents: sales':<44}{found.sales:>14,}"
    yield f"{'Documents: credits':<44}{found.credits:>14,}"
    yield f"{'Documents of which nothing is left':<44}{found.empty:>14,}"
    yield f"{'Documents in the books before':<44}{found.known:>14,}"


def statement(found: Survey, books: InBooks, company: Company) -> list[str]:
    """Return the statement of a finished import, line by line."""
    balance = ledger.trial_balance(company_id=company.pk, currency=CURRENCY, as_of=END_OF_TIME)
    return [
        *of_file(found),
        f"{'Documents imported now':<44}{books.new:>14,}",
        f"{'Net, ' + CURRENCY:<30}{'file':>14}{'books':>14}",
        _beside("Sales", found.net_sales, books.ordered),
        _beside("  of these invoiced", None, books.invoiced),
        _beside("  of these ordered, not invoiced", None, books.open),
        _beside("Credits", found.net_credits, books.credited),
        _beside("Refused lines", found.net_refused, None),
        _beside("Total", found.net, books.net + found.net_refused),
        f"{'Trial balance: debit, credit':<30}{balance.debit:>14,.2f}{balance.credit:>14,.2f}",
        f"{'Trial balance: difference':<44}{balance.difference:>14,.2f}",
    ]


def _beside(label: str, file: Decimal | None, books: Decimal | None) -> str:
    left, right = ("" if value is None else f"{value:,.2f}" for value in (file, books))
    return f"{label:<30}{left:>14}{right:>14}"
