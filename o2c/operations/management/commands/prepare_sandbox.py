"""`manage.py prepare_sandbox`: make the sandbox's database, or bring it up to the version of the books."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from o2c.kernel import partition
from o2c.kernel.errors import DomainError
from o2c.operations import sandbox_database


class Command(BaseCommand):
    """What a deployment runs after `migrate`, or instead of it with ``--migrate``."""

    help = "Make the sandbox's database for test keys, or migrate it; does nothing where none is configured."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="migrate the books first")

    def handle(self, *, migrate: bool, verbosity: int, **_: Any) -> None:
        if migrate:
            call_command("migrate", interactive=False, verbosity=verbosity)
        if not partition.is_configured():
            self._say("There is no sandbox: SANDBOX_DATABASE_URL is not set.", verbosity)
            return
        try:
            done = sandbox_database.prepare()
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self._say(f"The sandbox's database: {done}.", verbosity)

    def _say(self, text: str, verbosity: int) -> None:
        if verbosity:
            self.stdout.write(text)
