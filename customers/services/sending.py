"""Sending what was written, never twice: one worker claims a notice, sends it outside any transaction, and says so.

A worker that dies between the claim and the answer leaves the notice being sent; after a while it is
uncertain, and a person decides.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from customers import errors
from customers.events import MessageResent, MessageSettled
from customers.mail import Answer, hand_over, open_connection
from customers.models import Message
from customers.services.messages import recipient_of
from o2c.kernel import rows
from o2c.kernel.db import verb
from o2c.kernel.errors import NotPermitted
from o2c.kernel.events import announce
from o2c.kernel.fsm import ensure_can
from o2c.kernel.models import User

# Five tries over a day; after the last it waits for a person.
PAUSES: Sequence[timedelta] = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=3),
    timedelta(hours=20),
)
# No mail takes so long: a notice that is still being sent has lost its worker.
ABANDONED = timedelta(minutes=15)
BATCH = 500


def send_message(*, message_id: int, at: datetime) -> Message | None:
    """Send one notice now, and return it with what became of it; None if it is not queued (any more).

    :raises OSError: the mail server does not answer; the notice stays queued.
    :raises SMTPException: the mail server does not want us; the notice stays queued.
    :raises RuntimeError: called inside a transaction: the claim must be committed before the mail leaves.
    """
    return _send("id = %s", message_id, at=at)


def send_next(*, at: datetime) -> Message | None:
    """Send the oldest notice that no other worker is sending; None when nothing waits. Raises as `send_message`."""
    return _send("id > %s", 0, at=at)


def _send(which: str, value: int, *, at: datetime) -> Message | None:
    connection = open_connection()
    message = _claim(which, value, at=at)
    if message is None:
        connection.close()
        return None
    return _record(message, hand_over(message, connection), at=at)


def _claim(which: str, value: int, *, at: datetime) -> Message | None:
    """Take up a queued notice before any other worker does, and commit that."""
    with transaction.atomic(durable=True):
        found = rows.read(
            Message,
            f"{which} AND state = 'queued'",
            [value],
            "ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED",
        )
        for message in found:
            message.mark_sending(at=at)
            rows.update(message, "state", "attempts", "claimed_at", "error")
            return message
    return None


def _record(claimed: Message, answer: Answer, *, at: datetime) -> Message:
    """Write down what the mail server said; a late yes also settles what was taken for uncertain."""
    with transaction.atomic():
        [message] = rows.read(Message, "id = %s", [claimed.pk], "FOR NO KEY UPDATE")
        if not answer.error:
            message.mark_sent(at=at)
        elif message.state == Message.State.SENDING and answer.is_certain:
            message.mark_failed(error=answer.error, retry_at=_next_try(message, answer, at=at))
        elif message.state == Message.State.SENDING:
            message.mark_uncertain(error=answer.error)
        rows.update(message, "state", "sent_at", "error", "retry_at")
        return message


def _next_try(message: Message, answer: Answer, *, at: datetime) -> datetime | None:
    """Return when a refused notice is tried again; None when only a person can help."""
    if answer.for_good or message.attempts > len(PAUSES):
        return None
    return at + PAUSES[message.attempts - 1]


def queue_retries(*, at: datetime) -> int:
    """Queue the failed notices whose time has come again; return how many."""
    with transaction.atomic():
        due = _waiting("state = 'failed' AND retry_at <= %s", at)
        for message in due:
            message.mark_due()
            rows.update(message, "state", "retry_at")
    return len(due)


def doubt_abandoned(*, at: datetime) -> int:
    """Call uncertain what a worker took up and never answered for; return how many."""
    with transaction.atomic():
        abandoned = _waiting("state = 'sending' AND claimed_at < %s", at - ABANDONED)
        for message in abandoned:
            message.mark_uncertain(error="The worker ended before the mail server's answer was noted.")
            rows.update(message, "state", "error")
    return len(abandoned)


def _waiting(condition: str, instant: datetime) -> list[Message]:
    """Return some of the notices that meet a *condition*, locked; the next call has the rest."""
    return rows.read(
        Message, condition, [instant], f"ORDER BY id LIMIT {BATCH} FOR NO KEY UPDATE SKIP LOCKED"
    )


@verb
def resend_message(*, message_id: int, on: date, actor: User) -> Message:
    """Queue a notice again that failed, is uncertain or had no address.

    One that reached nobody goes to whom the customer's contacts name now; an uncertain one to whom it went.

    :raises MessageNotResendable: it was sent, or is on its way.
    :raises EmailMissing: nobody at the customer has an e-mail address.
    :raises NotPermitted: *actor* may not send notices again.
    """
    message = Message.objects.lock(message_id)
    ensure_can(message.mark_queued, by=actor, otherwise=errors.MessageNotResendable)
    name, email = message.recipient_name, message.recipient_email
    if message.state != Message.State.UNCERTAIN:
        name, email = recipient_of(customer_id=message.customer_id, roles=message.roles)
    if not email:
        raise errors.EmailMissing(
            _("Nobody at %(customer)s has an e-mail address.") % {"customer": message.customer}
        )
    message.mark_queued(name=name, email=email)
    rows.update(message, "state", "recipient_name", "recipient_email", "retry_at", "attempts")
    announce(MessageResent.of(message, on=on, actor=actor))
    return message


@verb
def settle_uncertain(*, message_id: int, on: date, actor: User) -> Message:
    """Call an uncertain notice sent: a person found it at the mail server, or with the customer.

    :raises MessageNotUncertain: it is known how it stands.
    :raises NotPermitted: *actor* may not settle notices.
    """
    message = Message.objects.lock(message_id)
    if message.state != Message.State.UNCERTAIN:
        raise errors.MessageNotUncertain(
            _("The message %(message)s is %(state)s.")
            % {"message": message, "state": message.get_state_display().lower()}
        )
    if not actor.has_perm("customers.resend_message"):
        raise NotPermitted(_("%(actor)s may not settle messages.") % {"actor": actor})
    assert message.claimed_at is not None, "what is uncertain was taken up"
    message.mark_sent(at=message.claimed_at)
    rows.update(message, "state", "sent_at")
    announce(MessageSettled.of(message, on=on, actor=actor))
    return message
