"""The hold desk: why orders wait, since when, and what can be done about it."""

from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from credit.usage import usage_of
from o2c.kernel.figures import percent
from o2c.kernel.money import ZERO
from o2c.kernel.worklists import Column, Filters, Kind, Tag, Worklist, whether
from orders import selectors
from orders.labels import hold_words
from orders.models import Order, Release
from orders.worklists.orders import CANCEL, CHECK_AGAIN, RELEASE
from orders.worklists.quotes import customer_column, order_column

REASONS = [
    ("credit-limit", gettext_lazy("Over the limit")),
    ("credit-group-limit", gettext_lazy("Over the group's limit")),
    ("credit-overdue", gettext_lazy("Overdue money")),
    ("credit-prepayment", gettext_lazy("To be paid in advance")),
    ("credit-first-order", gettext_lazy("Large first order")),
    ("credit-blocked", gettext_lazy("Credit blocked")),
    ("credit-risk", gettext_lazy("High risk")),
    ("stock-short", gettext_lazy("Stock is missing")),
    ("duplicate", gettext_lazy("Maybe twice")),
    ("screening", gettext_lazy("Suspicious")),
    ("tax-region", gettext_lazy("Tax region")),
]


class HoldFilters(Filters):
    """By what held orders are looked for."""

    reason = django_filters.ChoiceFilter(label=gettext_lazy("Reason"), choices=REASONS, method="because")
    second = whether(gettext_lazy("Waits for a second person"), method="proposed")

    def because(self, rows: QuerySet[Order], _name: str, value: str) -> QuerySet[Order]:
        """Return the orders that this reason holds."""
        return rows.filter(hold_reasons__contains=[{"code": value}])

    def proposed(self, rows: QuerySet[Order], _name: str, value: Any) -> QuerySet[Order]:
        """Return the orders of which somebody has proposed the release, or has not."""
        proposals = Release.objects.filter(order=OuterRef("pk"), state=Release.State.PROPOSED)
        return rows.filter(Exists(proposals) if value else ~Exists(proposals))


def why(order: Any) -> Tag:
    """Return the first reason and how many more there are."""
    return Tag(hold_words(order), "bad")


def next_step(order: Any) -> Tag | None:
    """Return that a second person is waited for."""
    return Tag(_("waits for a second person"), "wait") if order.is_proposed else None


def used(order: Any) -> str:
    """Return how much of the customer's limit is used, this order included."""
    usage = order.usage
    if usage is None or not usage.limit:
        return "–"
    return percent(((usage.exposure + order.gross) * 100 / usage.limit).quantize(1))


def over_then(order: Any) -> Decimal | None:
    """Return by how much the limit was exceeded when the order was last checked."""
    use = selectors.limit_use(order.hold_reasons)
    return use.over if use else None


def over_now(order: Any) -> Decimal | None:
    """Return by how much the order exceeds the limit with what its customer owes now, if that holds it."""
    if order.usage is None or over_then(order) is None:
        return None
    over: Decimal = order.usage.exposure + order.gross - (order.usage.limit or ZERO)
    return max(over, ZERO)


class HoldDesk(Worklist):
    """Orders on hold, the oldest first."""

    key = "holds"
    title = gettext_lazy("Hold desk")
    permission = "orders.view_order"
    money = "gross"
    order = "pk"
    search_hint = gettext_lazy("Number or customer")
    nothing = gettext_lazy("Every order passed.")
    filters = HoldFilters
    columns: ClassVar = [
        order_column(),
        customer_column(),
        Column(name="why", label=gettext_lazy("Why"), kind=Kind.TAG, value=why),
        Column(name="next", label=pgettext_lazy("step", "Next"), kind=Kind.TAG, value=next_step),
        Column(name="used", label=gettext_lazy("Limit used"), kind=Kind.NUMBER, value=used),
        Column(
            name="free",
            label=gettext_lazy("Limit left"),
            kind=Kind.MONEY,
            value=lambda order: order.usage.available if order.usage else None,
            shown=False,
        ),
        Column(
            name="over_then",
            label=gettext_lazy("Over, when checked"),
            kind=Kind.MONEY,
            value=over_then,
            shown=False,
        ),
        Column(name="over_now", label=gettext_lazy("Over now"), kind=Kind.MONEY, value=over_now),
        Column(name="gross", label=gettext_lazy("Gross"), kind=Kind.MONEY, sort="gross"),
        Column(
            name="age",
            label=gettext_lazy("On hold"),
            kind=Kind.AGE,
            value=lambda order: order.held_on or order.ordered_on,
            sort="held_on",
        ),
    ]
    actions: ClassVar = [CHECK_AGAIN, CANCEL, RELEASE]

    def rows(self) -> QuerySet[Order]:
        """Return the held orders with since when, and whether a second person is waited for."""
        return selectors.held_since().select_related("customer")

    def found(self, rows: QuerySet[Order], words: str) -> QuerySet[Order]:
        """Return those of this number or customer."""
        return rows.filter(Q(number__iexact=words) | Q(customer__name__icontains=words))

    def prepared(self, rows: list[Order]) -> list[Order]:
        """Return the orders with their customers' exposure, one query for the page."""
        usage = usage_of({order.customer_id for order in rows}, on=self.desk.today)
        for order in rows:
            order.usage = usage.get(order.customer_id)  # type: ignore[attr-defined]
            order.total_shipped = 0  # type: ignore[attr-defined]
        return rows
