"""How customer master data says no."""

from o2c.kernel.errors import DomainError, InvalidInput


class CustomerInactive(DomainError):
    """The customer was set inactive."""

    code = "customer-inactive"
    hint = "Set the customer active again, or use another one."


class InvalidVatId(InvalidInput):
    """The VAT id fails its country's check."""

    code = "invalid-vat-id"
    hint = "Compare it with the customer's letterhead."


class AddressMissing(DomainError):
    """The customer has no address to print."""

    code = "address-missing"
    hint = "Add a billing address to the customer."


class MessageNotResendable(DomainError):
    """The message was sent, or is on its way."""

    code = "message-not-resendable"
    hint = "Only what failed, is uncertain or had no address is sent again."


class MessageNotUncertain(DomainError):
    """It is known whether the message was sent."""

    code = "message-not-uncertain"


class EmailMissing(DomainError):
    """Nobody at the customer can be written to."""

    code = "email-missing"
    hint = "Add a contact with an e-mail address to the customer, then send the message again."
