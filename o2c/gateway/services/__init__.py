"""The verbs on shops and their keys."""

from o2c.gateway.services.keys import IssuedKey, create_key, revoke_key, rotate_key
from o2c.gateway.services.shops import create_shop

__all__ = ["IssuedKey", "create_key", "create_shop", "revoke_key", "rotate_key"]
