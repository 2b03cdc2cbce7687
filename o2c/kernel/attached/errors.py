"""How notes and files are refused."""

from o2c.kernel.errors import DomainError, InvalidInput, NotPermitted


class InvalidNote(InvalidInput):
    """A note says something, in at most four thousand characters."""

    code = "invalid-note"


class NotYourOwn(NotPermitted):
    """Only who wrote or added it may change or withdraw it."""

    code = "not-your-own"


class Withdrawn(DomainError):
    """It was withdrawn."""

    code = "withdrawn"


class FileRefused(InvalidInput):
    """A file that is empty, too large, or of a kind that we do not keep."""

    code = "file-refused"


class TooManyFiles(DomainError):
    """A document carries as many files as it can."""

    code = "too-many-files"
