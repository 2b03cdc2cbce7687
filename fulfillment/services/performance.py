"""Services that were performed, and access that was granted: shipments without goods, billed like goods.

They walk through the same states as goods, in one step. Locks: order, shipments by primary key.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.rules import is_quantity
from fulfillment import errors, selectors
from fulfillment.events import EntitlementGranted, EntitlementRevoked, ShipmentCancelled
from fulfillment.models import Entitlement, ReturnLine, Shipment, ShipmentLine
from fulfillment.services.locks import lock_shipment
from fulfillment.services.packing import pack
from fulfillment.services.picking import pick
from fulfillment.services.planning import new_shipment
from fulfillment.services.shipping import post
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words, typed
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import services as orders
from orders.errors import OrderNotShippable
from orders.models import Order, OrderLine

KEY_BYTES = 24  # 192 bits from the system's generator: nobody guesses a key, and no two are the same

SET_QUANTITY = """
UPDATE fulfillment_shipmentline line SET quantity = new.quantity, picked = least(line.picked, new.quantity)
FROM unnest(%s::bigint[], %s::numeric[]) AS new(id, quantity) WHERE line.id = new.id
"""

# Access of which every piece has come back.
FULLY_RETURNED = """
SELECT e.id FROM fulfillment_entitlement e
JOIN fulfillment_shipmentline sl ON sl.id = e.shipment_line_id
JOIN fulfillment_returnline rl ON rl.shipment_line_id = sl.id
WHERE sl.id = ANY(%s) AND e.revoked_on IS NULL
GROUP BY e.id, sl.quantity HAVING sum(rl.received) = sl.quantity
"""


@verb
def perform_services(
    *,
    order_id: int,
    quantities: Mapping[int, Decimal],
    performed_on: date,
    performed_by: str,
    actor: User,
    evidence: str = "",
) -> Shipment:
    """Note what was performed of an order's services, by order line; it is billed, goods or no goods.

    *evidence* is such as who signed for it. What a shipment in work was to do of them is struck from it.

    :raises OrderNotShippable: the order is not confirmed.
    :raises InvalidPerformance: a line is no service of this order, a quantity cannot be right or is more than
        is left, or nobody performed it.
    :raises PeriodClosed: *performed_on* is in no open period.
    :raises NotFound: there is no such order.
    :raises NotPermitted: *actor* may not plan, pick or post shipments.
    """
    order = _lock_confirmed(order_id, actor)
    lines = {line.pk: line for line in orders.lines_of(order)}
    services = selectors.unstocked_products(lines.values(), kind=Product.Kind.SERVICE)
    known = {pk: line for pk, line in lines.items() if line.product_id in services and not line.is_stocked}
    _check(known, quantities, performed_by=performed_by)
    _strike(order, known, quantities, on=performed_on, actor=actor)
    shipment, shipment_lines = new_shipment(
        order,
        {pk: (lines[pk], quantity) for pk, quantity in quantities.items()},
        kind=Shipment.Kind.SERVICE,
        on=performed_on,
        actor=actor,
        performed_by=performed_by.strip()[:100],
        evidence=evidence.strip()[:200],
    )
    return _post_at_once(order, shipment, shipment_lines, on=performed_on, actor=actor)


def _lock_confirmed(order_id: int, actor: User) -> Order:
    """Lock a confirmed order for somebody who may fulfil it.

    :raises OrderNotShippable: it is not confirmed.
    :raises NotPermitted: *actor* may not plan shipments.
    """
    if not actor.has_perm("fulfillment.add_shipment"):
        raise NotPermitted(_("%(actor)s may not say what was performed.") % {"actor": actor})
    order = orders.lock_order(order_id=order_id)
    if order.state != Order.State.CONFIRMED:
        raise OrderNotShippable(
            _("The order %(order)s is %(state)s.")
            % {"order": order.number, "state": order.get_state_display().lower()}
        )
    return order


def _check(known: Mapping[int, OrderLine], quantities: Mapping[int, Decimal], *, performed_by: str) -> None:
    found = [] if quantities else [_("Say what was performed.")]
    if not performed_by.strip():
        found.append(_("Say who performed it."))
    for line_id, quantity in quantities.items():
        line = known.get(line_id)
        if line is None:
            found.append(_("The line %(line_id)s is no service of this order.") % {"line_id": line_id})
        elif not is_quantity(quantity):
            found.append(
                _("%(description)s: %(quantity)s is no quantity.")
                % {"description": line.description, "quantity": quantity}
            )
        elif quantity > line.to_ship:
            found.append(
                _("%(description)s: %(to_ship)s are left to perform.")
                % {"description": line.description, "to_ship": typed(line.to_ship)}
            )
    if found:
        raise errors.InvalidPerformance(" ".join(found[:20]), problems=found)


def _strike(
    order: Order,
    lines: Mapping[int, OrderLine],
    quantities: Mapping[int, Decimal],
    *,
    on: date,
    actor: User,
) -> None:
    """Take what was performed out of shipments in work; one that is left with nothing is cancelled."""
    in_work = selectors.in_work(order_id=order.pk)
    surplus = {
        pk: in_work.get(pk, ZERO) + quantity - lines[pk].to_ship for pk, quantity in quantities.items()
    }
    if not any(more > 0 for more in surplus.values()):
        return
    shipments = Shipment.objects.lock_where(
        "order_id = %s AND state = ANY(%s)", order.pk, [str(state) for state in Shipment.IN_WORK]
    )
    planned = list(ShipmentLine.objects.filter(shipment__in=shipments).order_by("-pk"))
    left = Counter(line.shipment_id for line in planned)
    changed = []
    for line in planned:
        struck = min(line.quantity, max(surplus.get(line.order_line_id, ZERO), ZERO))
        if struck:
            surplus[line.order_line_id] -= struck
            line.quantity -= struck
            left[line.shipment_id] -= not line.quantity
            changed.append(line)
    emptied = [shipment for shipment in shipments if not left[shipment.pk]]
    _shrink([line for line in changed if left[line.shipment_id]])
    for shipment in emptied:
        shipment.mark_cancelled()
        rows.update(shipment, "state")
        announce(ShipmentCancelled.of(shipment, on=on, actor=actor, order_id=order.pk))


def _shrink(lines: Sequence[ShipmentLine]) -> None:
    kept = [line for line in lines if line.quantity]
    gone = [line.pk for line in lines if not line.quantity]
    if kept:
        fetch_all(SET_QUANTITY, [[line.pk for line in kept], [line.quantity for line in kept]])
    if gone:
        ShipmentLine.objects.filter(pk__in=gone).delete()


@verb
def leave_services(*, shipment_id: int, line_ids: Collection[int], actor: User) -> Shipment:
    """Take services out of a shipment that has not left, by shipment line: they are performed another day.

    :raises ShipmentNotPickable: it is packed already, has left, or is cancelled.
    :raises InvalidPerformance: a line is no service of this shipment, or nothing else would be left in it.
    :raises NotFound: there is no such shipment.
    :raises NotPermitted: *actor* may not pick.
    """
    if not actor.has_perm("fulfillment.pick_shipment"):
        raise NotPermitted(_("%(actor)s may not change what is picked.") % {"actor": actor})
    __, shipment = lock_shipment(shipment_id)
    if shipment.state not in {Shipment.State.PLANNED, Shipment.State.PICKING}:
        raise errors.ShipmentNotPickable(
            _("The shipment %(shipment)s is %(state)s.")
            % {"shipment": shipment.number, "state": shipment.get_state_display().lower()}
        )
    lines = {line.pk: line for line in shipment.lines.select_related("order_line")}
    services = {pk for pk, line in lines.items() if not line.order_line.is_stocked}
    strangers = set(line_ids) - services
    if strangers or not line_ids or set(line_ids) == lines.keys():
        raise errors.InvalidPerformance(
            _("Of %(shipment)s only its services can be left for another day, and not all there is.")
            % {"shipment": shipment.number},
            lines=sorted(services),
        )
    ShipmentLine.objects.filter(pk__in=line_ids).delete()
    return shipment


def _post_at_once(
    order: Order, shipment: Shipment, lines: Sequence[ShipmentLine], *, on: date, actor: User
) -> Shipment:
    pick(shipment, actor=actor)
    pack(shipment, actor=actor, carrier="", tracking_number="")
    return post(order, shipment, lines, on=on, actor=actor)


@verb
def grant_access(*, order_id: int, on: date, actor: User) -> list[Entitlement]:
    """Grant the customer of a confirmed order what is digital in it: a key for each line, valid from *on*.

    :raises OrderNotShippable: the order is not confirmed.
    :raises NothingToPerform: nothing digital is left of it, as when it was granted before.
    :raises PeriodClosed: *on* is in no open period.
    :raises NotFound: there is no such order.
    :raises NotPermitted: *actor* may not plan, pick or post shipments.
    """
    order = _lock_confirmed(order_id, actor)
    lines = orders.lines_of(order)
    products = selectors.unstocked_products(lines, kind=Product.Kind.DIGITAL)
    wanted = {
        line.pk: (line, line.to_ship)
        for line in lines
        if line.product_id in products and not line.is_stocked and line.to_ship
    }
    if not wanted:
        raise errors.NothingToPerform(_("Nothing digital is left of %(order)s.") % {"order": order.number})
    shipment, shipment_lines = new_shipment(order, wanted, kind=Shipment.Kind.DIGITAL, on=on, actor=actor)
    _post_at_once(order, shipment, shipment_lines, on=on, actor=actor)
    granted = rows.insert(
        [
            Entitlement(
                shipment_line=line,
                key=secrets.token_urlsafe(KEY_BYTES),
                valid_from=on,
                valid_until=_last_day(products[line.order_line.product_id], on),
            )
            for line in shipment_lines
        ]
    )
    for entitlement in granted:
        announce(
            EntitlementGranted(
                document_id=entitlement.pk,
                number=shipment.number,
                on=on,
                actor_id=actor.pk,
                order_id=order.pk,
                customer_id=order.customer_id,
            )
        )
    return granted


def _last_day(product: Product, first: date) -> date | None:
    """Return the last day of access that begins on *first*; None is without end."""
    return None if product.access_days is None else first + timedelta(days=product.access_days - 1)


@verb
def revoke_entitlement(*, entitlement_id: int, reason: str, on: date, actor: User) -> Entitlement:
    """Take access away from a customer, as for fraud. A return of what was bought does it by itself.

    :raises EntitlementNotRevocable: it was revoked before.
    :raises InvalidPerformance: no reason is given.
    :raises NotFound: there is no such entitlement.
    :raises NotPermitted: *actor* may not revoke access.
    """
    if not actor.has_perm("fulfillment.revoke_entitlement"):
        raise NotPermitted(_("%(actor)s may not revoke access.") % {"actor": actor})
    shipment_id = (
        Entitlement.objects.filter(pk=entitlement_id)
        .values_list("shipment_line__shipment_id", flat=True)
        .first()
    )
    if shipment_id is None:
        raise NotFound(_("There is no entitlement %(entitlement_id)s.") % {"entitlement_id": entitlement_id})
    order, shipment = lock_shipment(shipment_id)
    entitlement = rows.read(Entitlement, "id = %s", [entitlement_id])[0]
    if entitlement.revoked_on is not None:
        raise errors.EntitlementNotRevocable(
            _("It was revoked on %(revoked_on)s.") % {"revoked_on": day_words(entitlement.revoked_on)}
        )
    if not reason.strip():
        raise errors.InvalidPerformance(
            _("Revoking needs a reason."), hint=_("Say why; the customer will ask.")
        )
    _revoke(order, shipment, [entitlement], reason=reason.strip()[:200], on=on, actor=actor)
    return entitlement


def revoke_returned(
    order: Order, shipment: Shipment, came: Sequence[ReturnLine], *, reason: str, on: date, actor: User
) -> None:
    """Revoke the access of lines that have come back with their last piece; the shipment is locked."""
    access = [line.shipment_line_id for line in came if not line.shipment_line.order_line.is_stocked]
    if not access:
        return
    returned = [entitlement_id for (entitlement_id,) in fetch_all(FULLY_RETURNED, [access])]
    found = rows.read(Entitlement, "id = ANY(%s)", [returned], "ORDER BY id")
    _revoke(order, shipment, found, reason=reason, on=on, actor=actor)


def _revoke(
    order: Order,
    shipment: Shipment,
    entitlements: Sequence[Entitlement],
    *,
    reason: str,
    on: date,
    actor: User,
) -> None:
    for entitlement in entitlements:
        entitlement.revoked_on, entitlement.revoke_reason = on, reason
        rows.update(entitlement, "revoked_on", "revoke_reason")
        announce(
            EntitlementRevoked(
                document_id=entitlement.pk,
                number=shipment.number,
                on=on,
                actor_id=actor.pk,
                order_id=order.pk,
                customer_id=order.customer_id,
                reason=reason,
            )
        )
