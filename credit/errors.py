"""How credit says no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class CreditRefused(DomainError):
    """The order may not be confirmed on credit."""

    code = "credit-refused"
    hint = gettext_lazy("Wait for a payment, ask for a higher limit, or ask for prepayment.")


class InvalidLimit(InvalidInput):
    """A credit limit is negative or no amount."""

    code = "invalid-limit"
    hint = gettext_lazy("Enter zero or more.")


class LimitNeedsApproval(DomainError):
    """The limit is higher than one person may set."""

    code = "limit-needs-approval"
    hint = gettext_lazy("Request the limit with a reason; a second person approves it.")


class ReasonMissing(InvalidInput):
    """A request, a block or a review says nothing."""

    code = "reason-missing"
    hint = gettext_lazy("Say why in a few words; the next reader was not there.")


class LimitRequestOpen(DomainError):
    """A request for this customer waits already."""

    code = "limit-request-open"
    hint = gettext_lazy("Have the open request approved or rejected first.")


class LimitRequestDecided(DomainError):
    """Somebody decided the request already."""

    code = "limit-request-decided"
    hint = gettext_lazy("Request another limit if this one is not right.")


class LimitRequestOutdated(DomainError):
    """The limit was changed after it was requested, so its reasons are those of another day."""

    code = "limit-request-outdated"
    hint = gettext_lazy("Reject the request; whoever still wants the limit requests it anew.")


class SecondPersonNeeded(DomainError):
    """Nobody approves their own request."""

    code = "second-person-needed"
    hint = gettext_lazy("Ask a colleague with the right to approve limits.")


class CreditBlocked(DomainError):
    """The credit is blocked already."""

    code = "credit-already-blocked"
    hint = gettext_lazy("Nothing was changed; unblock it first to give another reason.")


class CreditNotBlocked(DomainError):
    """The credit is not blocked."""

    code = "credit-not-blocked"
    hint = gettext_lazy("Nothing was changed.")


class InvalidReview(InvalidInput):
    """The next review is not after this one."""

    code = "invalid-review"
    hint = gettext_lazy("Choose a later day, or leave it to the policy.")


class InvalidReport(InvalidInput):
    """What a bureau or insurer said cannot be right."""

    code = "invalid-report"
    hint = gettext_lazy("Compare it with their letter.")
