"""Signing what leaves, as Standard Webhooks 1.0 has it (https://www.standardwebhooks.com, `v1`: HMAC-SHA256).

An address's secret is derived from the server's own, so none lies in the database, in a backup of it, or in a
stored answer. While the server's key is exchanged (``SECRET_KEY_FALLBACKS``) what is sent is signed with the
secrets that both give; an address's rotation is the same thing on a smaller scale.
"""

import base64
import hmac
from datetime import datetime

from django.conf import settings
from standardwebhooks import Webhook

from o2c.gateway.models import WebhookEndpoint

PREFIX = "whsec_"


def secret_of(endpoint: WebhookEndpoint, *, version: int | None = None) -> str:
    """Return the secret to show, of the address's current version if no other is asked for."""
    return _derived(settings.SECRET_KEY, endpoint, version or endpoint.secret_version)


def headers_of(endpoint: WebhookEndpoint, *, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """Return the headers of a message sent at *at*: its id, the time, and a signature for each valid secret."""
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in _valid_secrets(endpoint, at=at)]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _valid_secrets(endpoint: WebhookEndpoint, *, at: datetime) -> list[str]:
    versions = [endpoint.secret_version]
    if endpoint.previous_until is not None and at < endpoint.previous_until:
        versions.append(endpoint.secret_version - 1)
    keys = [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
    return [_derived(key, endpoint, version) for version in versions for key in keys]


def _derived(key: str, endpoint: WebhookEndpoint, version: int) -> str:
    """Return 32 bytes that nobody can compute who does not know *key*, in base64."""
    about = f"webhook/{endpoint.public_id.hex}/{version}"
    return PREFIX + base64.b64encode(hmac.digest(key.encode(), about.encode(), "sha256")).decode()
