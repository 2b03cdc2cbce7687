"""What a carrier is told of a shipment, and what it answers: plain values that every adapter speaks in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A name and an address; *country* is an ISO 3166-1 code."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A box: weight in kg, measures in cm where somebody measured it."""

    package_id: int
    position: int
    weight: Decimal
    measures: tuple[int | None, int | None, int | None] = (None, None, None)
    tracking_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """A shipment as its carrier sees it. *reference* is the once-only key: announced twice, it is sent once."""

    reference: str
    carrier_name: str
    transit_days: int
    sender: Place
    receiver: Place
    language: str
    ready_on: date
    parcels: Sequence[Parcel]
    posted_on: date | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What the carrier answers: by box a tracking number and a label (PDF), and when it wants to deliver."""

    tracking_numbers: dict[int, str]
    labels: dict[int, bytes]
    expected_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupRequest:
    """When a carrier should come, and where to."""

    reference: str
    place: Place
    on: date
    from_time: time
    to_time: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What the carrier says of a shipment; *external_id* is its once-only key, *signed_by* who took the goods."""

    external_id: str
    status: str
    at: datetime
    place: str = ""
    text: str = ""
    signed_by: str = ""
    expected_on: date | None = field(default=None)
