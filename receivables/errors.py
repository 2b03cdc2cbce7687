"""How receivables say no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class InvalidAmount(InvalidInput):
    """An amount is zero, negative, not finite, or finer than the currency's minor unit."""

    code = "invalid-amount"
    hint = gettext_lazy("Enter an amount above zero, with no more decimals than the currency has.")


class OverAllocated(DomainError):
    """More would be allocated than is open on the receivable or left of the payment."""

    code = "over-allocated"
    hint = gettext_lazy("Allocate at most what is open and what is left.")


class WrongCustomer(DomainError):
    """The payment and the receivable belong to different customers."""

    code = "wrong-customer"
    hint = gettext_lazy("Choose open items of the customer who paid.")


class WrongCurrency(DomainError):
    """The payment and the receivable are in different currencies."""

    code = "wrong-currency"
    hint = gettext_lazy("Choose open items in the currency of the payment.")


class PaymentRecorded(DomainError):
    """The provider's reference was recorded before: the money is in the books once."""

    code = "payment-recorded"
    hint = gettext_lazy("Open the payment that has this reference.")


class PaymentInFuture(InvalidInput):
    """A payment is dated after the business date: nobody can have received it."""

    code = "payment-in-future"
    hint = gettext_lazy("Check the year and the month of the date; today is the latest.")


class PaymentRepeated(DomainError):
    """The customer paid the same amount on the same day with the same text: perhaps it is entered twice."""

    code = "payment-repeated"
    hint = gettext_lazy("Look at it; if this is money that came besides, say that it is another payment.")


class PaymentNotReversible(DomainError):
    """The payment is reversed already, or part of it is still allocated."""

    code = "payment-not-reversible"
    hint = gettext_lazy("Take its allocations back first.")


class AllocationNotReversible(DomainError):
    """The allocation was taken back before."""

    code = "allocation-not-reversible"
