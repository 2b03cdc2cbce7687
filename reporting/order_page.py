"""One order as its page shows it: figures, progress, documents, history and what can be done next."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog.rules import Totals
from credit import selectors as credit
from credit.rules import CreditFacts
from invoicing.models import PrintedInvoice
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders.models import Order, OrderLine
from orders.rules import Stage, totals_of
from orders.selectors import stage_of, with_progress
from reporting.order_actions import Action, actions_for
from reporting.order_steps import Step, steps_of
from reporting.selectors import DocumentChain, Happening, document_chain, order_history


@dataclass(frozen=True, slots=True)
class CreditBar:
    """What the customer may owe and owes, with each share of the limit in percent for the drawing."""

    facts: CreditFacts

    @property
    def open_share(self) -> Decimal:
        """Return the open and not overdue items' share of the limit."""
        return self._share(self.facts.receivables - self.facts.overdue)

    @property
    def overdue_share(self) -> Decimal:
        """Return the overdue items' share of the limit."""
        return self._share(self.facts.overdue)

    @property
    def committed_share(self) -> Decimal:
        """Return the share of what is on order."""
        return self._share(self.facts.committed)

    @property
    def committed_from(self) -> Decimal:
        """Return where the drawing of what is on order begins."""
        return self.open_share + self.overdue_share

    def _share(self, amount: Decimal) -> Decimal:
        widest = max(self.facts.limit, self.facts.exposure)
        return max(amount, ZERO) * 100 / widest if widest else ZERO


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything the page shows."""

    order: Order
    stage: Stage
    lines: list[OrderLine]
    totals: Totals
    steps: list[Step]
    chain: DocumentChain
    history: list[Happening]
    actions: list[Action]
    printed: set[int]
    credit: CreditBar | None

    @property
    def is_settled_in_part(self) -> bool:
        """Say whether any payment or credit was used for its invoices."""
        return any(invoice.allocations for invoice in self.chain.invoices)


def order_page(*, number: str, today: date, reader: User) -> OrderPage | None:
    """Return the page of an order by its number, None where there is none; as many queries for any order."""
    order = (
        with_progress(Order.objects.filter(number=number))
        .select_related("customer", "terms", "warehouse", "created_by")
        .first()
    )
    if order is None:
        return None
    lines = list(OrderLine.objects.filter(order=order).select_related("product").order_by("position"))
    chain = document_chain(order.pk)
    stage = stage_of(order, today=today)
    history = order_history(order.pk)
    history.reverse()
    issued = [invoice.id for invoice in chain.invoices]
    return OrderPage(
        order=order,
        stage=stage,
        lines=lines,
        totals=totals_of(((line.ordered, line) for line in lines), currency=order.currency),
        steps=steps_of(order, lines, chain, stage=stage, today=today),
        chain=chain,
        history=history,
        actions=actions_for(order, lines, reader=reader),
        printed=set(PrintedInvoice.objects.filter(invoice__in=issued).values_list("invoice_id", flat=True)),
        credit=_credit(order, today),
    )


def _credit(order: Order, today: date) -> CreditBar | None:
    facts = credit.exposure(customer=order.customer, on=today)
    return None if facts is None else CreditBar(facts)
