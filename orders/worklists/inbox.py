"""The channel inbox: what came in and is no order yet."""

from datetime import timedelta
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel import clock
from o2c.kernel.worklists import BulkAction, Column, Desk, Filters, Kind, Tag, Worklist
from orders import services
from orders.forms import ReasonForm
from orders.models import OrderRequest
from orders.models.order import OrderChannel
from orders.rules import ANSWER_HOURS


class InboxFilters(Filters):
    """By what requests are looked for."""

    channel = django_filters.MultipleChoiceFilter(label=gettext_lazy("Channel"), choices=OrderChannel.choices)


def answer(request: Any) -> Tag:
    """Return by when the customer should have heard from us."""
    hours = ANSWER_HOURS.get(request.channel)
    if hours is None:
        return Tag(_("no hurry"))
    left = request.received_at + timedelta(hours=hours) - request.seen_at
    minutes = int(abs(left).total_seconds() // 60)
    if left < timedelta(0):
        return Tag(_("late by %(time)s") % {"time": _hours_or_minutes(minutes)}, "bad")
    return Tag(_("%(time)s left") % {"time": _hours_or_minutes(minutes)}, "wait" if minutes < 60 else "info")


def _hours_or_minutes(minutes: int) -> str:
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h") % {"hours": minutes // 60}


def dismiss(*, row: OrderRequest, desk: Desk, reason: str) -> None:
    """Close a request that is no order."""
    services.dismiss_request(
        request_id=row.pk, reason=reason, on=desk.today, at=clock.now(), actor=desk.actor
    )


class Inbox(Worklist):
    """What nobody has answered, the oldest first."""

    key = "inbox"
    title = gettext_lazy("Inbox")
    permission = "orders.view_orderrequest"
    order = "pk"
    search_hint = gettext_lazy("Sender, subject or customer")
    nothing = gettext_lazy("Everybody has been answered.")
    new = (gettext_lazy("New order"), "order-new", "orders.add_order")
    filters = InboxFilters
    columns: ClassVar = [
        Column(
            name="subject",
            label=gettext_lazy("Request"),
            kind=Kind.LINK,
            value=lambda request: str(request)[:80],
            url=lambda request: f"{reverse('order-new')}?request={request.pk}",
            grows=True,
        ),
        Column(name="sender", label=gettext_lazy("Sender"), sort="sender"),
        Column(name="customer.name", label=gettext_lazy("Customer"), sort="customer__name"),
        Column(
            name="channel",
            label=gettext_lazy("Channel"),
            value=lambda request: request.get_channel_display(),
            sort="channel",
        ),
        Column(name="answer", label=gettext_lazy("Answer"), kind=Kind.TAG, value=answer),
        Column(name="received_at", label=gettext_lazy("Received"), kind=Kind.INSTANT, sort="received_at"),
    ]
    actions: ClassVar = [
        BulkAction(
            name="dismiss",
            label=gettext_lazy("Dismiss"),
            permission="orders.add_order",
            do=dismiss,
            form=ReasonForm,
        ),
    ]

    def rows(self) -> QuerySet[OrderRequest]:
        """Return the requests that wait."""
        return OrderRequest.objects.filter(state=OrderRequest.State.WAITING).select_related("customer")

    def found(self, rows: QuerySet[OrderRequest], words: str) -> QuerySet[OrderRequest]:
        """Return those from this sender, about this, or of this customer."""
        return rows.filter(
            Q(sender__icontains=words) | Q(subject__icontains=words) | Q(customer__name__icontains=words)
        )

    def prepared(self, rows: list[OrderRequest]) -> list[OrderRequest]:
        """Return the requests with the moment at which they are looked at."""
        for request in rows:
            request.seen_at = clock.now()  # type: ignore[attr-defined]
        return rows
