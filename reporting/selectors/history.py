"""What happened to an order and to everything that came of it, who did it and when."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from o2c.kernel.db import fetch_all

# The documents of the case first, each by an index; then their events by (type, document).
HISTORY = """
WITH invoice AS MATERIALIZED (
    SELECT id, receivable_id, entry_id FROM invoicing_invoice WHERE order_id = %(order)s
), document (kind, id) AS (
    SELECT 'order', %(order)s::bigint
    UNION ALL SELECT 'shipment', id FROM fulfillment_shipment WHERE order_id = %(order)s
    UNION ALL SELECT 'invoice', id FROM invoice
    UNION ALL SELECT 'receivable', receivable_id FROM invoice WHERE receivable_id IS NOT NULL
    UNION ALL SELECT 'journal_entry', entry_id FROM invoice WHERE entry_id IS NOT NULL
    UNION ALL (
        SELECT DISTINCT 'payment', a.payment_id FROM invoice
        JOIN receivables_allocation a ON a.receivable_id = invoice.receivable_id
        WHERE a.payment_id IS NOT NULL)
)
SELECT e.id, e.kind, e.document_type, e.document_id, e.document_number, e."on", e.at,
       COALESCE(NULLIF(trim(u.first_name || ' ' || u.last_name), ''), u.username), e.payload
FROM document
JOIN kernel_event e ON e.document_type = document.kind AND e.document_id = document.id
JOIN kernel_user u ON u.id = e.actor_id
ORDER BY e.id
"""

# The events of the documents that are named.
OF_DOCUMENTS = """
SELECT e.id, e.kind, e.document_type, e.document_id, e.document_number, e."on", e.at,
       COALESCE(NULLIF(trim(u.first_name || ' ' || u.last_name), ''), u.username), e.payload
FROM unnest(%s::text[], %s::bigint[]) AS document (kind, id)
JOIN kernel_event e ON e.document_type = document.kind AND e.document_id = document.id
JOIN kernel_user u ON u.id = e.actor_id
ORDER BY e.id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: *kind* is such as ``invoice.issued``, *actor* the name of who did it."""

    id: int
    kind: str
    document_type: str
    document_id: int
    document_number: str
    on: date
    at: datetime
    actor: str
    payload: dict[str, Any]


def order_history(order_id: int) -> list[Happening]:
    """Return the events of the order and of its documents downstream, the oldest first, in one query.

    A payment's events are all there, also those for other orders that the same money settled.
    """
    return _happenings(fetch_all(HISTORY, {"order": order_id}))


def document_history(documents: Collection[tuple[str, int]], *, most: int = 200) -> list[Happening]:
    """Return the last events of *documents*, such as ``("shipment", 7)``, the newest first, in one query."""
    kinds, ids = [kind for kind, _id in documents], [id_ for _kind, id_ in documents]
    return _happenings(fetch_all(OF_DOCUMENTS, [kinds, ids, most]))


def _happenings(rows: Sequence[Sequence[Any]]) -> list[Happening]:
    return [Happening(*(*row[:-1], json.loads(row[-1]))) for row in rows]
