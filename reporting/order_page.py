"""One order as its page shows it: figures, progress, documents, history and what can be done next."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalog.rules import Totals
from credit import selectors as credit
from credit.rules import CreditFacts
from customers.selectors import messages_of_document
from o2c.kernel.attached import attached_to
from o2c.kernel.figures import day, known
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from o2c.kernel.worklists import Tag
from orders.labels import TONES, stage_words
from orders.models import Order, OrderLine, OrderVersion, Release
from orders.rules import Stage, totals_of
from orders.selectors import (
    CHECKS,
    Standing,
    stage_of,
    standing,
    versions_after,
    with_progress,
    with_typed_prices_compared,
)
from reporting.document import DocumentPage, Head
from reporting.order_actions import actions_for
from reporting.order_steps import steps_of
from reporting.outgoing import told_of
from reporting.selectors import Happening, document_chain, order_history


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
class OrderOwn:
    """What only an order's page shows."""

    order: Order
    lines: list[OrderLine]
    totals: Totals
    credit: CreditBar | None
    versions: list[OrderVersion]
    proposals: list[Release]
    standing: Standing | None


def order_page(*, number: str, today: date, reader: User) -> DocumentPage | None:
    """Return the page of an order by its number, None where there is none; as many queries for any order."""
    order = (
        with_progress(Order.objects.filter(number=number))
        .select_related("customer", "terms", "warehouse", "created_by")
        .first()
    )
    if order is None:
        return None
    lines = list(OrderLine.objects.filter(order=order).select_related("product").order_by("position"))
    lines = with_typed_prices_compared(order, lines)
    chain = document_chain(order.pk)
    stage = stage_of(order, today=today)
    history = order_history(order.pk)
    messages = list(messages_of_document(document_type="order", document_id=order.pk))
    facts = credit.exposure(customer=order.customer, on=today)
    proposals = list(order.releases.filter(state=Release.State.PROPOSED).select_related("proposed_by"))
    return DocumentPage(
        head=_head(order, stage, today=today),
        steps=steps_of(order, lines, chain, stage=stage, today=today),
        chain=chain,
        here=f"order/{order.pk}",
        history=history,
        attached=attached_to("order", order.pk),
        messages=messages,
        told=told_of(history),
        actions=actions_for(order, lines, reader=reader, chain=chain, proposals=proposals),
        own=OrderOwn(
            order=order,
            lines=lines,
            totals=totals_of(((line.ordered, line) for line in lines), currency=order.currency),
            credit=CreditBar(facts) if facts else None,
            versions=versions_after(order.pk)[::-1],
            proposals=proposals,
            standing=_standing(order, lines, facts, history),
        ),
    )


def _head(order: Order, stage: Stage, *, today: date) -> Head:
    sender = f"{order.get_channel_display()} {order.external_id or ''}".strip()
    ordered = format_html(_("ordered {day}"), day=day(order.ordered_on))
    facts = [_("PO %(number)s") % {"number": order.po_number}] if order.po_number else []
    facts += [sender, ordered]
    if order.requested_on:
        facts.append(format_html(_("wanted by {day}"), day=day(order.requested_on)))
    if order.valid_until and order.state in {Order.State.QUOTED, Order.State.EXPIRED}:
        facts.append(format_html(_("valid until {day}"), day=day(order.valid_until)))
    return Head(
        title=order.number,
        tag=Tag(stage_words(order, stage, today), TONES[stage]),
        party=order.customer.name,
        party_url=reverse("customer", args=[order.customer.number]),
        amount=order.gross,
        currency=order.currency,
        facts=[*facts, known(order.terms.name), order.warehouse.name],
    )


def _standing(
    order: Order, lines: list[OrderLine], facts: CreditFacts | None, history: list[Happening]
) -> Standing | None:
    """Return why a held order waits, at its last check and by what its customer owes today."""
    if order.state != Order.State.ON_HOLD or facts is None:
        return None
    checks = [event.on for event in history if event.kind in CHECKS]
    return standing(order, lines, facts=facts, checked_on=max(checks, default=None))
