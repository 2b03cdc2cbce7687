"""Sending what is due: many calls at a time, few to one address, and every row written by one thread."""

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from time import monotonic, sleep
from uuid import uuid4

from o2c.gateway import outgoing, rules, selectors, signing
from o2c.gateway.models import WebhookEndpoint
from o2c.gateway.outgoing import Answer
from o2c.gateway.services.deliveries import Claimed, claim_due, record
from o2c.gateway.services.webhooks import disable_webhook
from o2c.kernel import public_ids
from o2c.kernel.models import User
from o2c.kernel.tracing import on_behalf_of

log = logging.getLogger("o2c.webhooks")

AT_ONCE = 16
EACH = 3  # calls at one address at a time: one that is slow leaves room for the others
GLANCES = 20  # a second
ENDS_ASKED = "The address answered that it is gone (410)."


def send_due(*, now: Callable[[], datetime], until: int = 0, linger: int = 0) -> int:
    """Send what is due, and what falls due within *linger* seconds of the last; return how many calls were made.

    *until* seconds from now nothing new is begun. *now* is the clock: what is recorded is recorded as it comes.
    The calls are made by threads that know nothing of the database.

    :raises RuntimeError: called inside a transaction.
    """
    began = last = monotonic()
    flying: dict[Future[Answer], Claimed] = {}
    sent = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        while True:
            if not until or monotonic() - began < until:
                for claimed in _claim(flying, at=now()):
                    flying[pool.submit(_call, claimed)] = claimed
                    sent, last = sent + 1, monotonic()
            if flying:
                _record_finished(flying, now=now)
            elif monotonic() - last >= linger or (until and monotonic() - began >= until):
                return sent
            else:
                sleep(1 / GLANCES)


def _claim(flying: dict[Future[Answer], Claimed], *, at: datetime) -> list[Claimed]:
    if len(flying) >= AT_ONCE:
        return []
    used = Counter(claimed.endpoint_id for claimed in flying.values())
    return claim_due(at=at, most=AT_ONCE - len(flying), each=EACH, used=used)


def _record_finished(flying: dict[Future[Answer], Claimed], *, now: Callable[[], datetime]) -> None:
    done, _ = wait(flying, timeout=1 / GLANCES, return_when=FIRST_COMPLETED)
    for future in done:
        claimed, answer = flying.pop(future), future.result()
        with on_behalf_of(claimed.request_id):
            delivery = record(claimed, answer, at=now())
            said = answer.status or answer.error
            log.info(
                "%s to %s: %s, %s", claimed.headers["webhook-id"], delivery.endpoint_id, said, delivery.state
            )
        if answer.status == rules.GONE:
            disable_webhook(endpoint_id=claimed.endpoint_id, reason=ENDS_ASKED, at=now(), actor=User.system())


def _call(claimed: Claimed) -> Answer:
    return outgoing.call(claimed.url, body=claimed.body, headers=claimed.headers)


def send_test(*, endpoint: WebhookEndpoint, at: datetime) -> Answer:
    """Send a ``webhook.test`` now, outside the queue, and return what came back."""
    body = {
        "id": public_ids.written(selectors.PREFIX, uuid4()),
        "type": "webhook.test",
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "sequence": 1,
        "document": None,
        "data": {},
    }
    text = selectors.message(body, endpoint)
    headers = signing.headers_of(endpoint, message_id=str(body["id"]), at=at, body=text)
    return outgoing.call(endpoint.url, body=text.encode(), headers=headers)
