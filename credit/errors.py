"""How credit says no."""

from o2c.kernel.errors import DomainError, InvalidInput


class CreditRefused(DomainError):
    """The order may not be confirmed on credit."""

    code = "credit-refused"
    hint = "Wait for a payment, ask for a higher limit, or ask for prepayment."


class InvalidLimit(InvalidInput):
    """A credit limit is negative or no amount."""

    code = "invalid-limit"
    hint = "Enter zero or more."
