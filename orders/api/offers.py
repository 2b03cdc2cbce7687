"""What a checkout must know before it orders: what it costs, when it comes, whether it may be paid on account."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _, gettext_noop

from catalog.models import Product
from credit.rules import PayOnAccount
from customers.rules import due_on
from orders.api.offer_shapes import QUOTE_STATES
from orders.api.reasons import told_of
from orders.models import Order, OrderLine
from orders.services import CreditOutlook, Preview
from orders.services.pricing import totals_of_lines
from orders.specification import Problem


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A line with what is promised of it."""

    line: OrderLine
    currency: str
    promise: str
    splits: Sequence[Any]
    alternative: str | None

    def __getattr__(self, name: str) -> Any:
        """Return what is the line's own."""
        return getattr(self.line, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What was asked of a preview or a quote, in the members that the API shows."""

    order: Order
    state: str
    lines: list[OfferLine]
    discount: dict[str, Any] | None
    taxes: list[Any]
    terms: dict[str, Any]
    credit: dict[str, Any] | None
    problems: list[dict[str, str]]
    warnings: list[dict[str, str]]
    repeats: dict[str, Any] | None


def offer(seen: Preview, *, today: date) -> Offer:
    """Return what a preview says, as the API shows it; two queries: the terms, and what is sold instead."""
    order, currency = seen.order, seen.order.currency
    instead = _alternatives({line.product.alternative_id for line in seen.lines})
    lines = []
    for line in seen.lines:
        promised = seen.promises.get(line.position)
        lines.append(
            OfferLine(
                line,
                currency,
                promise=promised.why.partition(" (")[0]
                if promised
                else "",  # not our purchase order's number
                splits=promised.portions if promised else (),
                alternative=instead.get(line.product.alternative_id or 0),
            )
        )
    state = order.state if order.state in QUOTE_STATES else "accepted"
    is_open = not order.pk or state == "quoted"
    return Offer(
        order=order,
        state=state,
        lines=lines,
        discount={"percent": order.discount_percent, "rule": order.discount_rule}
        if order.discount_percent
        else None,
        taxes=_taxes(seen.lines, currency),
        terms=_terms(order, today=today),
        credit=_credit(seen.credit, order) if is_open else None,
        problems=_pointed(seen.problems) if is_open else [],
        warnings=_pointed(seen.warnings) if is_open else [],
        repeats={"number": seen.repeats[0], "ordered_on": seen.repeats[1]}
        if seen.repeats and is_open
        else None,
    )


def _alternatives(product_ids: Collection[int | None]) -> dict[int, str]:
    """Return the SKUs of those products that are for sale."""
    wanted = {pk for pk in product_ids if pk is not None}
    if not wanted:
        return {}
    return dict(Product.objects.filter(pk__in=wanted, active=True).values_list("pk", "sku"))


def _taxes(lines: Sequence[OrderLine], currency: str) -> list[dict[str, Any]]:
    return [
        {
            "code": group.treatment.code,
            "rate": group.treatment.rate,
            "text": group.treatment.legal_text,
            "base": group.base,
            "tax": group.tax,
            "currency": currency,
        }
        for group in totals_of_lines(lines, currency=currency).groups
    ]


def _terms(order: Order, *, today: date) -> dict[str, Any]:
    terms = order.terms
    is_prepayment = terms.is_prepayment
    due = due_on(
        issued_on=order.promised_on or today, net_days=terms.net_days, end_of_month=terms.end_of_month
    )
    return {
        "code": terms.code,
        "name": _(terms.name),
        "net_days": terms.net_days,
        "end_of_month": terms.end_of_month,
        "is_prepayment": is_prepayment,
        "discount_days": terms.discount_days,
        "discount_percent": terms.discount_percent,
        "due_on": today if is_prepayment else due,
    }


def _credit(seen: CreditOutlook, order: Order) -> dict[str, Any]:
    return {
        "pay_on_account": seen.pay_on_account.value,
        "limit": seen.limit,
        "exposure": seen.exposure,
        "available": seen.available,
        "required": order.gross,
        "currency": order.currency,
        "reasons": told_of(seen.reasons),
        "next_step": _(NEXT_STEP[seen.pay_on_account]),
    }


NEXT_STEP = {
    PayOnAccount.ALLOWED: gettext_noop("Place the order; it is invoiced when it leaves."),
    PayOnAccount.PREPAY: gettext_noop("Offer payment in advance, or what the reasons say."),
    PayOnAccount.REFUSED: gettext_noop("Cure what the reasons say first; the order would wait for it."),
}


def _pointed(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [
        {
            "pointer": f"/lines/{one.where - 1}" if isinstance(one.where, int) else f"/{one.where}",
            "code": one.code,
            "detail": one.text,
            "who": str(one.who),
        }
        for one in problems
    ]
