"""How the ledger says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput, NotSetUp


class PeriodClosed(DomainError):
    """The date falls into a period that is closed, or into none."""

    code = "period-closed"
    hint = gettext_lazy("Use a later date, in a period that is open: nobody opens a closed one again.")


class AccountMissing(NotSetUp):
    """No account of the chart has a role that the posting needs."""

    code = "account-missing"
    hint = gettext_lazy("Give an account of the chart that role in the finance console.")


class SourceReused(DomainError):
    """A posting key was used before with other content."""

    code = "source-reused"


class EntryNotReversible(DomainError):
    """The entry has been reversed, or is itself a reversal."""

    code = "entry-not-reversible"


class ReversalTooEarly(InvalidInput):
    """The reversal is dated before what it undoes."""

    code = "reversal-too-early"
    hint = gettext_lazy("Date the reversal on that day or later.")


class EntryTooFarAhead(InvalidInput):
    """An entry by hand is dated beyond the period that follows the current one."""

    code = "entry-too-far-ahead"
    hint = gettext_lazy("Check the year and the month of the date.")


class ControlAccountEntry(DomainError):
    """By hand, a control account would be moved, which only documents may move."""

    code = "control-account"
    status = 422
    hint = gettext_lazy(
        "Correct the document instead: a credit note, a payment taken back, a count. They book it themselves."
    )


class InvalidEntry(InvalidInput):
    """A manual entry does not balance, has no text, or names no account of the chart."""

    code = "invalid-entry"
    hint = gettext_lazy("Correct what is named.")


class PeriodNotClosable(DomainError):
    """The period is closed already, or an earlier one is still open."""

    code = "period-not-closable"


class RateMissing(NotSetUp):
    """There is no exchange rate for this currency on this date."""

    code = "rate-missing"
    hint = gettext_lazy("Enter the rate in the finance console.")
