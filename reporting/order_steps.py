"""How far an order is, step by step, from its quantities and its documents."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from invoicing.models import Invoice
from o2c.kernel.figures import day_words, money, quantity
from o2c.kernel.money import ZERO, total
from orders.models import Order, OrderLine
from orders.rules import Stage
from reporting.selectors import DocumentChain


@dataclass(frozen=True, slots=True)
class Step:
    """One step: how much of it is done, in percent for the drawing and in words."""

    label: str
    detail: str
    share: Decimal
    tone: str = ""


def steps_of(
    order: Order, lines: list[OrderLine], chain: DocumentChain, *, stage: Stage, today: date
) -> list[Step]:
    """Return the steps from ordered to closed."""
    agreed = total(line.ordered - line.cancelled for line in lines)
    shipped = total(line.shipped for line in lines)
    is_confirmed = order.state in {Order.State.CONFIRMED, Order.State.CLOSED}
    return [
        Step(_("Ordered"), day_words(order.ordered_on), Decimal(100)),
        _decided(order, stage=stage, is_confirmed=is_confirmed),
        _of(_("Reserved"), shipped + total(_reserved(line) for line in lines), agreed, quantity),
        _of(_("Shipped"), shipped, agreed, quantity),
        _invoiced(order, chain),
        _paid(chain, today=today),
        Step(
            _("Closed"),
            _("all settled") if stage is Stage.CLOSED else "–",
            Decimal(100 if stage is Stage.CLOSED else 0),
        ),
    ]


def _reserved(line: OrderLine) -> Decimal:
    return line.reserved if line.is_stocked else line.to_ship


def _decided(order: Order, *, stage: Stage, is_confirmed: bool) -> Step:
    if stage is Stage.ON_HOLD:
        return Step(_("Confirmed"), _("on hold"), Decimal(50), "held")
    if stage is Stage.CANCELLED:
        return Step(_("Confirmed"), _("cancelled"), ZERO)
    return Step(_("Confirmed"), _("credit and stock") if is_confirmed else "–", Decimal(100 * is_confirmed))


def _of(label: str, done: Decimal, agreed: Decimal, write: Callable[[Decimal], str]) -> Step:
    words = _("%(done)s of %(all)s") % {"done": write(done), "all": write(agreed)}
    return Step(label, words, _share(done, agreed))


def _invoiced(order: Order, chain: DocumentChain) -> Step:
    invoiced = total(_signed(invoice.kind, invoice.gross) for invoice in chain.invoices if invoice.number)
    return _of(_("Invoiced"), invoiced, order.gross, lambda amount: money(amount, order.currency))


def _paid(chain: DocumentChain, *, today: date) -> Step:
    invoices = [found for found in chain.invoices if found.number and found.kind == Invoice.Kind.INVOICE]
    if not invoices:
        return Step(_("Paid"), "–", ZERO)
    owed, paid = total(invoice.gross for invoice in invoices), total(invoice.settled for invoice in invoices)
    due_days = [invoice.due_on for invoice in invoices if invoice.due_on and invoice.open_amount]
    if not due_days:
        return Step(_("Paid"), money(paid, chain.currency), Decimal(100))
    is_late = min(due_days) < today
    words = _("%(done)s of %(all)s") % {
        "done": money(paid, chain.currency),
        "all": money(owed, chain.currency),
    }
    return Step(_("Paid"), words, Decimal(100) if is_late else _share(paid, owed), "late" if is_late else "")


def _signed(kind: str, gross: Decimal) -> Decimal:
    return gross if kind == Invoice.Kind.INVOICE else -gross


def _share(done: Decimal, whole: Decimal) -> Decimal:
    return min(max(done, ZERO) * 100 / whole, Decimal(100)) if whole else ZERO
