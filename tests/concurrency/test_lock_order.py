"""C32: every verb locks what it changes before it changes it, and all verbs lock in one order."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from credit import services as credit
from fulfillment import services as fulfillment
from inventory import services as inventory
from invoicing import services as invoicing
from invoicing.services import CreditLineInput
from ledger import services as ledger
from ledger.models import Period
from ledger.services import ManualLine
from o2c.kernel.db import fetch_all
from orders import services as orders
from orders.amendment import LineChange
from receivables import services as receivables
from receivables.models import Allocation
from tests.concurrency.rivals import locks_removed
from tests.documents import NOON, cart_in, release_in, request_in, transfer_in
from tests.fulfillment.returns import authorised, inspected, received
from tests.parcels import pickup_in, ready_for, seen
from tests.world import World, build_world, staff

# The order in which every verb takes its locks; docs/database-rules.md says what each protects.
SPINE = [
    "credit_creditaccount",
    "orders_order",
    "orders_release",
    "orders_orderrequest",
    "fulfillment_shipment",
    "fulfillment_pickup",
    "inventory_carthold",
    "inventory_stocklevel",
    "inventory_transfer",
    "inventory_expectedreceipt",
    "invoicing_invoice",
    "receivables_payment",
    "receivables_allocation",
    "receivables_receivable",
    "ledger_journalentry",
    "ledger_period",
    "kernel_documentcounter",
]
# Whose lock protects a table's rows; a new row of a parent made by the same verb is nobody else's yet.
PROTECTED_BY = {
    "credit_creditaccount": "credit_creditaccount",
    "credit_commitment": "credit_creditaccount",
    "credit_limitrequest": "credit_creditaccount",
    "credit_creditreport": "credit_creditaccount",
    "orders_order": "orders_order",
    "orders_release": "orders_order",
    "orders_orderrequest": "orders_orderrequest",
    "orders_orderline": "orders_order",
    "orders_orderversion": "orders_order",
    "fulfillment_shipment": "fulfillment_shipment",
    "fulfillment_shipmentline": "fulfillment_shipment",
    "fulfillment_package": "fulfillment_shipment",
    "fulfillment_return": "fulfillment_shipment",  # what may come back is counted over all of a shipment's
    "fulfillment_returnline": "fulfillment_shipment",
    "fulfillment_entitlement": "fulfillment_shipment",
    "fulfillment_trackingevent": "fulfillment_shipment",
    "fulfillment_pickup": "fulfillment_pickup",
    "inventory_stocklevel": "inventory_stocklevel",
    "inventory_reservation": "inventory_stocklevel",
    "inventory_carthold": "inventory_carthold",
    "inventory_transfer": "inventory_transfer",
    "inventory_transferline": "inventory_transfer",
    "inventory_expectedreceipt": "inventory_expectedreceipt",
    "invoicing_invoice": "invoicing_invoice",
    "invoicing_printedinvoice": "invoicing_invoice",
    "receivables_payment": "receivables_payment",
    "receivables_receivable": "receivables_receivable",
    "receivables_allocation": "receivables_receivable",
    "ledger_period": "ledger_period",
}
LOCK = re.compile(r'FROM "?(\w+)"?.*FOR NO KEY UPDATE', re.DOTALL)
COUNTER = re.compile(r"INSERT INTO (kernel_documentcounter)")
WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?')
ORDERED = re.compile(r'"?id"? = \S+ |ORDER BY ("?\w+"?\.)?"?id"?( ASC)? FOR|ORDER BY 1 ASC')


@dataclass(frozen=True)
class Step:
    """A statement of a verb: a lock, an insert or an update of a table."""

    what: str
    table: str
    sql: str


def steps_of(run: Callable[[], object]) -> list[Step]:
    """The locks and writes of a call, in order."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run()
    steps = []
    for query in captured.captured_queries:
        sql = query["sql"]
        if counter := COUNTER.search(sql):
            steps.append(Step("lock", counter[1], sql))
        elif lock := LOCK.search(sql):
            steps.append(Step("lock", lock[1], sql))
        else:
            steps += [Step(how, table, sql) for how, table in WRITE.findall(sql)]
    return steps


@pytest.fixture
def world(database: None) -> World:
    return build_world()


def case(world: World) -> dict[str, Any]:
    """A document in each state that a verb can start from."""
    lantern, customer = world.product(), world.customer()
    clerk = staff("Order clerk")
    by = {"on": world.on, "actor": world.system}
    packed = fulfillment.plan_shipment(order_id=world.order(customer, (lantern, "2")).pk, **by)
    fulfillment.start_picking(shipment_id=packed.pk, actor=world.system)
    fulfillment.pack_shipment(shipment_id=packed.pk, actor=world.system)
    posted = [world.ship(world.order(customer, (lantern, "1"))) for _ in range(3)]
    billed = [world.invoice(world.ship(world.order(customer, (lantern, "1")))) for _ in range(2)]
    waiting = world.order(world.customer(limit="0"), (lantern, "1"), actor=clerk)
    short = world.product(stock="1")
    backordered = world.order(customer, (short, "3"))
    world.receive(short, "5")
    partly = world.order(customer, (lantern, "2"), (world.product(stock="0"), "1"))
    world.ship(partly)
    manager, child = staff("Finance manager"), world.customer(parent=customer)
    wished = [
        credit.request_limit(customer_id=world.customer().pk, limit=Decimal(5), reason="x", **by)
        for _ in range(2)
    ]
    return locals()


def verbs(world: World) -> dict[str, Callable[[], object]]:
    """Every verb of the spine on a document that it applies to."""
    made = case(world)
    customer, lantern, by, system = made["customer"], made["lantern"], made["by"], world.system
    plain = world.order(customer, (lantern, "1"))
    drafts = [invoicing.draft_for_shipment(shipment_id=one.pk, **by) for one in made["posted"][:1]]
    wanted = world.wanted(customer, (lantern, "1"))
    note_lines = [CreditLineInput(sku=lantern.sku, quantity=Decimal(1), unit_price=Decimal(5))]
    note = invoicing.issue_invoice(
        invoice_id=invoicing.draft_credit_note(
            company=world.company, customer_id=customer.pk, lines=note_lines, reason="x", **by
        ).pk,
        **by,
    )
    money = {"company": world.company, "customer_id": customer.pk, "amount": Decimal(9), "currency": "GBP",
             "received_on": world.on, "actor": system}  # fmt: skip
    free = receivables.record_payment(**money)
    item = made["billed"][1].receivable_id
    draft_order = orders.create_order(order=wanted, actor=system)
    to_revise, to_accept, to_submit, to_lose, over = (
        orders.quote_order(order=wanted, actor=system, valid_until=world.on) for _ in range(5)
    )
    fetch_all("UPDATE orders_order SET state = 'expired' WHERE id = %s", [over.pk])
    later = {"on": world.on + timedelta(days=1), "actor": system}
    twice = world.ship(world.order(customer, (lantern, "3")))
    to_credit = inspected(
        world, received(world, authorised(world, twice, "1"), "1"), restocked="1", scrapped="0"
    )
    came, again = world.invoice(twice), {"on": world.on, "actor": system, "reason": "x"}
    of_came = {came.lines.get().pk: Decimal(1)}
    given_back = invoicing.credit_invoice(invoice_id=came.pk, quantities=of_came, **again)
    given_back = invoicing.issue_invoice(invoice_id=given_back.pk, **by)
    unwanted_note = invoicing.credit_return(return_id=to_credit.pk, **by)
    assert unwanted_note
    other = world.ship(world.order(customer, (lantern, "2")))
    owed = inspected(world, received(world, authorised(world, other, "1"), "1"), restocked="1", scrapped="0")
    world.invoice(other)
    planned = fulfillment.plan_shipment(order_id=plain.pk, **by)
    to_cancel = world.order(customer, (lantern, "1"))
    held = made["waiting"]
    in_hand = fulfillment.plan_shipment(order_id=world.order(customer, (lantern, "2")).pk, **by)
    fulfillment.start_picking(shipment_id=in_hand.pk, actor=system)
    unwanted = pickup_in(world, "planned")
    fetch_all('UPDATE fulfillment_pickup SET "on" = "on" + 1', [])
    pickup = pickup_in(world, "planned")
    ready_for(pickup, world)
    by_hand = partial(
        ledger.post_manual_entry,
        company=world.company,
        description="Bank charge",
        lines=[ManualLine(account="4000", debit=Decimal(5)), ManualLine(account="1800", credit=Decimal(5))],
        **by,
    )
    charge = by_hand(reference="charge-1")
    to_approve, to_reject = release_in(world, "proposed"), release_in(world, "proposed")
    request, to_amend = request_in(world, "waiting"), world.order(customer, (lantern, "2"))
    larger = orders.Amendment(changed={to_amend.lines.get().pk: LineChange(quantity=Decimal(3))})
    scarce = world.product(stock="2")
    world.order(customer, (scarce, "2"))
    world.order(customer, (scarce, "1"), priority=5)
    to_plan, to_ship = (world.order(customer, (lantern, "1")) for _ in range(2))
    spent = receivables.receive_payment(**money, shares={item: Decimal(2)})
    bounced = receivables.record_payment(**money)
    mixed = world.order(
        customer, (world.product(kind="service"), "1"), (world.product(kind="digital"), "1"), (lantern, "1")
    )
    fulfillment.plan_shipment(order_id=mixed.pk, **by)  # from which the service is struck
    fitted = world.order(customer, (lantern, "1"), (world.product(kind="service"), "1"))
    with_fitting = fulfillment.plan_shipment(order_id=fitted.pk, **by)
    bought = world.order(customer, (world.product(kind="digital"), "1"))
    [access] = fulfillment.grant_access(order_id=bought.pk, **by)
    overdue = world.ship(world.order(customer, (lantern, "3")))
    unused, coming = authorised(world, overdue, "1"), authorised(world, overdue, "1")
    fetch_all("UPDATE fulfillment_shipment SET expected_on = posted_on - 1 WHERE id = %s", [overdue.pk])
    uncovered = fulfillment.plan_shipment(order_id=world.order(customer, (lantern, "1")).pk, **by)
    fetch_all("UPDATE fulfillment_shipmentline SET quantity = 2 WHERE shipment_id = %s", [uncovered.pk])
    to_give_up, to_promise = (world.order(customer, (lantern, "1")) for _ in range(2))
    fetch_all("UPDATE orders_order SET promised_on = ordered_on WHERE id = %s", [to_promise.pk])
    goods = {"warehouse": world.basics.warehouse, "product_id": lantern.pk, "source": "s", **by}
    return {
        "credit.set_limit": lambda: credit.set_limit(customer_id=customer.pk, limit=Decimal(99999), **by),
        "credit.request_limit": lambda: credit.request_limit(
            customer_id=customer.pk, limit=Decimal(9), reason="x", **by),
        "credit.approve_limit_request": lambda: credit.approve_limit_request(
            request_id=made["wished"][0].pk, on=world.on, actor=made["manager"]),
        "credit.reject_limit_request": lambda: credit.reject_limit_request(
            request_id=made["wished"][1].pk, answer="no", on=world.on, actor=made["manager"]),
        "credit.block_credit": lambda: credit.block_credit(
            customer_id=made["child"].pk, reason="x", **by),
        "credit.unblock_credit": lambda: credit.unblock_credit(
            customer_id=made["child"].pk, reason="x", **by),
        "credit.record_review": lambda: credit.record_review(customer_id=customer.pk, note="x", **by),
        "credit.record_report": lambda: credit.record_report(
            customer_id=customer.pk, source="x", covered=Decimal(1), valid_until=world.on, **by),
        "orders.create_order": lambda: orders.create_order(order=wanted, actor=system),
        "orders.place_order": lambda: orders.place_order(order=wanted, actor=system),
        "orders.submit_order": lambda: orders.submit_order(order_id=draft_order.pk, **by),
        "orders.quote_order": lambda: orders.quote_order(order=wanted, actor=system),
        "orders.revise_quote": lambda: orders.revise_quote(
            order_id=to_revise.pk, order=wanted, reason="More", expected_version=1, actor=system),
        "orders.accept_quote": lambda: orders.accept_quote(order_id=to_accept.pk, **by),
        "orders.accept_and_submit_quote": lambda: orders.accept_and_submit_quote(
            order_id=to_submit.pk, **by, acknowledges_duplicate=True),
        "orders.lose_quote": lambda: orders.lose_quote(order_id=to_lose.pk, code="price", **by),
        "orders.renew_quote": lambda: orders.renew_quote(order_id=over.pk, **by),
        "orders.expire_quotes": lambda: orders.expire_quotes(**later),
        "orders.retry_order": lambda: orders.retry_order(order_id=held.pk, **by),
        "orders.release_order": lambda: orders.release_order(order_id=held.pk, reason="ok", **by),
        "orders.approve_release": lambda: orders.approve_release(release_id=to_approve.pk, **by),
        "orders.reject_release": lambda: orders.reject_release(release_id=to_reject.pk, reason="no", **by),
        "orders.amend_order": lambda: orders.amend_order(
            order_id=to_amend.pk, amendment=larger, expected_version=1, reason="more", **by),
        "orders.cancel_lines": lambda: orders.cancel_lines(
            order_id=to_amend.pk, quantities={to_amend.lines.get().pk: Decimal(1)}, reason="less", **by),
        "orders.reallocate": lambda: orders.reallocate(
            product_id=scarce.pk, warehouse_id=world.basics.warehouse.pk, reason="urgent", **by),
        "orders.receive_request": lambda: orders.receive_request(
            channel="phone", sender="Ada", at=NOON, **by),
        "orders.dismiss_request": lambda: orders.dismiss_request(
            request_id=request.pk, reason="spam", at=NOON, **by),
        "orders.reserve_backorders": lambda: orders.reserve_backorders(
            order_id=made["backordered"].pk, **by),
        "orders.cancel_order": lambda: orders.cancel_order(order_id=to_cancel.pk, reason="no", **by),
        "orders.declare_unfulfillable": lambda: orders.declare_unfulfillable(
            order_id=to_give_up.pk, reason="x", **by),
        "orders.renew_promise": lambda: orders.renew_promise(
            order_id=to_promise.pk, was=world.on, promised_on=world.on + timedelta(days=1), reason="x", **by),
        "orders.cancel_rest": lambda: orders.cancel_rest(order_id=made["partly"].pk, reason="no", **by),
        "fulfillment.plan_shipment": lambda: fulfillment.plan_shipment(
            order_id=to_plan.pk, **by),
        "fulfillment.start_picking": lambda: fulfillment.start_picking(shipment_id=planned.pk, actor=system),
        "fulfillment.pack_shipment": lambda: fulfillment.pack_shipment(shipment_id=planned.pk, actor=system),
        "fulfillment.post_shipment": lambda: fulfillment.post_shipment(
            shipment_id=made["packed"].pk, **by),
        "fulfillment.deliver_shipment": lambda: fulfillment.deliver_shipment(
            shipment_id=made["packed"].pk, **by),
        "fulfillment.cancel_shipment": lambda: fulfillment.cancel_shipment(shipment_id=planned.pk, **by),
        "fulfillment.ship_order": lambda: fulfillment.ship_order(
            order_id=to_ship.pk, **by),
        "fulfillment.take_over_picking": lambda: fulfillment.take_over_picking(
            shipment_id=in_hand.pk, actor=system),
        "fulfillment.scan_pick": lambda: fulfillment.scan_pick(
            shipment_id=in_hand.pk, sku=lantern.sku, quantity=Decimal(1), actor=system),
        "fulfillment.confirm_pick": lambda: fulfillment.confirm_pick(
            shipment_id=in_hand.pk, picked={in_hand.lines.get().pk: Decimal(1)}, reason="Gone", **by),
        "fulfillment.record_tracking": lambda: fulfillment.record_tracking(
            shipment_id=made["posted"][0].pk, sighting=seen("delivered"), actor=system),
        "fulfillment.plan_pickup": lambda: fulfillment.plan_pickup(
            carrier_id=pickup.carrier_id, warehouse_id=world.basics.warehouse.pk, on=date(2026, 12, 1),
            from_time=time(9), to_time=time(10), today=world.on, actor=system),
        "fulfillment.confirm_pickup": lambda: fulfillment.confirm_pickup(
            pickup_id=pickup.pk, reference="R", **by),
        "fulfillment.complete_pickup": lambda: fulfillment.complete_pickup(pickup_id=pickup.pk, **by),
        "fulfillment.cancel_pickup": lambda: fulfillment.cancel_pickup(pickup_id=unwanted.pk, **by),
        "fulfillment.perform_services": lambda: fulfillment.perform_services(
            order_id=mixed.pk, quantities={mixed.lines.get(product__kind="service").pk: Decimal(1)},
            performed_on=world.on, performed_by="Ada", actor=system),
        "fulfillment.leave_services": lambda: fulfillment.leave_services(
            shipment_id=with_fitting.pk, line_ids=[with_fitting.lines.get(order_line__is_stocked=False).pk],
            actor=system),
        "fulfillment.grant_access": lambda: fulfillment.grant_access(order_id=mixed.pk, **by),
        "fulfillment.revoke_entitlement": lambda: fulfillment.revoke_entitlement(
            entitlement_id=access.pk, reason="x", **by),
        "fulfillment.report_late_delivery": lambda: fulfillment.report_late_delivery(
            shipment_id=overdue.pk, **by),
        "fulfillment.cancel_uncovered": lambda: fulfillment.cancel_uncovered(
            order_id=uncovered.order_id, **by),
        "fulfillment.authorise_return": lambda: authorised(world, overdue, "1"),
        "fulfillment.cancel_return": lambda: fulfillment.cancel_return(return_id=unused.pk, **by),
        "fulfillment.receive_return": lambda: received(world, coming, "1"),
        "fulfillment.inspect_return": lambda: inspected(world, coming, restocked="1", scrapped="0"),
        "fulfillment.receive_goods": lambda: fulfillment.receive_goods(
            quantity=Decimal(1), unit_cost=Decimal(4), **goods),
        "fulfillment.count_stock": lambda: fulfillment.count_stock(
            counted=Decimal(70), **{**goods, "source": "count"}
        ),
        **stock_verbs(world, lantern, short=made["short"]),
        "invoicing.draft_for_shipment": lambda: invoicing.draft_for_shipment(
            shipment_id=made["posted"][1].pk, **by),
        "invoicing.issue_invoice": lambda: invoicing.issue_invoice(invoice_id=drafts[0].pk, **by),
        "invoicing.invoice_shipment": lambda: invoicing.invoice_shipment(
            shipment_id=made["posted"][2].pk, **by),
        "invoicing.draft_credit_note": lambda: invoicing.draft_credit_note(
            company=world.company, customer_id=customer.pk, lines=note_lines, reason="x", **by),
        "invoicing.credit_invoice": lambda: invoicing.credit_invoice(
            invoice_id=came.pk, quantities=of_came, **again),
        "invoicing.credit_return": lambda: invoicing.credit_return(return_id=owed.pk, **by),
        "invoicing.discard_draft": lambda: invoicing.discard_draft(invoice_id=unwanted_note.pk, **by),
        "invoicing.set_off": lambda: invoicing.set_off(credit_note_id=given_back.pk, **by),
        "invoicing.store_printed": lambda: invoicing.store_printed(
            invoice_id=made["billed"][0].pk, content=b"x", **by),
        "invoicing.update_settlement": lambda: invoicing.update_settlement(receivable_id=item, **by),
        "receivables.record_payment": lambda: receivables.record_payment(**money),
        "receivables.receive_payment": lambda: receivables.receive_payment(
            **money, shares={item: Decimal(1)}),
        "receivables.allocate_payment": lambda: receivables.allocate_payment(
            payment_id=free.pk,
            shares={item: Decimal(1)}, **by),
        "receivables.allocate_credit": lambda: receivables.allocate_credit(
            credit_id=note.receivable_id, shares={item: Decimal(1)}, **by),
        "receivables.reverse_allocation": lambda: receivables.reverse_allocation(
            allocation_id=Allocation.objects.get(payment=spent).pk, **by),
        "receivables.reverse_payment": lambda: receivables.reverse_payment(
            payment_id=bounced.pk, **by),
        "ledger.post_manual_entry": lambda: by_hand(reference="charge-2"),
        "ledger.reverse_entry": lambda: ledger.reverse_entry(
            entry_id=charge.pk, reason="x", **by),
        "ledger.seal_entries": lambda: ledger.seal_entries(company_id=world.company.pk),
        "ledger.close_period": lambda: ledger.close_period(
            period_id=Period.objects.earliest("starts_on").pk, **by),
    }  # fmt: skip


def stock_verbs(world: World, lantern: Product, *, short: Product) -> dict[str, Callable[[], object]]:
    """The same for what moves, keeps and plans stock."""
    one, warehouse, by = Decimal(1), world.basics.warehouse, {"on": world.on, "actor": world.system}
    system, other = world.system, world.warehouse()
    expected = [
        inventory.expect_receipt(
            warehouse=warehouse, product_id=lantern.pk, reference=f"PO-{number}", quantity=one,
            expected_on=world.on, actor=system)
        for number in range(2)
    ]  # fmt: skip
    sent, dropped = transfer_in(world, "sent"), cart_in(world, "held")
    goods = {"warehouse": warehouse, "product_id": lantern.pk}
    world.hold(lantern, "1", at=NOON, minutes=1)
    inventory.set_reorder_rule(**goods, minimum=Decimal(5000), target=Decimal(5000), actor=system)
    return {
        "fulfillment.count_many": lambda: fulfillment.count_many(
            warehouse=warehouse, counted={lantern.pk: Decimal(60), short.pk: Decimal(9)}, source="sheet", **by),
        "fulfillment.scrap_goods": lambda: fulfillment.scrap_goods(
            **goods, quantity=one, reason="Broken", source="note", **by),
        "fulfillment.send_transfer": lambda: fulfillment.send_transfer(
            source=warehouse, target=other, wanted={lantern.pk: one}, expected_on=world.on, **by),
        "fulfillment.receive_transfer": lambda: fulfillment.receive_transfer(
            transfer_id=sent.pk, arrived={}, **by),
        "inventory.hold_cart": lambda: inventory.hold_cart(
            company_id=world.company.pk, token="new", wanted={lantern.sku: one}, minutes=9, at=NOON,
            actor=system),
        "inventory.drop_cart": lambda: inventory.drop_cart(token=dropped.token, on=world.on, actor=system),
        "inventory.expire_carts": lambda: inventory.expire_carts(at=NOON + timedelta(minutes=5), **by),
        "inventory.expect_receipt": lambda: inventory.expect_receipt(
            **goods, reference="PO-9", quantity=one, expected_on=world.on, actor=system),
        "inventory.change_expected": lambda: inventory.change_expected(
            expected_id=expected[0].pk, quantity=Decimal(2), actor=system),
        "inventory.cancel_expected": lambda: inventory.cancel_expected(
            expected_id=expected[1].pk, actor=system),
        "inventory.set_bin": lambda: inventory.set_bin(
            warehouse_id=warehouse.pk, product_id=lantern.pk, bin="A-01", actor=system),
        "inventory.set_reorder_rule": lambda: inventory.set_reorder_rule(
            **goods, minimum=one, target=one, actor=system),
        "inventory.watch_stock": lambda: inventory.watch_stock(**by),
    }  # fmt: skip


SERVICES = ["credit", "inventory", "orders", "fulfillment", "invoicing", "receivables", "ledger"]


def verbs_in(module: ModuleType) -> set[str]:
    """The names in a services module that are decorated with `verb`."""
    return {
        name
        for name, value in vars(module).items()
        if getattr(getattr(value, "__code__", None), "co_qualname", "").startswith("verb.<locals>")
    }


def test_every_verb_of_the_spine_is_looked_at(world: World) -> None:
    """C32: a new verb must be added here, and its locks to the page of database rules."""
    found = {f"{app}.{verb}" for app in SERVICES for verb in verbs_in(import_module(f"{app}.services"))}
    assert found == set(verbs(world))


def problems_of(steps: list[Step]) -> list[str]:
    """What is wrong with the locks of one verb."""
    found = []
    locked: list[str] = []
    inserted: set[str] = set()
    for step in steps:
        if step.what == "lock":
            if locked and SPINE.index(step.table) < SPINE.index(locked[-1]) and step.table not in locked:
                found.append(f"{step.table} is locked after {locked[-1]}")
            locked.append(step.table)
            continue
        owner = PROTECTED_BY.get(step.table)
        is_new = step.what == "INSERT INTO" and owner == step.table
        if owner is not None and not is_new and owner not in locked and owner not in inserted:
            found.append(f"{step.table} is written without the lock of {owner}")
        if step.what == "INSERT INTO" and "ON CONFLICT" not in step.sql:
            inserted.add(step.table)
    return found


# These only add rows that nobody else has seen.
LOCK_NOTHING = {
    "orders.receive_request",
    "orders.create_order", "orders.quote_order", "invoicing.draft_credit_note", "receivables.record_payment",
    "ledger.post_manual_entry", "fulfillment.plan_pickup",
    # These write master data, each row by itself, or are unique in the database.
    "inventory.expect_receipt", "inventory.set_reorder_rule", "inventory.watch_stock",
}  # fmt: skip


def test_every_verb_locks_down_the_spine_by_primary_key_and_before_it_writes(world: World) -> None:
    """C32: captured SQL of every verb: ordered FOR NO KEY UPDATE, down the spine, ahead of the write."""
    steps = {name: steps_of(run) for name, run in verbs(world).items()}
    assert {name: problems for name, taken in steps.items() if (problems := problems_of(taken))} == {}
    without = {name for name, taken in steps.items() if not any(step.what == "lock" for step in taken)}
    assert without == LOCK_NOTHING
    locks = [step for taken in steps.values() for step in taken if "FOR NO KEY UPDATE" in step.sql]
    assert [step.sql for step in locks if not ORDERED.search(step.sql)] == []


def test_with_the_locks_deleted_this_page_complains_of_every_verb_that_changes_rows(world: World) -> None:
    """C32, the mutant: a look at the SQL that sees no difference would be blind."""
    with locks_removed():
        blind = {name for name, run in verbs(world).items() if not problems_of(steps_of(run))}
    assert blind == LOCK_NOTHING | {
        # They read under a lock and add rows that a unique constraint or trigger guards; the races show their harm.
        "fulfillment.plan_shipment", "invoicing.draft_for_shipment", "invoicing.credit_invoice",
        "ledger.reverse_entry",
        # Their lock is taken by a statement of their own: the counter's row, the quotes that end.
        "ledger.seal_entries", "orders.expire_quotes",
    }  # fmt: skip
