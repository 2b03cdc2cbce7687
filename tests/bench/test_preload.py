"""The preloaded history is a history that the services could have written."""

from datetime import UTC, date, datetime

from django.db import connection

from bench.preload import preload
from invoicing.models import Invoice
from ledger.models import JournalEntry
from orders.models import Order
from receivables.models import Receivable
from reporting.checks import run_checks
from tests.world import World


def write_history(
    world: World, orders: int, *, since: date = date(2026, 1, 2), until: date = date(2026, 11, 20)
) -> None:
    customers = [world.customer().pk for _ in range(3)]
    for _ in range(4):
        world.product(stock="100000", cost="4.00")
    preload(
        orders=orders,
        unpaid=2,
        customer_ids=customers,
        since=since,
        until=until,
        actor_id=world.system.pk,
    )


def complaints() -> dict[str, str]:
    """What the proof of the books finds wrong, by the name of the check."""
    report = run_checks(now=datetime.now(tz=UTC))
    assert len(report.results) > 40
    return {result.name: result.first_offender for result in report.failed}


def test_a_preloaded_history_passes_the_proof_of_the_books(world: World) -> None:
    write_history(world, 40)

    assert complaints() == {}
    assert Order.objects.filter(state="closed").count() == 38
    assert Order.objects.filter(state="confirmed", open_invoices=1).count() == 2
    assert Receivable.objects.open().count() == 2
    assert JournalEntry.objects.filter(source__startswith="payment/").count() == 76
    assert world.trial_balance().difference == 0


def test_work_goes_on_where_the_preloaded_history_ends(world: World) -> None:
    write_history(world, 20, until=date(2026, 10, 31))
    write_history(world, 20, since=date(2026, 11, 1))
    last = Invoice.objects.order_by("-sequence").first()
    assert last is not None
    assert last.number == "INV-2026-000040"

    order = world.order(world.customer(), (world.product(), "2"), on=date(2026, 11, 20))
    invoice = world.invoice(world.ship(order, on=date(2026, 11, 20)), on=date(2026, 11, 20))
    world.pay(invoice, on=date(2026, 11, 20))

    assert invoice.number == "INV-2026-000041"
    assert complaints() == {}


def test_a_preload_leaves_the_triggers_awake(world: World) -> None:
    write_history(world, 20)

    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
