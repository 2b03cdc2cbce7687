"""How the ledger says no."""

from o2c.kernel.errors import DomainError, NotSetUp


class PeriodClosed(DomainError):
    """The date falls into a period that is closed, or into none."""

    code = "period-closed"
    hint = "Use a date in an open period, or ask a finance manager to open the period."


class AccountMissing(NotSetUp):
    """No account of the chart has a role that the posting needs."""

    code = "account-missing"
    hint = "Give an account of the chart that role in the finance console."


class SourceReused(DomainError):
    """A posting key was used before with other content."""

    code = "source-reused"


class EntryNotReversible(DomainError):
    """The entry has been reversed, or is itself a reversal."""

    code = "entry-not-reversible"


class ControlAccountEntry(DomainError):
    """A manual entry names a control account, which only documents may move."""

    code = "control-account"
    status = 422
    hint = (
        "Issue an invoice, a credit note or a payment instead: their amounts must agree with the open items."
    )


class PeriodNotClosable(DomainError):
    """The period is closed already, or an earlier one is still open."""

    code = "period-not-closable"


class RateMissing(NotSetUp):
    """There is no exchange rate for this currency on this date."""

    code = "rate-missing"
    hint = "Enter the rate in the finance console."
