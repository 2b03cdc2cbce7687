"""The verbs on shops, their keys and their webhooks."""

from o2c.gateway.services.deliveries import (
    anything_due,
    fan_out,
    forget_deliveries,
    redeliver,
    replay_delivery,
)
from o2c.gateway.services.keys import IssuedKey, create_key, revoke_key, rotate_key
from o2c.gateway.services.sending import send_due, send_test
from o2c.gateway.services.shops import create_shop
from o2c.gateway.services.webhooks import (
    change_webhook,
    create_webhook,
    delete_webhook,
    disable_webhook,
    enable_webhook,
    rotate_webhook_secret,
)

__all__ = [
    "IssuedKey",
    "anything_due",
    "change_webhook",
    "create_key",
    "create_shop",
    "create_webhook",
    "delete_webhook",
    "disable_webhook",
    "enable_webhook",
    "fan_out",
    "forget_deliveries",
    "redeliver",
    "replay_delivery",
    "revoke_key",
    "rotate_key",
    "rotate_webhook_secret",
    "send_due",
    "send_test",
]
