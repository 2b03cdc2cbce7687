"""How the keys' desk says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput, NotPermitted


class InvalidKey(InvalidInput):
    """The key cannot be made as asked."""

    code = "invalid-api-key"
    hint = gettext_lazy("Give it a label, at least one known scope, and an active shop.")


class KeyNotInUse(DomainError):
    """The key was revoked or has expired."""

    code = "api-key-not-in-use"
    hint = gettext_lazy("Make a new key.")


class ShopNameTaken(InvalidInput):
    """Another shop has the name."""

    code = "shop-name-taken"
    hint = gettext_lazy("Give it another name; the name is how its orders are told apart.")


class OnlyInSandbox(NotPermitted):
    """This exists in the sandbox only."""

    code = "only-in-sandbox"
    hint = gettext_lazy("Call it with a test key (sk_test_…).")


class UnknownTestCustomer(InvalidInput):
    """The sandbox has no customer of this number."""

    code = "unknown-test-customer"
    hint = gettext_lazy("Take one that GET sandbox lists.")


class CannotSimulate(DomainError):
    """The order is not where that can happen."""

    code = "cannot-simulate"
    hint = gettext_lazy("Ship before you deliver or invoice, invoice before you pay.")


class InvalidClock(InvalidInput):
    """The sandbox's clock goes forward, by sixty days at a time."""

    code = "invalid-clock"
    hint = gettext_lazy(
        "Send advance_days from 1 to 60, or a date at most sixty days ahead of the sandbox's today."
    )


class AddressRefused(InvalidInput):
    """The address cannot be called, or must not be."""

    code = "webhook-address-refused"
    hint = gettext_lazy(
        "Give an https address that is reachable from the internet, on port 443 or from 1024 up."
    )


class WebhookTypeUnknown(InvalidInput):
    """There is no such type of event."""

    code = "webhook-type-unknown"
    hint = gettext_lazy("The documentation lists every type; an empty list means all of them.")


class TooManyWebhooks(DomainError):
    """The shop has as many addresses as it may."""

    code = "too-many-webhooks"
    hint = gettext_lazy("Delete one that is not needed any more.")


class WebhookChanged(DomainError):
    """Somebody changed the address meanwhile; nothing was done."""

    code = "webhook-changed"
    status = 412
    hint = gettext_lazy("Read it again, decide again, and send the new ETag.")


class WebhookNotActive(DomainError):
    """The address is disabled or deleted, so nothing is sent there."""

    code = "webhook-not-active"
    hint = gettext_lazy("Enable it first; what happened meanwhile is in GET events.")


class DeliveryNotReplayable(DomainError):
    """The delivery is under way already."""

    code = "webhook-delivery-pending"
    hint = gettext_lazy("Wait for its next try; the log of deliveries says when.")


class EventNotShown(DomainError):
    """The address may not be told of this event."""

    code = "webhook-event-not-shown"
    status = 404
    hint = gettext_lazy("Choose an event of a customer whom the address is for.")
