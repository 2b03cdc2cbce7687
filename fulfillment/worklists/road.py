"""What has left: on the road, and every shipment there ever was."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from fulfillment import selectors, services
from fulfillment.forms import EvidenceForm
from fulfillment.models import Shipment, TrackingEvent
from fulfillment.tones import BAD_NEWS, TONES
from fulfillment.worklists.base import CARRIER, CUSTOMER, NUMBER, ORDER, WAREHOUSE, ShipmentList, ToCarry
from o2c.kernel.worklists import BulkAction, Column, Desk, Kind, Tag


class RoadFilters(ToCarry):
    """The same, and what does not go as it should."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show only"),
        choices=[("late", gettext_lazy("Late")), ("exceptions", gettext_lazy("Exceptions"))],
        method="shown",
    )

    def shown(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return what is late, or what the carrier has bad news of."""
        return rows.filter(is_late=True) if value == "late" else rows.filter(news__in=BAD_NEWS)


class AllFilters(ToCarry):
    """By what any shipment is looked for."""

    state = django_filters.MultipleChoiceFilter(label=gettext_lazy("State"), choices=Shipment.State.choices)
    posted_on = django_filters.DateFromToRangeFilter(label=gettext_lazy("Shipped"))


def deliver(*, row: Shipment, desk: Desk, evidence: str) -> None:
    """Note that the customer has the goods."""
    services.deliver_shipment(shipment_id=row.pk, on=desk.today, actor=desk.actor, evidence=evidence)


def news(row: Any) -> Tag:
    """Return the carrier's latest word; late beats it unless it is bad itself."""
    word = str(TrackingEvent.Status(row.news).label) if row.news else _("nothing heard yet")
    if row.news in BAD_NEWS:
        return Tag(f"{word}: {row.said}" if row.said else word, "bad")
    if row.is_late:
        return Tag(_("%(days)d d late") % {"days": (row.seen_on - row.expected_on).days}, "bad")
    return Tag(word, "info")


class OnTheRoad(ShipmentList):
    """What carriers have, what is expected first on top."""

    key = "on-the-road"
    title = gettext_lazy("On the road")
    filters = RoadFilters
    order = "expected_on pk"
    nothing = gettext_lazy("Nothing is on the road.")
    columns: ClassVar = [
        NUMBER,
        CUSTOMER,
        Column(name="news", label=gettext_lazy("News"), kind=Kind.TAG, value=news),
        Column(name="place", label=gettext_lazy("Where"), shown=False),
        CARRIER,
        Column(name="tracking_number", label=gettext_lazy("Tracking number")),
        ORDER,
        Column(name="posted_on", label=gettext_lazy("Shipped"), kind=Kind.DAY, sort="posted_on"),
        Column(name="expected_on", label=gettext_lazy("Expected"), kind=Kind.DAY, sort="expected_on"),
        WAREHOUSE,
    ]
    actions: ClassVar = [
        BulkAction(
            name="deliver",
            label=gettext_lazy("Delivered"),
            permission="fulfillment.post_shipment",
            do=deliver,
            form=EvidenceForm,
            is_primary=True,
        )
    ]

    def rows(self) -> QuerySet[Shipment]:
        """Return what carriers have."""
        return selectors.carried(on=self.desk.today)


class Shipments(ShipmentList):
    """Every shipment, the newest first."""

    key = "shipments"
    title = gettext_lazy("All shipments")
    filters = AllFilters
    order = "-pk"
    nothing = gettext_lazy("Nothing has been planned yet.")
    columns: ClassVar = [
        NUMBER,
        CUSTOMER,
        Column(
            name="state",
            label=gettext_lazy("State"),
            kind=Kind.TAG,
            value=lambda row: Tag(row.get_state_display(), TONES[row.state]),
        ),
        ORDER,
        CARRIER,
        Column(name="tracking_number", label=gettext_lazy("Tracking number"), shown=False),
        Column(name="planned_on", label=gettext_lazy("Planned"), kind=Kind.DAY, sort="planned_on"),
        Column(name="posted_on", label=gettext_lazy("Shipped"), kind=Kind.DAY, sort="posted_on"),
        WAREHOUSE,
    ]

    def rows(self) -> QuerySet[Shipment]:
        """Return the shipments."""
        return Shipment.objects.select_related("order__customer", "warehouse", "carried_by")
