"""What shops may be told: the events of their customers, in the words of `o2c.gateway.event_catalogue`."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from customers.models import Customer
from o2c.gateway import event_catalogue as catalogue
from o2c.gateway.models import WebhookDelivery, WebhookEndpoint
from o2c.kernel import partition, public_ids
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Event
from o2c.kernel.principal import Principal
from o2c.kernel.worklists import Tag
from reporting.outgoing import Told

PREFIX = "evt"
SHOWN_FOR = timedelta(days=30)

# A document's events are counted under its own id, so the number grows with each of them and tells nothing of
# others. It is in the order in which things happened: whoever announces holds the document's lock until the
# commit, so of two events of one document the second gets its id after the first is in the table.
ABOUT = """
SELECT e.id,
       (SELECT count(*) FROM kernel_event b
        WHERE b.document_type = e.document_type AND b.document_id = e.document_id AND b.id <= e.id),
       c.public_id,
       o.public_id,
       coalesce(d.public_id, s.public_id, r.public_id, i.public_id, p.public_id, n.public_id)
FROM kernel_event e
LEFT JOIN customers_customer c ON c.id = e.customer_id
LEFT JOIN orders_order o ON o.id = (e.payload ->> 'order_id')::bigint
LEFT JOIN orders_order d ON e.document_type = 'order' AND d.id = e.document_id
LEFT JOIN fulfillment_shipment s ON e.document_type = 'shipment' AND s.id = e.document_id
LEFT JOIN fulfillment_return r ON e.document_type = 'return' AND r.id = e.document_id
LEFT JOIN invoicing_invoice i ON e.document_type = 'invoice' AND i.id = e.document_id
LEFT JOIN receivables_payment p ON e.document_type = 'payment' AND p.id = e.document_id
LEFT JOIN fulfillment_entitlement n ON e.document_type = 'entitlement' AND n.id = e.document_id
WHERE e.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class About:
    """The ids in the API of what an event is about, and its place among the document's events."""

    sequence: int
    customer: UUID | None
    order: UUID | None
    document: UUID | None


def events_for(principal: Principal, *, types: Collection[str] = (), at: datetime) -> QuerySet[Event]:
    """Return the events of the last 30 days that a caller of the API may know, of these *types* or of all.

    The newest few seconds are left for the next call: an event that is committed late has a smaller id than its
    neighbours, and whoever had read past it would never see it.
    """
    first = Event.objects.filter(public_id__gte=_first_id(at - SHOWN_FOR)).order_by("public_id").values("pk")
    return of_principal(principal, types=types).filter(
        pk__gte=first[:1], at__lte=Now() - settings.EVENTS_SETTLE_WITHIN
    )


def of_principal(principal: Principal, *, types: Collection[str] = ()) -> QuerySet[Event]:
    """Return every event that a caller of the API may know, of these *types* or of all."""
    chosen = [catalogue.CATALOGUE[name] for name in types or catalogue.TYPES]
    wanted = Q(kind__in=sorted({told.kind for told in chosen if not told.document_kind}))
    for told in chosen:
        if told.document_kind:
            wanted |= Q(kind=told.kind, payload__document_kind=told.document_kind)
    events = Event.objects.filter(wanted)
    if principal.customer_id is not None:
        return events.filter(customer_id=principal.customer_id)
    if principal.sees_all:
        return events.filter(customer_id__isnull=False)
    return events.filter(customer_id__in=Customer.objects.for_principal(principal).values("pk"))


def _first_id(since: datetime) -> UUID:
    """Return the smallest UUID of version 7 that could have been made at *since*."""
    return UUID(int=int(since.timestamp() * 1000) << 80)


def bodies_of(events: Iterable[Event]) -> dict[int, dict[str, Any]]:
    """Return what shops are told of each event, by its primary key; one query."""
    found = {event.pk: event for event in events}
    about = {pk: About(*rest) for pk, *rest in fetch_all(ABOUT, [list(found)])}
    return {pk: _body(event, about[pk]) for pk, event in found.items()}


def _body(event: Event, about: About) -> dict[str, Any]:
    told = catalogue.told_as(event.kind, event.payload)
    data: dict[str, Any] = {"customer": _id("cus", about.customer)}
    if about.order is not None:
        data["order"] = _id("ord", about.order)
    return {
        "id": public_ids.written(PREFIX, event.public_id),
        "type": told.type,
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        "sequence": about.sequence,
        "document": _document(event, told, about),
        "data": data | catalogue.data_of(told, event.payload),
    }


def _document(event: Event, told: catalogue.Told, about: About) -> dict[str, Any]:
    shown = catalogue.DOCUMENTS[
        "credit_note" if told.type.startswith("credit_note.") else event.document_type
    ]
    written = _id(shown.prefix, about.customer if shown.type == "credit" else about.document)
    return {
        "type": shown.type,
        "id": written,
        "number": event.document_number,
        "url": shown.path.format(id=written) or None,
    }


def _id(prefix: str, public_id: UUID | None) -> str | None:
    return None if public_id is None else public_ids.written(prefix, public_id)


def message(body: Mapping[str, Any], endpoint: WebhookEndpoint) -> str:
    """Return the text that is signed and sent: the same bytes on every try."""
    sent = {**body, "api_version": endpoint.api_version.isoformat(), "mode": partition.current()}
    return json.dumps(sent, ensure_ascii=False, separators=(",", ":"), default=str)


TONES = {"delivered": "good", "pending": "wait", "exhausted": "bad"}


def told_of_events(event_ids: Sequence[int]) -> list[Told]:
    """Return what shops were told of some events, for the history of a document, in one query."""
    found = WebhookDelivery.objects.filter(event__in=event_ids).select_related("endpoint__shop")
    return [
        Told(
            at=delivery.delivered_at or delivery.created_at,
            what=delivery.type,
            to=delivery.endpoint.shop.name,
            tag=Tag(delivery.get_state_display(), TONES.get(delivery.state, "")),
            tries=delivery.attempts,
        )
        for delivery in found.order_by("-pk")[:100]
    ]
