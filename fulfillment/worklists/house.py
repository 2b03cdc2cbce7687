"""What is in the house: to pick, to pack, to hand over."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from fulfillment import selectors, services
from fulfillment.forms import BulkCarrierForm
from fulfillment.models import Carrier, Shipment
from fulfillment.worklists.base import (
    CUSTOMER,
    DUE,
    NUMBER,
    ORDER,
    PROMISED,
    WAITS,
    WAREHOUSE,
    ShipmentList,
    ToCarry,
    houses,
)
from o2c.kernel.worklists import BulkAction, Column, Desk, Filters, Kind, Tag


class InWork(Filters):
    """By what shipments in the house are looked for."""

    warehouse = django_filters.ModelChoiceFilter(label=gettext_lazy("Warehouse"), queryset=houses)
    promised = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Promised"), field_name="order__promised_on"
    )


def start(*, row: Shipment, desk: Desk) -> str:
    """Take a shipment to pick."""
    services.start_picking(shipment_id=row.pk, actor=desk.actor)
    return _("You pick it")


def pick_sheet(rows: Any) -> str:
    """Return the address of one pick list for several shipments."""
    return f"{reverse('pick-sheet')}?{urlencode([('id', row.pk) for row in rows])}"


def pack(*, row: Shipment, desk: Desk, carrier: Carrier | None, by_hand: str) -> str:
    """Put everything into one box."""
    shipment = services.pack_shipment(
        shipment_id=row.pk, actor=desk.actor, carrier=by_hand, carrier_id=carrier.pk if carrier else None
    )
    return shipment.carrier or _("Packed")


def announce(*, row: Shipment, desk: Desk) -> str:
    """Tell the carrier and get the labels."""
    shipment = services.announce_shipment(shipment_id=row.pk, on=desk.today, actor=desk.actor)
    return str(shipment.tracking_number)


def hand_over(*, row: Shipment, desk: Desk) -> None:
    """Post a shipment: the goods leave."""
    services.post_shipment(shipment_id=row.pk, on=desk.today, actor=desk.actor)


def stops(row: Any) -> str:
    """Return how many bins are on the way."""
    return ngettext("%(count)d stop", "%(count)d stops", row.stops) % {"count": row.stops}


class ToPick(ShipmentList):
    """What nobody has taken yet: important customers first, then what was promised first, then by bin."""

    key = "to-pick"
    title = gettext_lazy("To pick")
    filters = InWork
    order = "-order__priority order__promised_on first_bin pk"
    nothing = gettext_lazy("Nothing to pick: everything is taken.")
    columns: ClassVar = [
        NUMBER,
        CUSTOMER,
        DUE,
        ORDER,
        PROMISED,
        Column(
            name="order.priority",
            label=gettext_lazy("Priority"),
            kind=Kind.NUMBER,
            sort="order__priority",
            shown=False,
        ),
        Column(name="first_bin", label=gettext_lazy("First bin"), sort="first_bin"),
        Column(name="stops", label=gettext_lazy("Walk"), value=stops, sort="stops"),
        WAREHOUSE,
        WAITS,
    ]
    actions: ClassVar = [
        BulkAction(
            name="sheet",
            label=gettext_lazy("Print pick list"),
            permission="fulfillment.view_shipment",
            opens=pick_sheet,
        ),
        BulkAction(
            name="start",
            label=gettext_lazy("Start picking"),
            permission="fulfillment.pick_shipment",
            do=start,
            is_primary=True,
        ),
    ]

    def rows(self) -> QuerySet[Shipment]:
        """Return what is planned."""
        return selectors.to_pick()


def progress(row: Any) -> Tag:
    """Return how far the walk is."""
    words = _("%(done)d of %(all)d stops") % {"done": row.done, "all": row.stops}
    return Tag(words, "good" if row.done >= row.stops else "wait")


class ToPack(ShipmentList):
    """What is being picked, and by whom."""

    key = "to-pack"
    title = gettext_lazy("Being picked, to pack")
    filters = InWork
    nothing = gettext_lazy("Nothing is being picked.")
    columns: ClassVar = [
        NUMBER,
        CUSTOMER,
        Column(name="done", label=gettext_lazy("Picked"), kind=Kind.TAG, value=progress),
        Column(name="picker", label=gettext_lazy("Picker"), sort="picker__username"),
        ORDER,
        PROMISED,
        DUE,
        WAREHOUSE,
        WAITS,
    ]
    actions: ClassVar = [
        BulkAction(
            name="sheet",
            label=gettext_lazy("Print pick list"),
            permission="fulfillment.view_shipment",
            opens=pick_sheet,
        ),
        BulkAction(
            name="pack",
            label=gettext_lazy("Pack in one box each"),
            permission="fulfillment.pick_shipment",
            do=pack,
            form=BulkCarrierForm,
            is_primary=True,
        ),
    ]

    def rows(self) -> QuerySet[Shipment]:
        """Return what is being picked."""
        return selectors.to_pack()


def readiness(row: Any) -> Tag:
    """Return whether a packed shipment may leave."""
    if row.waits:
        return Tag(_("waits for its label"), "wait")
    return Tag(_("may leave"), "good")


def not_announceable(row: Any) -> str:
    """Say why the carrier has not to be told."""
    return "" if row.waits else _("It needs no label from a carrier.")


def without_label(row: Any) -> str:
    """Say why a shipment may not leave yet."""
    return _("It waits for its carrier's label.") if row.waits else ""


class ToHandOver(ShipmentList):
    """What is packed, by carrier and pickup."""

    key = "to-hand-over"
    title = gettext_lazy("To hand over")
    filters = ToCarry
    order = "carried_by__name pickup__on pk"
    nothing = gettext_lazy("Nothing stands at the gate.")
    columns: ClassVar = [
        NUMBER,
        CUSTOMER,
        Column(name="waits", label=gettext_lazy("Label"), kind=Kind.TAG, value=readiness),
        Column(
            name="carrier",
            label=gettext_lazy("Carrier"),
            value=lambda row: row.carrier or (row.carried_by and row.carried_by.name),
            sort="carried_by__name",
        ),
        Column(name="pickup.on", label=gettext_lazy("Pickup"), kind=Kind.DAY, sort="pickup__on", shown=False),
        Column(name="boxes", label=gettext_lazy("Boxes"), kind=Kind.NUMBER, sort="boxes"),
        Column(name="weight", label=gettext_lazy("Weight in kg"), kind=Kind.QUANTITY, sort="weight"),
        ORDER,
        PROMISED,
        WAREHOUSE,
        WAITS,
    ]
    actions: ClassVar = [
        BulkAction(
            name="announce",
            label=gettext_lazy("Get labels"),
            permission="fulfillment.pick_shipment",
            do=announce,
            blocked=not_announceable,
        ),
        BulkAction(
            name="post",
            label=gettext_lazy("Hand over"),
            permission="fulfillment.post_shipment",
            do=hand_over,
            blocked=without_label,
            is_primary=True,
        ),
    ]

    def rows(self) -> QuerySet[Shipment]:
        """Return what is packed."""
        return selectors.packed()
