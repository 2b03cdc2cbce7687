"""What became of an order: its chain of documents, as far as a key may see them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from o2c.kernel import public_ids
from o2c.kernel.api.expansion import Offer
from o2c.kernel.api.serializers import MONEY, Output, money
from o2c.kernel.db import fetch_all
from o2c.kernel.principal import Principal

# What a key needs to see each kind of document.
SCOPES = {
    "shipment": "shipments:read",
    "invoice": "invoices:read",
    "credit_note": "invoices:read",
    "payment": "payments:read",
    "return": "returns:read",
}
PREFIXES = {"shipment": "shp", "invoice": "inv", "credit_note": "crn", "payment": "pay", "return": "ret"}

# Each document by an index on its order. Of a payment only what it paid of these orders is told.
CHAIN = """
SELECT order_id, kind, public_id, number, state, "on", amount, currency FROM (
    SELECT order_id, 1 AS place, id, 'shipment' AS kind, public_id, number, state,
           COALESCE(posted_on, planned_on) AS "on", NULL::numeric AS amount, NULL::text AS currency
    FROM fulfillment_shipment WHERE order_id = ANY(%(orders)s::bigint[])
    UNION ALL
    SELECT order_id, 2, id, kind, public_id, number, state, issued_on, gross, currency
    FROM invoicing_invoice WHERE order_id = ANY(%(orders)s::bigint[]) AND state = 'issued'
    UNION ALL
    SELECT invoice.order_id, 3, payment.id, 'payment', payment.public_id, payment.number, payment.state,
           payment.received_on, sum(used.amount), invoice.currency
    FROM invoicing_invoice invoice
    JOIN receivables_allocation used ON used.receivable_id = invoice.receivable_id AND used.reversed_on IS NULL
    JOIN receivables_payment payment ON payment.id = used.payment_id
    WHERE invoice.order_id = ANY(%(orders)s::bigint[])
    GROUP BY invoice.order_id, invoice.currency, payment.id
    UNION ALL
    SELECT shipment.order_id, 4, returned.id, 'return', returned.public_id, returned.number, returned.state,
           returned.authorised_on, NULL, NULL
    FROM fulfillment_return returned JOIN fulfillment_shipment shipment ON shipment.id = returned.shipment_id
    WHERE shipment.order_id = ANY(%(orders)s::bigint[])
) document
WHERE kind = ANY(%(kinds)s::text[]) ORDER BY order_id, "on", place, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A document of an order's chain, as the API shows it."""

    type: str
    id: str
    number: str
    state: str
    on: date
    amount: dict[str, str] | None


class LinkOut(Output):
    """A document that an order led to."""

    type = serializers.ChoiceField(list(SCOPES))
    id = serializers.CharField()
    number = serializers.CharField()
    state = serializers.CharField()
    on = serializers.DateField()
    amount = serializers.SerializerMethodField(
        help_text="Gross; of a payment what it paid of this order. Null for goods."
    )

    @extend_schema_field(MONEY | {"type": ["object", "null"]})
    def get_amount(self, link: Link) -> dict[str, str] | None:
        """Return the amount."""
        return link.amount


def _chain(principal: Principal, orders: Sequence[Any]) -> Mapping[int, Sequence[Any]]:
    """Return what some orders led to, by order, as far as the key's scopes let it see; one query."""
    kinds = [kind for kind, scope in SCOPES.items() if scope in principal.scopes]
    found: dict[int, list[Link]] = defaultdict(list)
    for order_id, *row in fetch_all(CHAIN, {"orders": [order.pk for order in orders], "kinds": kinds}):
        found[order_id].append(_link(*row))
    return found


def _link(
    kind: str, public_id: UUID, number: str, state: str, on: date, amount: Decimal | None, currency: str
) -> Link:
    return Link(
        type=kind,
        id=public_ids.written(PREFIXES[kind], public_id),
        number=number,
        state=state,
        on=on,
        amount=None if amount is None else money(amount, currency),
    )


OFFERS = (Offer(resource="orders", name="chain", scope="orders:read", shape=LinkOut, find=_chain),)
