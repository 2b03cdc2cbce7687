"""The plumbing under races: dispatchers, sealers, schedulers and consumers, two of each, one effect."""

import threading
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import transaction

from fulfillment.models import Shipment
from invoicing.models import Invoice
from ledger import services as ledger
from ledger.models import JournalEntry
from o2c import dispatch, wiring
from o2c.kernel import clock, events, jobs
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Event, EventDelivery, JobRun
from orders.models import Order
from tests.concurrency.rivals import rival_after
from tests.conftest import in_parallel, wins

pytestmark = pytest.mark.committed


def owed():
    """What the dispatcher takes in one go."""
    return events.owed(wiring=wiring.HANDLERS)


def test_four_dispatchers_at_once_hand_out_each_delivery_once(world) -> None:
    """Rows that another dispatcher holds are skipped, and what it has taken is not due any more."""
    lantern = world.product(stock="1000")
    customer = world.customer()
    for _ in range(12):
        world.order(customer, (lantern, "1"))
    taken = [(due.event_id, due.handler) for batch in in_parallel(*[owed] * 4) for due in batch]
    assert len(taken) == len(set(taken)) == EventDelivery.objects.count()
    assert Event.objects.filter(dispatched_at=None).count() == 0
    assert EventDelivery.objects.exclude(attempts=1).count() == 0


def test_an_event_that_commits_late_is_not_missed(world) -> None:
    """Ids are no order of commits: the dispatcher looks for what is undispatched, never above a mark."""
    early, other = world.product(), world.product()
    first, second = world.customer(), world.customer()
    owed()
    late = threading.Event()

    def slow_order() -> None:
        with events.unit_of_work():
            world.order(first, (early, "1"))
            events.current_work().before_commit.append(partial(late.wait, 20))

    def order_and_dispatch():
        world.order(second, (other, "1"))
        seen = owed()
        late.set()
        return seen

    _, seen = in_parallel(slow_order, order_and_dispatch)
    wired = wiring.HANDLERS["order.confirmed"]
    assert sorted(due.handler for due in seen) == sorted(wired)
    assert sorted(due.handler for due in owed()) == sorted(wired)


def test_the_same_message_delivered_twice_at_once_has_its_effect_once(world) -> None:
    """A broker delivers at least once: the second copy finds the delivery held, or handled."""
    world.ship(world.order(world.customer(), (world.product(), "1")))
    [due] = [due for due in owed() if due.handler == "invoicing.tasks.draft_invoice"]
    task = wiring.TASKS[due.handler]
    run = partial(task, event_id=due.event_id, document_id=due.document_id, payload=due.payload)
    assert in_parallel(*[run] * 5) == [None] * 5
    assert Invoice.objects.count() == 1
    assert Event.objects.filter(kind="invoice.drafted").count() == 1


def test_a_repeatable_effect_had_twice_at_once_is_had_once_in_the_books(world) -> None:
    """Two workers plan the same order: the order's lock makes the second find nothing to plan."""
    world.order(world.customer(), (world.product(), "1"))
    [due] = [due for due in owed() if due.handler == "fulfillment.tasks.plan_shipments"]
    run = partial(
        wiring.TASKS[due.handler], event_id=due.event_id, document_id=due.document_id, payload=due.payload
    )
    assert in_parallel(*[run] * 4) == [None] * 4
    assert Shipment.objects.count() == 1


def test_two_workers_run_the_whole_chain_and_every_document_exists_once(world) -> None:
    """Everything that is owed, and what that causes, by three workers at once."""
    lantern = world.product(stock="1000")
    for _ in range(4):
        world.ship(world.order(world.customer(), (lantern, "1")))
    leaving = partial(dispatch.run_inline, leaving=["invoicing.tasks.render_pdf"])
    assert len(wins(in_parallel(leaving, leaving, leaving))) == 3
    assert Invoice.objects.filter(state=Invoice.State.ISSUED).count() == 4
    assert EventDelivery.objects.filter(handled_at=None).exclude(handler__endswith="render_pdf").count() == 0


def test_two_sealers_number_the_journal_without_gap_or_double(world) -> None:
    """The counter's row lets one sealer work at a time; the other continues after it."""
    for _ in range(10):
        world.receive(world.product(stock="0"), "1")
    seal = partial(ledger.seal_entries, company_id=world.company.pk, limit=3)
    sealed = in_parallel(*[seal] * 4)
    assert sum(wins(sealed)) == 10
    assert sorted(JournalEntry.objects.values_list("number", flat=True)) == list(range(1, 11))


def test_a_sealer_skips_what_has_not_committed_and_numbers_it_later(world) -> None:
    """An entry with a lower id that commits late gets a higher number, and no number is missing."""
    early, late = world.product(stock="0"), world.product(stock="0")
    seal = partial(ledger.seal_entries, company_id=world.company.pk)

    def receive_and_seal() -> int:
        world.receive(late, "1")
        return seal()

    with rival_after(ledger, "post_entry", receive_and_seal) as rival:
        world.receive(early, "1")
    assert rival.result == 1
    assert seal() == 1
    first, second = JournalEntry.objects.order_by("pk")
    assert (first.number, second.number) == (2, 1)


def test_two_schedulers_claim_a_business_date_once(world) -> None:
    """F09: a second beat, a retry, or the repeated hour of a clock change: one run per date."""
    ran = []

    def claim():
        return jobs.run_once(
            job="nightly",
            business_date=date(2026, 11, 20),
            at=clock.now(),
            work=lambda: ran.append(1) or {"done": 1},
        )

    runs = in_parallel(*[claim] * 6)
    assert ran == [1]
    assert sum(run is not None for run in wins(runs)) == 1
    assert JobRun.objects.get().state == JobRun.State.DONE


def test_a_job_that_failed_is_claimed_again_by_one_of_two(world) -> None:
    """F09: the failure is kept, then one of the next two schedulers runs it, and nobody after that."""
    at, on = clock.now(), date(2026, 11, 20)

    def fail():
        raise ValueError("the disk is full")

    with pytest.raises(ValueError, match="disk is full"):
        jobs.run_once(job="nightly", business_date=on, at=at, work=fail)
    assert JobRun.objects.get().error == "ValueError: the disk is full"
    again = partial(jobs.run_once, job="nightly", business_date=on, at=at, work=dict)
    assert sum(run is not None for run in wins(in_parallel(again, again, again))) == 1
    done = JobRun.objects.get()
    assert (done.state, done.attempts, done.error) == (JobRun.State.DONE, 2, "")


def test_a_job_whose_worker_died_is_claimed_again_after_two_hours(world) -> None:
    """F09: a run that never said how it ended is dead after two hours, and not before."""
    at, on = clock.now(), date(2026, 11, 20)
    JobRun.objects.create(job="nightly", business_date=on, state=JobRun.State.RUNNING, started_at=at)
    claim = partial(jobs.run_once, job="nightly", business_date=on, work=dict)
    assert claim(at=at + timedelta(hours=2)) is None
    late = partial(claim, at=at + timedelta(hours=2, seconds=1))
    assert sum(run is not None for run in wins(in_parallel(late, late))) == 1


def test_an_announcement_that_rolls_back_leaves_no_event_no_delivery_and_wakes_nobody(world) -> None:
    """F10: nothing is heard of what did not happen."""
    lantern, customer = world.product(), world.customer()
    owed()
    before = Event.objects.count()
    woken: list[int] = []
    events.on_announcement(partial(woken.append, 1))

    def order_and_fail() -> None:
        with transaction.atomic():
            world.order(customer, (lantern, "1"))
            assert Event.objects.count() > before
            raise KeyError("after the announcement")

    try:
        with pytest.raises(KeyError):
            order_and_fail()
        assert woken == []
        world.order(customer, (lantern, "1"))
        assert woken == [1]
    finally:
        events.on_announcement(dispatch.wake)
    assert Order.objects.count() == 1
    assert len(owed()) == len(wiring.HANDLERS["order.confirmed"])


def test_an_effect_that_fails_leaves_nothing_but_its_error_and_is_offered_again(world) -> None:
    """F10: the effect and its mark roll back together; the note of the error stays."""
    world.ship(world.order(world.customer(), (world.product(), "1")))
    [due] = [due for due in owed() if due.handler == "invoicing.tasks.draft_invoice"]

    def half_done() -> None:
        wiring_effect = world.invoice
        wiring_effect(Shipment.objects.get())
        raise KeyError("half way")

    with pytest.raises(KeyError):
        events.consume(event_id=due.event_id, handler=due.handler, effect=half_done, at=clock.now())
    delivery = EventDelivery.objects.get(event_id=due.event_id, handler=due.handler)
    assert (delivery.error, delivery.handled_at) == ("KeyError: 'half way'", None)
    assert Invoice.objects.count() == 0
    assert due.handler not in {again.handler for again in owed()}  # not before its time
    fetch_all("UPDATE kernel_eventdelivery SET next_try_at = now() - interval '1 s'", [])
    assert due.handler in {again.handler for again in owed()}
