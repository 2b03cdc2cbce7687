"""Making the sandbox's database, and keeping it at the version of the books (docs/adr/0019)."""

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _, gettext_lazy

from o2c.kernel.db import sqlstate
from o2c.kernel.errors import DomainError
from o2c.kernel.models import Company
from o2c.kernel.partition import SANDBOX
from o2c.operations.roles import apply_roles

IN_USE = "55006"
NEEDED = ("NAME", "HOST", "PORT")
EXISTS = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)"


class SandboxNotMade(DomainError):
    """The sandbox's database cannot be made."""

    code = "sandbox-not-made"
    hint = gettext_lazy("Create an empty database as SANDBOX_DATABASE_URL names it, and run this again.")


def prepare() -> str:
    """Make the sandbox's database or bring it up to date, and say which was done. The books are migrated.

    :raises SandboxNotMade: there is none, and this role may not create databases; or it is the books' own.
    """
    sandbox, books = connections[SANDBOX].settings_dict, connections[DEFAULT_DB_ALIAS].settings_dict
    if all(sandbox[key] == books[key] for key in NEEDED):
        raise SandboxNotMade(_("The sandbox and the company's books are one database."))
    if not _exists():
        return _made()
    if _versions(SANDBOX) == _versions(DEFAULT_DB_ALIAS):
        apply_roles(using=SANDBOX)
        return "up to date"
    call_command("migrate", database=SANDBOX, interactive=False, verbosity=0)
    return "migrated"


def _exists() -> bool:
    with connections[SANDBOX]._nodb_cursor() as cursor:
        cursor.execute(EXISTS, [connections[SANDBOX].settings_dict["NAME"]])
        return bool(cursor.fetchone()[0])


def _versions(alias: str) -> set[tuple[str, str]]:
    return set(MigrationRecorder(connections[alias]).applied_migrations())


def _made() -> str:
    """Copy the books while there is nothing in them, which takes a moment; else migrate from nothing."""
    if _books_are_bare_and_near() and _created(template=connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]):
        return "made"
    _created()
    call_command("migrate", database=SANDBOX, interactive=False, verbosity=0)
    return "made"


def _books_are_bare_and_near() -> bool:
    """Say whether the books are freshly migrated and on the same server: nobody's data is copied."""
    sandbox, books = connections[SANDBOX].settings_dict, connections[DEFAULT_DB_ALIAS].settings_dict
    near = all(sandbox[key] == books[key] for key in ("HOST", "PORT"))
    return near and not Company.objects.exists()


def _created(*, template: str = "") -> bool:
    """Create the database; say False when somebody is connected to the template.

    :raises SandboxNotMade: this role may not.
    """
    quote = connections[SANDBOX].ops.quote_name
    statement = f"CREATE DATABASE {quote(connections[SANDBOX].settings_dict['NAME'])}"
    if template:
        connections[DEFAULT_DB_ALIAS].close()  # a template has no visitors
        statement += f" TEMPLATE {quote(template)}"
    try:
        with connections[SANDBOX]._nodb_cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        if template and sqlstate(error) == IN_USE:
            return False
        raise SandboxNotMade(f"The sandbox's database cannot be made: {error}".strip()) from error
    return True
