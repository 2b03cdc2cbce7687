"""How stock says no."""

from o2c.kernel.errors import DomainError, InvalidInput


class InsufficientStock(DomainError):
    """There is not enough free stock."""

    code = "insufficient-stock"
    hint = "Wait for a receipt, order less, or choose another product."


class NotReserved(DomainError):
    """More would leave than is reserved for this demand."""

    code = "not-reserved"
    hint = "Reserve stock for the order first."


class InvalidQuantity(InvalidInput):
    """A quantity is zero, negative, or no number of four decimals at most."""

    code = "invalid-quantity"
    hint = "Enter a quantity above zero."
