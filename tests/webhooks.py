"""A shop's side of webhooks: an address that answers as it is told to, and what is owed to it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from unittest import mock

import time_machine
from django.test import override_settings

from customers.models import Customer
from fulfillment.events import ShipmentDelivered
from o2c import dispatch
from o2c.gateway import outgoing, services
from o2c.gateway.models import WebhookDelivery, WebhookEndpoint
from o2c.gateway.outgoing import Answer
from o2c.kernel.db import unit_of_work
from o2c.kernel.events import announce
from o2c.kernel.models import Event
from orders.events import OrderClosed
from orders.models import Order
from tests.shops import NINE, shop_in
from tests.world import World

DELIVERY_STATES = ("pending", "delivered", "exhausted", "cancelled")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
documents = count(900_000)


@dataclass
class Said:
    """One message that arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """An address on this machine. *answers* are what it says to one message after the other, then 200."""

    url: str = ""
    said: list[Said] = field(default_factory=list)
    answers: list[int | Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def types(self) -> list[str]:
        return [one.told["type"] for one in self.said]


@contextmanager
def receiver(*answers: int | Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Receiver]:
    """Serve an address, which webhooks may be sent to while the block runs."""
    state, lock = Receiver(answers=list(answers)), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                state.said.append(Said({name.lower(): text for name, text in self.headers.items()}, body))
                state.at_once += 1
                state.most_at_once = max(state.most_at_once, state.at_once)
                answer = state.answers.pop(0) if state.answers else 200
            if isinstance(answer, int):
                self.send_response(answer)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")
            else:
                answer(self)
            with lock:
                state.at_once -= 1

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        with override_settings(WEBHOOKS_MAY_LOOP_BACK=True):
            yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def endpoint_in(
    world: World, *, url: str = "https://shop.example/hook", sees_all: bool = True, **options: Any
) -> WebhookEndpoint:
    """An address of a new shop, told of what `happens` and `arrives` unless *types* say otherwise."""
    shop = shop_in(world, sees_all=sees_all)
    wanted = {"types": ["order.closed", "shipment.delivered"], **options}
    made = services.create_webhook(shop_id=shop.pk, url=url, at=NINE, actor=world.system, **wanted)
    return WebhookEndpoint.objects.get(pk=made.pk)


def happens(world: World, customer: Customer, *, document: int = 0, number: str = "SO-1") -> Event:
    """Something that shops are told: an order of the customer was closed."""
    order = Order(pk=document or next(documents), number=number, customer=customer)
    return told(OrderClosed.of(order, on=world.on, actor=world.system))


def arrives(world: World, customer: Customer, *, document: int, number: str = "SH-1") -> Event:
    """Something else that shops are told: a shipment arrived."""
    whose = {"order_id": 1, "customer_id": customer.pk}
    return told(
        ShipmentDelivered(document_id=document, number=number, on=world.on, actor_id=world.system.pk, **whose)
    )


def told(event: Any) -> Event:
    """Announce an event, and let the dispatcher write down who is owed it."""
    with unit_of_work():
        announce(event)
    desks_work()
    return Event.objects.latest("pk")


def desks_work(**options: Any) -> None:
    """Have everything owed to our own desks, and write down what is owed to shops, at noon."""
    with time_machine.travel(NOON, tick=False):
        dispatch.run_inline(**options)


def send(at: datetime = NOON, **options: Any) -> int:
    """Send what is due at an instant."""
    return services.send_due(now=lambda: at, **options)


def delivery_in(world: World, state: str) -> WebhookDelivery:
    """What an address is owed, in each state, with the log of what led there."""
    endpoint = endpoint_in(world)
    happens(world, world.customer())
    delivery = endpoint.deliveries.get()
    if state == "cancelled":
        services.disable_webhook(endpoint_id=endpoint.pk, reason="Moved", at=NOON, actor=world.system)
        services.enable_webhook(endpoint_id=endpoint.pk, actor=world.system)
    if state == "exhausted":
        WebhookDelivery.objects.filter(pk=delivery.pk).update(attempts=9)
    if state in {"delivered", "exhausted"}:
        answer = Answer(5, 200 if state == "delivered" else 500)
        others = WebhookDelivery.objects.exclude(pk=delivery.pk).filter(state="pending")
        later = datetime(2099, 1, 1, tzinfo=UTC)
        others.update(next_try_at=later)
        with mock.patch.object(outgoing, "call", return_value=answer):
            send(datetime(2026, 12, 1, tzinfo=UTC))
    return WebhookDelivery.objects.get(pk=delivery.pk)
