"""How the console's own verbs say no."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput, NotPermitted


class InvalidUser(InvalidInput):
    """An account without a name or a role, or with a name that is taken."""

    code = "invalid-user"
    hint = gettext_lazy("Give a user name that nobody has, and at least one role.")


class OwnAccount(NotPermitted):
    """Nobody changes their own rights: four eyes."""

    code = "own-account"
    hint = gettext_lazy("Ask a colleague who manages users.")


class AccountOutOfReach(NotPermitted):
    """The account, or a role of it, is one that only administrators give and take."""

    code = "account-out-of-reach"
    hint = gettext_lazy("Ask an administrator.")


class UserStateUnchanged(DomainError):
    """The account is already as it is asked to be."""

    code = "user-state-unchanged"
    hint = gettext_lazy("Look at the account again: somebody was faster.")


class UnknownJob(InvalidInput):
    """No daily job has this name."""

    code = "unknown-job"
    hint = gettext_lazy("Choose one of the list.")


class JobRunning(DomainError):
    """The job is at work; two runs at once would do nothing twice, but would not help either."""

    code = "job-running"
    hint = gettext_lazy("Wait until it has ended. A run that says nothing for two hours counts as dead.")


class DeliveryDone(DomainError):
    """The event has had its effect."""

    code = "delivery-done"
    hint = gettext_lazy("Nothing is owed any more; correct the document itself if it is wrong.")
