"""How an import says no. A refused file has changed nothing."""

from django.utils.translation import gettext_lazy

from o2c.kernel.errors import DomainError, InvalidInput


class FileRefused(InvalidInput):
    """The file cannot be what it claims to be."""

    code = "import-file-refused"
    hint = gettext_lazy("Nothing was imported. Correct the file, or get it again, and start over.")


class ImportRunning(DomainError):
    """Another import works on this database."""

    code = "import-running"
    hint = gettext_lazy("Nothing was changed. Wait until it has ended.")


class WrongCompany(DomainError):
    """The company that sells here cannot be the one of the file."""

    code = "wrong-company"
    hint = gettext_lazy(
        "Nothing was imported. Import into the database of a company that sells in that currency."
    )


class DocumentDiffers(DomainError):
    """A document came out with another amount than it has in the file."""

    code = "document-differs"
    hint = gettext_lazy("This document was not imported, those before it were. Report it with the file.")
