"""What becomes of goods that came back: the shelf or scrap, and their worth. Locks as in `returns`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fulfillment import errors, postings
from fulfillment.events import ReturnInspected
from fulfillment.models import Return, ReturnLine
from fulfillment.rules import returning_cost
from fulfillment.services.returns import (
    is_some_or_none,
    lines_of,
    lock_return,
    no_quantity,
    of_order,
    refuse,
)
from inventory import services as stock
from ledger import services as ledger
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.events import announce
from o2c.kernel.figures import typed
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User
from o2c.kernel.money import ZERO, total

SET_INSPECTED = """
UPDATE fulfillment_returnline line SET restocked = new.restocked, scrapped = new.scrapped, cost = new.cost
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[]) AS new(id, restocked, scrapped, cost)
WHERE line.id = new.id
"""

# What earlier returns put back of the same shipment lines.
RESTOCKED_BEFORE = """
SELECT shipment_line_id, sum(restocked) FROM fulfillment_returnline
WHERE shipment_line_id = ANY(%s) AND restocked > 0 GROUP BY shipment_line_id
"""


@verb
def inspect_return(
    *,
    return_id: int,
    restocked: Mapping[int, Decimal],
    scrapped: Mapping[int, Decimal],
    on: date,
    actor: User,
) -> Return:
    """Decide of each received piece, by shipment line: back on the shelf, or scrap. Access needs no decision.

    What is restocked goes back at the cost it left with, to the cent; its cost of goods is taken back. What is
    scrapped stays in the cost of goods: it was sold, and nothing of worth came back (docs/adr/0013).

    :raises ReturnNotInspectable: its goods have not come, or are inspected already.
    :raises InvalidReturn: the pieces do not add up to what was received.
    :raises PeriodClosed: *on* is in no open period.
    :raises NotFound: there is no such return.
    :raises NotPermitted: *actor* may not inspect returns.
    """
    order, _, returned = lock_return(return_id)
    ensure_can(returned.mark_inspected, by=actor, otherwise=errors.ReturnNotInspectable)
    lines = lines_of(returned)
    _check_inspected(lines, restocked, scrapped)
    currency = order.company.base_currency
    _value(lines, restocked, scrapped, currency=currency)
    fetch_all(
        SET_INSPECTED,
        [
            [line.pk for line in lines],
            [line.restocked for line in lines],
            [line.scrapped for line in lines],
            [line.cost for line in lines],
        ],
    )
    returned.mark_inspected(on=on)
    rows.update(returned, "state", "inspected_on")
    _restock(returned, lines, on=on, currency=currency, actor=actor)
    announce(
        ReturnInspected.of(returned, on=on, actor=actor, lines=_as_told(lines), **of_order(order)),
    )
    return returned


def _check_inspected(
    lines: Sequence[ReturnLine], restocked: Mapping[int, Decimal], scrapped: Mapping[int, Decimal]
) -> None:
    goods = {line.shipment_line_id: line for line in lines if line.shipment_line.order_line.is_stocked}
    strangers = (restocked.keys() | scrapped.keys()) - goods.keys()
    found = [
        _("The line %(line_id)s has no goods in this return.") % {"line_id": line_id}
        for line_id in sorted(strangers)
    ]
    for line_id, line in goods.items():
        parts = [restocked.get(line_id, ZERO), scrapped.get(line_id, ZERO)]
        wrong = [part for part in parts if not is_some_or_none(part)]
        if wrong:
            found.append(no_quantity(line.shipment_line, wrong[0]))
        elif sum(parts) != line.received:
            words = _("%(description)s: %(received)s came, decide of each.")
            told = {
                "description": line.shipment_line.order_line.description,
                "received": typed(line.received),
            }
            found.append(words % told)
    refuse(found)


def _value(
    lines: Sequence[ReturnLine],
    restocked: Mapping[int, Decimal],
    scrapped: Mapping[int, Decimal],
    *,
    currency: str,
) -> None:
    """Set on each line what goes where, and what it is worth in stock again."""
    before = dict(fetch_all(RESTOCKED_BEFORE, [[line.shipment_line_id for line in lines]]))
    for line in lines:
        shipped = line.shipment_line
        line.restocked = restocked.get(shipped.pk, ZERO)
        line.scrapped = scrapped.get(shipped.pk, ZERO)
        line.cost = returning_cost(
            cost=shipped.cost or ZERO,
            shipped=shipped.quantity,
            before=before.get(shipped.pk, ZERO),
            now=line.restocked,
            currency=currency,
        )


def _restock(returned: Return, lines: Sequence[ReturnLine], *, on: date, currency: str, actor: User) -> None:
    """Put the good pieces on the shelf, and book their worth."""
    goods: dict[int, tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for line in lines:
        if line.restocked:
            product_id = line.shipment_line.order_line.product_id
            quantity, value = goods[product_id]
            goods[product_id] = quantity + line.restocked, value + (line.cost or ZERO)
    if not goods:
        return
    stock.take_back(
        warehouse_id=returned.warehouse_id, goods=goods, source=f"return/{returned.pk}", on=on, actor=actor
    )
    if worth := total(value for _, value in goods.values()):
        ledger.post_entry(
            postings.goods_returned(returned, worth=worth, currency=currency, actor_id=actor.pk)
        )


def _as_told(lines: Sequence[ReturnLine]) -> list[dict[str, Any]]:
    return [
        {
            "return_line_id": line.pk,
            "position": line.shipment_line.order_line.position,
            "description": line.shipment_line.order_line.description,
            "received": f"{line.received.normalize():f}",
            "restocked": f"{line.restocked.normalize():f}",
            "scrapped": f"{line.scrapped.normalize():f}",
        }
        for line in lines
        if line.received
    ]
