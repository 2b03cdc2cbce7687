"""The channel inbox: what came in, who is asked for an answer, and when it is late."""

import io
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Contact
from o2c.kernel.models import Event
from orders import errors, selectors, services as orders
from orders.mail import MAX_BYTES, read_mail, text_of_html
from orders.models import Order, OrderRequest
from tests.documents import NOON, REQUEST_STATES, cells, request_in, walk
from tests.world import World, staff

TABLE = """
                 waiting     ordered             dismissed
dismiss_request  dismissed   !request-answered   !request-answered
place_order      ordered     !request-answered   !request-answered
"""
MAIL = b"""From: Ada Buyer <Ada@Buyer.example>
To: orders@lantern.example
Subject: =?utf-8?q?F=C3=BCnf_Laternen?=
Message-ID: <one@buyer.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/html; charset=utf-8

<html><head><title>x</title><style>p {}</style></head><body><p>Five &amp; more</p><p>lanterns, please</p></body></html>
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename="order.pdf"

x
--b--
"""


@pytest.mark.parametrize("state", REQUEST_STATES)
def test_every_verb_in_every_state_of_a_request(world: World, state: str) -> None:
    request, customer, lantern = request_in(world, state), world.customer(), world.product()

    def run(verb: str) -> object:
        if verb == "place_order":
            wanted = world.wanted(customer, (lantern, "1"), request_id=request.pk)
            return orders.place_order(order=wanted, actor=world.system)
        return orders.dismiss_request(
            request_id=request.pk, reason="Spam", on=world.on, at=NOON, actor=world.system
        )

    walk(world, TABLE, state, run=run, state_after=lambda: str(OrderRequest.objects.get(pk=request.pk).state))
    assert {cell.state for cell in cells(TABLE)} == set(REQUEST_STATES) == set(OrderRequest.State.values)


def take(world: World, **given) -> OrderRequest:
    options = {
        "channel": "email",
        "sender": "ada@buyer.example",
        "on": world.on,
        "at": NOON,
        "actor": world.system,
    }
    return orders.receive_request(**{**options, **given})


def test_a_repeated_message_is_one_request_and_knows_its_customer(world: World) -> None:
    customer = world.customer()
    Contact.objects.create(customer=customer, name="Ada", email="ADA@buyer.example")
    first = take(world, external_id="<one@buyer.example>", text="Five lanterns\x00")
    again = take(world, external_id="<one@buyer.example>", text="Five lanterns")
    assert (first.pk, first.customer_id, first.text) == (again.pk, customer.pk, "Five lanterns")
    assert Event.objects.filter(kind="order_request.received").count() == 1
    Contact.objects.create(customer=world.customer(), name="Ada", email="ada@buyer.example")
    assert take(world).customer is None  # two customers have her: a person decides


def test_an_order_answers_the_request_it_was_made_of(world: World) -> None:
    request = request_in(world, "ordered")
    order = Order.objects.get()
    assert (request.order, request.answered_at, request.answered_by) == (
        order,
        order.created_at,
        order.created_by,
    )
    event = Event.objects.get(kind="order_request.answered")
    assert (event.document_id, event.payload) == (request.pk, {"order_id": order.pk})
    assert event.kind == "order_request.answered"


def test_a_request_that_cannot_be_right_changes_nothing(world: World) -> None:
    before = world.fingerprint()
    for wrong in ({"channel": "pigeon"}, {"sender": "  "}):
        with pytest.raises(errors.InvalidRequest):
            take(world, **wrong)
    assert world.fingerprint() == before


def test_the_inbox_shows_by_channel_what_waits_and_what_is_late(world: World) -> None:
    take(world, at=NOON - timedelta(hours=9))
    take(world, at=NOON)
    take(world, channel="phone", sender="Ada", at=NOON)
    order = world.order(world.customer(), (world.product(), "1"), channel="web")
    later = Order.objects.get(pk=order.pk).created_at + timedelta(hours=1)
    assert {(row.channel, row.requests, row.orders) for row in selectors.channel_inbox(now=later)} == {
        ("email", 2, 0), ("phone", 1, 0), ("web", 0, 1),
    }  # fmt: skip
    noon = {row.channel: row.is_late for row in selectors.channel_inbox(now=NOON)}
    assert (noon["email"], noon["phone"]) == (True, False)
    assert [found.pk for found in selectors.unanswered_orders()] == [order.pk]
    assert [found.channel for found in selectors.waiting_requests(channel="phone")] == ["phone"]

    world.let_the_desks_work()  # the confirmation is written: that is the answer
    told = Order.objects.get(pk=order.pk).answered_at
    assert told == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert selectors.unanswered_orders() == []


def test_the_inbox_costs_the_same_however_much_waits(world: World) -> None:
    for number in (1, 4):
        for _ in range(number):
            take(world)
            world.order(world.customer(), (world.product(), "1"))
        with CaptureQueriesContext(connection) as captured:
            selectors.channel_inbox(now=NOON)
            selectors.waiting_requests()
            selectors.unanswered_orders()
        assert len(captured) == 3


def test_a_mail_of_html_becomes_text_with_its_attachments_named() -> None:
    mail = read_mail(MAIL)
    assert (mail.sender, mail.subject) == ("Ada@Buyer.example", "Fünf Laternen")
    assert mail.text == "Five & more\nlanterns, please\n\n[attached: order.pdf]"
    assert mail.message_id == "<one@buyer.example>"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"From: a@b.example\nContent-Type: text/plain; charset=nobody-knows\n\nHello", "Hello"),
        (b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n\xff\xfe", "\ufffd\ufffd"),
        (b"From: a@b.example\n\n", ""),
        (b"", ""),
        (b"From: not an address\n\nHi", "Hi"),
    ],
)
def test_a_broken_mail_is_read_as_far_as_it_can_be(content: bytes, text: str) -> None:
    mail = read_mail(content)
    assert mail.text == text
    assert mail.message_id.startswith("sha256-")


def test_scripts_and_styles_are_no_text() -> None:
    assert text_of_html("<script>x()</script>One<br>two   words</p><li>three") == "One\ntwo words\nthree"


def test_a_mail_on_standard_input_waits_in_the_inbox_once(world: World, monkeypatch) -> None:
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(MAIL)))
        call_command("receive_mail", stdout=io.StringIO())
    request = OrderRequest.objects.get()
    assert (request.channel, request.sender, request.state) == ("email", "Ada@Buyer.example", "waiting")
    for refused in (b"x" * (MAX_BYTES + 1), b"Subject: nobody\n\nHello"):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(refused)))
        with pytest.raises(CommandError) as error:
            call_command("receive_mail")
        assert error.value.returncode == 65
    assert OrderRequest.objects.count() == 1
    assert staff("Order clerk")
