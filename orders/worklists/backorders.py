"""What was promised and has no stock yet."""

from typing import Any, ClassVar

import django_filters
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.worklists import Column, Filters, Kind, Tag, Worklist
from orders import selectors
from orders.models import OrderLine


class BackorderFilters(Filters):
    """By what waiting lines are looked for."""

    risk = django_filters.ChoiceFilter(
        label=gettext_lazy("Promise"),
        choices=[
            ("broken", gettext_lazy("Broken")),
            ("none", gettext_lazy("None known")),
            ("late", gettext_lazy("Later than wanted")),
        ],
        method="at_risk",
    )
    sku = django_filters.CharFilter(
        label=gettext_lazy("SKU"), field_name="product__sku", lookup_expr="iexact"
    )

    def at_risk(self, rows: QuerySet[OrderLine], _name: str, value: str) -> QuerySet[OrderLine]:
        """Return the lines whose promise is broken, unknown, or later than the customer wants it."""
        match value:
            case "broken":
                return rows.filter(promised_on__lt=self.today)
            case "none":
                return rows.filter(promised_on=None)
        return rows.filter(promised_on__gt=F("order__requested_on"))


def promise(line: Any) -> Tag:
    """Return how good the promise is that the customer has."""
    if line.promised_on is None:
        return Tag(_("nobody knows when"), "bad")
    if line.promised_on < line.seen_on:
        days = (line.seen_on - line.promised_on).days
        return Tag(_("broken since %(days)d d") % {"days": days}, "bad")
    wanted = line.order.requested_on
    if wanted is not None and line.promised_on > wanted:
        days = (line.promised_on - wanted).days
        return Tag(_("%(days)d d later than wanted") % {"days": days}, "wait")
    return Tag(_("holds"), "info")


class BackorderList(Worklist):
    """Lines of confirmed orders that wait for stock, the earliest promise first."""

    key = "backorders"
    title = gettext_lazy("Backorders")
    permission = "orders.view_order"
    order = "promised_on pk"
    search_hint = gettext_lazy("Order, customer, SKU")
    nothing = gettext_lazy("Everything that is confirmed has its stock.")
    filters = BackorderFilters
    columns: ClassVar = [
        Column(
            name="order.number",
            label=gettext_lazy("Order"),
            kind=Kind.LINK,
            sort="order_id",
            url=lambda line: reverse("order", args=[line.order.number]),
        ),
        Column(name="order.customer.name", label=gettext_lazy("Customer"), sort="order__customer__name"),
        Column(name="product.sku", label=gettext_lazy("SKU"), sort="product__sku"),
        Column(
            name="description",
            label=gettext_lazy("Product"),
            value=lambda line: line.local_name,
            grows=True,
        ),
        Column(
            name="missing",
            label=gettext_lazy("Missing"),
            kind=Kind.QUANTITY,
            value=lambda line: line.backordered,
            sort="missing",
        ),
        Column(name="promise", label=gettext_lazy("Promise"), kind=Kind.TAG, value=promise),
        Column(name="promised_on", label=gettext_lazy("Promised"), kind=Kind.DAY, sort="promised_on"),
        Column(
            name="order.requested_on",
            label=gettext_lazy("Wanted by"),
            kind=Kind.DAY,
            sort="order__requested_on",
            shown=False,
        ),
    ]

    def rows(self) -> QuerySet[OrderLine]:
        """Return the lines that wait."""
        return selectors.backordered_lines().select_related("order__customer", "product")

    def found(self, rows: QuerySet[OrderLine], words: str) -> QuerySet[OrderLine]:
        """Return those of this order, customer or product."""
        return rows.filter(
            Q(order__number__iexact=words)
            | Q(order__customer__name__icontains=words)
            | Q(product__sku__iexact=words)
        )

    def prepared(self, rows: list[OrderLine]) -> list[OrderLine]:
        """Return the lines with the day on which they are looked at."""
        for line in rows:
            line.seen_on = self.desk.today  # type: ignore[attr-defined]
        return rows
