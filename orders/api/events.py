"""What happened to an order, as far as a shop is told."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from o2c.kernel.models import Event
from orders.api.reasons import told_of
from orders.models import Order
from orders.wording import reason_to_tell

Told = Callable[[Mapping[str, Any]], dict[str, Any]]
# What is ours: priorities, and keys of our tables.
NOT_TOLD = {"priority", "product_id"}


def _only(*names: str) -> Told:
    return lambda payload: {name: payload[name] for name in names if name in payload}


def _held(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"reasons": told_of(payload.get("reasons", []))}


def _cancelled(payload: Mapping[str, Any]) -> dict[str, Any]:
    code = payload.get("code", "")
    reason = reason_to_tell(code=code, reason=payload.get("reason", ""))
    told = {"code": code if reason else "other", "reason": reason}
    return told | ({"lines": payload["lines"]} if "lines" in payload else {})


def _amended(payload: Mapping[str, Any]) -> dict[str, Any]:
    changes = [
        {name: _without_ours(value) for name, value in change.items()}
        for change in payload.get("changes", [])
        if change["what"] not in NOT_TOLD
    ]
    return {"version": payload.get("version"), "reason": payload.get("reason", ""), "changes": changes}


def _without_ours(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: inner for name, inner in value.items() if name not in NOT_TOLD}


# What is not here is not told: who may release what, and what we think of a customer.
TOLD: dict[str, Told] = {
    "order.quoted": _only("version", "valid_until"),
    "order.quote_accepted": _only(),
    "order.quote_lost": _cancelled,
    "order.quote_expired": _only(),
    "order.quote_renewed": _only("valid_until"),
    "order.created": _only("channel"),
    "order.submitted": _only(),
    "order.confirmed": _only(),
    "order.held": _held,
    "order.released": _only(),
    "order.amended": _amended,
    "order.backorders_reserved": _only(),
    "order.cancelled": _cancelled,
    "order.lines_cancelled": _cancelled,
    "order.rest_cancelled": _cancelled,
    "order.closed": _only(),
    "order.reopened": _only(),
    "order.delayed": _only("was", "now", "shipment"),
    "order.unfulfillable": _only("lines"),
}


def public_events(order: Order) -> QuerySet[Event]:
    """Return what is told of an order, with who did it."""
    events = Event.objects.filter(document_type="order", document_id=order.pk, kind__in=TOLD)
    return events.select_related("actor")


def actor_kind(event: Event) -> str:
    """Return whether a shop, a person or the system did it; never who."""
    username = event.actor.username
    if username == event.actor.SYSTEM:
        return "system"
    return "shop" if username.startswith("shop:") else "person"
