"""F01: a worker is killed at every statement of every task; run again, the end is the same, exactly once.

`kill -9` at the n-th failpoint, for every n until the task comes through. What a killed run committed
stays (each verb is a transaction), so the task is finished by a second run and then tried on a fresh
document; what it did not commit leaves no trace, and the same document is tried at the next failpoint.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from catalog.models import Product
from credit import services as credit
from customers import services as customers
from customers.models import Customer, Message
from fulfillment import services as fulfillment
from fulfillment.models import Entitlement, Shipment, ShipmentLine, ShippingLabel
from invoicing import services as invoicing
from invoicing.models import Invoice
from ledger.models import JournalEntry
from o2c import wiring
from o2c.kernel import events
from o2c.kernel.db import fetch_all
from o2c.kernel.models import EventDelivery, JobRun
from orders import services as orders
from orders.models import Order
from receivables.models import Allocation
from tests.documents import shipment_in
from tests.faults.nursery import Nursery, Outcome
from tests.parcels import carrier
from tests.world import World

pytestmark = pytest.mark.committed

TRACES = """
SELECT (SELECT count(*) FROM kernel_event), (SELECT count(*) FROM kernel_eventdelivery WHERE handled_at IS NOT NULL),
       (SELECT count(*) FROM kernel_jobrun), (SELECT count(*) FROM ledger_journalentry WHERE number IS NOT NULL),
       (SELECT count(*) FROM orders_order WHERE open_invoices > 0),
       (SELECT sum(xmin::text::bigint) FROM kernel_eventdelivery)
"""
# As if the time had come: a delivery falls due again, a run that never ended is taken for dead.
TIME_PASSES = [
    "UPDATE kernel_eventdelivery SET next_try_at = now() - interval '1 s' WHERE handled_at IS NULL",
    "UPDATE kernel_jobrun SET started_at = started_at - interval '3 hours' WHERE state = 'running'",
]


@dataclass(frozen=True)
class Case:
    """A task, how to make it owe an effect (returns the document), and whether the effect was had once."""

    task: str
    prepare: Callable[[World], Any]
    had_once: Callable[[Any], bool]
    least_points: int


def confirmed_order(world: World) -> Order:
    return world.order(world.customer(), (world.product(), "2"))


def cancelled_order(world: World) -> Order:
    order = confirmed_order(world)
    consume_here("fulfillment.tasks.plan_shipments")
    return orders.cancel_order(order_id=order.pk, reason="no", on=world.on, actor=world.system)


def shipped(world: World) -> Shipment:
    return world.ship(confirmed_order(world))


def drafted(world: World) -> Invoice:
    return invoicing.draft_for_shipment(shipment_id=shipped(world).pk, on=world.on, actor=world.system)


def credited(world: World) -> Invoice:
    """One of two pieces is given back while its invoice is open."""
    invoice = world.invoice(shipped(world))
    by: dict[str, Any] = {"on": world.on, "actor": world.system}
    note = invoicing.credit_invoice(
        invoice_id=invoice.pk, quantities={invoice.lines.get().pk: Decimal(1)}, reason="Broken", **by
    )
    invoicing.issue_invoice(invoice_id=note.pk, **by)
    return invoice


def paid(world: World) -> Order:
    order = confirmed_order(world)
    world.pay(world.invoice(world.ship(order)))
    return order


def held_then_paid(world: World) -> Order:
    """An order on hold for want of credit; a payment of another invoice makes the room."""
    customer, lantern = world.customer(limit="20"), world.product(price="10.00")
    invoice = world.invoice(world.ship(world.order(customer, (lantern, "1"))))
    held = world.order(customer, (lantern, "1"))
    assert held.state == Order.State.ON_HOLD
    world.pay(invoice)
    return held


def backordered_then_received(world: World) -> Order:
    lantern = world.product(stock="1")
    order = world.order(world.customer(), (lantern, "5"))
    world.receive(lantern, "10")
    return order


def unsealed(world: World) -> int:
    world.receive(world.product(stock="0"), "1")
    credit.set_limit(customer_id=world.customer().pk, limit=Decimal(5), on=world.on, actor=world.system)
    return JournalEntry.objects.count()


def bought_access(world: World) -> Order:
    return world.order(world.customer(), (world.product(kind="digital"), "1"))


def partly_cancelled(world: World) -> Order:
    """Five were planned; then two of them are not wanted any more."""
    order = world.order(world.customer(), (world.product(), "5"))
    consume_here("fulfillment.tasks.plan_shipments")
    orders.cancel_lines(
        order_id=order.pk,
        quantities={order.lines.get().pk: Decimal(2)},
        code="customer",
        reason="no",
        on=world.on,
        actor=world.system,
    )
    return order


def packed_for_the_van(world: World) -> Shipment:
    shipment = shipment_in(world, "picking")
    Product.objects.update(weight=1)
    by = {"shipment_id": shipment.pk, "actor": world.system}
    return fulfillment.pack_shipment(carrier_id=carrier("local").pk, **by)


def vat_id_to_check(world: World) -> Customer:
    customer = world.customer(vat_id="GB980780684")
    customers.request_vat_check(customer_id=customer.pk, on=world.on, actor=world.system)
    return customer


def consume_here(handler: str) -> None:
    """Have what is owed to one handler in this process, and leave the rest."""
    others = [task for task in wiring.TASKS if task != handler]
    for due in events.owed(wiring=wiring.HANDLERS, leaving=others):
        wiring.TASKS[handler](event_id=due.event_id, document_id=due.document_id, payload=due.payload)


CASES = [
    Case("fulfillment.tasks.plan_shipments", confirmed_order,
         lambda order: Shipment.objects.filter(order=order).count() == 1, 8),
    Case("fulfillment.tasks.cancel_shipments", cancelled_order,
         lambda order: Shipment.objects.get(order=order).state == Shipment.State.CANCELLED, 8),
    Case("fulfillment.tasks.grant_access", bought_access,
         lambda order: Entitlement.objects.filter(shipment_line__order_line__order=order).count() == 1, 8),
    Case("fulfillment.tasks.replan_shipments", partly_cancelled,
         lambda order: list(ShipmentLine.objects.filter(
             shipment__order=order, shipment__state="planned").values_list("quantity", flat=True)) == [3], 8),
    Case("fulfillment.tasks.announce_to_carrier", packed_for_the_van,
         lambda shipment: ShippingLabel.objects.filter(package__shipment=shipment).count() == 1, 8),
    Case("customers.tasks.check_requested_vat_id", vat_id_to_check,
         lambda customer: Customer.objects.get(pk=customer.pk).vat_checked_on is not None, 8),
    Case("invoicing.tasks.draft_invoice", shipped,
         lambda shipment: Invoice.objects.filter(order=shipment.order).count() == 1, 8),
    Case("invoicing.tasks.issue_drafted", drafted,
         lambda draft: Invoice.objects.get(pk=draft.pk).state == Invoice.State.ISSUED, 12),
    Case("invoicing.tasks.set_off", credited,
         lambda invoice: Allocation.objects.filter(receivable=invoice.receivable).count() == 1, 8),
    Case("invoicing.tasks.update_settlement", paid,
         lambda order: Order.objects.get(pk=order.pk).state == Order.State.CLOSED, 8),
    Case("orders.notices.order_confirmed", confirmed_order,
         lambda order: Message.objects.filter(kind="order_confirmed", document_id=order.pk).count() == 1, 8),
    Case("orders.tasks.retry_held_orders", held_then_paid,
         lambda order: Order.objects.get(pk=order.pk).state == Order.State.CONFIRMED, 10),
    Case("orders.tasks.serve_waiting_orders", backordered_then_received,
         lambda order: order.lines.get().reserved == 5, 8),
]  # fmt: skip
JOBS = [
    Case("fulfillment.tasks.plan_everything_due", confirmed_order,
         lambda order: Shipment.objects.filter(order=order).count() == 1, 8),
    Case("invoicing.tasks.bill_everything_due", shipped,
         lambda shipment: Invoice.objects.filter(order=shipment.order).count() == 1, 8),
    Case("ledger.tasks.seal", unsealed,
         lambda count: list(JournalEntry.objects.order_by("number").values_list("number", flat=True))
         == list(range(1, count + 1)), 4),
]  # fmt: skip


def owed_to(handler: str) -> dict[str, Any]:
    """The arguments of the one message that *handler* is owed; everything older is handled first."""
    fetch_all(TIME_PASSES[0], [])
    others = [task for task in wiring.TASKS if task != handler]
    due = events.owed(wiring=wiring.HANDLERS, leaving=others)[-1]
    return {
        "handler": handler,
        "event_id": due.event_id,
        "document_id": due.document_id,
        "payload": due.payload,
    }


def killed(outcome: Outcome) -> bool:
    """Say whether the child was killed; one that lived must not have failed."""
    assert outcome.killed or outcome.error == "", outcome.error
    return outcome.killed


def kill_at_every_point(
    *, run: Callable[[int], bool], prepare: Callable[[], None], ended_well: Callable[[], bool]
) -> int:
    """Kill *run* at its first failpoint, its second ..., until it comes through; return how often."""
    prepare()
    deaths = 0
    while True:
        before = fetch_all(TRACES, [])
        if not run(deaths + 1):
            break
        deaths += 1
        if fetch_all(TRACES, []) != before:
            for statement in TIME_PASSES:
                fetch_all(statement, [])
            assert not run(0)
            assert ended_well(), f"after a death at point {deaths}"
            prepare()
    assert ended_well()
    return deaths


@pytest.mark.parametrize(
    "case",
    # A label takes a second to draw, at each of its deaths.
    [pytest.param(case, marks=[pytest.mark.soak] if "carrier" in case.task else []) for case in CASES],
    ids=lambda case: case.task,
)
def test_a_consumer_killed_anywhere_has_its_effect_once(world: World, nursery: Nursery, case: Case) -> None:
    """F01: the mark and the effect commit together, or the effect does no harm when it is had twice."""
    document: list[Any] = []
    message: dict[str, Any] = {}

    def prepare() -> None:
        document[:] = [case.prepare(world)]
        message.update(owed_to(case.task))

    def run(die_at: int) -> bool:
        return killed(nursery.run("consume", die_at=die_at, **message))

    def ended_well() -> bool:
        delivery = EventDelivery.objects.get(event_id=message["event_id"], handler=case.task)
        return case.had_once(document[0]) and delivery.handled_at is not None

    deaths = kill_at_every_point(run=run, prepare=prepare, ended_well=ended_well)
    assert deaths >= case.least_points


@pytest.mark.parametrize(
    "case",
    # Two of them run the verbs that the consumers above were killed in, with more documents each.
    [pytest.param(case, marks=[pytest.mark.soak] if "everything_due" in case.task else []) for case in JOBS],
    ids=lambda case: case.task,
)
def test_a_job_killed_anywhere_is_finished_by_the_next_run(
    world: World, nursery: Nursery, case: Case
) -> None:
    """F01: a job that died is claimed again after two hours, and continues where it stopped."""
    document: list[Any] = []

    def prepare() -> None:
        JobRun.objects.all().delete()
        document[:] = [case.prepare(world)]

    def run(die_at: int) -> bool:
        for statement in TIME_PASSES:
            fetch_all(statement, [])
        return killed(nursery.run("run_task", die_at=die_at, name=case.task))

    deaths = kill_at_every_point(run=run, prepare=prepare, ended_well=lambda: case.had_once(document[0]))
    assert deaths >= case.least_points


def test_a_dispatcher_killed_anywhere_loses_no_event(world: World, nursery: Nursery) -> None:
    """F01: what it took and did not send falls due again; what it did not take is still there."""

    def prepare() -> None:
        confirmed_order(world)

    def run(die_at: int) -> bool:
        return killed(nursery.run("dispatch_now", die_at=die_at))

    def ended_well() -> bool:
        fetch_all(TIME_PASSES[0], [])
        handlers = {due.handler for due in events.owed(wiring=wiring.HANDLERS)}
        return handlers >= {"fulfillment.tasks.plan_shipments"}

    assert kill_at_every_point(run=run, prepare=prepare, ended_well=ended_well) >= 4


def test_every_task_is_killed_here() -> None:
    """F01: a new consumer or job without a case is visible."""
    covered = {case.task for case in [*CASES, *JOBS]}
    # Every notice is a consumer like `order_confirmed`, which is killed above: one insert, one mark.
    notices = {task for task in wiring.TASKS if task.split(".")[1] == "notices"}
    others = {
        "invoicing.tasks.render_pdf",  # killed with its process in tests/invoicing
        "credit.tasks.ask_bureau",  # one report, kept by one insert; without a bureau there is none
        "o2c.gateway.tasks.run_job",  # goes on where its worker died, in tests/api/test_sandbox.py
        "o2c.kernel.tasks.run_requested",  # writes nothing of its own: the jobs that it runs are killed above
        "fulfillment.tasks.recall_from_carrier",  # tells the carrier, and writes nothing
    }
    assert set(wiring.TASKS) - covered - notices <= others
