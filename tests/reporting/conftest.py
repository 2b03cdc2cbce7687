"""One company with a case of everything, built once for all tests that look at it and rolled back at the end."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection, transaction

from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from invoicing import services as invoicing
from invoicing.models import Invoice
from ledger import services as ledger
from ledger.entries import EntryDraft, Role, credit, debit
from ledger.models import JournalEntry, Period
from o2c.kernel.db import unit_of_work
from o2c.kernel.jobs import run_once
from orders import services as orders
from orders.services import LineInput, OrderInput
from receivables import services as receivables
from receivables.models import Allocation
from reporting import services as reporting
from reporting.checks import run_checks
from tests.world import TODAY, World, build_world, staff

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """The company, in a transaction that is rolled back when the module's tests are done."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr("invoicing.pdf.render", lambda invoice: f"%PDF {invoice.number}".encode())
        built = build_company(build_world())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def case(company: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """The same company for one test, which may break what it likes."""
    with transaction.atomic():
        yield company
        transaction.set_rollback(True)


def build_company(world: World) -> SimpleNamespace:
    """Every document in every state that the checks distinguish."""
    lantern = world.product(price="10.00", stock="100", cost="4.00")
    world.receive(lantern, "50", "5.00")
    hook = world.product(price="2.35", stock="20", cost="0.75")
    fitting = world.product(price="30.00", kind="service")
    regular, other = world.customer(), world.customer()

    def carried_out(order) -> Invoice:
        world.let_the_desks_work()
        shipment = order.shipments.get(state="planned")
        fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
        fulfillment.pack_shipment(shipment_id=shipment.pk, actor=world.system)
        fulfillment.post_shipment(shipment_id=shipment.pk, on=TODAY, actor=world.system)
        world.let_the_desks_work()
        return Invoice.objects.filter(order=order).latest("pk")

    settled = world.order(regular, (lantern, "5"), (fitting, "2"))
    settled_invoice = carried_out(settled)
    payment = world.pay(settled_invoice)
    part_paid = world.order(regular, (lantern, "3"), (hook, "4"))
    part_invoice = carried_out(part_paid)
    part_payment = receivables.receive_payment(
        company=world.company,
        customer_id=regular.pk,
        amount=Decimal("50.00"),
        currency="GBP",
        received_on=TODAY,
        shares={part_invoice.receivable_id or 0: Decimal("20.00")},
        actor=world.system,
        provider="bank",
        provider_reference="statement-7/3",
    )
    taken_back = world.pay(part_invoice, "5.00")
    receivables.reverse_allocation(
        allocation_id=Allocation.objects.get(payment=taken_back).pk, on=TODAY, actor=world.system
    )
    receivables.reverse_payment(payment_id=taken_back.pk, on=TODAY, actor=world.system)
    _abroad(world, lantern, carried_out)
    waiting = world.order(regular, (hook, "500"), channel="phone")
    cancelled = world.order(other, (lantern, "1"))
    orders.cancel_order(order_id=cancelled.pk, reason="Changed their mind", on=TODAY, actor=world.system)
    poor = world.customer(limit="50")
    released = world.order(poor, (lantern, "10"), channel="phone")
    orders.release_order(
        order_id=released.pk, reason="Paid by card", on=TODAY, actor=staff("Finance manager")
    )
    world.order(poor, (lantern, "11"), channel="phone")  # stays on hold
    fulfillment.count_stock(
        warehouse=world.basics.warehouse,
        product_id=lantern.pk,
        counted=Decimal("139"),
        source="count-1",
        on=TODAY,
        actor=world.system,
    )
    world.let_the_desks_work()
    unbilled = orders.place_order(
        order=OrderInput(
            company=world.company,
            customer_id=other.pk,
            lines=[
                LineInput(sku=lantern.sku, quantity=Decimal(2)),
                LineInput(sku=lantern.sku, quantity=Decimal(1), unit_price=Decimal(0), description="Sample"),
            ],
            channel="email",
            ordered_on=TODAY,
            acknowledges_prices=True,
        ),
        actor=world.system,
    )
    _half_back(world, world.ship(unbilled))
    course = world.order(other, (world.product(kind="digital"), "1"))
    fulfillment.grant_access(order_id=course.pk, on=TODAY, actor=world.system)
    _two_houses(world)
    opening = _closed_month(world)
    while ledger.seal_entries(company_id=world.company.pk):
        pass
    with time_machine.travel(NOW, tick=False):
        run_once(job="reporting.tasks.certify", business_date=TODAY, at=NOW, work=lambda: {"passed": True})
    for on in (date(2026, 11, 19), TODAY):
        reporting.certify(report=run_checks(now=NOW), on=on)
    return SimpleNamespace(
        world=world,
        settled=settled,
        settled_invoice=settled_invoice,
        payment=payment,
        part_paid=part_paid,
        part_invoice=part_invoice,
        part_payment=part_payment,
        regular=regular,
        other=other,
        lantern=lantern,
        hook=hook,
        waiting=waiting,
        cancelled=cancelled,
        released=released,
        unbilled=unbilled,
        opening=opening,
    )


def _half_back(world: World, shipment: Shipment) -> None:
    """One piece of the first line comes back and is sold again."""
    line = shipment.lines.order_by("pk")[0]
    one = {line.pk: Decimal(1)}
    by = {"on": TODAY, "actor": world.system}
    returned = fulfillment.authorise_return(
        shipment_id=shipment.pk, lines=one, reason="damaged", valid_until=TODAY, **by
    )
    fulfillment.receive_return(return_id=returned.pk, received=one, **by)
    fulfillment.inspect_return(return_id=returned.pk, restocked=one, scrapped={}, **by)


def _two_houses(world: World) -> None:
    """Crates that arrive in another house but one, are on their way, scrapped, counted, and kept for a cart."""
    crate = world.product(stock="20", cost="1.00")
    house, other = world.basics.warehouse, world.warehouse()
    by = {"on": TODAY, "actor": world.system}
    arrived, _on_the_way = (
        fulfillment.send_transfer(
            source=house, target=other, wanted={crate.pk: Decimal(number)}, expected_on=TODAY, **by
        )
        for number in (5, 3)
    )
    fulfillment.receive_transfer(transfer_id=arrived.pk, arrived={crate.pk: Decimal(4)}, **by)
    fulfillment.scrap_goods(
        warehouse=house, product_id=crate.pk, quantity=Decimal(1), reason="Broken", source="note-1", **by
    )
    fulfillment.count_many(warehouse=house, counted={crate.pk: Decimal(10)}, source="sheet-1", **by)
    world.hold(crate, "2", at=NOW)


def _abroad(world: World, lantern, carried_out) -> None:
    """An invoice and a credit note in euros, at three rates."""
    world.rate("EUR", "0.85", date(2026, 1, 1), date(2026, 11, 20))
    world.rate("EUR", "0.88", date(2026, 11, 21))
    foreign = world.customer(currency="EUR", export=True)
    invoice = carried_out(world.order(foreign, (lantern, "7")))
    world.pay(invoice, "30.00", on=date(2026, 11, 21))
    note = invoicing.credit_invoice(
        invoice_id=invoice.pk,
        quantities={invoice.lines.get().pk: Decimal(1)},
        reason="Scratched",
        on=date(2026, 11, 21),
        actor=world.system,
    )
    note = invoicing.issue_invoice(invoice_id=note.pk, on=date(2026, 11, 21), actor=world.system)
    receivables.allocate_credit(
        credit_id=note.receivable_id or 0,
        shares={invoice.receivable_id or 0: Decimal("10.00")},
        on=date(2026, 11, 21),
        actor=world.system,
    )


def _closed_month(world: World) -> JournalEntry:
    """January: an entry of finance, another that was a mistake, and the books closed upon both."""
    month = date(2026, 1, 31)

    def manual(name: str) -> int:
        with unit_of_work():
            return ledger.post_entry(
                EntryDraft(
                    company_id=world.company.pk,
                    source=f"manual/{name}",
                    on=month,
                    description=name,
                    actor_id=world.system.pk,
                    legs=[
                        debit(Role.BANK, Decimal("100.00"), currency="GBP"),
                        credit(Role.SERVICE_REVENUE, Decimal("100.00"), currency="GBP"),
                    ],
                )
            )

    opening = manual("opening")
    ledger.reverse_entry(entry_id=manual("mistake"), on=month, reason="Mistake", actor=world.system)
    period = Period.objects.get(name="2026-01")
    ledger.close_period(period_id=period.pk, on=TODAY, actor=world.system)
    return JournalEntry.objects.get(pk=opening)


def sha256(content: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()
