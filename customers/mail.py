"""Handing one mail to the mail server, and what its answer means.

A server that refuses says so: nothing was sent. One that falls silent in the middle may have taken the
mail or not, and only a person can find out.
"""

from contextlib import suppress
from dataclasses import dataclass
from email.utils import formataddr
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from customers.letters import one_line
from customers.models import Message
from o2c.kernel import partition
from o2c.kernel.partition import Mode

NOBODY = "django.core.mail.backends.dummy.EmailBackend"  # takes what the sandbox sends, and drops it
REFUSED = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError, SMTPHeloError, SMTPNotSupportedError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a mail: taken (no *error*), refused, or nobody knows. *for_good*: trying again is vain."""

    error: str = ""
    is_certain: bool = True
    for_good: bool = False


def message_id(*, kind: str, event_id: int) -> str:
    """Return the Message-ID (RFC 5322, 3.6.4) of a notice: the same however often it is sent."""
    return f"<{kind}.{event_id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"


def open_connection() -> BaseEmailBackend:
    """Return an open connection to the mail server: one for each mail, so that none is cut off in between.

    Mails of the sandbox reach nobody.

    :raises OSError: it does not answer.
    :raises SMTPException: it does not want us.
    """
    connection = get_connection(NOBODY if partition.current() is Mode.TEST else None)
    connection.open()
    return connection


def as_mail(message: Message) -> EmailMultiAlternatives:
    """Return the mail of a notice. It says that nobody wrote it by hand (RFC 3834), so nobody's absence answers."""
    company = message.company
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        from_email=formataddr((one_line(company.name), settings.DEFAULT_FROM_EMAIL)),
        to=[formataddr((one_line(message.recipient_name), message.recipient_email))],
        reply_to=[company.email] if company.email else None,
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(message.html, "text/html")
    return mail


def hand_over(message: Message, connection: BaseEmailBackend) -> Answer:
    """Send one notice over an open *connection*, close that, and say what became of it."""
    try:
        mail = as_mail(message)
        mail.message()  # builds it, as the sending will
        connection.send_messages([mail])
    except (BadHeaderError, UnicodeError) as error:
        return Answer(_said(error), for_good=True)
    except REFUSED as error:
        return Answer(_said(error), for_good=_is_final(error))
    except (SMTPException, OSError) as error:
        return Answer(_said(error), is_certain=False)
    finally:
        with suppress(SMTPException, OSError):  # what it says to our good-bye changes nothing
            connection.close()
    return Answer()


def _is_final(error: SMTPException) -> bool:
    """Say whether the server will always refuse: 5xx for the recipient or the mail (RFC 5321, 4.2.1)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, SMTPNotSupportedError)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]
