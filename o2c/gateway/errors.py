"""How the keys' desk says no."""

from o2c.kernel.errors import DomainError, InvalidInput


class InvalidKey(InvalidInput):
    """The key cannot be made as asked."""

    code = "invalid-api-key"
    hint = "Give it a label, at least one known scope, and an active shop."


class KeyNotInUse(DomainError):
    """The key was revoked or has expired."""

    code = "api-key-not-in-use"
    hint = "Make a new key."


class ShopNameTaken(InvalidInput):
    """Another shop has the name."""

    code = "shop-name-taken"
    hint = "Give it another name; the name is how its orders are told apart."
