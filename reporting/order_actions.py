"""What a person may do with an order now, and why not where not: a blocked action stays visible."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from o2c.kernel.models import User
from orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Action:
    """A button; *blocked* says why it cannot be pressed, empty when it can."""

    label: str
    url: str
    blocked: str = ""
    is_primary: bool = False


def actions_for(order: Order, lines: list[OrderLine], *, reader: User) -> list[Action]:
    """Return the actions of the reader's role that this order can ever need, the next one last."""
    return [*_cancelling(order, lines, reader), *_releasing(order, reader)]


def _releasing(order: Order, reader: User) -> Iterator[Action]:
    if order.state != Order.State.ON_HOLD:
        return
    url = reverse("order-release", args=[order.number])
    if not reader.has_perm("orders.release_order"):
        blocked = _("A finance manager releases orders")
    elif order.created_by_id == reader.pk:
        blocked = _("You entered it: somebody else must release it")
    else:
        blocked = ""
    yield Action(_("Release"), url, blocked, is_primary=True)


def _cancelling(order: Order, lines: list[OrderLine], reader: User) -> Iterator[Action]:
    if not reader.has_perm("orders.cancel_order") or order.state == Order.State.CANCELLED:
        return
    has_shipped = any(line.shipped for line in lines)
    blocked = ""
    if order.state == Order.State.CLOSED or (has_shipped and not any(line.to_ship for line in lines)):
        blocked = _("Everything has shipped: correct it with a credit note")
    label = _("Cancel the rest") if has_shipped and not blocked else _("Cancel order")
    yield Action(label, reverse("order-cancel", args=[order.number]), blocked)
