"""All orders, and what can be done with some of them."""

from datetime import date
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from catalog.selectors import currencies_in_use
from customers.selectors import named
from o2c.kernel.worklists import (
    BulkAction,
    Column,
    Currency,
    Desk,
    Filters,
    Kind,
    Tag,
    Worklist,
    any_of,
    between,
)
from orders import selectors, services
from orders.forms import CancelForm, ReleaseForm
from orders.labels import TONES, stage_words
from orders.models import Order
from orders.rules import Stage
from orders.selectors import Show

NEW_ORDER = (gettext_lazy("New order"), "order-new", "orders.add_order")


class OrderFilters(Filters):
    """By what orders are looked for."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show only"),
        choices=[
            (Show.ON_HOLD, gettext_lazy("On hold")),
            (Show.TO_SHIP, gettext_lazy("To ship")),
            (Show.OVERDUE, gettext_lazy("Overdue")),
        ],
        method="shown",
    )
    state = any_of(gettext_lazy("State"), Order.State.choices)
    channel = any_of(gettext_lazy("Channel"), Order.Channel.choices)
    ordered_on = between(gettext_lazy("Ordered"))
    currency = Currency(in_use=currencies_in_use)

    def shown(self, rows: QuerySet[Order], _name: str, value: str) -> QuerySet[Order]:
        """Return one part of the orders."""
        return rows & selectors.shown(Show(value), today=self.today)


def stage(order: Any) -> Tag:
    """Return where the order stands, and why."""
    return Tag(stage_words(order, order.stage, order.seen_on), TONES[order.stage])


def check_again(*, row: Order, desk: Desk) -> str:
    """Check a held order again: it is confirmed when nothing stands against it any more."""
    order = services.retry_order(order_id=row.pk, on=desk.today, actor=desk.actor)
    return stage_words(order, stage_now(order), desk.today)


def release(*, row: Order, desk: Desk, reason: str, valid_until: date | None) -> str:
    """Confirm a held order in spite of its reasons; a large one waits for a second person."""
    order = services.release_order(
        order_id=row.pk, reason=reason, valid_until=valid_until, on=desk.today, actor=desk.actor
    )
    if order.state == Order.State.ON_HOLD and selectors.is_proposed(order.pk):
        return _("waits for a second person")
    return stage_words(order, stage_now(order), desk.today)


def cancel(*, row: Order, desk: Desk, code: str, reason: str) -> None:
    """Cancel an order, or what has not shipped of it."""
    verb = services.cancel_rest if row.total_shipped else services.cancel_order  # type: ignore[attr-defined]
    verb(order_id=row.pk, code=code, reason=reason, on=desk.today, actor=desk.actor)


def stage_now(order: Order) -> Stage:
    """Return the stage of an order that has just been decided on: nothing of it has moved yet."""
    return Stage.ON_HOLD if order.state == Order.State.ON_HOLD else Stage.TO_SHIP


def not_held(order: Order) -> str:
    """Say why an order cannot be released."""
    return "" if order.state == Order.State.ON_HOLD else _("It is not on hold.")


def not_cancellable(order: Order) -> str:
    """Say why an order cannot be cancelled."""
    if order.state in {Order.State.CLOSED, Order.State.CANCELLED}:
        return _("It is closed or cancelled already.")
    return ""


CHECK_AGAIN = BulkAction(
    name="check",
    label=gettext_lazy("Check again"),
    permission="orders.submit_order",
    do=check_again,
    blocked=not_held,
)
CANCEL = BulkAction(
    name="cancel",
    label=pgettext_lazy("order", "Cancel"),
    permission="orders.cancel_order",
    do=cancel,
    blocked=not_cancellable,
    form=CancelForm,
)
RELEASE = BulkAction(
    name="release",
    label=gettext_lazy("Release"),
    permission="orders.release_order",
    do=release,
    blocked=not_held,
    form=ReleaseForm,
    is_primary=True,
)


class OrderList(Worklist):
    """All orders, newest first."""

    key = "orders"
    title = gettext_lazy("Orders")
    permission = "orders.view_order"
    filters = OrderFilters
    money = "gross"
    adds_up = ~Q(state__in=[Order.State.CANCELLED, Order.State.LOST, Order.State.EXPIRED])
    search_hint = gettext_lazy("Number, customer, or id in the shop")
    nothing = gettext_lazy("Nothing here: good.")
    new = NEW_ORDER
    columns: ClassVar = [
        Column(
            name="number",
            label=gettext_lazy("Order"),
            kind=Kind.LINK,
            sort="pk",
            url=lambda order: reverse("order", args=[order.number]),
        ),
        Column(name="customer.name", label=gettext_lazy("Customer"), sort="customer__name", grows=True),
        Column(name="stage", label=gettext_lazy("Stage"), kind=Kind.TAG, value=stage),
        Column(
            name="channel",
            label=gettext_lazy("Channel"),
            value=lambda order: order.get_channel_display(),
            sort="channel",
        ),
        Column(name="ordered_on", label=gettext_lazy("Ordered"), kind=Kind.DAY, sort="ordered_on"),
        Column(
            name="promised_on", label=gettext_lazy("Promised"), kind=Kind.DAY, sort="promised_on", shown=False
        ),
        Column(name="po_number", label=gettext_lazy("PO number"), shown=False),
        Column(name="external_id", label=gettext_lazy("Id at the sender"), shown=False),
        Column(name="gross", label=gettext_lazy("Gross"), kind=Kind.MONEY, sort="gross"),
        Column(
            name="age",
            label=gettext_lazy("Age"),
            kind=Kind.AGE,
            value=lambda order: order.ordered_on,
            sort="ordered_on",
        ),
    ]
    actions: ClassVar = [CHECK_AGAIN, CANCEL, RELEASE]

    def rows(self) -> QuerySet[Order]:
        """Return the orders with their customers."""
        return Order.objects.select_related("customer")

    def found(self, rows: QuerySet[Order], words: str) -> QuerySet[Order]:
        """Return the orders of this number, customer or sender's id."""
        return rows.filter(Q(number=words.upper()) | Q(customer__in=named(words)) | Q(external_id=words))

    def prepared(self, rows: list[Order]) -> list[Order]:
        """Return the orders with how far each is, one query for the page."""
        known = selectors.stages_of(rows, today=self.desk.today)
        for order in rows:
            order.stage, order.total_shipped, order.total_ordered = known[order.pk]  # type: ignore[attr-defined]
            order.seen_on = self.desk.today  # type: ignore[attr-defined]
        return rows
