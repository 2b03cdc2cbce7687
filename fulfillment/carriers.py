"""Carriers as adapters: one protocol, one class per service that can be talked to.

A real carrier's adapter is one more class in `ADAPTERS`; nothing else knows its name. Adapters talk to the
network, so nobody calls them inside a transaction, and they know a consignment by its reference: what is
asked twice is done once.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from fulfillment import errors, labels
from fulfillment.consignment import Announcement, Consignment, PickupRequest, Sighting
from fulfillment.models import Carrier
from o2c.kernel.workdays import add_working_days


class CarrierAdapter(Protocol):
    """What the warehouse asks of a carrier. Every call raises CarrierUnreachable when it does not answer."""

    def announce(self, consignment: Consignment) -> Announcement:
        """Tell the carrier of a shipment; return its tracking numbers and labels."""
        ...

    def recall(self, consignment: Consignment) -> None:
        """Tell the carrier that an announced shipment does not come."""
        ...

    def request_pickup(self, request: PickupRequest) -> str:
        """Ask the carrier to come; return its reference."""
        ...

    def track(self, consignment: Consignment, *, until: datetime) -> list[Sighting]:
        """Return what the carrier has said of a shipment until then."""
        ...


# UPU S10, which all posts number their parcels by: the weights of the eight digits before the check digit.
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def check_digit(serial: str) -> int:
    """Return the check digit of an eight-digit serial number (UPU S10, section 5)."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, S10_WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


class LocalCarrier:
    """Our own van: no network, the same answers to the same questions, so the demo ships for real.

    It numbers parcels as the posts do, prints the label itself, comes when it is asked, and drives its
    round: collected at five on the day of shipping, on the road the next working day at six, with the
    customer at eleven on the expected day.
    """

    def announce(self, consignment: Consignment) -> Announcement:
        """Return a number and a label for each box."""
        numbers = {
            parcel.position: self._number(parcel.package_id, consignment.sender.country)
            for parcel in consignment.parcels
        }
        return Announcement(
            tracking_numbers=numbers,
            labels={
                parcel.position: labels.render(consignment, parcel, numbers[parcel.position])
                for parcel in consignment.parcels
            },
        )

    @staticmethod
    def _number(package_id: int, country: str) -> str:
        serial = f"{package_id % 100_000_000:08d}"
        return f"LC{serial}{check_digit(serial)}{country}"

    def recall(self, consignment: Consignment) -> None:
        """Do nothing: the van takes only what stands at the gate."""

    def request_pickup(self, request: PickupRequest) -> str:
        """Promise to come."""
        return f"VAN-{request.reference}"

    def track(self, consignment: Consignment, *, until: datetime) -> list[Sighting]:
        """Return the stops of the round that lie before *until*."""
        if consignment.posted_on is None:
            return []
        return [sighting for sighting in self._round(consignment) if sighting.at <= until]

    @staticmethod
    def _round(consignment: Consignment) -> Iterator[Sighting]:
        posted_on = consignment.posted_on
        assert posted_on is not None
        zone, number = ZoneInfo(consignment.time_zone), consignment.reference
        arrives = add_working_days(posted_on, consignment.transit_days)

        def at(day: date, hour: int) -> datetime:
            return datetime.combine(day, time(hour), zone)

        here, there = consignment.sender.city, consignment.receiver.city
        yield Sighting(external_id=f"{number}-1", status="collected", at=at(posted_on, 17), place=here)
        if arrives > posted_on:
            road = add_working_days(posted_on, 1)
            yield Sighting(external_id=f"{number}-2", status="in_transit", at=at(road, 6), place=here)
        yield Sighting(external_id=f"{number}-3", status="out_for_delivery", at=at(arrives, 7), place=there)
        yield Sighting(
            external_id=f"{number}-4",
            status="delivered",
            at=at(arrives, 18 if arrives == posted_on else 11),
            place=there,
            signed_by=consignment.receiver.name,
        )


ADAPTERS: dict[str, CarrierAdapter] = {"local": LocalCarrier()}


def adapter_of(carrier: Carrier) -> CarrierAdapter:
    """Return what speaks to *carrier*.

    :raises UnknownCarrierAdapter: its master data name an adapter that there is none of.
    """
    try:
        return ADAPTERS[carrier.adapter]
    except KeyError:
        raise errors.UnknownCarrierAdapter(
            _("%(carrier)s has the adapter “%(adapter)s”; there are: %(adapters)s.")
            % {"carrier": carrier, "adapter": carrier.adapter, "adapters": ", ".join(sorted(ADAPTERS))}
        ) from None
