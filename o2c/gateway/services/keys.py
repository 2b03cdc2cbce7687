"""API keys: made, rotated with an overlap, revoked. The key is shown once and kept by nobody."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from o2c.gateway import sandbox
from o2c.gateway.errors import InvalidKey, KeyNotInUse
from o2c.gateway.events import KeyIssued, KeyRevoked
from o2c.gateway.models import ApiKey, Scope, Shop
from o2c.kernel import partition
from o2c.kernel.db import verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.models import User
from o2c.kernel.partition import Mode

RANDOM_BYTES = 32
OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key, and the only sight of its *secret*."""

    key: ApiKey
    secret: str


def digest_of(secret: str) -> str:
    """Return what is kept of a key. It has 256 random bits, so one SHA-256 is as good as many."""
    return hashlib.sha256(secret.encode()).hexdigest()


@verb
def create_key(
    *,
    shop_id: int,
    label: str,
    mode: str,
    scopes: Collection[str],
    at: datetime,
    actor: User,
    customer_id: int | None = None,
    test_customer: str = "",
    quota: int = 600,
    expires_at: datetime | None = None,
    randomness: bytes | None = None,
) -> IssuedKey:
    """Issue a key for a shop; *customer_id* binds it to one customer, *quota* is in requests a minute.

    A test key's customer is one of the sandbox, by their number *test_customer*. *randomness* is what the key is
    made of, where that must not be new: the demo derives its keys, to tell them again.

    :raises InvalidKey: the label, mode or a scope cannot be, or it would have expired already.
    :raises NotFound: there is no such shop.
    :raises SandboxNotConfigured: a test key has no sandbox to open.
    :raises UnknownTestCustomer: the sandbox has no such customer.
    :raises NotPermitted: *actor* may not issue keys.
    """
    if not actor.has_perm("gateway.add_apikey"):
        raise NotPermitted(_("%(actor)s may not issue API keys.") % {"actor": actor})
    shop = Shop.objects.filter(pk=shop_id).first()
    if shop is None:
        raise NotFound(_("There is no shop %(shop_id)s.") % {"shop_id": shop_id})
    unknown = sorted(set(scopes) - set(Scope.values))
    if not label.strip() or unknown or not scopes or mode not in ApiKey.Mode.values or not shop.active:
        raise InvalidKey(_("“%(label)s” cannot be issued.") % {"label": label[:40]}, unknown_scopes=unknown)
    if quota < 1 or (expires_at is not None and expires_at <= at):
        raise InvalidKey(_("A key needs requests to make and time to make them."))
    _ensure_bound_in_its_books(mode, customer_id, test_customer, at=at)
    issued = _issue(
        ApiKey(
            shop=shop,
            label=label.strip()[:80],
            mode=mode,
            scopes=sorted(scopes),
            customer_id=customer_id,
            test_customer=test_customer,
            quota=quota,
            api_version=at.date(),
            expires_at=expires_at,
            created_by=actor,
        ),
        randomness,
    )
    _tell_issued(issued.key, at=at, actor=actor)
    return issued


def _tell_issued(key: ApiKey, *, at: datetime, actor: User, replaces: str = "") -> None:
    announce(
        KeyIssued(
            document_id=key.pk,
            number=key.shown,
            on=at.date(),
            actor_id=actor.pk,
            shop=key.shop.name,
            scopes=list(key.scopes),
            replaces=replaces,
        )
    )


def _ensure_bound_in_its_books(
    mode: str, customer_id: int | None, test_customer: str, *, at: datetime
) -> None:
    """Refuse a test key without a sandbox, and a key whose customer is on the other side."""
    if (customer_id is not None and mode == Mode.TEST) or (test_customer and mode == Mode.LIVE):
        raise InvalidKey(_("A live key's customer is in the books, a test key's in the sandbox."))
    if mode == Mode.TEST:
        partition.ensure_configured()
    if test_customer:
        with partition.entered(Mode.TEST):
            sandbox.ensure_filled(at=at)
            sandbox.customer_id_of(test_customer)


@verb
def rotate_key(*, key_id: int, at: datetime, actor: User, overlap: timedelta = OVERLAP) -> IssuedKey:
    """Issue a successor that may do the same; the old key stays valid for *overlap*.

    :raises KeyNotInUse: it was revoked or has expired.
    :raises NotPermitted: *actor* may not rotate keys.
    """
    old = _locked(key_id, at=at, actor=actor)
    issued = _issue(
        ApiKey(
            shop_id=old.shop_id,
            label=old.label,
            mode=old.mode,
            scopes=old.scopes,
            customer_id=old.customer_id,
            test_customer=old.test_customer,
            quota=old.quota,
            api_version=old.api_version,
            created_by=actor,
        )
    )
    ends = at + overlap
    old.expires_at = min(old.expires_at or ends, ends)
    old.replaced_by = issued.key
    old.save(update_fields=["expires_at", "replaced_by"])
    _tell_issued(issued.key, at=at, actor=actor, replaces=old.shown)
    return issued


@verb
def revoke_key(*, key_id: int, at: datetime, actor: User) -> ApiKey:
    """End a key at once.

    :raises KeyNotInUse: it was revoked or has expired.
    :raises NotPermitted: *actor* may not revoke keys.
    """
    key = _locked(key_id, at=at, actor=actor)
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    announce(
        KeyRevoked(document_id=key.pk, number=key.shown, on=at.date(), actor_id=actor.pk, shop=key.shop.name)
    )
    return key


def _locked(key_id: int, *, at: datetime, actor: User) -> ApiKey:
    if not actor.has_perm("gateway.rotate_apikey"):
        raise NotPermitted(_("%(actor)s may not rotate or revoke API keys.") % {"actor": actor})
    key = ApiKey.objects.select_for_update(no_key=True).filter(pk=key_id).first()
    if key is None:
        raise NotFound(_("There is no API key %(key_id)s.") % {"key_id": key_id})
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= at):
        raise KeyNotInUse(_("%(key)s is not in use any more.") % {"key": key})
    return key


def secret_of(mode: str, randomness: bytes) -> str:
    """Return the key that these random bytes make."""
    return f"sk_{mode}_{urlsafe_b64encode(randomness).rstrip(b'=').decode()}"


def _issue(key: ApiKey, randomness: bytes | None = None) -> IssuedKey:
    secret = secret_of(key.mode, randomness or secrets.token_bytes(RANDOM_BYTES))
    key.digest = digest_of(secret)
    key.shown = f"{secret[:12]}…{secret[-4:]}"
    key.save(force_insert=True)
    return IssuedKey(key, secret)
