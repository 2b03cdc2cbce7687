"""Playing the desks in the sandbox: a shop's developer ships, delivers, bills and pays as the staff would.

Every step is the desks' own verb, done by the system. Only `o2c.gateway.sandbox.views` calls this, inside
the sandbox.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from invoicing import services as invoicing
from invoicing.models import Invoice
from o2c.gateway.errors import CannotSimulate
from o2c.kernel.db import verb
from o2c.kernel.models import User
from orders import services as orders
from orders.models import Order
from receivables import services as receivables
from receivables.models import Receivable


class Step(TextChoices):
    """What a desk does next."""

    SHIP = "ship"
    DELIVER = "deliver"
    INVOICE = "invoice"
    PAY = "pay"


@verb
def simulate(*, order_id: int, step: str, on: date) -> None:
    """Take an order one *step* on.

    :raises CannotSimulate: the order is not where that can happen.
    :raises DomainError: what the desk's verb raises.
    """
    order = Order.objects.select_related("company").get(pk=order_id)
    DESKS[step](order, on, User.system())


def _ship(order: Order, on: date, actor: User) -> None:
    """Post what is planned, else everything that is ready."""
    planned = [shipment for shipment in order.shipments.order_by("pk") if shipment.state in Shipment.IN_WORK]
    for shipment in planned:
        if shipment.state == Shipment.State.PLANNED:
            fulfillment.start_picking(shipment_id=shipment.pk, actor=actor)
        if shipment.state != Shipment.State.PACKED:
            fulfillment.pack_shipment(shipment_id=shipment.pk, actor=actor)
        fulfillment.post_shipment(shipment_id=shipment.pk, on=on, actor=actor)
    if not planned:
        fulfillment.ship_order(order_id=order.pk, on=on, actor=actor)


def _deliver(order: Order, on: date, actor: User) -> None:
    on_the_road = list(order.shipments.filter(state=Shipment.State.POSTED).order_by("pk"))
    if not on_the_road:
        raise CannotSimulate(_("Nothing of the order %(order)s is on the road.") % {"order": order.number})
    for shipment in on_the_road:
        fulfillment.deliver_shipment(shipment_id=shipment.pk, on=on, actor=actor, evidence="Sandbox")


def _invoice(order: Order, on: date, actor: User) -> None:
    shipped = list(order.shipments.exclude(posted_on=None).order_by("pk"))
    if not shipped:
        raise CannotSimulate(_("Nothing of the order %(order)s has left.") % {"order": order.number})
    for shipment in shipped:
        draft = invoicing.draft_for_shipment(shipment_id=shipment.pk, on=on, actor=actor)
        if draft.state == Invoice.State.DRAFT:
            invoicing.issue_invoice(invoice_id=draft.pk, on=on, actor=actor)


def _pay(order: Order, on: date, actor: User) -> None:
    """Pay every open invoice of the order; one that waits for its money in advance is paid on account."""
    owed = order.invoices.filter(kind=Invoice.Kind.INVOICE, receivable__open_amount__gt=0)
    open_items = list(Receivable.objects.filter(invoice__in=owed).order_by("pk"))
    for item in open_items:
        _receive(order, item.open_amount, {item.pk: item.open_amount}, on=on, actor=actor)
        invoicing.update_settlement(receivable_id=item.pk, on=on, actor=actor)
    if open_items:
        return
    if order.state != Order.State.ON_HOLD:
        raise CannotSimulate(_("Nothing of the order %(order)s is to be paid.") % {"order": order.number})
    _receive(order, order.gross, {}, on=on, actor=actor)
    orders.retry_order(order_id=order.pk, on=on, actor=actor)


def _receive(order: Order, amount: Decimal, shares: Mapping[int, Decimal], *, on: date, actor: User) -> None:
    receivables.receive_payment(
        company=order.company,
        customer_id=order.customer_id,
        amount=amount,
        currency=order.currency,
        received_on=on,
        shares=shares,
        actor=actor,
    )


DESKS: dict[str, Callable[[Order, date, User], None]] = {
    Step.SHIP: _ship,
    Step.DELIVER: _deliver,
    Step.INVOICE: _invoice,
    Step.PAY: _pay,
}
