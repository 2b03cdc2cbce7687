"""What an order would become if it were amended now. Writes and locks nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from inventory.rules import Promise
from o2c.kernel.models import User
from orders.diff import changes
from orders.models import Order, OrderLine
from orders.rules import uninvoiced_gross
from orders.selectors import low_priced
from orders.services.amend import change_lines, ensure_amendable, priced_additions, priced_anew, problems_of
from orders.services.checks import ensure_nothing_wrong
from orders.services.inputs import Amendment
from orders.services.preview import CreditOutlook, outlook_of
from orders.services.pricing import restate
from orders.services.promise import promise_days
from orders.versions import snapshot

ANY = "-"  # a preview needs no reason yet


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentPreview:
    """An amended order that is not there: what would change, its lines, promises and what credit would say.

    *low* are the lines whose typed price somebody must mean.
    """

    order: Order
    lines: Sequence[OrderLine]
    changes: list[dict[str, Any]]
    promises: dict[int, Promise]
    credit: CreditOutlook
    low: Sequence[OrderLine] = ()


def preview_amendment(
    *, order: Order, lines: Sequence[OrderLine], amendment: Amendment, on: date, actor: User
) -> AmendmentPreview:
    """Return what an unlocked *order* with all its *lines* would become; both are changed in memory, none is written.

    :raises OrderNotAmendable: it is a quote, closed or cancelled.
    :raises InvalidOrder: something cannot be right; the details name all of it.
    :raises PriceMissing: a line that comes has no price of its own and the price lists have none.
    :raises NotPermitted: *actor* may not amend orders.
    """
    ensure_amendable(order, by=actor)
    ensure_nothing_wrong(problems_of(order, lines, amendment, ANY, on=on))
    before = snapshot(order, lines)
    for name, value in amendment.head.given().items():
        setattr(order, name, value)
    kept, came = _standing(order, lines, amendment, on=on)
    standing = [*kept, *came]
    restate(order, standing)
    promises = promise_days(order, standing, on=on)
    requested = uninvoiced_gross(standing, currency=order.currency)
    return AmendmentPreview(
        order=order,
        lines=standing,
        changes=changes(before, snapshot(order, standing)),
        promises=promises,
        credit=outlook_of(order, requested=requested, on=on),
        low=low_priced(priced_anew(kept, came, amendment), order=order),
    )


def _standing(
    order: Order, lines: Sequence[OrderLine], amendment: Amendment, *, on: date
) -> tuple[list[OrderLine], list[OrderLine]]:
    """Return the lines as they would be, and those that come; a draft forgets those that go."""
    came = priced_additions(order, lines, amendment, on=on)
    kept = list(lines)
    if order.state == Order.State.DRAFT:
        kept = [line for line in lines if line.pk not in amendment.removed]
    change_lines(kept, amendment, order=order)
    for line in kept:
        line.reserved = min(line.reserved, line.to_ship)
    return kept, came
