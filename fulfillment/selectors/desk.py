"""The warehouse's due lists: what to pick, pack, announce and post, what is late, and who comes today.

Each takes a fixed number of statements and reads through a partial index of what is in work or on the road,
so its cost follows the work that is left, not the history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from fulfillment.models import Carrier, Package, Pickup, Shipment, ShipmentLine, TrackingEvent
from o2c.kernel.db import fetch_all

ANNOUNCER = "fulfillment.tasks.announce_to_carrier"


def _in_work(warehouse_id: int | None, state: str) -> QuerySet[Shipment]:
    """Return the shipments in a state, what was promised first on top, the important customers among them first.

    Those of one warehouse, or of all.
    """
    shipments = Shipment.objects.filter(state=state)
    if warehouse_id is not None:
        shipments = shipments.filter(warehouse_id=warehouse_id)
    return shipments.select_related("order__customer", "warehouse", "carried_by", "picker").order_by(
        F("order__promised_on").asc(nulls_last=True), "-order__priority", "pk"
    )


FIRST_BIN = ShipmentLine.objects.filter(
    shipment=OuterRef("pk"),
    order_line__product__stock_levels__warehouse=OuterRef("warehouse"),
    order_line__product__stock_levels__bin__gt="",
)


def to_pick(*, warehouse_id: int | None = None) -> QuerySet[Shipment]:
    """Return what nobody has taken to pick yet, with ``stops``, how many bins to visit, and ``first_bin``."""
    bins = FIRST_BIN.order_by("order_line__product__stock_levels__bin")
    first = Subquery(bins.values("order_line__product__stock_levels__bin")[:1])
    return _in_work(warehouse_id, Shipment.State.PLANNED).annotate(stops=Count("lines"), first_bin=first)


def to_pack(*, warehouse_id: int | None = None) -> QuerySet[Shipment]:
    """Return what is being picked and waits for its boxes, with ``stops`` and how many of them are ``done``."""
    return _in_work(warehouse_id, Shipment.State.PICKING).annotate(
        stops=Count("lines", filter=Q(lines__order_line__is_stocked=True)), done=Count("lines__picked")
    )


UNLABELLED = Package.objects.filter(shipment=OuterRef("pk"), tracking_number="")


NEWEST = 100  # shipments in which the carrier is looked for that was used last


def usual_carrier() -> Carrier | None:
    """Return the carrier that is proposed: the one used last, else the first by name; None where there is none."""
    newest = Shipment.objects.order_by("-pk").values("pk", "carried_by", "carried_by__active")[:NEWEST]
    last = next((row["carried_by"] for row in newest if row["carried_by__active"]), None)
    carriers = Carrier.objects.filter(active=True).order_by("name")
    return (carriers.filter(pk=last) if last else carriers).first()


def packed(*, warehouse_id: int | None = None) -> QuerySet[Shipment]:
    """Return what is packed, with ``boxes``, ``weight`` in kg, and ``waits``: its carrier has not been told."""
    return (
        _in_work(warehouse_id, Shipment.State.PACKED)
        .select_related("order__customer", "warehouse", "carried_by", "pickup")
        .annotate(
            boxes=Count("packages"),
            weight=Sum("packages__weight"),
            waits=Case(When(Exists(UNLABELLED), carried_by__isnull=False, then=True), default=False),
        )
    )


def to_post(*, warehouse_id: int) -> QuerySet[Shipment]:
    """Return what is packed, and known to its carrier if it has one: it may leave."""
    return _in_work(warehouse_id, Shipment.State.PACKED).exclude(Exists(UNLABELLED), carried_by__isnull=False)


def carried(*, on: date) -> QuerySet[Shipment]:
    """Return what carriers have, with their latest word as ``news``, ``said`` and ``place``, and ``is_late``."""
    latest = TrackingEvent.objects.filter(shipment=OuterRef("pk")).order_by("-at", "-pk")
    return (
        Shipment.objects.filter(state=Shipment.State.POSTED, expected_on__isnull=False)
        .select_related("order__customer", "warehouse", "carried_by")
        .annotate(
            news=Coalesce(Subquery(latest.values("status")[:1]), Value("")),
            said=Coalesce(Subquery(latest.values("text")[:1]), Value("")),
            place=Coalesce(Subquery(latest.values("place")[:1]), Value("")),
            is_late=Case(When(expected_on__lt=on, then=True), default=False),
        )
    )


@dataclass(frozen=True, slots=True)
class ToAnnounce:
    """A packed shipment that its carrier does not know of, and why: the error of the last try, how many there were."""

    shipment_id: int
    number: str
    carrier: str
    boxes: int
    tries: int
    error: str


TO_ANNOUNCE = """
SELECT s.id, s.number, c.name, count(p.id), COALESCE(max(d.attempts), 0), COALESCE(max(d.error), '')
FROM fulfillment_shipment s
JOIN fulfillment_carrier c ON c.id = s.carried_by_id
JOIN fulfillment_package p ON p.shipment_id = s.id AND p.tracking_number = ''
LEFT JOIN kernel_event e
    ON e.document_type = 'shipment' AND e.document_id = s.id AND e.kind = 'shipment.packed'
LEFT JOIN kernel_eventdelivery d ON d.event_id = e.id AND d.handler = %s AND d.handled_at IS NULL
WHERE s.warehouse_id = %s AND s.state = 'packed'
GROUP BY s.id, s.number, c.name ORDER BY s.id
"""


def to_announce(*, warehouse_id: int) -> list[ToAnnounce]:
    """Return the packed shipments whose carrier has not been told yet, with what it answered so far."""
    return [ToAnnounce(*row) for row in fetch_all(TO_ANNOUNCE, [ANNOUNCER, warehouse_id])]


def late_on_the_road(*, on: date) -> QuerySet[Shipment]:
    """Return what carriers should have delivered before *on*, the longest overdue first."""
    return (
        Shipment.objects.filter(state=Shipment.State.POSTED, expected_on__lt=on)
        .select_related("order__customer", "carried_by")
        .order_by("expected_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class DeliveryException:
    """A shipment of which the carrier's latest word is bad: not delivered, or delayed."""

    shipment_id: int
    number: str
    order_number: str
    customer: str
    carrier: str
    status: str
    since: date
    place: str
    text: str


EXCEPTIONS = """
SELECT s.id, s.number, o.number, c.name, s.carrier, latest.status, latest.at::date, latest.place, latest.text
FROM fulfillment_shipment s
JOIN orders_order o ON o.id = s.order_id
JOIN customers_customer c ON c.id = o.customer_id
CROSS JOIN LATERAL (
    SELECT t.status, t.at, t.place, t.text FROM fulfillment_trackingevent t
    WHERE t.shipment_id = s.id ORDER BY t.at DESC, t.id DESC LIMIT 1
) latest
WHERE s.state = 'posted' AND s.expected_on IS NOT NULL AND latest.status IN ('failed', 'delayed')
ORDER BY latest.at, s.id
"""


def delivery_exceptions() -> list[DeliveryException]:
    """Return the shipments that a carrier could not deliver or that it delays, the oldest news first."""
    return [DeliveryException(*row) for row in fetch_all(EXCEPTIONS, [])]


def on_the_road() -> list[int]:
    """Return the ids of the shipments that carriers have, the first expected first."""
    shipments = Shipment.objects.filter(
        state=Shipment.State.POSTED, expected_on__isnull=False, carried_by__isnull=False
    )
    return list(shipments.order_by("expected_on", "pk").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Visit:
    """A carrier at a warehouse's gate: the pickup, if one is planned, and what must be ready for it."""

    carrier: str
    pickup_id: int | None
    state: str
    from_time: time | None
    to_time: time | None
    reference: str
    ready: int
    to_announce: int

    @property
    def to_plan(self) -> bool:
        """Say whether goods wait for a carrier that nobody has asked to come."""
        return self.pickup_id is None


WAITING = """
SELECT c.id, c.name,
       count(*) FILTER (WHERE s.state = 'packed' AND NOT EXISTS (
           SELECT FROM fulfillment_package p WHERE p.shipment_id = s.id AND p.tracking_number = ''
       )),
       count(*)
FROM fulfillment_shipment s JOIN fulfillment_carrier c ON c.id = s.carried_by_id
WHERE s.warehouse_id = %s AND s.state = 'packed' AND s.pickup_id IS NULL
GROUP BY c.id, c.name ORDER BY c.name
"""


def pickups(*, warehouse_id: int, on: date) -> list[Visit]:
    """Return who comes on a day with what must be ready for each, and whose goods wait with nobody asked to come."""
    waiting: Mapping[int, tuple[str, int, int]] = {
        carrier_id: (name, ready, packed - ready)
        for carrier_id, name, ready, packed in fetch_all(WAITING, [warehouse_id])
    }
    planned = (
        Pickup.objects.filter(
            warehouse_id=warehouse_id, on=on, state__in=[Pickup.State.PLANNED, Pickup.State.CONFIRMED]
        )
        .select_related("carrier")
        .order_by("from_time", "pk")
    )
    visits = [
        Visit(
            pickup.carrier.name,
            pickup.pk,
            str(pickup.state),
            pickup.from_time,
            pickup.to_time,
            pickup.reference,
            *waiting.get(pickup.carrier_id, ("", 0, 0))[1:],
        )
        for pickup in planned
    ]
    asked = {pickup.carrier_id for pickup in planned}
    return visits + [
        Visit(name, None, "", None, None, "", ready, unlabelled)
        for carrier_id, (name, ready, unlabelled) in waiting.items()
        if carrier_id not in asked
    ]
