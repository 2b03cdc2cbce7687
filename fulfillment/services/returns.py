"""Goods that come back: authorised, received, or called off; `inspecting` decides of what came.

The shipment's lock protects its returns: what may come back is counted by its lines, over all of them. Locks:
order, shipment, stock by primary key.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.rules import is_quantity
from fulfillment import errors
from fulfillment.events import ReturnAuthorised, ReturnCancelled, ReturnReceived
from fulfillment.models import Return, ReturnLine, Shipment, ShipmentLine
from fulfillment.services.locks import lock_shipment
from fulfillment.services.performance import revoke_returned
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.figures import day_words, typed
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO
from orders import services as orders
from orders.models import Order

RETURNABLE = {Shipment.State.POSTED, Shipment.State.DELIVERED}

ADD_IN_RETURNS = """
UPDATE fulfillment_shipmentline line SET in_returns = line.in_returns + change.quantity
FROM unnest(%s::bigint[], %s::numeric[]) AS change(id, quantity) WHERE line.id = change.id
"""

SET_RECEIVED = """
UPDATE fulfillment_returnline line SET received = new.received
FROM unnest(%s::bigint[], %s::numeric[]) AS new(id, received) WHERE line.id = new.id
"""


@verb
def authorise_return(
    *,
    shipment_id: int,
    lines: Mapping[int, Decimal],
    reason: str,
    valid_until: date,
    on: date,
    actor: User,
    note: str = "",
) -> Return:
    """Allow a customer to send back *lines*, quantities by shipment line, until *valid_until* inclusive.

    Goods and access can come back; a service that was performed is credited without a return.

    :raises ShipmentNotReturnable: the shipment has not left.
    :raises InvalidReturn: a line, quantity, reason or date cannot be right.
    :raises ReturnTooMuch: more would come back of a line than left and is not in another return.
    :raises NotFound: there is no such shipment.
    :raises NotPermitted: *actor* may not authorise returns.
    """
    if not actor.has_perm("fulfillment.authorise_return"):
        raise NotPermitted(_("%(actor)s may not authorise returns.") % {"actor": actor})
    order, shipment = lock_shipment(shipment_id)
    if shipment.state not in RETURNABLE:
        raise errors.ShipmentNotReturnable(
            _("The shipment %(shipment)s is %(state)s.")
            % {"shipment": shipment.number, "state": shipment.get_state_display().lower()}
        )
    known = {line.pk: line for line in shipment.lines.select_related("order_line__product")}
    refuse(_wrong_authorisation(known, lines, reason=reason, valid_until=valid_until, on=on))
    _ensure_left(known, lines)
    returned = Return(
        company_id=shipment.company_id,
        shipment=shipment,
        warehouse_id=shipment.warehouse_id,
        reason=reason,
        note=note.strip()[:200],
        authorised_on=on,
        valid_until=valid_until,
        created_by=actor,
    )
    _write(returned, lines)
    announce(
        ReturnAuthorised.of(
            returned, on=on, actor=actor, reason=reason, valid_until=str(valid_until), **of_order(order)
        )
    )
    return returned


def _write(returned: Return, lines: Mapping[int, Decimal]) -> None:
    """Insert a return of *lines*, and count on the shipment's lines what is in a return now."""
    rows.insert([returned])
    rows.insert(
        [
            ReturnLine(returned=returned, shipment_line_id=line_id, authorised=quantity)
            for line_id, quantity in sorted(lines.items())
        ]
    )
    fetch_all(ADD_IN_RETURNS, [list(lines), list(lines.values())])


def _wrong_authorisation(
    known: Mapping[int, ShipmentLine],
    lines: Mapping[int, Decimal],
    *,
    reason: str,
    valid_until: date,
    on: date,
) -> list[str]:
    found = [] if lines else [_("A return needs at least one line.")]
    if reason not in Return.Reason.values:
        found.append(_("%(reason)s is no reason for a return.") % {"reason": reason})
    if valid_until < on:
        found.append(
            _("It would have ended on %(valid_until)s already.") % {"valid_until": day_words(valid_until)}
        )
    for line_id, quantity in lines.items():
        line = known.get(line_id)
        if line is None:
            found.append(_("The line %(line_id)s is not in this shipment.") % {"line_id": line_id})
        elif line.order_line.product.kind == Product.Kind.SERVICE:
            words = _("%(description)s is a service: credit it without a return.")
            found.append(words % {"description": line.order_line.description})
        elif not is_quantity(quantity):
            found.append(no_quantity(line, quantity))
    return found


def no_quantity(line: ShipmentLine, quantity: Decimal) -> str:
    """Return that there is no such quantity of a line."""
    words = _("%(description)s: %(quantity)s is no quantity.")
    return words % {"description": line.order_line.description, "quantity": quantity}


def refuse(problems: Sequence[str]) -> None:
    """Refuse a return with problems, naming them.

    :raises InvalidReturn: there is one.
    """
    if problems:
        raise errors.InvalidReturn(" ".join(problems[:20]), problems=list(problems))


def _ensure_left(known: Mapping[int, ShipmentLine], lines: Mapping[int, Decimal]) -> None:
    """Refuse a line of which more would come back than left and is not in a return."""
    left = {line_id: known[line_id].quantity - known[line_id].in_returns for line_id in lines}
    found = [
        _("%(description)s: %(left)s can come back.")
        % {"description": known[line_id].order_line.description, "left": typed(left[line_id])}
        for line_id, quantity in lines.items()
        if quantity > left[line_id]
    ]
    if found:
        raise errors.ReturnTooMuch(
            " ".join(found[:20]), left={str(line_id): f"{quantity:f}" for line_id, quantity in left.items()}
        )


def of_order(order: Order) -> dict[str, int]:
    """Return what every event of a return says of its order."""
    return {"order_id": order.pk, "customer_id": order.customer_id}


def lock_return(return_id: int) -> tuple[Order, Shipment, Return]:
    """Return the return with its order and shipment, locked; it is read under their locks.

    :raises NotFound: there is no such return.
    """
    shipment_id = Return.objects.filter(pk=return_id).values_list("shipment_id", flat=True).first()
    if shipment_id is None:
        raise NotFound(_("There is no return %(return_id)s.") % {"return_id": return_id})
    order, shipment = lock_shipment(shipment_id)
    return order, shipment, rows.read(Return, "id = %s", [return_id])[0]


def lines_of(returned: Return) -> list[ReturnLine]:
    """Return the lines of a return with those of its order."""
    return list(returned.lines.select_related("shipment_line__order_line").order_by("pk"))


@verb
def receive_return(*, return_id: int, received: Mapping[int, Decimal], on: date, actor: User) -> Return:
    """Take back what really came, quantities by shipment line; a line that is not named did not come.

    What was authorised and did not come is free for another return. The order knows from now on what is
    returned; the goods are on no shelf before somebody has inspected them. Access that came back is revoked.

    :raises ReturnNotReceivable: it is received already, or cancelled.
    :raises InvalidReturn: nothing came, a line is not in the return, or a quantity cannot be right.
    :raises ReturnTooMuch: more came of a line than was authorised.
    :raises NotFound: there is no such return.
    :raises NotPermitted: *actor* may not receive returns.
    """
    order, shipment, returned = lock_return(return_id)
    ensure_can(returned.mark_received, by=actor, otherwise=errors.ReturnNotReceivable)
    lines = lines_of(returned)
    _check_received(lines, received)
    for line in lines:
        line.received = received.get(line.shipment_line_id, ZERO)
    fetch_all(SET_RECEIVED, [[line.pk for line in lines], [line.received for line in lines]])
    _free([(line, line.authorised - line.received) for line in lines])
    came = [line for line in lines if line.received]
    orders.record_returned(returned=[(line.shipment_line.order_line, line.received) for line in came])
    returned.mark_received(on=on)
    rows.update(returned, "state", "received_on")
    revoke_returned(order, shipment, came, reason=f"Returned with {returned.number}", on=on, actor=actor)
    announce(ReturnReceived.of(returned, on=on, actor=actor, **of_order(order)))
    return returned


def _check_received(lines: Sequence[ReturnLine], received: Mapping[int, Decimal]) -> None:
    authorised = {line.shipment_line_id: line for line in lines}
    found = [
        _("The line %(line_id)s is not in this return: authorise another return for it.")
        % {"line_id": line_id}
        for line_id in received
        if line_id not in authorised
    ]
    found += [
        no_quantity(authorised[line_id].shipment_line, quantity)
        for line_id, quantity in received.items()
        if line_id in authorised and not is_some_or_none(quantity)
    ]
    if not found and not any(received.values()):
        found.append(_("Nothing came: cancel the return instead."))
    refuse(found)
    over = [line for line in lines if received.get(line.shipment_line_id, ZERO) > line.authorised]
    if over:
        words = _("%(description)s: %(left)s are authorised.")
        raise errors.ReturnTooMuch(
            " ".join(
                words
                % {"description": line.shipment_line.order_line.description, "left": typed(line.authorised)}
                for line in over[:20]
            ),
            hint=_("Receive what is authorised, and authorise another return for the rest."),
        )


def is_some_or_none(quantity: Decimal) -> bool:
    """Say whether *quantity* can be received or decided on: zero or more."""
    return quantity == ZERO or is_quantity(quantity)


def _free(quantities: Iterable[tuple[ReturnLine, Decimal]]) -> None:
    """Let what does not come back after all be authorised again."""
    freed = [(line.shipment_line_id, -quantity) for line, quantity in quantities if quantity]
    if freed:
        fetch_all(ADD_IN_RETURNS, [[line_id for line_id, _ in freed], [quantity for _, quantity in freed]])


@verb
def cancel_return(*, return_id: int, on: date, actor: User) -> Return:
    """Cancel a return of which nothing has come; its quantities can be authorised again.

    :raises ReturnNotCancellable: its goods have come, or it is cancelled already.
    :raises NotFound: there is no such return.
    :raises NotPermitted: *actor* may not authorise returns.
    """
    order, _, returned = lock_return(return_id)
    ensure_can(returned.mark_cancelled, by=actor, otherwise=errors.ReturnNotCancellable)
    returned.mark_cancelled()
    rows.update(returned, "state")
    _free([(line, line.authorised) for line in lines_of(returned)])
    announce(ReturnCancelled.of(returned, on=on, actor=actor, **of_order(order)))
    return returned
