"""How the keys' desk says no."""

from o2c.kernel.errors import DomainError, InvalidInput, NotPermitted


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


class JobRunning(DomainError):
    """Another worker is at the job."""

    code = "job-running"
    hint = "Wait until it is over."


class OnlyInSandbox(NotPermitted):
    """This exists in the sandbox only."""

    code = "only-in-sandbox"
    hint = "Call it with a test key (sk_test_…)."


class UnknownTestCustomer(InvalidInput):
    """The sandbox has no customer of this number."""

    code = "unknown-test-customer"
    hint = "Take one that GET sandbox lists."


class CannotSimulate(DomainError):
    """The order is not where that can happen."""

    code = "cannot-simulate"
    hint = "Ship before you deliver or invoice, invoice before you pay."


class InvalidClock(InvalidInput):
    """The sandbox's clock goes forward, by sixty days at a time."""

    code = "invalid-clock"
    hint = "Send advance_days from 1 to 60, or a date at most sixty days ahead of the sandbox's today."
