"""Writing to customers: once, to whom, and what becomes of it on its way."""

from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from customers import selectors, services, tasks
from customers.models import Contact, Customer, Message
from customers.services.sending import PAUSES
from o2c.kernel.db import fetch_all
from o2c.kernel.errors import DomainError
from o2c.kernel.models import Event, EventDelivery
from orders import notices
from tests.customers.notices import NOON, change, consume, happened, reachable
from tests.messages import message_about, message_in
from tests.world import World, staff

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


def refusing(error: Exception) -> Any:
    """A mail server that answers every mail with *error*."""
    return mock.patch(f"{LOCMEM}.send_messages", side_effect=error)


def test_an_event_that_is_delivered_twice_is_told_once(world: World) -> None:
    order = world.order(reachable(world), (world.product(), "1"))
    event = happened(world, "order.confirmed", order)
    consume(world, notices.order_confirmed, event)
    consume(world, notices.order_confirmed, event)
    EventDelivery.objects.filter(event=event).update(handled_at=None)  # even a delivery forgotten
    consume(world, notices.order_confirmed, event)
    assert Message.objects.count() == 1


def test_the_database_keeps_one_notice_per_event_and_kind(world: World) -> None:
    first = message_in(world, "queued")
    copied = {field.attname: getattr(first, field.attname) for field in Message._meta.concrete_fields}
    with pytest.raises(IntegrityError, match="message_once_per_event"), transaction.atomic():
        Message.objects.create(**{**copied, "id": None})


@pytest.mark.parametrize(
    ("roles", "name"),
    [
        (["delivery", "billing"], "Ben"),
        (["ordering"], "Olga"),
        (["dunning", "delivery"], "Olga"),  # nobody has those: anybody, who orders first
    ],
)
def test_the_first_role_that_has_an_address_is_written_to(world: World, roles: list[str], name: str) -> None:
    message = message_about(world, reachable(world), roles=roles)
    assert message.recipient_name.startswith(name)
    assert message.body.startswith(f"Dear {message.recipient_name},")


@pytest.mark.parametrize("email", ["", "nobody", "a@b\n.example", "two@a.example,three@b.example"])
def test_what_is_no_address_is_not_written_to(world: World, email: str) -> None:
    customer = world.customer()
    Contact.objects.create(customer=customer, role="ordering", name="Olga", email=email)
    message = message_about(world, customer)
    assert (message.state, message.recipient_email) == ("undeliverable", "")
    assert message.body.startswith(f"Dear {customer.name},")
    assert list(selectors.undelivered()) == [message]
    assert services.send_message(message_id=message.pk, at=NOON) is None
    assert mail.outbox == []


def test_a_mail_carries_its_text_twice_and_says_who_wrote_it(world: World) -> None:
    sent = services.send_message(message_id=message_in(world, "queued").pk, at=NOON)
    assert sent is not None
    assert (sent.state, sent.sent_at, sent.attempts) == ("sent", NOON, 1)
    [letter] = mail.outbox
    assert letter.to == ["Olga Orders <olga@buyer.example>"]
    assert letter.from_email == "Lantern & Co <no-reply@localhost>"
    assert letter.reply_to == ["accounts@lantern.example"]
    assert letter.subject == sent.subject
    assert letter.body == sent.body
    assert letter.alternatives == [(sent.html, "text/html")]
    headers = letter.message()
    assert headers["Message-ID"] == sent.message_id == f"<access_granted.{sent.event_id}@localhost>"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_a_name_with_line_breaks_cannot_write_headers(world: World) -> None:
    """Header injection: whatever somebody calls themselves or their goods, it is one line."""
    customer = world.customer(name="Evil Ltd\r\nBcc: everybody@victim.example")
    Contact.objects.create(
        customer=customer, name="Eve\r\nBcc: all@victim.example\x0b", email="eve@buyer.example"
    )
    change(world.company, name="Lantern\nBcc: x@victim.example")
    message = message_about(world, customer, product="Key\r\nX-Evil: 1")
    services.send_message(message_id=message.pk, at=NOON)
    [letter] = mail.outbox
    assert letter.message()["Bcc"] is None
    assert letter.message()["X-Evil"] is None
    assert letter.recipients() == ['"Eve Bcc: all@victim.example" <eve@buyer.example>']
    assert letter.subject == "Your access to Key X-Evil: 1"


def test_html_shows_what_people_call_themselves_and_runs_nothing(world: World) -> None:
    customer = world.customer()
    Contact.objects.create(customer=customer, name="<script>x</script> & Co", email="a@buyer.example")
    message = message_about(world, customer, product="<img src=x onerror=y>")
    assert "Dear <script>x</script> & Co," in message.body
    assert "Dear &lt;script&gt;x&lt;/script&gt; &amp; Co," in message.html
    assert "<script" not in message.html
    assert "<img" not in message.html


def test_html_loads_nothing_from_elsewhere(world: World) -> None:
    html = message_in(world, "queued").html
    assert '<html lang="en">' in html
    for loading in ("src=", "url(", "@import", "<link", "http"):
        assert loading not in html


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (SMTPRecipientsRefused({"a": (450, b"Mailbox busy")}), True),
        (SMTPRecipientsRefused({"a": (550, b"No such user")}), False),
        (SMTPSenderRefused(550, b"Not you", "no-reply@localhost"), True),
        (SMTPDataError(451, b"Greylisted"), True),
        (SMTPDataError(554, b"Spam"), False),
    ],
)
def test_a_refused_notice_has_failed_and_says_why(world: World, error: Exception, again: bool) -> None:
    message = message_in(world, "queued")
    with refusing(error):
        failed = services.send_message(message_id=message.pk, at=NOON)
    assert failed is not None
    assert failed.state == "failed"
    assert failed.error.startswith(f"{type(error).__name__}: ")
    assert failed.retry_at == (NOON + PAUSES[0] if again else None)
    assert list(selectors.undelivered()) == [message]


@pytest.mark.parametrize("error", [SMTPServerDisconnected("closed"), TimeoutError("timed out")])
def test_a_server_that_falls_silent_may_have_taken_the_mail(world: World, error: Exception) -> None:
    message = message_in(world, "queued")
    with refusing(error):
        doubtful = services.send_message(message_id=message.pk, at=NOON)
    assert doubtful is not None
    assert (doubtful.state, doubtful.retry_at) == ("uncertain", None)
    tasks.send_messages()
    assert mail.outbox == []


def test_five_tries_over_a_day_and_then_a_person(world: World) -> None:
    message, at, tries = message_in(world, "queued"), NOON, 0
    with refusing(SMTPDataError(451, b"Greylisted")):
        while failed := services.send_next(at=at):
            tries += 1
            if failed.retry_at is None:
                break
            assert services.queue_retries(at=failed.retry_at - timedelta(seconds=1)) == 0
            at = failed.retry_at
            assert services.queue_retries(at=at) == 1
    assert tries == 5
    assert timedelta(hours=23) < at - NOON < timedelta(hours=25)
    assert Message.objects.get(pk=message.pk).state == "failed"
    assert services.queue_retries(at=NOON + timedelta(days=99)) == 0


@pytest.mark.parametrize("error", [ConnectionRefusedError("no"), SMTPAuthenticationError(535, b"Who?")])
def test_a_mail_server_that_cannot_be_used_costs_nobody_a_try(
    world: World, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    message = message_in(world, "queued")
    with mock.patch(f"{LOCMEM}.open", side_effect=error):
        tasks.send_messages()
    message = Message.objects.get(pk=message.pk)
    assert (message.state, message.attempts) == ("queued", 0)
    assert "1 wait" in caplog.text
    tasks.send_messages()
    assert len(mail.outbox) == 1


def test_the_job_sends_what_waits_in_order_and_each_once(world: World) -> None:
    customer = reachable(world)
    messages = [message_about(world, customer, product=f"Key {number}") for number in range(3)]
    tasks.send_messages()
    tasks.send_messages()
    assert [letter.subject for letter in mail.outbox] == [f"Your access to Key {n}" for n in range(3)]
    assert {Message.objects.get(pk=message.pk).state for message in messages} == {"sent"}


def test_a_notice_whose_worker_died_is_uncertain_after_a_while_and_never_sent_by_itself(world: World) -> None:
    message = message_in(world, "sending")
    assert services.doubt_abandoned(at=NOON + timedelta(minutes=14)) == 0
    assert services.doubt_abandoned(at=NOON + timedelta(minutes=16)) == 1
    assert services.send_next(at=NOON + timedelta(days=9)) is None
    assert [found.state for found in selectors.undelivered()] == ["uncertain"]
    assert Message.objects.get(pk=message.pk).error.startswith("The worker ended")


def test_an_answer_that_comes_late_settles_the_doubt(world: World) -> None:
    """A worker that only slept says what happened, although it was given up."""
    message = message_in(world, "queued")

    def slow(*_: Any) -> int:
        services.doubt_abandoned(at=NOON + timedelta(hours=1))
        return 1

    with mock.patch(f"{LOCMEM}.send_messages", side_effect=slow):
        sent = services.send_message(message_id=message.pk, at=NOON)
    assert sent is not None
    assert sent.state == "sent"


def test_a_notice_without_an_address_goes_to_the_contact_that_was_added(world: World) -> None:
    message = message_in(world, "undeliverable")
    by = {"message_id": message.pk, "on": world.on, "actor": staff("Order clerk")}
    with pytest.raises(DomainError) as refusal:
        services.resend_message(**by)
    assert refusal.value.code == "email-missing"
    Contact.objects.create(customer=message.customer, name="Nina New", email="nina@buyer.example")
    resent = services.resend_message(**by)
    assert (resent.state, resent.recipient_email) == ("queued", "nina@buyer.example")
    tasks.send_messages()
    assert mail.outbox[0].to == ["Nina New <nina@buyer.example>"]
    assert Event.objects.get(kind="message.resent").actor.username == "order-clerk"


def test_an_uncertain_notice_is_sent_again_to_whom_it_went_with_the_same_id(world: World) -> None:
    message = message_in(world, "uncertain")
    Contact.objects.filter(customer=message.customer).update(email="other@buyer.example")
    services.resend_message(message_id=message.pk, on=world.on, actor=world.system)
    tasks.send_messages()
    [letter] = mail.outbox
    assert letter.to == ["Olga Orders <olga@buyer.example>"]
    assert letter.message()["Message-ID"] == message.message_id


@pytest.mark.parametrize("verb", ["resend_message", "settle_uncertain"])
def test_an_unknown_notice_is_a_named_refusal(world: World, verb: str) -> None:
    before = world.fingerprint()
    with pytest.raises(DomainError) as refusal:
        getattr(services, verb)(message_id=-1, on=world.on, actor=world.system)
    assert refusal.value.code == "not-found"
    assert world.fingerprint() == before


FROZEN = ["subject = 'x'", "body = 'x'", "html = 'x'", "language = 'fr'", "message_id = 'x'", "kind = 'x'"]


@pytest.mark.parametrize("state", ["queued", "sent", "undeliverable"])
def test_what_was_written_stays_written(world: World, state: str) -> None:
    message = message_in(world, state)
    attempts = [f"UPDATE customers_message SET {columns} WHERE id = %s" for columns in FROZEN]
    attempts.append("DELETE FROM customers_message WHERE id = %s")
    if state != "undeliverable":
        attempts.append("UPDATE customers_message SET recipient_email = 'x@y.example' WHERE id = %s")
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            fetch_all(attempt, [message.pk])


def test_the_lists_take_one_query_however_long_they_are(world: World) -> None:
    lists = {
        "due": lambda: [str(found) for found in selectors.due_messages()],
        "undelivered": lambda: [(found.customer.name, found.error) for found in selectors.undelivered()],
        "customer": lambda: [found.subject for found in selectors.messages_of_customer(customer.pk)],
        "document": lambda: [
            found.subject
            for found in selectors.messages_of_document(document_type="entitlement", document_id=1)
        ],
    }
    customer: Customer = reachable(world)
    for _ in range(2):
        for state in ("queued", "undeliverable", "failed"):
            message_in(world, state)
        message_about(world, customer)
    for name, read in lists.items():
        with CaptureQueriesContext(connection) as captured:
            found = read()
        assert len(captured.captured_queries) == 1, name
        assert len(found) >= 2 or name == "document"
