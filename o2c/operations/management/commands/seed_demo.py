"""Make the demo company, once."""

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from fulfillment.tasks import announce_to_carrier
from invoicing.tasks import render_pdf
from ledger.services import seal_entries
from o2c import dispatch
from o2c.kernel import clock
from o2c.kernel.errors import DomainError
from o2c.kernel.models import Company
from o2c.operations import demo, demo_shop

PASSWORD = "lantern-demo"  # noqa: S105 - printed for everybody who tries the demo

PRINTED = [render_pdf.name, announce_to_carrier.name]  # WeasyPrint's second per page is the workers'


class Command(BaseCommand):
    """``manage.py seed_demo``: idempotent, and fast when there is nothing to do."""

    help = "Make the demo company Lantern & Co with people, goods, customers and an order in every stage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--logins-json", action="store_true", help="print the logins as one line of JSON")
        parser.add_argument(
            "--keys-json", action="store_true", help="print the API keys as one more line of JSON"
        )
        parser.add_argument(
            "--password", default=PASSWORD, help="of the users made now (default: %(default)s)"
        )
        parser.add_argument(
            "--yes-this-is-a-demo",
            action="store_true",
            help="seed under production settings too: the password is known to everybody",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SETTINGS_MODULE == "o2c.settings.production" and not options["yes_this_is_a_demo"]:
            raise CommandError(
                "These are production settings. Add --yes-this-is-a-demo to make users with a known password."
            )
        try:
            logins = demo.seed(
                today=clock.today(demo.COMPANY["time_zone"]),
                password=options["password"],
            )
            keys = demo_shop.open_shop(at=clock.now())
            seal_entries(company_id=Company.objects.current().pk)
            dispatch.run_inline(leaving=PRINTED)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["logins_json"]:
            self.stdout.write(json.dumps([asdict(login) for login in logins]))
        if options["keys_json"]:
            self.stdout.write(json.dumps(keys))
        if options["logins_json"] or options["keys_json"]:
            return
        for login in logins:
            self.stdout.write(f"{login.role:<16} {login.username:<10} {login.password}")
        for mode, key in keys.items():
            self.stdout.write(f"API key, {mode:<7} {key}")
