"""What is not an order yet: quotes that wait for the customer, and drafts that wait for us."""

from datetime import date
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.figures import day_words
from o2c.kernel.worklists import BulkAction, Column, Desk, Filters, Kind, Tag, Worklist
from orders import services
from orders.forms import LossForm, RenewForm
from orders.labels import stage_words
from orders.models import Order
from orders.worklists.orders import CANCEL, NEW_ORDER, stage_now

SOON = 3  # days in which somebody should ask the customer
QUOTES = [Order.State.QUOTED, Order.State.EXPIRED, Order.State.LOST]


def order_column() -> Column:
    """Return the column that names an order and leads to it."""
    return Column(
        name="number",
        label=gettext_lazy("Order"),
        kind=Kind.LINK,
        sort="pk",
        url=lambda order: reverse("order", args=[order.number]),
    )


def customer_column() -> Column:
    """Return the column that names the customer."""
    return Column(name="customer.name", label=gettext_lazy("Customer"), sort="customer__name", grows=True)


class QuoteFilters(Filters):
    """By what quotes are looked for."""

    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=[(state.value, state.label) for state in QUOTES]
    )
    valid_until = django_filters.DateFromToRangeFilter(label=gettext_lazy("Valid until"))


def validity(quote: Any) -> Tag:
    """Return whether the quote holds, and how much longer."""
    if quote.state == Order.State.LOST:
        return Tag(_("lost: %(why)s") % {"why": quote.get_cancel_code_display()})
    if quote.state == Order.State.EXPIRED:
        return Tag(_("expired"), "bad")
    left = (quote.valid_until - quote.seen_on).days
    words = _("last day") if left == 0 else _("%(days)d d left") % {"days": left}
    return Tag(words, "wait" if left <= SOON else "info")


def not_expired(quote: Order) -> str:
    """Say why a quote cannot be renewed."""
    return "" if quote.state == Order.State.EXPIRED else _("It has not expired.")


def not_open(quote: Order) -> str:
    """Say why a quote cannot be lost."""
    return "" if quote.state == Order.State.QUOTED else _("It is not open.")


def renew(*, row: Order, desk: Desk, valid_until: date | None) -> str:
    """Let an expired quote hold again."""
    quote = services.renew_quote(order_id=row.pk, valid_until=valid_until, on=desk.today, actor=desk.actor)
    until = quote.valid_until
    return _("valid until %(day)s") % {"day": day_words(until)} if until else ""


def lose(*, row: Order, desk: Desk, code: str, reason: str) -> None:
    """Note that the customer does not take it."""
    services.lose_quote(order_id=row.pk, code=code, reason=reason, on=desk.today, actor=desk.actor)


class _Orders(Worklist):
    permission = "orders.view_order"
    money = "gross"
    search_hint = gettext_lazy("Number or customer")
    new = NEW_ORDER

    def found(self, rows: QuerySet[Order], words: str) -> QuerySet[Order]:
        """Return those of this number or customer."""
        return rows.filter(Q(number__iexact=words) | Q(customer__name__icontains=words))

    def prepared(self, rows: list[Order]) -> list[Order]:
        """Return them with the day on which they are looked at."""
        for order in rows:
            order.seen_on = self.desk.today  # type: ignore[attr-defined]
        return rows


class QuoteList(_Orders):
    """Quotes, those that end first on top."""

    key = "quotes"
    title = gettext_lazy("Quotes")
    order = "valid_until pk"
    nothing = gettext_lazy("No quote is open.")
    filters = QuoteFilters
    columns: ClassVar = [
        order_column(),
        customer_column(),
        Column(name="validity", label=gettext_lazy("Validity"), kind=Kind.TAG, value=validity),
        Column(name="valid_until", label=gettext_lazy("Valid until"), kind=Kind.DAY, sort="valid_until"),
        Column(name="version", label=gettext_lazy("Version"), kind=Kind.NUMBER, shown=False),
        Column(name="gross", label=gettext_lazy("Gross"), kind=Kind.MONEY, sort="gross"),
        Column(
            name="age",
            label=gettext_lazy("Age"),
            kind=Kind.AGE,
            value=lambda order: order.ordered_on,
            sort="ordered_on",
        ),
    ]
    actions: ClassVar = [
        BulkAction(
            name="lose",
            label=gettext_lazy("Lost"),
            permission="orders.quote_order",
            do=lose,
            blocked=not_open,
            form=LossForm,
        ),
        BulkAction(
            name="renew",
            label=gettext_lazy("Renew"),
            permission="orders.quote_order",
            do=renew,
            blocked=not_expired,
            form=RenewForm,
            is_primary=True,
        ),
    ]

    def rows(self) -> QuerySet[Order]:
        """Return the quotes that can still become orders; those that were lost when somebody asks for them."""
        states = QUOTES if self.query.get("state") else QUOTES[:2]
        return Order.objects.filter(state__in=states).select_related("customer")


def submit(*, row: Order, desk: Desk) -> str:
    """Submit a draft: it comes back confirmed or on hold."""
    order = services.submit_order(order_id=row.pk, on=desk.today, actor=desk.actor)
    return stage_words(order, stage_now(order), desk.today)


class DraftList(_Orders):
    """Drafts, the oldest first."""

    key = "drafts-of-orders"
    title = gettext_lazy("Drafts")
    order = "pk"
    nothing = gettext_lazy("No order waits to be submitted.")
    columns: ClassVar = [
        order_column(),
        customer_column(),
        Column(
            name="channel",
            label=gettext_lazy("Channel"),
            value=lambda order: order.get_channel_display(),
            sort="channel",
        ),
        Column(name="created_by", label=gettext_lazy("Entered by"), sort="created_by__username"),
        Column(name="gross", label=gettext_lazy("Gross"), kind=Kind.MONEY, sort="gross"),
        Column(
            name="age",
            label=gettext_lazy("Age"),
            kind=Kind.AGE,
            value=lambda order: order.ordered_on,
            sort="ordered_on",
        ),
    ]
    actions: ClassVar = [
        CANCEL,
        BulkAction(
            name="submit",
            label=gettext_lazy("Submit"),
            permission="orders.submit_order",
            do=submit,
            is_primary=True,
        ),
    ]

    def rows(self) -> QuerySet[Order]:
        """Return the drafts."""
        return Order.objects.filter(state=Order.State.DRAFT).select_related("customer", "created_by")

    def prepared(self, rows: list[Order]) -> list[Order]:
        """Return the drafts: nothing of them has shipped."""
        for order in super().prepared(rows):
            order.total_shipped = 0  # type: ignore[attr-defined]
        return rows
