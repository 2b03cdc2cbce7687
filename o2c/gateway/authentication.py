"""Who calls: the API key in the Authorization header."""

from datetime import datetime, timedelta
from functools import partial
from typing import cast

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from o2c.gateway import sandbox
from o2c.gateway.models import ApiKey, Shop
from o2c.gateway.services.keys import digest_of
from o2c.kernel import clock, rows
from o2c.kernel.api import limits
from o2c.kernel.api.errors import KeyMissing, KeyUnknown, TooManyRequests
from o2c.kernel.models import User
from o2c.kernel.partition import Mode
from o2c.kernel.principal import Principal

WRONG_KEYS = 30  # a minute, from one address; a right key is never counted, so nobody can lock another out
NOTED_EVERY = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer sk_live_…``."""

    def authenticate(self, request: Request) -> tuple[User, Principal]:
        """Return the shop's account and how far the key reaches.

        :raises KeyMissing: there is no key.
        :raises KeyUnknown: it is none, was revoked, or has expired.
        :raises TooManyRequests: the address tries keys.
        """
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise KeyMissing(_("The call carries no API key."))
        now = clock.now()
        key = _in_use(secret.strip(), at=now)
        if key is None:
            self._count_wrong(request)
            raise KeyUnknown(_("The API key is not valid."))
        _note_use(key, at=now)
        principal = principal_of(key)
        return principal.actor, principal

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="o2c"'

    def _count_wrong(self, request: Request) -> None:
        address = request.META.get("REMOTE_ADDR", "")
        allowance = limits.spend(f"wrong-keys/{address}", quota=WRONG_KEYS)
        if allowance.exceeded:
            text = _("Too many wrong API keys came from this address.")
            raise TooManyRequests(text, retry_after=allowance.resets_in)


def principal_of(key: ApiKey) -> Principal:
    """Return who calls with *key*, read with its shop and account."""
    return Principal(
        shop_id=key.shop_id,
        key_id=key.pk,
        mode=Mode(key.mode),
        scopes=frozenset(key.scopes),
        actor=key.shop.account,
        quota=key.quota,
        api_version=key.api_version,
        customer_id=key.customer_id,
        sees_all=key.shop.sees_all,
        entrance=partial(sandbox.entered_with, key) if key.mode == Mode.TEST else None,
    )


def _in_use(secret: str, *, at: datetime) -> ApiKey | None:
    """Return the key whose digest is kept, if its shop is active and neither is over."""
    found = rows.read_joined((ApiKey, Shop, User), IN_USE, [digest_of(secret), at])
    for key, shop, account in found:
        shop.account = account
        key.shop = shop
        return cast("ApiKey", key)
    return None


# Every call begins with it, so its text is constant (docs/adr/0011).
IN_USE = """
gateway_apikey JOIN gateway_shop ON gateway_shop.id = gateway_apikey.shop_id AND gateway_shop.active
JOIN kernel_user ON kernel_user.id = gateway_shop.account_id
WHERE gateway_apikey.digest = %s AND gateway_apikey.revoked_at IS NULL
  AND (gateway_apikey.expires_at IS NULL OR gateway_apikey.expires_at > %s)
"""


def _note_use(key: ApiKey, *, at: datetime) -> None:
    """Write down that the key was used, once a minute."""
    if key.last_used_at is None or at - key.last_used_at >= NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
