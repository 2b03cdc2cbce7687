"""`manage.py draw_state_machines`: write docs/state-machines.md from the code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from o2c.operations.state_machines import drawing

PAGE = Path(settings.ROOT) / "docs" / "state-machines.md"


class Command(BaseCommand):
    """Draw every state machine as the code has it."""

    help = "Write docs/state-machines.md; with --check, fail when it is out of date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing, fail when the page is out of date"
        )

    def handle(self, *, check: bool, **_: Any) -> None:
        if check and PAGE.read_text() != drawing():
            raise CommandError("docs/state-machines.md is out of date: run manage.py draw_state_machines.")
        if not check:
            PAGE.write_text(drawing())
