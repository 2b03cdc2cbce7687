"""What a shop wants changed in an order, as the verbs of the desk take it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from o2c.kernel.api.endpoints import Endpoint
from o2c.kernel.api.errors import ValidationFailed
from orders import services
from orders.amendment import STAYS, HeadChange, LineChange
from orders.models import Order, OrderLine
from orders.services import Amendment, LineInput


def amendment(order: Order, given: Mapping[str, Any]) -> Amendment:
    """Return the amendment of an order that *given*, a checked `AmendmentIn`, asks for.

    :raises ValidationFailed: a position is none of the order's, or is named twice.
    """
    lines = given.get("lines") or {"change": [], "add": [], "remove": []}
    by_position = _by_position(order)
    changes = _named_once(lines["change"], by_position, pointer="/lines/change")
    removed = _named_once(
        [{"position": place} for place in lines["remove"]], by_position, pointer="/lines/remove"
    )
    return Amendment(
        changed={line.pk: LineChange(quantity=asked["quantity"]) for line, asked in changes},
        added=[LineInput(**line) for line in lines["add"]],
        removed=[line.pk for line, _asked in removed],
        head=HeadChange(
            po_number=given.get("po_number"),
            requested_on=given.get("requested_on", STAYS),
            delivery_address=given.get("delivery_address"),
            ships_complete=given.get("ships_complete"),
        ),
    )


def cancelled(order: Order, given: Mapping[str, Any], *, view: Endpoint) -> Order:
    """Cancel what *given*, a checked `CancellationIn`, asks for: some lines, what has not shipped, or the order.

    :raises ValidationFailed: a position is none of the order's, or is named twice.
    """
    by_position = _by_position(order)
    said = {
        "order_id": order.pk,
        "code": given["code"],
        "reason": given["reason"],
        "on": view.today,
        "actor": view.actor,
        "expected_version": order.version,
    }
    if "lines" in given:
        quantities: dict[int, Decimal] = {
            line.pk: asked["quantity"]
            for line, asked in _named_once(given["lines"], by_position, pointer="/lines")
        }
        return services.cancel_lines(quantities=quantities, **said)
    has_shipped = any(line.shipped for line in by_position.values())
    return services.cancel_rest(**said) if has_shipped else services.cancel_order(**said)


def _by_position(order: Order) -> dict[int, OrderLine]:
    return {line.position: line for line in services.lines_of(order)}


def _named_once(
    asked: Iterable[Mapping[str, Any]], by_position: Mapping[int, OrderLine], *, pointer: str
) -> list[tuple[OrderLine, Mapping[str, Any]]]:
    """Return each thing asked with the line at its position.

    :raises ValidationFailed: there is no such line, or it is named twice.
    """
    found: dict[int, tuple[OrderLine, Mapping[str, Any]]] = {}
    wrong = []
    for place, one in enumerate(asked):
        position = one["position"]
        if position in found or position not in by_position:
            twice = position in found
            words = (
                _("Line %(position)s is named twice.")
                if twice
                else _("Line %(position)s is not in the order.")
            )
            told = {"code": "twice" if twice else "unknown", "detail": words % {"position": position}}
            wrong.append({"pointer": f"{pointer}/{place}"} | told)
        else:
            found[position] = by_position[position], one
    if wrong:
        raise ValidationFailed(
            _("The request does not fit: %(problem)s") % {"problem": wrong[0]["detail"]}, errors=wrong
        )
    return list(found.values())
