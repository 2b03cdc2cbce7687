"""How stock says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class InsufficientStock(DomainError):
    """There is not enough free stock."""

    code = "insufficient-stock"
    hint = gettext_lazy("Wait for a receipt, take less, or choose another product.")


class NotReserved(DomainError):
    """More would leave than is reserved for this demand."""

    code = "not-reserved"
    hint = gettext_lazy("Reserve stock for the order first.")


class InvalidQuantity(InvalidInput):
    """A quantity is zero, negative, or no number of four decimals at most."""

    code = "invalid-quantity"
    hint = gettext_lazy("Enter a quantity above zero.")


class CountBelowReserved(DomainError):
    """Less was counted than is promised; ``details["demands"]`` says to whom, and how much."""

    code = "count-below-reserved"
    hint = gettext_lazy(
        "An order clerk can cancel or change those orders; what is in a cart is free when its time is over."
    )


class ImplausibleCount(DomainError):
    """Far more was counted than the books say, and nobody has confirmed it."""

    code = "implausible-count"
    hint = gettext_lazy("Count again; if it is right, confirm it and post the count once more.")


class InvalidCost(InvalidInput):
    """A unit cost is negative, or no number of six decimals at most."""

    code = "invalid-cost"
    hint = gettext_lazy("Enter zero or more.")


class ImplausibleCost(DomainError):
    """The cost is far from what the goods cost now, and nobody has confirmed it."""

    code = "implausible-cost"
    hint = gettext_lazy(
        "Look at the papers again; if the cost is right, confirm it and receive the goods once more."
    )


class StockSourceReused(DomainError):
    """This delivery or count was booked for this product before."""

    code = "stock-source-reused"
    hint = gettext_lazy("Look at the product's stock moves; use another reference for another delivery.")


# What to do about a source that was booked before, by the kind of the move where it is no delivery.
REUSED = {
    "count": gettext_lazy("Look at what it corrected; give the sheet of another count another name."),
    "scrap": gettext_lazy("Look at the product's stock moves; use the number of another note."),
}


class ScrapWithoutReason(InvalidInput):
    """Goods are to go without a word why."""

    code = "scrap-without-reason"
    hint = gettext_lazy("Say why: broken, expired, lost ...")


class WarehouseInactive(DomainError):
    """The warehouse is being given up: nothing comes in, and no order leaves from it."""

    code = "warehouse-inactive"
    hint = gettext_lazy("Choose another warehouse, or have this one set active in the finance console.")


class MoreThanExpected(DomainError):
    """More came than the supplier was still to send."""

    code = "more-than-expected"
    hint = gettext_lazy("Count again, or say that you keep what is too much.")


class InvalidExpectation(InvalidInput):
    """An expected receipt cannot be right."""

    code = "invalid-expectation"
    hint = gettext_lazy("Correct what is named.")


class InvalidReorderRule(InvalidInput):
    """The figures of a reorder rule do not fit together."""

    code = "invalid-reorder-rule"
    hint = gettext_lazy("Enter a target of at least the minimum, and a lot above zero.")


class InvalidBin(InvalidInput):
    """A bin has too long a name."""

    code = "invalid-bin"
    hint = gettext_lazy("Use a short name, such as A-03-2.")


class ExpectationExists(DomainError):
    """This product is expected with this reference already."""

    code = "expectation-exists"
    hint = gettext_lazy("Change the one that is there.")


class InvalidTransfer(InvalidInput):
    """A transfer goes nowhere, to another company, or arrives before it is sent."""

    code = "invalid-transfer"
    hint = gettext_lazy("Choose two warehouses of one company and a day.")


class TransferNotReceivable(DomainError):
    """The transfer has arrived already."""

    code = "transfer-not-receivable"


class InvalidHold(InvalidInput):
    """A cart hold has no token, no line, or no sensible time."""

    code = "invalid-hold"
    hint = gettext_lazy("Correct what is named.")


class CartExpired(DomainError):
    """The cart holds nothing any more: its time is over, or it was given back."""

    code = "cart-expired"
    hint = gettext_lazy("Hold the cart again under a new token, or order: what is free is reserved then.")


class CartOrdered(DomainError):
    """The cart became an order before: a cart is ordered once."""

    code = "cart-ordered"
    hint = gettext_lazy("Look for its order before you order again; a new cart needs a new token.")
