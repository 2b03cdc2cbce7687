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
