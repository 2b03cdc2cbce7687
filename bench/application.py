"""The application: its own services, every feature on, against a database like an installation's."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import redis
from celery import current_app
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection, transaction

from bench.measure import STEPS, Stopwatch
from catalog import services as catalog
from catalog.models import Product
from credit import services as credit
from customers import services as customers
from customers.models import Customer
from fulfillment import services as fulfillment
from inventory import services as inventory
from inventory.models import Warehouse
from inventory.rules import Demand
from invoicing import services as invoicing
from invoicing.models import Invoice
from o2c import dispatch
from o2c.kernel import clock, partition
from o2c.kernel.db import unit_of_work
from o2c.kernel.models import Company, User
from o2c.operations.setup import Basics, set_up_company
from orders import services as orders
from orders.models import Order
from orders.services import LineInput, OrderInput
from receivables import services as receivables

LINES = 3
ON = date(2026, 11, 20)
OPENING = date(2026, 1, 1)
CLERK = "bench-clerk"
UNIT_COST = Decimal("4.00")
ON_HAND = Decimal(10_000_000)

COMPANY = {
    "name": "Bench",
    "legal_name": "Bench Ltd",
    "street": "1 High Street",
    "postal_code": "E1 6AN",
    "city": "London",
    "country": "GB",
    "vat_id": "GB980780684",
    "base_currency": "GBP",
    "time_zone": "Europe/London",
}


def build(*, customers_wanted: int, products_wanted: int) -> None:
    """Set up a company that is ready to sell, through the services, in the database in use."""
    basics = set_up_company(
        profile=COMPANY,
        tax_rate=Decimal(20),
        since=OPENING,
        until=date(max(ON.year, clock.now().year + 1), 12, 31),
        actor=User.system(),
    )
    clerk = User.objects.create_user(CLERK)
    clerk.groups.set(Group.objects.all())
    for number in range(1, products_wanted + 1):
        _add_product(basics, number)
    for number in range(1, customers_wanted + 1):
        _add_customer(basics, number)


def _add_product(basics: Basics, number: int) -> None:
    system = User.system()
    product = catalog.add_product(
        sku=f"SKU-{number}", name=f"Lantern {number}", tax_category=basics.standard, actor=system
    )
    catalog.set_price(
        price_list=basics.prices,
        product=product,
        unit_price=Decimal(10 + number % 90) + Decimal("0.99"),
        valid_from=OPENING,
        actor=system,
    )
    fulfillment.receive_goods(
        warehouse=basics.warehouse,
        product_id=product.pk,
        quantity=ON_HAND,
        unit_cost=UNIT_COST,
        source="opening",
        on=OPENING,
        actor=system,
    )


def _add_customer(basics: Basics, number: int) -> None:
    system = User.system()
    customer = customers.register_customer(
        name=f"Customer {number} Ltd",
        currency="GBP",
        price_list=basics.prices,
        tax_region=basics.domestic,
        terms=basics.net_30,
        address={"street": "1 Low Street", "postal_code": "E1 6AN", "city": "London", "country": "GB"},
        on=OPENING,
        actor=system,
    )
    credit.set_limit(customer_id=customer.pk, limit=Decimal(10) ** 12, on=OPENING, actor=system)


def empty_queue() -> None:
    """Empty the benchmark's queue, on which nobody works."""
    broker = current_app.conf.broker_url
    if broker.startswith("memory"):
        return
    queue = current_app.conf.task_default_queue
    client = redis.Redis.from_url(broker.replace("redis+socket", "unix").replace("virtual_host", "db"))
    client.delete(queue)
    client.close()


class Application:
    """The services, called as the API and the desks call them, by a clerk who has every role."""

    def __init__(self, customer_ids: list[int] | None = None) -> None:
        """Prepare to sell to the given customers, or to all."""
        self.called_at = 0.0
        self.company = Company.objects.current()
        self.actor = User.objects.get(username=CLERK)
        self.customer_ids = customer_ids or list(Customer.objects.order_by("pk").values_list("pk", flat=True))
        self.skus = list(Product.objects.order_by("pk").values_list("sku", flat=True))
        self.product_ids = list(Product.objects.order_by("pk").values_list("pk", flat=True))
        self.warehouse_id = Warehouse.objects.order_by("pk").values_list("pk", flat=True)[0]
        connection.ensure_connection()
        self.backend_pid = connection.connection.info.backend_pid

    def cycle(self, stopwatch: Stopwatch, chance: random.Random) -> None:
        """Carry out one order of three lines from placement to payment in four commits."""
        order = self.place(stopwatch, chance)
        with stopwatch.step("ship"):
            shipment = fulfillment.ship_order(order_id=order.pk, on=ON, actor=self.actor)
        self._expect_another_wake_up()
        with stopwatch.step("invoice"):
            invoice = invoicing.invoice_shipment(shipment_id=shipment.pk, on=ON, actor=self.actor)
        self._expect_another_wake_up()
        with stopwatch.step("pay"):
            assert invoice.receivable_id is not None
            receivables.receive_payment(
                company=self.company,
                customer_id=order.customer_id,
                amount=invoice.gross,
                currency=invoice.currency,
                received_on=ON,
                shares={invoice.receivable_id: invoice.gross},
                actor=self.actor,
            )
        self._expect_another_wake_up()

    def place(self, stopwatch: Stopwatch, chance: random.Random) -> Order:
        """Place an order of three lines, as a checkout does."""
        customer_id = chance.choice(self.customer_ids)
        lines = [
            LineInput(sku=sku, quantity=Decimal(chance.randint(1, 5)))
            for sku in chance.sample(self.skus, LINES)
        ]
        with stopwatch.step("place"):
            wanted = OrderInput(
                company=self.company,
                customer_id=customer_id,
                lines=lines,
                channel=Order.Channel.API,
                ordered_on=ON,
                acknowledges_duplicate=True,  # chance repeats itself; the look for a repeat costs the same
            )
            order = orders.place_order(order=wanted, actor=self.actor)
        assert order.state == Order.State.CONFIRMED, order.hold_reasons
        self._expect_another_wake_up()
        return order

    def _invoice(self, shipment_id: int) -> Invoice:
        return invoicing.invoice_shipment(shipment_id=shipment_id, on=ON, actor=self.actor)

    def _expect_another_wake_up(self) -> None:
        """Do as a dispatcher that falls asleep as soon as it may: then the next commit has to call it again."""
        if time.monotonic() - self.called_at > dispatch.LINGER:
            cache.delete(dispatch.CALLED.format(books=partition.current()))
            self.called_at = time.monotonic()

    def tidy(self) -> None:
        """Empty the queue, on which nobody works."""
        empty_queue()

    def close(self) -> None:
        """Close the connection."""
        connection.close()


class CreditCheck(Application):
    """The checkout's decision alone: lock the account, decide credit, reserve stock, and take it all back."""

    def check(self, customer_id: int, chance: random.Random) -> float:
        """Return how many milliseconds it takes to decide on three products; nothing of it stays."""
        demands = [
            Demand(f"bench/{product_id}", product_id, Decimal(chance.randint(1, 5)))
            for product_id in chance.sample(self.product_ids, LINES)
        ]
        stopwatch = Stopwatch()
        with stopwatch.step("place"), unit_of_work():
            decision = credit.authorize(
                account=credit.lock_account(customer_id=customer_id),
                currency=self.company.base_currency,
                reference="bench",
                amount=Decimal(100),
                on=ON,
                actor=self.actor,
            )
            granted = inventory.reserve_available(warehouse_id=self.warehouse_id, demands=demands)
            transaction.set_rollback(True)
        assert decision.approved
        assert all(granted.values())
        return stopwatch.wall_ms["place"][0]


def statements_per_step(subject: Application, chance: random.Random) -> dict[str, int]:
    """Return how many SQL statements each step sends, without BEGIN and COMMIT, when the clerk is known."""
    subject.cycle(Stopwatch(), chance)
    counter = _Counter()
    subject.cycle(counter, chance)
    return counter.statements


class _Counter(Stopwatch):
    """Counts the statements of each step instead of the time."""

    def __init__(self) -> None:
        super().__init__()
        self.statements = dict.fromkeys(STEPS, 0)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the body's statements as those of the step *name*."""

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
            self.statements[name] += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            yield
