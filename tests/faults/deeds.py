"""What a child of the nursery can be asked to do. Arguments and results are JSON values."""

import time
from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock

from django.db import connection
from django.test import override_settings

from fulfillment import services as fulfillment
from o2c import dispatch, wiring
from o2c.celery import app
from o2c.gateway import services as gateway
from o2c.kernel import clock
from o2c.kernel.models import Company, User
from orders import services as orders
from orders.services import LineInput, OrderInput
from tests.concurrency.sweep import violations
from tests.world import build_world


def consume(*, handler: str, event_id: int, document_id: int, payload: dict[str, Any]) -> None:
    """Do what a worker does with one message."""
    wiring.TASKS[handler](event_id=event_id, document_id=document_id, payload=payload)


def run_task(*, name: str) -> None:
    """Do what a worker does with a scheduled task."""
    app.loader.import_default_modules()
    app.tasks[name]()


def dispatch_now() -> None:
    """Do what the dispatcher does, once: it does not stay awake to look again."""
    with mock.patch.object(dispatch, "LINGER", 0.0, create=True):
        dispatch.dispatch_events()


def ask_for_dispatch() -> None:
    """Do what the scheduler does every minute: ask a worker to dispatch."""
    dispatch.dispatch_events.apply_async(retry=False)


def send_mails(*, directory: str) -> None:
    """Send what waits, to a mail server that is a directory."""
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_FILE_PATH=directory):
        app.tasks["customers.tasks.send_messages"]()


def order_and_ship(*, customer_id: int, sku: str, on: str, count: int = 1) -> dict[str, Any]:
    """Place and ship *count* orders; return the shipments' ids, and how long the slowest verb and all took."""
    shipments, slowest, took = [], 0.0, 0.0
    company, actor, day = Company.objects.get(), User.system(), date.fromisoformat(on)
    for _ in range(count):
        started = time.perf_counter()
        wanted = OrderInput(
            company=company,
            customer_id=customer_id,
            lines=[LineInput(sku=sku, quantity=Decimal(1))],
            channel="api",
            ordered_on=day,
            acknowledges_duplicate=True,
        )
        order = orders.place_order(order=wanted, actor=actor)
        placed = time.perf_counter()
        shipments.append(fulfillment.ship_order(order_id=order.pk, on=day, actor=actor).pk)
        shipped = time.perf_counter()
        slowest = max(slowest, placed - started, shipped - placed)
        took += shipped - started
    return {"shipments": shipments, "slowest": slowest, "took": took}


def set_up(*, products: int) -> dict[str, Any]:
    """Make a company with products, of which there is plenty, and a customer for each."""
    world = build_world()
    skus = [world.product(stock="100000").sku for _ in range(products)]
    customers = [world.customer(limit="1000000000").pk for _ in range(products)]
    return {"skus": skus, "customers": customers, "on": world.on.isoformat()}


def ask(*, sql: str) -> list[list[Any]]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [[str(value) for value in row] for row in cursor.fetchall()]


def sweep() -> dict[str, str]:
    """Return which invariants do not hold, with their rows."""
    return {name: str(rows) for name, rows in violations().items()}


def stream(*, tape: str, customer_id: int, sku: str, on: str, limit: int = 1_000_000) -> int:
    """Place and ship orders until *limit*, or until the database goes; note each acknowledged shipment on *tape*."""
    with open(tape, "a", encoding="ascii") as acknowledged:
        for _ in range(limit):
            [shipment] = order_and_ship(customer_id=customer_id, sku=sku, on=on)["shipments"]
            acknowledged.write(f"{shipment}\n")
            acknowledged.flush()
    return limit


def send_webhooks() -> int:
    """Send what shops are owed, to this machine."""
    with override_settings(WEBHOOKS_MAY_LOOP_BACK=True):
        return gateway.send_due(now=clock.unmoved)
