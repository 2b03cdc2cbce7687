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


class AddressRefused(InvalidInput):
    """The address cannot be called, or must not be."""

    code = "webhook-address-refused"
    hint = "Give an https address that is reachable from the internet, on port 443 or from 1024 up."


class WebhookTypeUnknown(InvalidInput):
    """There is no such type of event."""

    code = "webhook-type-unknown"
    hint = "The documentation lists every type; an empty list means all of them."


class TooManyWebhooks(DomainError):
    """The shop has as many addresses as it may."""

    code = "too-many-webhooks"
    hint = "Delete one that is not needed any more."


class WebhookChanged(DomainError):
    """Somebody changed the address meanwhile; nothing was done."""

    code = "webhook-changed"
    status = 412
    hint = "Read it again, decide again, and send the new ETag."


class WebhookNotActive(DomainError):
    """The address is disabled or deleted, so nothing is sent there."""

    code = "webhook-not-active"
    hint = "Enable it first; what happened meanwhile is in GET events."


class DeliveryNotReplayable(DomainError):
    """The delivery is under way already."""

    code = "webhook-delivery-pending"
    hint = "Wait for its next try; the log of deliveries says when."


class EventNotShown(DomainError):
    """The address may not be told of this event."""

    code = "webhook-event-not-shown"
    status = 404
    hint = "Choose an event of a customer whom the address is for."
