"""How customer master data says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class CustomerInactive(DomainError):
    """The customer was set inactive."""

    code = "customer-inactive"
    hint = gettext_lazy("Set the customer active again, or use another one.")


class InvalidVatId(InvalidInput):
    """The VAT id fails its country's check."""

    code = "invalid-vat-id"
    hint = gettext_lazy("Compare it with the customer's letterhead.")


class AddressMissing(DomainError):
    """The customer has no address to print."""

    code = "address-missing"
    hint = gettext_lazy("Add a billing address to the customer.")


class MessageNotResendable(DomainError):
    """The message was sent, or is on its way."""

    code = "message-not-resendable"
    hint = gettext_lazy("Only what failed, is uncertain or had no address is sent again.")


class MessageNotUncertain(DomainError):
    """It is known whether the message was sent."""

    code = "message-not-uncertain"


class EmailMissing(DomainError):
    """Nobody at the customer can be written to."""

    code = "email-missing"
    hint = gettext_lazy("Add a contact with an e-mail address to the customer, then send the message again.")


class InvalidCustomer(InvalidInput):
    """Something in the customer's master data cannot be right; the message names all of it."""

    code = "invalid-customer"
    hint = gettext_lazy("Correct what is named and enter the customer again.")


class PriceListInOtherCurrency(InvalidInput):
    """A customer can't buy at prices of another currency than their own."""

    code = "price-list-currency"
    hint = gettext_lazy("Choose a price list in the customer's currency.")


class ParentNotPossible(InvalidInput):
    """A parent has no parent of its own, and who has children has none either."""

    code = "parent-not-possible"
    hint = gettext_lazy("Choose the customer at the top of the group.")


class DuplicateCustomerSuspected(DomainError):
    """The customer seems to be registered already; the details name as whom."""

    code = "duplicate-customer-suspected"
    hint = gettext_lazy("Use the customer that is there, or confirm that this is another one.")


class ExternalIdTaken(DomainError):
    """Another customer has this id of the shop or the CRM."""

    code = "external-id-taken"
    hint = gettext_lazy("Use the customer that is there, or correct the id.")


class TaxRegionUnclear(InvalidInput):
    """No tax region covers the customer's country."""

    code = "tax-region-unclear"
    hint = gettext_lazy("Choose the tax region, or add the country to one in the finance console.")


class VatIdMissing(DomainError):
    """The customer has no VAT id that could be checked."""

    code = "vat-id-missing"
    hint = gettext_lazy("Enter the VAT id on the customer first.")


class VatIdChanged(DomainError):
    """The answer is about another VAT id than the customer has now."""

    code = "vat-id-changed"
    hint = gettext_lazy("Check the new VAT id.")


class DocumentMissing(InvalidInput):
    """A person vouches for a VAT id with a document, and says with which."""

    code = "document-missing"
    hint = gettext_lazy("Name the document, such as the letter of the tax office with its date.")


class VatCheckNotAnswered(DomainError):
    """Whoever knows whether the VAT id is valid did not answer; nothing was changed."""

    code = "vat-check-not-answered"
    hint = gettext_lazy("Try again later; it is tried again by itself every night.")
