"""Doing a request once: the answer is stored in the transaction of its effect, and replayed byte by byte.

As the IETF draft `draft-ietf-httpapi-idempotency-key-header` and Stripe have it, with one difference: a
refusal is not stored. It had no effect, so trying again is safe, and may succeed.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel import rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import DomainError, InvalidInput
from o2c.kernel.models import IdempotencyKey

KEPT = timedelta(days=7)
LONGEST = 255


class IdempotencyKeyMissing(InvalidInput):
    """A request that creates or moves something must say which attempt it is."""

    code = "idempotency-key-missing"
    status = 400
    hint = gettext_lazy(
        "Send an Idempotency-Key header: a new UUID for each order, the same one for each retry."
    )


class IdempotencyKeyInvalid(InvalidInput):
    """The key is empty, longer than 255 characters, or not printable ASCII."""

    code = "idempotency-key-invalid"
    status = 400
    hint = gettext_lazy("Send 1 to 255 printable ASCII characters, such as a UUID.")


class IdempotencyKeyReused(InvalidInput):
    """The key came before with another request."""

    code = "idempotency-key-reused"
    hint = gettext_lazy(
        "Use a new key for a new request; the same key only to send the very same request again."
    )


class RequestInProgress(DomainError):
    """The same request is being carried out just now."""

    code = "request-in-progress"
    hint = gettext_lazy("Wait a second and send it again with the same key: you will get its answer.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered: the status, the headers that matter, and the body's bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    replayed: bool = False


# The lock ends with the transaction; who meets it knows that the first attempt still runs.
LOCK = "SELECT pg_try_advisory_xact_lock(%s)"


def fingerprint(*parts: str | bytes) -> str:
    """Return what tells one request from another: SHA-256 over its length-prefixed parts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def checked(key: str | None) -> str:
    """Return the header's key.

    :raises IdempotencyKeyMissing: there is none.
    :raises IdempotencyKeyInvalid: it is empty, too long, or not printable ASCII.
    """
    if key is None:
        raise IdempotencyKeyMissing(_("This request needs an Idempotency-Key."))
    if not 1 <= len(key) <= LONGEST or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyInvalid(
            _("The Idempotency-Key of %(key)s characters cannot be used.") % {"key": len(key)}
        )
    return key


@verb
def once(*, scope: str, key: str, request: str, effect: Callable[[], Answer]) -> Answer:
    """Have *effect* and keep its answer, or return the answer that the same request got before.

    *scope* is who asks for what (client and operation), *request* the request's `fingerprint`.

    :raises RequestInProgress: the first attempt still runs.
    :raises IdempotencyKeyReused: the key came with another request.
    """
    lock = int.from_bytes(hashlib.sha256(f"{scope}\n{key}".encode()).digest()[:8], "big", signed=True)
    if not fetch_all(LOCK, [lock])[0][0]:
        raise RequestInProgress(_("The first attempt of this request has not finished."))
    before = rows.read(IdempotencyKey, "scope = %s AND key = %s", [scope, key])
    if before:
        return _replayed(before[0], request)
    answer = effect()
    rows.insert(
        [
            IdempotencyKey(
                scope=scope,
                key=key,
                request=request,
                status=answer.status,
                headers=dict(answer.headers),
                body=answer.body,
            )
        ]
    )
    return answer


def _replayed(stored: IdempotencyKey, request: str) -> Answer:
    if stored.request != request:
        raise IdempotencyKeyReused(_("This Idempotency-Key came before with another request."))
    return Answer(stored.status, stored.headers, bytes(stored.body), replayed=True)


def forget(*, before: datetime) -> dict[str, Any]:
    """Forget the answers given before *before*, and say how many they were."""
    [(count,)] = fetch_all(FORGET, [before])
    return {"forgotten": count}


FORGET = """
WITH gone AS (DELETE FROM kernel_idempotencykey WHERE created_at < %s RETURNING 1)
SELECT count(*) FROM gone
"""
