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


class InvalidCost(InvalidInput):
    """A unit cost is negative, or no number of six decimals at most."""

    code = "invalid-cost"
    hint = "Enter zero or more."


class StockSourceReused(DomainError):
    """This delivery or count was booked for this product before."""

    code = "stock-source-reused"
    hint = "Look at the product's stock moves; use another reference for another delivery."
