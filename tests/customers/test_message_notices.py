"""What each notice says, word for word in English and Russian, and when it is not written at all.

The words stand in tests/golden/messages. Somebody who reads the language has read them; a change of a
template or a translation shows there. To approve it: run with O2C_WRITE_GOLDEN=1, and read them.
"""

import json
import os
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Message
from fulfillment import notices as deliveries
from fulfillment.models import Carrier, Entitlement, Return, ReturnLine, Shipment
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Event
from orders import notices, services as orders
from orders.models import Order
from tests.customers.notices import change, consume, reachable, told
from tests.world import World

WRITE_GOLDEN = os.environ.get("O2C_WRITE_GOLDEN") == "1"
GOLDEN = settings.ROOT / "tests" / "golden" / "messages"
KINDS = {path.name for path in (settings.ROOT / "templates" / "email").iterdir() if path.is_dir()} - {"parts"}
SOON = date(2026, 12, 1)


CURES = defaultdict(dict) | {
    "credit-prepayment": {"code": "pay", "amount": "7.50"},
    "credit-limit/raise-limit": {"code": "raise-limit", "limit": "12.00"},
    "credit-limit/allocate": {"code": "allocate", "amount": "12.00"},
    "credit-group-limit/rate": {"code": "add-exchange-rate", "currency": "EUR"},
    "credit-risk": {"code": "pay-in-advance", "amount": "99.00"},
}


def held(world: World, order: Order, *codes: str) -> Message | None:
    """The notice about an order that waits for the reasons named, such as ``credit-limit/raise-limit``."""
    reasons = [
        {"code": code.partition("/")[0], "text": "internal words", "figures": {}, "cure": CURES[code]}
        for code in codes
    ]
    change(order, hold_reasons=json.dumps(reasons))
    return told(world, notices.order_held, "order.held", order)


def say_everything(world: World, language: str) -> dict[str, Message | None]:
    """One notice of each kind."""
    customer = reachable(world, language)
    lamp, oil = world.product(price="12.50", stock="3"), world.product(price="1234.50", stock="10")
    change(lamp, alternative_id=oil.pk)
    order = world.order(customer, (lamp, "5"), (oil, "2"), po_number="PO-77")
    short, _ = order.lines.order_by("position")
    said: dict[str, Message | None] = {}
    said["order_confirmed"] = told(world, notices.order_confirmed, "order.confirmed", order)
    said["backorders_reserved"] = told(world, notices.backorders_reserved, "order.backorders_reserved", order)
    change(order, promised_on=SOON)
    change(short, promised_on=SOON)
    order.versions.create(
        version=2, reason="Call", changes=AMENDED, before={}, on=world.on, actor=world.system
    )
    said["order_amended"] = told(
        world, notices.order_amended, "order.amended", order, version=2, reason="Call"
    )
    old = date(2026, 9, 1)
    world.invoice(world.ship(world.order(customer, (oil, "1"), on=old), on=old), on=old)
    said["late_payer"] = told(
        world, notices.late_payer, "order.placed_while_overdue", order, currency="GBP", overdue="1481.40",
        days=50, held=False,
    )  # fmt: skip
    said["order_delayed"] = told(
        world, notices.order_delayed, "order.delayed", order, was="2026-11-27", now="2026-12-01", reason="x"
    )
    shipment = world.ship(order)
    carrier = Carrier.objects.create(
        code="fast", name="Fast Freight", tracking_url="https://fast.example/?n={number}"
    )
    change(shipment, expected_on=date(2026, 11, 24), tracking_number="AB/1 2")
    unfrozen(shipment, carried_by_id=carrier.pk)
    said["shipment_sent"] = told(world, deliveries.shipment_sent, "shipment.posted", shipment)
    said |= _after_delivery(world, shipment)
    orders.cancel_rest(order_id=order.pk, reason="Discontinued", on=world.on, actor=world.system)
    said["order_rest_cancelled"] = told(
        world, notices.order_rest_cancelled, "order.rest_cancelled", order, reason="Discontinued"
    )
    said["cannot_fulfil"] = told(
        world, notices.cannot_fulfil, "order.unfulfillable", order, reason="x",
        lines=[{"position": 1, "description": "Lamp", "quantity": "2"}],
    )  # fmt: skip
    gone = world.order(customer, (oil, "1"))
    orders.cancel_order(order_id=gone.pk, reason="Ordered twice", on=world.on, actor=world.system)
    said["order_cancelled"] = told(
        world, notices.order_cancelled, "order.cancelled", gone, reason="Ordered twice"
    )
    waiting = world.order(world.customer(limit="0", language=language), (oil, "1"))
    change(waiting, customer_id=customer.pk)
    said["order_held"] = held(world, waiting, "credit-overdue", "credit-limit", "credit-risk")
    quote = orders.create_order(order=world.wanted(customer, (oil, "1")), actor=world.system)
    unfrozen(quote, state="quoted", valid_until=SOON)
    said["quote_sent"] = told(world, notices.quote_sent, "order.quoted", quote, version=1)
    return said


AMENDED = [
    {"field": "requested_on", "what": "requested_on", "was": None, "is": "2026-12-05"},
    {"field": "priority", "what": "priority", "was": 0, "is": 9},
    {"field": "gross", "what": "gross", "was": "3000", "is": "3037.8"},
    {"position": 1, "what": "ordered", "was": "3", "is": "5"},
    {"position": 1, "what": "unit_price", "was": "13", "is": "12.5"},
    {"position": 2, "what": "line", "was": None, "is": {"description": "Oil", "ordered": "2"}},
]


def unfrozen(row: Any, **columns: Any) -> None:
    """Set columns with the guards away."""
    fetch_all("SET LOCAL session_replication_role = replica", [])
    change(row, **columns)
    fetch_all("SET LOCAL session_replication_role = origin", [])


def _after_delivery(world: World, shipment: Shipment) -> dict[str, Message | None]:
    """Access to what was delivered, and some of it coming back."""
    first, second = shipment.lines.order_by("pk")
    access = Entitlement.objects.create(
        shipment_line=second, key="KEY-1", valid_from=world.on, valid_until=date(2027, 11, 20)
    )
    back = Return.objects.create(
        company=world.company, shipment=shipment, warehouse=world.basics.warehouse, reason="damaged",
        authorised_on=world.on, valid_until=date(2026, 12, 20), created_by=world.system,
    )  # fmt: skip
    line = ReturnLine.objects.create(returned=back, shipment_line=first, authorised=Decimal(3))
    said = {
        "access_granted": told(world, deliveries.access_granted, "entitlement.granted", access),
        "return_authorised": told(world, deliveries.return_authorised, "return.authorised", back),
    }
    unfrozen(back, state="inspected", received_on=world.on, inspected_on=world.on)
    change(line, received=3, restocked=1, scrapped=2)
    return said | {"return_inspected": told(world, deliveries.return_inspected, "return.inspected", back)}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_kind_says_what_was_approved(world: World, language: str) -> None:
    said = say_everything(world, language)
    assert said.keys() == KINDS
    for kind, message in said.items():
        assert message is not None, kind
        assert message.kind == kind
        assert message.language == language
        words = plain(f"{message.subject}\n\n{message.body}")
        file = GOLDEN / f"{kind}.{language}.txt"
        if WRITE_GOLDEN:
            file.parent.mkdir(exist_ok=True)
            file.write_text(words)
        assert words == file.read_text(), kind
        assert "internal words" not in message.body + message.html
        assert plain(message.subject) in plain(message.html)


def plain(text: str) -> str:
    """A text without what the order of the tests decides: numbers that the database counts."""
    return re.sub(r"\b(SO|SH|RT|C|SKU|INV-2026)-\d+", r"\1-1", text)


def test_an_imported_order_is_history_and_nobody_is_written_to(world: World) -> None:
    lamp = world.product()
    order = world.order(reachable(world), (lamp, "1"), channel="import")
    shipment = world.ship(order)
    assert told(world, notices.order_confirmed, "order.confirmed", order) is None
    assert told(world, deliveries.shipment_sent, "shipment.posted", shipment) is None


def test_an_order_cancelled_before_its_confirmation_was_written_is_not_confirmed(world: World) -> None:
    order = world.order(reachable(world), (world.product(), "1"))
    orders.cancel_order(order_id=order.pk, reason="Too late", on=world.on, actor=world.system)
    assert told(world, notices.order_confirmed, "order.confirmed", order) is None


def test_a_draft_that_is_dropped_was_no_order_to_the_customer(world: World) -> None:
    wanted = world.wanted(reachable(world), (world.product(), "1"))
    draft = orders.create_order(order=wanted, actor=world.system)
    orders.cancel_order(order_id=draft.pk, reason="Mistyped", on=world.on, actor=world.system)
    assert told(world, notices.order_cancelled, "order.cancelled", draft, reason="Mistyped") is None


@pytest.mark.parametrize(
    ("codes", "says", "says_not"),
    [
        (["credit-prepayment"], ["please transfer £7.50", "GB33"], ["credit that we", "going over"]),
        (["credit-limit/raise-limit"], ["ask us for more credit", "GB33"], ["by itself", "going over"]),
        (["credit-limit/allocate"], ["going over the details"], ["GB33", "credit", "payment"]),
        (["credit-group-limit/rate"], ["going over the details"], ["GB33", "credit", "EUR"]),
        (["credit-risk"], ["going over the details"], ["GB33", "risk", "99.00"]),
        (["credit-group-limit"], ["beyond the credit", "GB33"], ["past their due date", "going over"]),
        (["stock-short"], ["Not everything is in stock"], ["GB33", "going over", "payment"]),
        (["screening"], ["going over the details"], ["GB33", "fraud", "credit", "payment"]),
        (["credit-blocked"], ["going over the details"], ["GB33", "blocked", "credit"]),
        (["duplicate", "credit-first-order"], ["going over the details"], ["GB33", "twice", "duplicate"]),
    ],
)
def test_a_hold_is_told_with_its_cure_and_without_a_judgement(
    world: World, codes: list[str], says: list[str], says_not: list[str]
) -> None:
    order = world.order(reachable(world, limit="0"), (world.product(price="10.00", stock="0"), "1"))
    message = held(world, order, *codes)
    assert message is not None
    for words in says:
        assert words in message.body
    for words in says_not:
        assert words not in f"{message.subject} {message.body} {message.html}"


def test_a_judgement_about_the_customer_is_no_reason_that_they_read(world: World) -> None:
    order = world.order(reachable(world), (world.product(), "1"))
    orders.cancel_order(order_id=order.pk, reason="Smells of fraud", on=world.on, actor=world.system)
    message = told(
        world, notices.order_cancelled, "order.cancelled", order, code="fraud", reason="Smells of fraud"
    )
    assert message is not None
    assert "fraud" not in message.body + message.html
    assert "Reason" not in message.body


def test_a_late_payer_whose_order_waits_reads_it_once(world: World) -> None:
    """The hold and the debt are announced together: one notice tells both."""
    customer, lamp = reachable(world), world.product()
    old = date(2026, 9, 1)
    world.invoice(world.ship(world.order(customer, (lamp, "1"), on=old), on=old), on=old)
    order = world.order(customer, (lamp, "1"))
    assert order.state == "on_hold"
    together = [
        Event(kind=kind, document_type="order", document_id=order.pk, on=world.on, actor=world.system)
        for kind in ("order.placed_while_overdue", "order.held")
    ]
    debt, hold = Event.objects.bulk_create(together)
    consume(world, notices.late_payer, debt)
    consume(world, notices.order_held, hold)
    [message] = Message.objects.filter(document_id=order.pk)
    assert message.kind == "late_payer"
    assert "Your order waits until the overdue amount of £12.00 is paid." in message.body


def test_a_debt_that_was_paid_meanwhile_is_not_asked_for(world: World) -> None:
    customer, lamp = reachable(world), world.product()
    old = date(2026, 9, 1)
    invoice = world.invoice(world.ship(world.order(customer, (lamp, "1"), on=old), on=old), on=old)
    order = world.order(customer, (lamp, "1"))
    world.pay(invoice)
    assert told(world, notices.late_payer, "order.placed_while_overdue", order) is None


def test_the_number_of_overdue_invoices_has_the_russian_plural(world: World) -> None:
    customer, lamp = reachable(world, "ru"), world.product()
    old = date(2026, 9, 1)
    ordered = [world.order(customer, (lamp, "1"), on=old) for _ in range(2)]
    order = world.order(customer, (lamp, "1"))
    for one in ordered:
        world.invoice(world.ship(one, on=old), on=old)
    message = told(world, notices.late_payer, "order.placed_while_overdue", order)
    assert message is not None
    assert "Срок оплаты истёк по 2 Вашим счетам:" in message.body
    assert "Итого: 24,00\u00a0£" in message.body


def test_what_cannot_be_delivered_is_told_once_though_it_is_cancelled_too(world: World) -> None:
    order = world.order(reachable(world), (world.product(), "1"))
    orders.cancel_order(order_id=order.pk, reason="Out of print", on=world.on, actor=world.system)
    lines = [{"position": 1, "description": "Lamp", "quantity": "1"}]
    said = [("order.unfulfillable", {"lines": lines, "reason": "x"}), ("order.cancelled", {"reason": "x"})]
    unfulfillable, cancelled = Event.objects.bulk_create(
        Event(
            kind=kind, document_type="order", document_id=order.pk, on=world.on, actor=world.system, payload=p
        )
        for kind, p in said
    )
    consume(world, notices.cannot_fulfil, unfulfillable)
    consume(world, notices.order_cancelled, cancelled)
    [message] = Message.objects.all()
    assert message.subject == f"Order {order.number}: we cannot deliver"


def test_a_delay_on_the_road_names_the_shipment_and_no_lines(world: World) -> None:
    order = world.order(reachable(world), (world.product(), "1"))
    message = told(
        world, notices.order_delayed, "order.delayed", order, was="2026-11-24", now=None, reason="x",
        shipment="SH-77",
    )  # fmt: skip
    assert message is not None
    assert f"our shipment SH-77 for your order {order.number} takes longer on the road" in message.body
    assert "We had told you 24\u00a0November\u00a02026. We have no new date yet" in message.body
    assert "\n- " not in message.body


def test_only_the_lines_that_were_cancelled_are_named(world: World) -> None:
    order = world.order(reachable(world), (world.product(), "4"), (world.product(), "7"))
    message = told(
        world, notices.order_rest_cancelled, "order.lines_cancelled", order, code="customer", reason="",
        lines=[{"position": 2, "description": "x", "quantity": "3"}],
    )  # fmt: skip
    assert message is not None
    assert [line for line in message.body.splitlines() if line.startswith("- ")] == [
        f"- 3\u00a0pc {order.lines.get(position=2).description}"
    ]


@pytest.mark.parametrize("page", ["javascript:alert(1)//{number}", "", "ftp://x/{number}"])
def test_a_tracking_page_that_is_none_is_no_link(page: str) -> None:
    assert deliveries.tracking_link(Carrier(tracking_url=page), "1") == ""


def test_a_notice_of_thirty_lines_takes_the_statements_of_one_with_three(world: World) -> None:
    counts = []
    for lines in (3, 30):
        products = [world.product(stock="10") for _ in range(lines)]
        order = world.order(reachable(world), *[(product, "1") for product in products])
        with CaptureQueriesContext(connection) as captured:
            told(world, notices.order_confirmed, "order.confirmed", order)
        counts.append(len(captured.captured_queries))
    assert counts[0] == counts[1] <= 20
