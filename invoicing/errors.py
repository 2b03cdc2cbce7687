"""How invoicing says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class NothingToInvoice(DomainError):
    """The shipment has not left, or is invoiced already."""

    code = "nothing-to-invoice"


class InvoiceNotIssuable(DomainError):
    """The document is issued already."""

    code = "invoice-not-issuable"
    hint = gettext_lazy("An issued document is corrected with a credit note.")


class PreflightFailed(DomainError):
    """What the law or the customer wants on the document is missing; the details say who can fix it."""

    code = "preflight-failed"
    status = 422
    hint = gettext_lazy("Correct what is named, then issue again.")


class InvalidCreditNote(InvalidInput):
    """The credit note cannot be right as entered."""

    code = "invalid-credit-note"
    hint = gettext_lazy("Correct the lines named.")


class CreditedTooMuch(DomainError):
    """More would be credited of an invoice than was billed and is not in a credit note, issued or drafted."""

    code = "credited-too-much"
    status = 422
    hint = gettext_lazy(
        "Credit what is left, or look at the credit notes that there are, and discard a draft."
    )


class NotCreditable(DomainError):
    """The invoice is a draft, or the return has not been inspected or is credited."""

    code = "not-creditable"


class InvoiceNotDiscardable(DomainError):
    """Only a draft can be thrown away; an issued document has a number, and stays."""

    code = "invoice-not-discardable"
    hint = gettext_lazy("An issued document is corrected with a credit note.")


class DuplicateCreditNote(DomainError):
    """The sender's id was used before: the credit note is in the system once."""

    code = "duplicate-credit-note"
    hint = gettext_lazy("Open the credit note that has this id.")


class DocumentNotPrinted(DomainError):
    """The PDF is still being made."""

    code = "document-not-printed"
    hint = gettext_lazy("Come back in a few seconds.")


class DocumentNotIssued(DomainError):
    """Only an issued document is printed: a draft has no number and may still change."""

    code = "document-not-issued"
    hint = gettext_lazy("Issue it first.")
