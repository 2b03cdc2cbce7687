"""Telling carriers: ask the adapter first, outside any transaction, then write down what it answered.

Both halves may happen twice without harm. A carrier that does not answer leaves the shipment packed, on the
due list `selectors.to_announce`; the event's delivery keeps the error and is offered again.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from django.utils.translation import gettext as _

from fulfillment import carriers, errors, selectors
from fulfillment.consignment import Announcement
from fulfillment.events import ShipmentAnnounced
from fulfillment.models import Package, Shipment, ShippingLabel
from fulfillment.services.locks import lock_shipment
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User

SET_NUMBERS = """
UPDATE fulfillment_package package SET tracking_number = new.number
FROM unnest(%s::bigint[], %s::text[]) AS new(id, number) WHERE package.id = new.id
"""


def announce_shipment(*, shipment_id: int, on: date, actor: User) -> Shipment:
    """Tell the carrier of a packed shipment, and keep its tracking numbers and labels; again, nothing changes.

    Not one transaction: the carrier is asked before it, so no lock waits for a network.

    :raises ShipmentNotAnnounceable: it is not packed, or has no carrier.
    :raises UnknownCarrierAdapter: nothing speaks to its carrier.
    :raises CarrierUnreachable: the carrier does not answer.
    :raises NotPermitted: *actor* may not pack.
    """
    if not actor.has_perm("fulfillment.pick_shipment"):
        raise NotPermitted(_("%(actor)s may not announce shipments.") % {"actor": actor})
    shipment = selectors.shipment_to_carry(shipment_id)
    packages = _packages(shipment)
    if _is_announced(packages):
        return shipment
    _ensure_announceable(shipment)
    assert shipment.carried_by is not None
    adapter = carriers.adapter_of(shipment.carried_by)
    consignment = selectors.consignment_of(shipment, packages, ready_on=on)
    answer = adapter.announce(consignment)
    try:
        return record_announcement(shipment_id=shipment_id, answer=answer, on=on, actor=actor)
    except errors.ShipmentNotAnnounceable:  # cancelled while the carrier was asked
        adapter.recall(consignment)
        raise


def _packages(shipment: Shipment) -> list[Package]:
    return list(shipment.packages.order_by("position"))


def _is_announced(packages: Sequence[Package]) -> bool:
    return bool(packages) and all(package.tracking_number for package in packages)


def _ensure_announceable(shipment: Shipment) -> None:
    if shipment.state != Shipment.State.PACKED or shipment.carried_by_id is None:
        words = (
            _("The shipment %(shipment)s is %(state)s.")
            if shipment.carried_by_id
            else _("The shipment %(shipment)s is %(state)s and has no carrier to tell.")
        )
        told = {"shipment": shipment.number, "state": shipment.get_state_display().lower()}
        raise errors.ShipmentNotAnnounceable(words % told)


@verb
def record_announcement(*, shipment_id: int, answer: Announcement, on: date, actor: User) -> Shipment:
    """Keep what the carrier answered, once: whoever comes second gets the labels of the first.

    :raises ShipmentNotAnnounceable: it is not packed any more.
    """
    order, shipment = lock_shipment(shipment_id)
    packages = _packages(shipment)
    if _is_announced(packages):
        return shipment
    _ensure_announceable(shipment)
    fresh = [package for package in packages if not package.tracking_number]
    for package in fresh:
        package.tracking_number = answer.tracking_numbers[package.position]
    fetch_all(
        SET_NUMBERS, [[package.pk for package in fresh], [package.tracking_number for package in fresh]]
    )
    rows.insert(
        [
            ShippingLabel(package=package, content=content, sha256=sha256(content).hexdigest())
            for package in fresh
            if (content := answer.labels.get(package.position))
        ]
    )
    shipment.tracking_number = packages[0].tracking_number
    shipment.expected_on = answer.expected_on
    rows.update(shipment, "tracking_number", "expected_on")
    announce(
        ShipmentAnnounced.of(
            shipment, on=on, actor=actor, order_id=order.pk, tracking_number=shipment.tracking_number
        )
    )
    return shipment


def recall_shipment(*, shipment_id: int, on: date, actor: User) -> None:
    """Tell the carrier that an announced shipment was cancelled; one that it never heard of is left alone.

    :raises UnknownCarrierAdapter: nothing speaks to its carrier.
    :raises CarrierUnreachable: the carrier does not answer.
    :raises NotPermitted: *actor* may not cancel shipments.
    """
    if not actor.has_perm("fulfillment.cancel_shipment"):
        raise NotPermitted(_("%(actor)s may not recall shipments.") % {"actor": actor})
    shipment = selectors.shipment_to_carry(shipment_id)
    packages = _packages(shipment)
    if shipment.carried_by is None or shipment.state != Shipment.State.CANCELLED:
        return
    if not _is_announced(packages):
        return
    carriers.adapter_of(shipment.carried_by).recall(selectors.consignment_of(shipment, packages, ready_on=on))
