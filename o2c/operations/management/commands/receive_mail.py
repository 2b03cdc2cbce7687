"""`manage.py receive_mail < message.eml`: put an e-mail into the order desk's inbox, as a mail server delivers it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from o2c.kernel import clock
from o2c.kernel.errors import DomainError
from o2c.kernel.models import Company, User
from orders import services
from orders.mail import MAX_BYTES, read_mail
from orders.models.order import OrderChannel

DATA_ERROR = 65  # sysexits.h: the mail server returns the e-mail to its sender


class Command(BaseCommand):
    """Take in one e-mail; the same one twice is the same request."""

    help = "Put the e-mail on standard input into the inbox of the channel e-mail."

    def handle(self, **_: Any) -> None:
        """Read the e-mail and receive it as a request."""
        try:
            mail = read_mail(sys.stdin.buffer.read(MAX_BYTES + 1))
            request = services.receive_request(
                channel=OrderChannel.EMAIL,
                sender=mail.sender,
                subject=mail.subject,
                text=mail.text,
                external_id=mail.message_id,
                on=clock.today(Company.objects.current().time_zone),
                at=clock.now(),
                actor=User.system(),
            )
        except DomainError as refusal:
            raise CommandError(str(refusal), returncode=DATA_ERROR) from refusal
        self.stdout.write(f"Request {request.pk}")
