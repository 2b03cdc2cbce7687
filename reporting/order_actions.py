"""What a person may do with an order now, and why not where not: a blocked action stays visible."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from o2c.kernel.models import User
from orders.models import Order, OrderLine, Release
from orders.rules import AMENDABLE
from reporting.selectors import DocumentChain

State = Order.State
IN_HOUSE = {"planned", "picking", "packed"}


@dataclass(frozen=True, slots=True)
class Action:
    """A button; *blocked* says why it cannot be pressed, empty when it can.

    *posts* does it without asking more; *key* presses it.
    """

    label: str
    url: str
    blocked: str = ""
    is_primary: bool = False
    posts: bool = False
    key: str = ""


def actions_for(
    order: Order,
    lines: list[OrderLine],
    *,
    reader: User,
    chain: DocumentChain | None = None,
    proposals: Sequence[Release] = (),
) -> list[Action]:
    """Return the actions of the reader's role that this order can ever need, the next one last.

    *chain* has its shipments, *proposals* the release that waits for a second person.
    """
    return [
        *_cancelling(order, lines, reader),
        *_changing(order, reader),
        *_quoting(order, reader),
        *_deciding(order, reader, proposals),
        *_shipping(order, reader, chain),
    ]


def _quoting(order: Order, reader: User) -> Iterator[Action]:
    if order.state not in {State.QUOTED, State.EXPIRED}:
        return
    yield Action(_("Print"), reverse("order-print", args=[order.number]))
    if order.state == State.EXPIRED:
        if reader.has_perm("orders.quote_order"):
            yield Action(_("Renew"), reverse("quote-renew", args=[order.number]), is_primary=True)
        return
    if reader.has_perm("orders.quote_order"):
        yield Action(_("Lost"), reverse("quote-lose", args=[order.number]))
        yield Action(_("Revise"), reverse("order-revise", args=[order.number]), key="e")
    if reader.has_perm("orders.submit_order"):
        yield Action(_("Accept"), reverse("quote-accept", args=[order.number]), is_primary=True)


def _changing(order: Order, reader: User) -> Iterator[Action]:
    if order.state in AMENDABLE and reader.has_perm("orders.amend_order"):
        yield Action(_("Amend"), reverse("order-amend", args=[order.number]), key="e")


def _deciding(order: Order, reader: User, proposals: Sequence[Release]) -> Iterator[Action]:
    """Yield what makes a draft an order, or lets a held one pass."""
    may_submit = reader.has_perm("orders.submit_order")
    if order.state == State.DRAFT and may_submit:
        yield Action(_("Submit"), reverse("order-submit", args=[order.number]), is_primary=True, posts=True)
    if order.state != State.ON_HOLD:
        return
    if may_submit:
        yield Action(_("Check again"), reverse("order-retry", args=[order.number]), posts=True)
    if proposals:
        blocked = _blocked(order, reader)
        if not blocked and any(proposal.proposed_by_id == reader.pk for proposal in proposals):
            blocked = _("You proposed it: somebody else must agree")
        yield Action(_("Agree"), reverse("order-second", args=[order.number]), blocked, is_primary=True)
        return
    url = reverse("order-release", args=[order.number])
    yield Action(_("Release"), url, _blocked(order, reader), is_primary=True)


def _blocked(order: Order, reader: User) -> str:
    """Say why the reader cannot release the order."""
    if not reader.has_perm("orders.release_order"):
        return _("A finance manager releases orders")
    if order.created_by_id == reader.pk:
        return _("You entered it: somebody else must release it")
    return ""


def _shipping(order: Order, reader: User, chain: DocumentChain | None) -> Iterator[Action]:
    """Yield the way to the shipment that is in hand, for who works in the warehouse."""
    if order.state != State.CONFIRMED or not reader.has_perm("fulfillment.pick_shipment") or chain is None:
        return
    for shipment in chain.shipments:
        if shipment.state in IN_HOUSE:
            yield Action(_("Ship"), reverse("shipment", args=[shipment.number]), is_primary=True)
            return


def _cancelling(order: Order, lines: list[OrderLine], reader: User) -> Iterator[Action]:
    over = {State.CANCELLED, State.QUOTED, State.EXPIRED, State.LOST}
    if not reader.has_perm("orders.cancel_order") or order.state in over:
        return
    has_shipped = any(line.shipped for line in lines)
    blocked = ""
    if order.state == State.CLOSED or (has_shipped and not any(line.to_ship for line in lines)):
        blocked = _("Everything has shipped: correct it with a credit note")
    label = _("Cancel the rest") if has_shipped and not blocked else _("Cancel order")
    yield Action(label, reverse("order-cancel", args=[order.number]), blocked)
