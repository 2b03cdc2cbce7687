"""Deadlocks and patience: verbs on shared rows, the retry of the outermost verb, and `Busy`."""

import threading
from decimal import Decimal
from functools import partial

import pytest
from django.db import OperationalError, transaction

from fulfillment import services as fulfillment
from inventory.models import StockLevel
from inventory.services import reserve
from invoicing import services as invoicing
from ledger import services as ledger
from o2c import dispatch
from o2c.kernel.db import fetch_all, sqlstate, unit_of_work, verb
from o2c.kernel.errors import Busy, DomainError
from orders import services as orders
from orders.models import Order
from receivables import services as receivables
from receivables.models import Payment
from tests.concurrency.rivals import Rival, rival_after, rival_before
from tests.conftest import in_parallel, wins

pytestmark = pytest.mark.committed


class Crossing:
    """Two transactions that take two levels in opposite order, and meet in the middle the first time."""

    def __init__(self) -> None:
        self.meeting = threading.Barrier(2)
        self.attempts: list[str] = []

    def take(self, name: str, first: int, second: int) -> None:
        self.attempts.append(name)
        StockLevel.objects.lock(first)
        if self.attempts.count(name) == 1:
            self.meeting.wait(20)
        StockLevel.objects.lock(second)


def two_levels(world) -> tuple[int, int]:
    world.product(stock="5"), world.product(stock="5")
    one, two = StockLevel.objects.order_by("pk").values_list("pk", flat=True)
    return one, two


def test_a_deadlock_is_tried_again_by_the_outermost_verb_and_nobody_notices(world) -> None:
    """C02: PostgreSQL ends one of the two; its verb starts over and both are done."""
    one, two = two_levels(world)
    crossing = Crossing()
    take = verb(crossing.take)
    assert in_parallel(partial(take, "a", one, two), partial(take, "b", two, one)) == [None, None]
    assert sorted(crossing.attempts) in (["a", "a", "b"], ["a", "b", "b"])


def test_a_verb_called_by_a_verb_is_never_tried_again_alone(world) -> None:
    """C02: half a case must not be repeated: the inner verb runs once per attempt of the outer one."""
    one, two = two_levels(world)
    crossing = Crossing()
    inner = verb(crossing.take)
    outer_runs: list[str] = []

    @verb
    def outer(name: str, first: int, second: int) -> None:
        outer_runs.append(name)
        inner(name, first, second)

    assert in_parallel(partial(outer, "a", one, two), partial(outer, "b", two, one)) == [None, None]
    assert len(outer_runs) == 3
    assert sorted(outer_runs) == sorted(crossing.attempts)


def test_a_verb_inside_somebody_elses_transaction_is_not_tried_again(world) -> None:
    """C02: what the transaction did before would be lost, so the error goes to whoever opened it."""
    one, two = two_levels(world)
    crossing = Crossing()
    take = verb(crossing.take)

    def inside(name: str, first: int, second: int) -> None:
        with transaction.atomic():
            take(name, first, second)

    results = in_parallel(partial(inside, "a", one, two), partial(inside, "b", two, one))
    [error] = [result for result in results if isinstance(result, OperationalError)]
    assert sqlstate(error) == "40P01"
    assert sorted(crossing.attempts) == ["a", "b"]


def test_three_deadlocks_in_a_row_are_busy(world) -> None:
    """C02: after three attempts the person is told, and nothing was changed."""
    tried: list[int] = []

    @verb
    def always_deadlocks() -> None:
        tried.append(1)
        fetch_all("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$", [])

    with pytest.raises(Busy) as busy:
        always_deadlocks()
    assert len(tried) == 3
    assert busy.value.next_step == "Nothing was changed. Try again in a moment."


def test_whoever_waits_too_long_for_a_lock_is_told_that_others_are_busy(world) -> None:
    """C02: the lock timeout ends the wait; nothing of the verb is left."""
    order = world.order(world.customer(), (world.product(), "1"))

    def impatient_cancel() -> Order:
        fetch_all("SET lock_timeout = '150ms'", [])
        return orders.cancel_order(order_id=order.pk, reason="no", on=world.on, actor=world.system)

    rival = Rival(impatient_cancel)
    with unit_of_work():
        world.ship(order)
        rival.start()
        assert rival.waited
        rival.join()
    assert isinstance(rival.result, Busy)
    assert Order.objects.get().state == Order.State.CONFIRMED


def test_every_connection_gives_up_waiting_for_a_lock_after_seconds(world) -> None:
    """C02: the settings of every process, whatever the server's defaults are."""
    assert fetch_all("SHOW lock_timeout", []) == [("3s",)]
    assert fetch_all("SHOW statement_timeout", []) == [("15s",)]
    assert fetch_all("SHOW idle_in_transaction_session_timeout", []) == [("30s",)]
    assert fetch_all("SHOW transaction_isolation", []) == [("read committed",)]


def paid_case(world, customer, lantern):
    """An order with an open invoice, a packed second shipment, and money on account."""
    order = world.order(customer, (lantern, "2"))
    invoice = world.invoice(world.ship(order))
    payment = receivables.record_payment(
        company=world.company,
        customer_id=customer.pk,
        amount=Decimal(1000),
        currency="GBP",
        received_on=world.on,
        actor=world.system,
    )
    return order, invoice, payment


def verbs_of_one_case(world, customer, lantern) -> list:
    """One of each verb that writes, on rows that they share: customer, stock, order, payment, item, period."""
    _, invoice, payment = paid_case(world, customer, lantern)
    to_ship = world.order(customer, (lantern, "3"))
    to_cancel = world.order(customer, (lantern, "3"))
    to_bill = world.ship(world.order(customer, (lantern, "1")))
    draft = invoicing.draft_for_shipment(shipment_id=to_bill.pk, on=world.on, actor=world.system)
    by = {"on": world.on, "actor": world.system}
    return [
        partial(receivables.allocate_payment, payment_id=payment.pk,
                shares={invoice.receivable_id: Decimal(5)}, **by),
        partial(invoicing.issue_invoice, invoice_id=draft.pk, **by),
        partial(fulfillment.ship_order, order_id=to_ship.pk, **by),
        partial(orders.cancel_order, order_id=to_cancel.pk, reason="no", **by),
        partial(world.order, customer, (lantern, "1")),
        partial(world.receive, lantern, "2", "4.10"),
        partial(invoicing.update_settlement, receivable_id=invoice.receivable_id, **by),
        partial(dispatch.run_inline, leaving=["invoicing.tasks.render_pdf"]),
        partial(ledger.seal_entries, company_id=world.company.pk),
    ]  # fmt: skip


@pytest.mark.parametrize("cases", [2, pytest.param(6, marks=pytest.mark.soak)])
def test_every_verb_at_once_on_shared_rows_ends_without_a_deadlock(world, cases: int) -> None:
    """C02: two cases of one customer and one product; the database counts no deadlock at all."""
    before = deadlocks()
    lantern, customer = world.product(stock="1000"), world.customer(limit="1000000")
    calls = [call for _ in range(cases) for call in verbs_of_one_case(world, customer, lantern)]
    results = in_parallel(*calls)
    assert [result for result in results if isinstance(result, BaseException)] == []
    assert deadlocks() == before


def deadlocks() -> int:
    """How many deadlocks the server has broken in this database."""
    fetch_all("SELECT pg_stat_force_next_flush()", [])
    return int(
        fetch_all("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", [])[0][0]
    )


def test_an_allocation_during_the_issue_of_the_next_invoice_does_not_wait(world) -> None:
    """The cash desk and the billing desk share no lock: the new item is nobody's yet."""
    lantern, customer = world.product(), world.customer()
    _, invoice, payment = paid_case(world, customer, lantern)
    shipment = world.ship(world.order(customer, (lantern, "1")))
    allocate = partial(
        receivables.allocate_payment,
        payment_id=payment.pk,
        shares={invoice.receivable_id: Decimal(5)},
        on=world.on,
        actor=world.system,
    )
    with rival_after(ledger, "post_entry", allocate) as rival:
        world.invoice(shipment)
        assert not rival.waited
    assert Payment.objects.get().unallocated == 995


def test_orders_of_other_customers_do_not_wait_for_a_long_one(world) -> None:
    """Only shared rows are waited for: another customer, another product."""
    mine, theirs = world.product(), world.product()
    with rival_before(
        reserve, "_write_reservations", partial(world.order, world.customer(), (theirs, "1"))
    ) as rival:
        world.order(world.customer(), (mine, "1"))
        assert not rival.waited
    assert rival.result.state == Order.State.CONFIRMED


def test_received_goods_serve_waiting_orders_while_those_are_cancelled(world) -> None:
    """The consumer of StockReceived against the clerk: each order is served or cancelled."""
    lantern = world.product(stock="0")
    world.receive(lantern, "1")
    waiting = [world.order(world.customer(), (lantern, "3")) for _ in range(4)]
    world.receive(lantern, "20")
    cancel = [
        partial(orders.cancel_order, order_id=order.pk, reason="no", on=world.on, actor=world.system)
        for order in waiting[::2]
    ]
    results = in_parallel(dispatch.run_inline, *cancel, dispatch.run_inline)
    assert all(isinstance(result, DomainError) for result in results if result not in wins(results))
    dispatch.run_inline()
    stands = Order.objects.filter(state=Order.State.CONFIRMED)
    assert {line.backordered for order in stands for line in order.lines.all()} == {Decimal(0)}
