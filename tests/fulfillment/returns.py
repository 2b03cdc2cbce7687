"""A return in each state, for the tests that need one."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from fulfillment import services as fulfillment
from fulfillment.models import Return, Shipment
from tests.world import World

RETURN_STATES = ("authorised", "received", "inspected", "cancelled")


def authorised(world: World, shipment: Shipment, quantity: str) -> Return:
    """A return of so many pieces of each line, to be sent within two weeks."""
    return fulfillment.authorise_return(
        shipment_id=shipment.pk,
        lines={line.pk: Decimal(quantity) for line in shipment.lines.all()},
        reason="defective",
        valid_until=world.on + timedelta(days=14),
        on=world.on,
        actor=world.system,
    )


def of_each(one: Return, quantity: str) -> Mapping[int, Decimal]:
    """So many pieces of each of its lines."""
    return {line.shipment_line_id: Decimal(quantity) for line in one.lines.all()}


def received(world: World, one: Return, quantity: str) -> Return:
    """The same return, of which so many pieces of each line came."""
    return fulfillment.receive_return(
        return_id=one.pk, received=of_each(one, quantity), on=world.on, actor=world.system
    )


def inspected(world: World, one: Return, *, restocked: str, scrapped: str) -> Return:
    """The same return: so many pieces of each line are good, so many are not."""
    return fulfillment.inspect_return(
        return_id=one.pk,
        restocked=of_each(one, restocked),
        scrapped=of_each(one, scrapped),
        on=world.on,
        actor=world.system,
    )


def return_in(world: World, state: str) -> Return:
    """A return of two of five lanterns."""
    shipment = world.ship(world.order(world.customer(), (world.product(stock="5"), "5")))
    one = authorised(world, shipment, "2")
    if state == "cancelled":
        fulfillment.cancel_return(return_id=one.pk, on=world.on, actor=world.system)
    if state in {"received", "inspected"}:
        received(world, one, "2")
    if state == "inspected":
        inspected(world, one, restocked="1", scrapped="1")
    return Return.objects.get(pk=one.pk)
