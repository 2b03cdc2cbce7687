"""What customers send back."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from fulfillment.models import Return
from fulfillment.tones import RETURN_TONES
from fulfillment.worklists.base import houses
from o2c.kernel.worklists import Column, Filters, Kind, Tag, Worklist
from orders.selectors import orders_meant


class ReturnFilters(Filters):
    """By what returns are looked for."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show only"),
        choices=[
            ("to-receive", gettext_lazy("To receive")),
            ("to-inspect", gettext_lazy("To inspect")),
        ],
        method="shown",
    )
    state = django_filters.MultipleChoiceFilter(label=gettext_lazy("State"), choices=Return.State.choices)
    reason = django_filters.MultipleChoiceFilter(label=gettext_lazy("Reason"), choices=Return.Reason.choices)
    warehouse = django_filters.ModelChoiceFilter(label=gettext_lazy("Warehouse"), queryset=houses)

    def shown(self, rows: QuerySet[Return], _name: str, value: str) -> QuerySet[Return]:
        """Return what is still to come, or what is to be decided on."""
        is_to_receive = value == "to-receive"
        return rows.filter(state=Return.State.AUTHORISED if is_to_receive else Return.State.RECEIVED)


def standing(row: Any) -> Tag:
    """Return how far a return is, and whether its customer is late."""
    if row.state == Return.State.AUTHORISED and row.valid_until < row.seen_on:
        return Tag(_("not sent in time"), "bad")
    return Tag(row.get_state_display(), RETURN_TONES[row.state])


class Returns(Worklist):
    """What customers send back, the newest first."""

    key = "returns"
    title = gettext_lazy("Returns")
    permission = "fulfillment.view_return"
    filters = ReturnFilters
    nothing = gettext_lazy("Nobody sends anything back.")
    search_hint = gettext_lazy("Return, shipment, order or customer")
    columns: ClassVar = [
        Column(
            name="number",
            label=gettext_lazy("Return"),
            kind=Kind.LINK,
            sort="pk",
            url=lambda row: reverse("return", args=[row.number]),
        ),
        Column(
            name="shipment.order.customer.name",
            label=gettext_lazy("Customer"),
            sort="shipment__order__customer__name",
            grows=True,
        ),
        Column(name="state", label=gettext_lazy("State"), kind=Kind.TAG, value=standing),
        Column(name="reason", label=gettext_lazy("Reason"), value=lambda row: row.get_reason_display()),
        Column(name="shipment.number", label=gettext_lazy("Shipment")),
        Column(name="authorised_on", label=gettext_lazy("Authorised"), kind=Kind.DAY, sort="authorised_on"),
        Column(name="valid_until", label=gettext_lazy("To be sent until"), kind=Kind.DAY, sort="valid_until"),
        Column(name="received_on", label=gettext_lazy("Received"), kind=Kind.DAY, shown=False),
    ]

    def rows(self) -> QuerySet[Return]:
        """Return the returns with their customers."""
        return Return.objects.select_related("shipment__order__customer")

    def found(self, rows: QuerySet[Return], words: str) -> QuerySet[Return]:
        """Return those of this number, shipment, order or customer."""
        number = words.upper()
        numbers = Q(number=number) | Q(shipment__number=number)
        return rows.filter(numbers | Q(shipment__order__in=orders_meant(words)))

    def prepared(self, rows: list[Return]) -> list[Return]:
        """Return the returns with the day on which they are looked at."""
        for row in rows:
            row.seen_on = self.desk.today  # type: ignore[attr-defined]
        return rows
