"""How the system says no: a named error with a stable code and the next step for the person."""

from typing import Any, ClassVar, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Words: TypeAlias = str | Promise


class DomainError(Exception):
    """A refusal that a person can act on.

    *message* says what is wrong with this document, *hint* what to do next, *details* carries the
    figures (JSON values only). ``code`` is stable: clients and tests may rely on it. The hint of a class is
    lazy, so that it speaks the language of whoever reads it.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    hint: ClassVar[Words] = ""

    def __init__(self, message: Words, *, hint: Words = "", **details: Any) -> None:
        super().__init__(message)
        self._words = message
        self._next_step = hint or self.hint
        self.details = details

    @property
    def message(self) -> str:
        """Return what is wrong, in the reader's language where it was said lazily."""
        return str(self._words)

    @property
    def next_step(self) -> str:
        """Return what to do next, in the reader's language where it was said lazily."""
        return str(self._next_step)

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class InvalidInput(DomainError):
    """What was entered cannot be right, whatever the state of the books."""

    code = "invalid-input"
    status = 422


class NotFound(DomainError):
    """The document named does not exist, or not for this person."""

    code = "not-found"
    status = 404


class NotPermitted(DomainError):
    """This person's role does not allow the verb."""

    code = "not-permitted"
    status = 403
    hint = gettext_lazy("Ask a colleague with that role, or a finance manager for the right.")


class Busy(DomainError):
    """Somebody else holds the same rows; nothing was changed."""

    code = "busy"
    status = 409
    hint = gettext_lazy("Nothing was changed. Try again in a moment.")


class NotSetUp(DomainError):
    """Master data that every document needs is missing."""

    code = "not-set-up"
    status = 409
