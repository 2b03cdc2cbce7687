"""What the lists of shipments have in common: columns, filters, and how a shipment is found."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from fulfillment.models import Carrier, Shipment
from inventory.models import Warehouse
from o2c.kernel.worklists import Column, Filters, Kind, Tag, Worklist
from orders.selectors import orders_meant


def houses(_request: Any) -> QuerySet[Warehouse]:
    """Return the warehouses that a list can be narrowed to."""
    return Warehouse.objects.order_by("priority", "code")


def carriers(_request: Any) -> QuerySet[Carrier]:
    """Return the carriers that a list can be narrowed to."""
    return Carrier.objects.order_by("name")


class ToCarry(Filters):
    """By what packed and sent shipments are looked for."""

    warehouse = django_filters.ModelChoiceFilter(label=gettext_lazy("Warehouse"), queryset=houses)
    carried_by = django_filters.ModelChoiceFilter(label=gettext_lazy("Carrier"), queryset=carriers)


def page_of_shipment(row: Shipment) -> str:
    """Return the address of a shipment."""
    return reverse("shipment", args=[row.number])


NUMBER = Column(
    name="number", label=gettext_lazy("Shipment"), kind=Kind.LINK, sort="pk", url=page_of_shipment
)
ORDER = Column(
    name="order.number",
    label=gettext_lazy("Order"),
    kind=Kind.LINK,
    url=lambda row: reverse("order", args=[row.order.number]),
    shown=False,
)
CUSTOMER = Column(
    name="order.customer.name", label=gettext_lazy("Customer"), sort="order__customer__name", grows=True
)
PROMISED = Column(
    name="order.promised_on", label=gettext_lazy("Promised"), kind=Kind.DAY, sort="order__promised_on"
)
WAREHOUSE = Column(
    name="warehouse.name", label=gettext_lazy("Warehouse"), sort="warehouse__code", shown=False
)
CARRIER = Column(name="carried_by.name", label=gettext_lazy("Carrier"), sort="carried_by__name")
WAITS = Column(
    name="planned_on",
    label=gettext_lazy("Age"),
    kind=Kind.AGE,
    value=lambda row: row.planned_on,
    sort="planned_on",
)


def due(row: Any) -> Tag:
    """Return whether the promise still holds."""
    promised, today = row.order.promised_on, row.seen_on
    if promised is None:
        return Tag(_("no promise"))
    if promised < today:
        return Tag(_("%(days)d d late") % {"days": (today - promised).days}, "bad")
    if promised == today:
        return Tag(_("today"), "wait")
    return Tag(_("in %(days)d d") % {"days": (promised - today).days}, "info")


DUE = Column(name="due", label=pgettext_lazy("shipment", "Due"), kind=Kind.TAG, value=due)


class ShipmentList(Worklist):
    """A list of shipments: found by their number, the order's, or the customer's name."""

    permission = "fulfillment.view_shipment"
    search_hint = gettext_lazy("Shipment, order, customer or tracking number")
    order = "-order__priority order__promised_on pk"

    def found(self, rows: QuerySet[Shipment], words: str) -> QuerySet[Shipment]:
        """Return the shipments of this number, order, customer or tracking number."""
        return rows.filter(
            Q(number=words.upper()) | Q(tracking_number=words) | Q(order__in=orders_meant(words))
        )

    def prepared(self, rows: list[Shipment]) -> list[Shipment]:
        """Return the shipments with the day on which they are looked at."""
        for row in rows:
            row.seen_on = self.desk.today  # type: ignore[attr-defined]
        return rows
