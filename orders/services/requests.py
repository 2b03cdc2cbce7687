"""The channel inbox: what came in before it is an order, and what became of it."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from customers.models import Contact
from o2c.kernel.db import fetch_all, requires_transaction, verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from orders import errors
from orders.events import OrderRequestAnswered, OrderRequestReceived
from orders.models import Order, OrderRequest
from orders.models.order import OrderChannel

MAX_TEXT = 100_000

# A sender repeats what was not acknowledged; the second copy finds the first.
TAKE = """
INSERT INTO orders_orderrequest (state, channel, external_id, sender, subject, text, customer_id, received_at, dismiss_reason)
VALUES ('waiting', %s, %s, %s, %s, %s, %s, %s, '')
ON CONFLICT (channel, external_id) DO NOTHING RETURNING id
"""  # noqa: E501


@verb
def receive_request(
    *,
    channel: str,
    sender: str,
    on: date,
    at: datetime,
    actor: User,
    subject: str = "",
    text: str = "",
    external_id: str | None = None,
    customer_id: int | None = None,
) -> OrderRequest:
    """Take in what somebody wants, in their own words, to wait in the inbox of its channel.

    The same *external_id* (an e-mail's Message-ID) on a channel is the same request: it comes back as it is.
    Without *customer_id* the customer is the one who has *sender*, an e-mail address, among their contacts.

    :raises InvalidRequest: there is no such channel, or no sender.
    :raises NotPermitted: *actor* may not enter orders.
    """
    _ensure_may(actor)
    if channel not in OrderChannel.values or not sender.strip():
        raise errors.InvalidRequest(_("A request has a channel and a sender."))
    values = [
        channel,
        (external_id or "").strip()[:200] or None,
        sender.strip()[:200],
        " ".join(subject.split())[:200],
        text.replace("\x00", "")[:MAX_TEXT],
        customer_id or customer_of_sender(sender.strip()),
        at,
    ]
    taken = fetch_all(TAKE, values)
    if not taken:
        return OrderRequest.objects.get(channel=channel, external_id=values[1])
    request = OrderRequest.objects.get(pk=taken[0][0])
    announce(
        OrderRequestReceived(document_id=request.pk, number="", on=on, actor_id=actor.pk, channel=channel)
    )
    return request


def customer_of_sender(sender: str) -> int | None:
    """Return the one active customer who has this e-mail address among their contacts, None for none or several."""
    if "@" not in sender:
        return None
    found = Contact.objects.filter(email__iexact=sender, customer__active=True)
    ids = list(found.order_by().values_list("customer_id", flat=True).distinct()[:2])
    return ids[0] if len(ids) == 1 else None


@verb
def dismiss_request(*, request_id: int, reason: str, on: date, at: datetime, actor: User) -> OrderRequest:
    """Close a request that is no order, or was answered otherwise.

    :raises RequestAnswered: somebody has answered it.
    :raises InvalidRequest: no reason is given.
    :raises NotPermitted: *actor* may not enter orders.
    """
    _ensure_may(actor)
    request = OrderRequest.objects.lock(request_id)
    ensure_can(request.mark_dismissed, by=actor, otherwise=errors.RequestAnswered)
    if not reason.strip():
        raise errors.InvalidRequest(_("A dismissal needs a reason."), hint=_("Say why it is no order."))
    request.mark_dismissed(reason=reason.strip()[:200])
    _close(request, order_id=None, on=on, at=at, actor=actor)
    return request


@requires_transaction
def answer_request(*, request_id: int | None, order: Order, on: date, actor: User) -> None:
    """Note that a request became *order* (or a quote), just written in the same transaction; None answers none.

    :raises RequestAnswered: somebody has answered it.
    """
    if request_id is None:
        return
    request = OrderRequest.objects.lock(request_id)
    ensure_can(request.mark_ordered, by=actor, otherwise=errors.RequestAnswered)
    request.mark_ordered(order=order)
    _close(request, order_id=order.pk, on=on, at=order.created_at, actor=actor)


def _close(request: OrderRequest, *, order_id: int | None, on: date, at: datetime, actor: User) -> None:
    request.answered_at, request.answered_by = at, actor
    request.save(update_fields=["state", "order", "dismiss_reason", "answered_at", "answered_by"])
    announce(
        OrderRequestAnswered(document_id=request.pk, number="", on=on, actor_id=actor.pk, order_id=order_id)
    )


ANSWERED = "UPDATE orders_order SET answered_at = %s WHERE id = %s AND answered_at IS NULL"


@requires_transaction
def note_answer(*, order_id: int, at: datetime) -> None:
    """Note when the customer was first told where their order stands; what they are told later changes nothing."""
    fetch_all(ANSWERED, [at, order_id])


def _ensure_may(actor: User) -> None:
    if not actor.has_perm("orders.add_order"):
        raise NotPermitted(_("%(actor)s may not take in requests.") % {"actor": actor})
