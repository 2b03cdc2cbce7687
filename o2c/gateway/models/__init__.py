"""Shops, API keys and webhooks."""

from o2c.gateway.models.key import ApiKey, Scope
from o2c.gateway.models.shop import Shop
from o2c.gateway.models.webhook import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = ["ApiKey", "Scope", "Shop", "WebhookAttempt", "WebhookDelivery", "WebhookEndpoint"]
