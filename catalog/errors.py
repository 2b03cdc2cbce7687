"""How the catalog says no."""

from o2c.kernel.errors import InvalidInput, NotSetUp


class UnknownProduct(InvalidInput):
    """No such SKU is sold, or it is not sold any more."""

    code = "unknown-product"
    hint = "Check the SKU in the product list."


class InvalidPrice(InvalidInput):
    """A price is negative or too fine, or holds from no quantity above zero."""

    code = "invalid-price"
    hint = "Enter zero or more with six decimals at most, from a quantity above zero."


class PriceMissing(InvalidInput):
    """The price list has no price for this product, quantity and day."""

    code = "price-missing"
    hint = "Enter a price on the line, or add one to the price list."


class TaxRateMissing(NotSetUp):
    """No tax rate is set for this category, region and day."""

    code = "tax-rate-missing"
    hint = "Enter the rate in the finance console."
