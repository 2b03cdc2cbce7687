"""The addresses that shops want to be told at: made, changed, rotated, disabled, deleted."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext as _, gettext_lazy

from o2c.gateway import errors
from o2c.gateway.event_catalogue import CATALOGUE
from o2c.gateway.models import Shop, WebhookEndpoint
from o2c.gateway.outgoing import ensure_callable
from o2c.kernel import audit, rows
from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import NotFound, NotPermitted
from o2c.kernel.models import User

OVERLAP = timedelta(hours=24)
MOST = 20  # addresses of one shop: each costs a row per event

# All that waits, however much: one statement. The trigger looks at every row.
REFUSED = {
    "add": gettext_lazy("%(actor)s may not add webhook endpoints."),
    "change": gettext_lazy("%(actor)s may not change webhook endpoints."),
    "delete": gettext_lazy("%(actor)s may not delete webhook endpoints."),
}

CANCEL_PENDING = """
UPDATE gateway_webhookdelivery SET state = 'cancelled' WHERE endpoint_id = %s AND state = 'pending'
"""


@verb
def create_webhook(
    *,
    shop_id: int,
    url: str,
    at: datetime,
    actor: User,
    types: Collection[str] = (),
    description: str = "",
    customer_id: int | None = None,
) -> WebhookEndpoint:
    """Tell a shop of what happens from now on, at *url*: of these *types* of event, or of all.

    *customer_id* narrows it to one customer, as the key does that asks for it.

    :raises AddressRefused: the address cannot be called, or must not be.
    :raises WebhookTypeUnknown: a type is none.
    :raises TooManyWebhooks: the shop has twenty.
    :raises NotPermitted: *actor* may not register addresses.
    """
    _ensure_may(actor, "add")
    ensure_callable(url)
    shop = Shop.objects.select_for_update(no_key=True).filter(pk=shop_id).first()
    if shop is None:
        raise NotFound(_("There is no shop %(shop_id)s.") % {"shop_id": shop_id})
    if WebhookEndpoint.objects.filter(shop=shop, deleted_at=None).count() >= MOST:
        raise errors.TooManyWebhooks(
            _("%(shop)s has %(most)s addresses.") % {"shop": shop, "most": MOST}, most=MOST
        )
    audit.set_actor(actor.pk)
    return WebhookEndpoint.objects.create(
        shop=shop,
        customer_id=customer_id,
        url=url,
        description=description.strip(),
        types=_known(types),
        api_version=at.date(),
        created_by=actor,
    )


@verb
def change_webhook(
    *,
    endpoint_id: int,
    actor: User,
    url: str | None = None,
    types: Collection[str] | None = None,
    description: str | None = None,
    active: bool | None = None,
    at: datetime,
    expected_version: int | None = None,
) -> WebhookEndpoint:
    """Change what is given of an address; *active* enables or disables it. What is under way goes to the new address.

    :raises WebhookChanged: it is not at *expected_version* any more.
    :raises AddressRefused: the address cannot be called, or must not be.
    :raises WebhookTypeUnknown: a type is none.
    :raises NotPermitted: *actor* may not change addresses.
    """
    endpoint = _locked(endpoint_id, actor=actor, may="change")
    if expected_version not in {None, endpoint.version}:
        raise errors.WebhookChanged(
            _("%(endpoint)s is at version %(version)s by now.")
            % {"endpoint": endpoint, "version": endpoint.version}
        )
    if url is not None:
        ensure_callable(url)
        endpoint.url = url
    if types is not None:
        endpoint.types = _known(types)
    if description is not None:
        endpoint.description = description.strip()
    if active is True:
        endpoint.disabled_at, endpoint.disabled_reason = None, ""
    if active is False:
        _disable(endpoint, reason="Disabled by the shop.", at=at)
    return _kept(endpoint, "url", "types", "description", "disabled_at", "disabled_reason")


@verb
def disable_webhook(*, endpoint_id: int, reason: str, at: datetime, actor: User) -> WebhookEndpoint:
    """Send nothing there any more; what waits is cancelled, and can be had from ``GET events``.

    :raises NotPermitted: *actor* may not change addresses.
    """
    endpoint = _locked(endpoint_id, actor=actor, may="change")
    _disable(endpoint, reason=reason, at=at)
    return _kept(endpoint, "disabled_at", "disabled_reason")


@verb
def enable_webhook(*, endpoint_id: int, actor: User) -> WebhookEndpoint:
    """Send there again, from now on.

    :raises NotPermitted: *actor* may not change addresses.
    """
    endpoint = _locked(endpoint_id, actor=actor, may="change")
    endpoint.disabled_at, endpoint.disabled_reason = None, ""
    return _kept(endpoint, "disabled_at", "disabled_reason")


@verb
def rotate_webhook_secret(*, endpoint_id: int, at: datetime, actor: User) -> WebhookEndpoint:
    """Give an address a new secret; for a day what is sent is signed with the old one as well.

    :raises NotPermitted: *actor* may not change addresses.
    """
    endpoint = _locked(endpoint_id, actor=actor, may="change")
    endpoint.secret_version += 1
    endpoint.previous_until = at + OVERLAP
    return _kept(endpoint, "secret_version", "previous_until")


@verb
def delete_webhook(*, endpoint_id: int, at: datetime, actor: User) -> None:
    """Forget an address: nobody sees it any more, and what waits is cancelled.

    :raises NotPermitted: *actor* may not delete addresses.
    """
    endpoint = _locked(endpoint_id, actor=actor, may="delete")
    endpoint.deleted_at = at
    _kept(endpoint, "deleted_at")
    fetch_all(CANCEL_PENDING, [endpoint.pk])


def _locked(endpoint_id: int, *, actor: User, may: str) -> WebhookEndpoint:
    _ensure_may(actor, may)
    audit.set_actor(actor.pk)
    endpoint = WebhookEndpoint.objects.lock(endpoint_id)
    if endpoint.deleted_at is not None:
        raise NotFound(_("There is no webhook endpoint %(endpoint_id)s.") % {"endpoint_id": endpoint_id})
    return endpoint


def _ensure_may(actor: User, may: str) -> None:
    if not actor.has_perm(f"gateway.{may}_webhookendpoint"):
        raise NotPermitted(REFUSED[may] % {"actor": actor})


def _disable(endpoint: WebhookEndpoint, *, reason: str, at: datetime) -> None:
    endpoint.disabled_at, endpoint.disabled_reason = at, reason.strip()[:200] or "Disabled."
    fetch_all(CANCEL_PENDING, [endpoint.pk])


def _kept(endpoint: WebhookEndpoint, *changed: str) -> WebhookEndpoint:
    endpoint.version += 1
    rows.update(endpoint, "version", *changed)
    return endpoint


def _known(types: Collection[str]) -> list[str]:
    """Return the types in their order, each once.

    :raises WebhookTypeUnknown: one is none.
    """
    unknown = sorted(set(types) - CATALOGUE.keys())
    if unknown:
        raise errors.WebhookTypeUnknown(
            _("There is no event “%(unknown)s”.") % {"unknown": unknown[0][:60]}, unknown=unknown
        )
    return sorted(set(types))
