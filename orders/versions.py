"""Keeping what an order or a quote was before it was changed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from o2c.kernel import rows
from o2c.kernel.db import requires_transaction
from o2c.kernel.models import User
from orders.diff import changes
from orders.models import Order, OrderLine, OrderVersion

HEAD = (
    "po_number",
    "requested_on",
    "promised_on",
    "valid_until",
    "delivery_address",
    "ships_complete",
    "priority",
    "incoterm",
    "discount_percent",
    "discount_rule",
    "net",
    "tax",
    "gross",
)
LINE = (
    "product_id",
    "description",
    "ordered",
    "cancelled",
    "unit_price",
    "entered_discount",
    "discount_percent",
    "net",
    "tax_code",
    "tax_rate",
)


def snapshot(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """Return what an amendment may change of an order and its lines, as JSON values."""
    return {
        "head": {name: _plain(getattr(order, name)) for name in HEAD},
        "lines": {str(line.position): {name: _plain(getattr(line, name)) for name in LINE} for line in lines},
    }


def _plain(value: Any) -> Any:
    """Return *value* as JSON has it; a number that reads the same is the same, 2.0000 as 2."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


@requires_transaction
def write_version(
    *, order: Order, before: dict[str, Any], lines: Sequence[OrderLine], reason: str, on: date, actor: User
) -> OrderVersion:
    """Write the next version of a locked order whose row and *lines* have been changed, and count it up.

    *before* is its `snapshot` of before the change; the order's new ``version`` is set, the caller writes it.
    """
    order.version += 1
    return rows.insert(
        [
            OrderVersion(
                order=order,
                version=order.version,
                reason=reason[:200],
                changes=changes(before, snapshot(order, lines)),
                before=before,
                on=on,
                actor=actor,
            )
        ]
    )[0]
