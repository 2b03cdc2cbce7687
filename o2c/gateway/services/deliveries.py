"""What shops are owed: written once for each event, claimed by one worker, sent outside any transaction, noted.

At least once, as webhooks are: who dies between the call and the note has sent something that is sent again,
under the same id.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from o2c.gateway import rules, selectors, signing
from o2c.gateway.errors import DeliveryNotReplayable, EventNotShown, WebhookNotActive
from o2c.gateway.event_catalogue import CATALOGUE
from o2c.gateway.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from o2c.gateway.outgoing import Answer
from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import call_dispatcher
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User

# No call takes so long: what is still being sent has lost its worker.
LEASE = timedelta(seconds=60)
HELD_BACK = timedelta(seconds=1)
LOOKED_AT = 20

# Which address may be told of which event is decided here: once, when the event is fresh. One statement for
# all of them; where there is no address it looks at an empty table.
FAN_OUT = """
INSERT INTO gateway_webhookdelivery
    (endpoint_id, event_id, type, document_type, document_id, state, attempts, next_try_at)
SELECT w.id, e.id, told.type, e.document_type, e.document_id, 'pending', 0, %(at)s
FROM gateway_webhookendpoint w
JOIN gateway_shop shop ON shop.id = w.shop_id AND shop.active
JOIN kernel_event e ON e.id = ANY(%(events)s) AND e.customer_id IS NOT NULL
JOIN unnest(%(kinds)s::text[], %(document_kinds)s::text[], %(types)s::text[])
    AS told(kind, document_kind, type)
    ON told.kind = e.kind AND told.document_kind IN ('', e.payload ->> 'document_kind')
WHERE w.disabled_at IS NULL AND w.deleted_at IS NULL
  AND (w.id = %(endpoint)s OR %(endpoint)s IS NULL AND (w.types = '[]' OR w.types ? told.type))
  AND CASE WHEN w.customer_id IS NOT NULL THEN w.customer_id = e.customer_id
           ELSE shop.sees_all OR EXISTS (
               SELECT FROM customers_customer_served_by s
               WHERE s.customer_id = e.customer_id AND s.user_id = shop.account_id) END
ORDER BY e.id, w.id
ON CONFLICT (endpoint_id, event_id) DO NOTHING
RETURNING id
"""

# A few of each address that has room, so that a slow one, or one with much waiting, holds up nobody else.
DUE = """
SELECT due.id
FROM gateway_webhookendpoint w
CROSS JOIN LATERAL (
    SELECT id FROM gateway_webhookdelivery
    WHERE endpoint_id = w.id AND state = 'pending' AND next_try_at <= %(at)s
    ORDER BY next_try_at, event_id LIMIT %(each)s FOR NO KEY UPDATE SKIP LOCKED
) due
WHERE w.disabled_at IS NULL AND w.deleted_at IS NULL AND w.id <> ALL(%(busy)s)
"""

# Until when a delivery waits for one before it of the same document: for that one's next try, or a moment for
# one that the dispatcher has not written yet. Asked after the rows are locked, so that what was noted meanwhile
# is seen; what is noted later waits for these locks, and then lets its successor go (`_let_next_go`).
WAITS_UNTIL = """
SELECT d.id, d.endpoint_id, greatest(
    (SELECT max(b.next_try_at) FROM gateway_webhookdelivery b
     WHERE b.endpoint_id = d.endpoint_id AND b.document_type = d.document_type
       AND b.document_id = d.document_id AND b.state = 'pending' AND b.event_id < d.event_id),
    (SELECT max(%(soon)s::timestamptz) FROM kernel_event b
     WHERE b.document_type = d.document_type AND b.document_id = d.document_id
       AND b.dispatched_at IS NULL AND b.id < d.event_id)
)
FROM gateway_webhookdelivery d WHERE d.id = ANY(%(deliveries)s) ORDER BY d.next_try_at, d.event_id
"""
HOLD_BACK = """
UPDATE gateway_webhookdelivery d SET next_try_at = greatest(held.until, %s)
FROM unnest(%s::bigint[], %s::timestamptz[]) AS held(id, until) WHERE d.id = held.id
"""
TAKE = """
UPDATE gateway_webhookdelivery SET attempts = attempts + 1, next_try_at = %s WHERE id = ANY(%s)
"""
LET_NEXT_GO = """
UPDATE gateway_webhookdelivery SET next_try_at = least(next_try_at, %s) WHERE id = (
    SELECT id FROM gateway_webhookdelivery
    WHERE endpoint_id = %s AND document_type = %s AND document_id = %s AND state = 'pending'
    ORDER BY event_id LIMIT 1
) AND attempts = 0
"""
FORGET_DELIVERIES = """
WITH old AS (
    SELECT id FROM gateway_webhookdelivery WHERE created_at < %s AND state <> 'pending' FOR UPDATE
), log AS (
    DELETE FROM gateway_webhookattempt t USING old WHERE t.delivery_id = old.id
), gone AS (
    DELETE FROM gateway_webhookdelivery d USING old WHERE d.id = old.id RETURNING 1
)
SELECT count(*) FROM gone
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker sends now: its *attempt*-th try.

    *request_id* is the request that caused the event, as far as one did.
    """

    delivery_id: int
    endpoint_id: int
    attempt: int
    url: str
    headers: dict[str, str]
    body: bytes
    request_id: str


def fan_out(event_ids: Sequence[int], *, at: datetime, endpoint_id: int | None = None) -> int:
    """Owe these events to every address that may know them and wants them; return how many deliveries that makes.

    With *endpoint_id* to that address only, whether it wants their type or not.
    """
    told = list(CATALOGUE.values())
    made = fetch_all(
        FAN_OUT,
        {
            "at": at,
            "events": list(event_ids),
            "kinds": [one.kind for one in told],
            "document_kinds": [one.document_kind for one in told],
            "types": [one.type for one in told],
            "endpoint": endpoint_id,
        },
    )
    return len(made)


def claim_due(*, at: datetime, most: int, each: int, used: Mapping[int, int] | None = None) -> list[Claimed]:
    """Take up to *most* deliveries and commit that; with those in the air, *used*, at most *each* of one address.

    :raises RuntimeError: called inside a transaction: the claim must be committed before anything leaves.
    """
    with transaction.atomic(durable=True):
        used = used or {}
        busy = [endpoint for endpoint, calls in used.items() if calls >= each]
        asked = {"at": at, "each": LOOKED_AT, "busy": busy}
        found = [pk for (pk,) in fetch_all(DUE, asked)]
        if not found:
            return []
        waiting = fetch_all(WAITS_UNTIL, {"deliveries": found, "soon": at + HELD_BACK})
        held = [(pk, until) for pk, _endpoint, until in waiting if until is not None]
        if held:
            ids, until = zip(*held, strict=True)
            fetch_all(HOLD_BACK, [at + HELD_BACK, list(ids), list(until)])
        free = [(pk, endpoint) for pk, endpoint, until in waiting if until is None]
        taken = _share(free, most=most, each=each, used=used)
        fetch_all(TAKE, [at + LEASE, taken])
    return list(_packed(taken, at=at))


def _share(free: Sequence[tuple[int, int]], *, most: int, each: int, used: Mapping[int, int]) -> list[int]:
    """Return which of the deliveries (each with its address) are sent now."""
    calls = Counter(used)
    taken: list[int] = []
    for pk, endpoint in free:
        if calls[endpoint] < each and len(taken) < most:
            calls[endpoint] += 1
            taken.append(pk)
    return taken


def _packed(delivery_ids: Sequence[int], *, at: datetime) -> Iterator[Claimed]:
    found = list(
        WebhookDelivery.objects.filter(pk__in=delivery_ids)
        .select_related("endpoint", "event")
        .order_by("event_id")
    )
    bodies = selectors.bodies_of(delivery.event for delivery in found)
    for delivery in found:
        body = bodies[delivery.event_id]
        text = selectors.message(body, delivery.endpoint)
        headers = signing.headers_of(delivery.endpoint, message_id=body["id"], at=at, body=text)
        yield Claimed(
            delivery.pk,
            delivery.endpoint_id,
            delivery.attempts,
            delivery.endpoint.url,
            headers,
            text.encode(),
            delivery.event.request_id,
        )


@verb
def record(claimed: Claimed, answer: Answer, *, at: datetime) -> WebhookDelivery:
    """Write down what came back, and what follows: delivered, tried again later, or given up.

    What another worker has taken up since is left to that one, unless this answer is a yes.
    """
    delivery = WebhookDelivery.objects.lock(claimed.delivery_id)
    tried = WebhookAttempt(
        delivery=delivery,
        at=at,
        status=answer.status,
        milliseconds=answer.milliseconds,
        error=answer.error,
        answer=answer.text,
    )
    rows.insert([tried])
    ours = delivery.attempts == claimed.attempt
    if delivery.state == WebhookDelivery.State.PENDING and (ours or answer.is_yes):
        _settle(delivery, answer, at=at)
    return delivery


def _settle(delivery: WebhookDelivery, answer: Answer, *, at: datetime) -> None:
    if answer.is_yes:
        delivery.mark_delivered(at=at)
    else:
        asked = rules.waiting_asked(status=answer.status, retry_after=answer.retry_after, at=at)
        jitter = random.randint(0, 100)  # noqa: S311 - no secret
        later = rules.next_try(tries=delivery.attempts, at=at, jitter=jitter, asked=asked)
        if later is None:
            delivery.mark_exhausted()
        else:
            delivery.next_try_at = later
    rows.update(delivery, "state", "next_try_at", "delivered_at")
    if delivery.state != WebhookDelivery.State.PENDING:
        _let_next_go(delivery, at=at)


def _let_next_go(delivery: WebhookDelivery, *, at: datetime) -> None:
    """Let the document's next event go to this address at once."""
    document = [delivery.document_type, delivery.document_id]
    fetch_all(LET_NEXT_GO, [at, delivery.endpoint_id, *document])


@verb
def redeliver(*, event_id: int, endpoint_id: int, at: datetime, actor: User) -> WebhookDelivery:
    """Deliver an event to an address again, or for the first time; its first try is now.

    :raises WebhookNotActive: the address is disabled or deleted.
    :raises EventNotShown: the address may not be told of it.
    :raises NotPermitted: *actor* may not deliver events again.
    """
    if not actor.has_perm("gateway.replay_webhookdelivery"):
        raise NotPermitted(_("%(actor)s may not deliver events again.") % {"actor": actor})
    endpoint = WebhookEndpoint.objects.lock(endpoint_id)
    if not endpoint.active:
        raise WebhookNotActive(_("%(endpoint)s is not active.") % {"endpoint": endpoint})
    fan_out([event_id], at=at, endpoint_id=endpoint_id)
    found = WebhookDelivery.objects.lock_where("endpoint_id = %s AND event_id = %s", endpoint_id, event_id)
    if not found:
        raise EventNotShown(_("%(endpoint)s may not be told of this event.") % {"endpoint": endpoint})
    [delivery] = found
    if delivery.state == WebhookDelivery.State.PENDING:
        delivery.next_try_at, delivery.attempts = at, 0
    else:
        delivery.mark_pending(at=at)
    rows.update(delivery, "state", "attempts", "next_try_at", "delivered_at")
    call_dispatcher()
    return delivery


@verb
def replay_delivery(*, delivery_id: int, at: datetime, actor: User) -> WebhookDelivery:
    """Deliver again what was delivered, given up or cancelled.

    :raises DeliveryNotReplayable: it is under way.
    :raises WebhookNotActive: its address is disabled or deleted.
    :raises NotPermitted: *actor* may not deliver events again.
    """
    known = WebhookDelivery.objects.filter(pk=delivery_id).values_list("endpoint_id", flat=True).first()
    if known is None:
        raise NotFound(_("There is no webhook delivery %(delivery_id)s.") % {"delivery_id": delivery_id})
    endpoint = WebhookEndpoint.objects.lock(known)
    delivery = WebhookDelivery.objects.lock(delivery_id)
    ensure_can(delivery.mark_pending, by=actor, otherwise=DeliveryNotReplayable)
    if not endpoint.active:
        raise WebhookNotActive(_("%(endpoint)s is not active.") % {"endpoint": endpoint})
    delivery.mark_pending(at=at)
    rows.update(delivery, "state", "attempts", "next_try_at", "delivered_at")
    call_dispatcher()
    return delivery


def forget_deliveries(*, before: datetime) -> int:
    """Forget what was over before *before*, with its log; return how much it was. The events stay."""
    [(count,)] = fetch_all(FORGET_DELIVERIES, [before])
    return int(count)


def anything_due(*, at: datetime) -> bool:
    """Say whether something could be sent by *at*."""
    return WebhookDelivery.objects.filter(
        state=WebhookDelivery.State.PENDING,
        next_try_at__lte=at,
        endpoint__disabled_at=None,
        endpoint__deleted_at=None,
    ).exists()
