"""How the catalog says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import InvalidInput, NotSetUp


class UnknownProduct(InvalidInput):
    """No such SKU is sold, or it is not sold any more."""

    code = "unknown-product"
    hint = gettext_lazy("Check the SKU in the product list.")


class InvalidPrice(InvalidInput):
    """A price is negative or too fine, or holds from no quantity above zero."""

    code = "invalid-price"
    hint = gettext_lazy("Enter zero or more with six decimals at most, from a quantity above zero.")


class PriceMissing(InvalidInput):
    """The price list has no price for this product, quantity and day."""

    code = "price-missing"
    hint = gettext_lazy("Enter a price on the line, or add one to the price list.")


class TaxRateMissing(NotSetUp):
    """No tax rate is set for this category, region and day."""

    code = "tax-rate-missing"
    hint = gettext_lazy("Enter the rate in the finance console.")


class InvalidTaxRate(InvalidInput):
    """A tax rate is below zero or above a hundred, or above zero where the code allows none."""

    code = "invalid-tax-rate"
    hint = gettext_lazy("Enter 0 to 100 %; only the standard rate may be above zero.")


class InvalidValidity(InvalidInput):
    """Something would end before it begins."""

    code = "invalid-validity"
    hint = gettext_lazy("Enter a last day that is not before the first.")


class InvalidOrderDiscount(InvalidInput):
    """A discount on whole orders is nothing, more than everything, or begins below zero."""

    code = "invalid-order-discount"
    hint = gettext_lazy("Enter more than 0 % and 100 % at most, from a net amount of zero or more.")


class TaxEvidenceMissing(NotSetUp):
    """The customer's tax region demands evidence that is not on file, and says no other region instead."""

    code = "tax-evidence-missing"
    hint = gettext_lazy(
        "Record the evidence on the customer, or set the region that applies without it in "
        "the finance console."
    )
