"""The database is the last reviewer: each rule refuses a wrong row by itself.

For every constraint and trigger: with all other triggers silenced and the table's other constraints gone,
the wrong write is refused by this very rule; once the rule is dropped as well, the same write goes through.
All of it in transactions that are rolled back. So a rule that somebody removes, or that never bit, fails
here by name. `docs/database-rules.md` lists them all.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, transaction

from catalog import services as catalog
from credit import services as credit
from credit.models import CreditPolicy
from customers.models import Customer
from fulfillment import services as fulfillment
from inventory import services as inventory
from invoicing import services as invoicing
from ledger import services as ledger
from ledger.models import ExchangeRate, Period
from o2c.kernel import clock
from o2c.kernel.assignments.services import About, give_assignment
from o2c.kernel.db import fetch_all, sqlstate
from o2c.kernel.models import JobRow, JobRun, Sandbox
from o2c.kernel.worklists.saved import keep_view
from orders import services as orders
from receivables import services as receivables
from reporting.models import Certificate
from tests.attached import carried_by
from tests.documents import cart_in, limit_request_in, order_in, release_in, request_in, transfer_in
from tests.fulfillment.returns import return_in
from tests.messages import message_in
from tests.parcels import parcel_handed_over
from tests.shops import job_in, key_in
from tests.webhooks import delivery_in
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "database-rules.md"

# What breaks a CHECK: the columns set to this on some row. Those of known values and of ISO codes
# (``*_known``, ``*_iso``) are broken by a letter.
BREAKS = {
    "allocation_one_source": "credit_id = NULL, payment_id = NULL",
    "allocation_positive": "amount = 0",
    "allocation_taken_back_after": 'reversed_on = "on" - 1',
    "assignment_done_by_somebody": "done_at = now(), done_by_id = NULL",
    "assignment_to_somebody": "role_id = NULL, assignee_id = NULL",
    "attachment_not_empty": "size = 0",
    "attachment_sha256": "sha256 = 'x'",
    "certificate_sha256": "sha256 = 'x'",
    "commitment_not_negative": "amount = -1",
    "creditaccount_reason_of_block": "blocked = false, block_reason = 'x'",
    "creditaccount_risk_known": "risk_class = 'x'",
    "creditaccount_risk_then_known": "risk_at_review = 'x'",
    "creditaccount_score_sane": "score = 101",
    "creditpolicy_not_negative": "first_order_limit = -1",
    "creditpolicy_reviews": "review_months = 0",
    "apikey_bound_in_its_books": "test_customer = 'C-1'",
    "apikey_digest_is_sha256": "digest = 'x'",
    "apikey_has_quota": "quota = 0",
    "apikey_not_its_own_successor": "replaced_by_id = id",
    "creditreport_not_negative": "covered = -1",
    "creditreport_score_sane": "score = 101",
    "creditreport_valid": 'valid_until = "on" - 1',
    "customer_exemption_has_number": "exemption_until = '2026-12-01', exemption_number = ''",
    "customer_not_its_own_parent": "parent_id = id",
    "customer_vat_checked_has_id": "vat_id = '', vat_checked_on = '2026-11-20'",
    "customer_weekdays_real": "delivery_weekdays = '[8]'",
    "turnover_of_something": "debit = 0, credit = 0",
    "webhook_disabled_says_why": "disabled_at = now(), disabled_reason = ''",
    "webhook_has_secret": "secret_version = 0",
    "webhookdelivery_delivered_has_time": "state = 'delivered', delivered_at = NULL",
    "entitlement_forward": "valid_until = valid_from - 1",
    "entitlement_revoked_says_why": "revoked_on = valid_from, revoke_reason = ''",
    "exchangerate_positive": "rate = 0",
    "expected_positive": "quantity = 0",
    "expected_received_within": "received = quantity + 1",
    "idempotency_had_an_effect": "status = 409",
    "job_failed_with_reason": "error_code = 'x'",
    "job_finished_when_over": "finished_at = now()",
    "job_not_overdone": "done = total + 1",
    "sandbox_is_one": "id = 2",
    "sandbox_clock_forward": "ahead = interval '-1 day'",
    "invoice_due_after_issue": "due_on = issued_on - 1",
    "invoice_gross_is_net_plus_tax": "gross = gross + 1",
    "invoice_issued_is_complete": "receivable_id = NULL",
    "invoiceline_positive": "quantity = 0",
    "limit_not_negative": '"limit" = -1',
    "limitrequest_decided_by_somebody": "state = 'approved', decided_by_id = NULL",
    "limitrequest_four_eyes": "decided_by_id = requested_by_id",
    "limitrequest_not_negative": '"limit" = -1',
    "invoice_only_a_credit_note_credits": "kind = 'invoice', credits_id = id",
    "invoiceline_bills_or_credits": "credits_id = id",
    "line_amount_same_side": "amount = -amount",
    "line_debit_or_credit": "debit = 1, credit = 1",
    "message_has_address": "recipient_email = ''",
    "message_one_line_subject": "subject = ''",
    "message_sent_has_time": "sent_at = NULL",
    "move_not_empty": "quantity = 0",
    "move_value_same_sign": "value = -1, quantity = 1",
    "order_cancel_code_known": "cancel_code = 'x'",
    "order_discount_sane": "discount_percent = 101",
    "order_due_while_open": "open_invoices = 0, due_on = '2026-12-01'",
    "order_gross_is_net_plus_tax": "gross = gross + 1",
    "order_hold_has_reason": "state = 'on_hold', hold_reasons = '[]'",
    "order_not_negative": "net = -1",
    "order_incoterm_known": "incoterm = 'x'",
    "orderdiscount_from_not_negative": "from_net = -1",
    "orderdiscount_sane": "percent = 101",
    "order_quote_has_validity": "state = 'quoted', valid_until = NULL",
    "orderline_credited_was_invoiced": "credited = invoiced + 1",
    "orderline_discount_sane": "discount_percent = 101",
    "orderline_entered_discount_sane": "entered_discount = 101",
    "orderline_invoiced_was_shipped": "invoiced = shipped + 1",
    "orderline_never_below_zero": "reserved = -1",
    "orderline_never_more_than_ordered": "cancelled = ordered + 1",
    "orderline_ordered_positive": "ordered = 0",
    "orderline_price_not_negative": "unit_price = -1",
    "orderline_returned_was_shipped": "returned = shipped + 1",
    "orderpolicy_amounts_not_negative": "second_release_from = -1",
    "orderpolicy_factor_sane": "amount_factor = 1",
    "orderpolicy_holds_something": "hold_score = 0",
    "orderrequest_dismissed_has_reason": "state = 'dismissed', dismiss_reason = ''",
    "orderrequest_ordered_has_order": "state = 'ordered', order_id = NULL",
    "note_says_something": "text = ''",
    "orderversion_after_first": "version = 1",
    "package_weighs_something": "weight = 0",
    "packageline_positive": "quantity = 0",
    "payment_positive": "amount = 0",
    "payment_spent_in_base_too": "unallocated = 0, base_unallocated = 1",
    "payment_unallocated_within_amount": "unallocated = amount + 1",
    "period_forward": "ends_on = starts_on - 1",
    "pickup_window_forward": "from_time = to_time",
    "price_not_negative": "unit_price = -1",
    "price_quantity_positive": "minimum_quantity = 0",
    "printed_sha256": "sha256 = 'x'",
    "product_cost_not_negative": "standard_cost = -1",
    "receivable_base_open_within_amount": "base_open_amount = base_amount + 1",
    "receivable_due_after_issue": "due_on = issued_on - 1",
    "receivable_open_within_amount": "open_amount = amount + 1",
    "receivable_settled_dated": "open_amount = 0, settled_on = NULL",
    "receivable_settled_in_base_too": "open_amount = 0, base_open_amount = 1",
    "release_decided_by_somebody": "state = 'rejected', decided_by_id = NULL",
    "release_not_over_before_it_begins": 'valid_until = "on" - 1',
    "release_reaches_somewhere": "up_to = 0",
    "release_second_is_another": "state = 'approved', needs_two = true, decided_by_id = proposed_by_id",
    "reorder_sane": "lot = 0",
    "reservation_not_negative": "quantity = -1",
    "return_inspected_dated": "inspected_on = NULL",
    "return_reason_known": "reason = 'x'",
    "return_received_dated": "received_on = NULL",
    "returnline_credited_within": "credited = received + 1",
    "returnline_inspected_within": "scrapped = received + 1",
    "returnline_positive": "authorised = 0",
    "returnline_received_within": "received = authorised + 1",
    "returnline_worth_of_restocked": "cost = 1, restocked = 0",
    "shipment_posted_dated": "posted_on = NULL",
    "shipmentline_never_more_comes_back": "in_returns = quantity + 1",
    "shipmentline_picked_within": "picked = quantity + 1",
    "shipmentline_positive": "quantity = 0",
    "stock_never_oversold": "reserved = on_hand + 1",
    "stock_nothing_worth_nothing": "on_hand = 0, value = 1",
    "stock_reserved_not_negative": "reserved = -1",
    "stock_value_not_negative": "value = -1",
    "taxrate_not_negative": "rate = -1",
    "taxrate_zero_unless_standard": "code = 'Z', rate = 20",
    "taxregion_other_than_itself": "without_evidence_id = id",
    "terms_discount_sane": "discount_percent = 100",
    "tracking_status_known": "status = 'x'",
    "transfer_received_dated": "state = 'received', received_on = NULL",
    "transfer_to_another": "target_id = source_id",
    "transferline_never_more_arrives": "received = quantity + 1",
    "transferline_positive": "quantity = 0",
}
# What breaks a trigger, for those that no family below covers.
COPY = "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {where} ORDER BY id LIMIT 1"
FIRST_STATE = {
    "customers_message": "queued",
    "orders_order": "draft",
    "orders_orderrequest": "waiting",
    "orders_release": "proposed",
    "fulfillment_shipment": "planned",
    "fulfillment_pickup": "planned",
    "fulfillment_return": "authorised",
    "kernel_job": "queued",
    "inventory_carthold": "held",
    "inventory_transfer": "sent",
    "invoicing_invoice": "draft",
    "receivables_payment": "received",
    "ledger_period": "open",
    "credit_limitrequest": "requested",
    "gateway_webhookdelivery": "pending",
}
OTHER_DAY = {"fulfillment_pickup": {"on": '"on" + 1'}}
OURS = ("kernel", "catalog", "customers", "inventory", "ledger", "receivables", "credit", "orders",
        "fulfillment", "invoicing", "reporting", "gateway")  # fmt: skip
CONSTRAINTS = """
SELECT c.conname, r.relname, c.contype FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
WHERE c.contype IN ('c', 'u', 'x') AND r.relname = ANY(%s) ORDER BY 1
"""


def our_models() -> list:
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def tables() -> list[str]:
    return sorted({model._meta.db_table for model in our_models()})


def constraints() -> list[tuple[str, str, str]]:
    """Our constraints as the database has them: name, table, kind.

    Left out are the checks that Django makes by itself for columns of counting numbers.
    """
    named = {constraint.name for model in our_models() for constraint in model._meta.constraints}
    return [
        (name, table, kind)
        for name, table, kind in fetch_all(CONSTRAINTS, [tables()])
        if kind != "c" or name in named
    ]


def triggers() -> list[tuple[str, str, str]]:
    """Our triggers: name, table, name in the database."""
    return sorted(
        (trigger.name, model._meta.db_table, trigger.get_pgid(model))
        for model, trigger in pgtrigger.registered()
        if model._meta.app_label in OURS
    )


def stock_desk(world: World) -> None:
    """Transfers on their way and arrived, a cart that was given back, goods expected and a reorder rule."""
    for state in ("sent", "received"):
        transfer_in(world, state)
    cart_in(world, "dropped")
    goods = {"warehouse": world.basics.warehouse, "product_id": world.product().pk, "actor": world.system}
    inventory.expect_receipt(**goods, reference="PO-1", quantity=Decimal(5), expected_on=world.on)
    inventory.set_reorder_rule(**goods, minimum=Decimal(1), target=Decimal(2))


@pytest.fixture
def lived_in(unguarded: World) -> World:
    """A company in whose tables there is at least one row, posted where rows are posted."""
    world = unguarded  # made-up rows and all, so nothing to sweep
    key_in(world)
    keep_view(owner=world.system, worklist="orders", name="Mine", query="", shared=False)
    Sandbox.objects.create(pk=1)
    JobRow.objects.create(job=job_in(world), row_id=1, label="x", done=True)
    carried_by(world)
    for state in ("pending", "delivered"):
        delivery_in(world, state)
    message_in(world, "sent")
    lantern, customer = world.product(), world.customer()
    world.ship(world.order(customer, (lantern, "1")))
    invoice = world.invoice(world.ship(world.order(customer, (lantern, "2"))))
    invoicing.store_printed(invoice_id=invoice.pk, content=b"%PDF", on=world.on, actor=world.system)
    payment = world.pay(invoice)
    receivables.reverse_allocation(
        allocation_id=payment.allocations.get().pk, on=world.on, actor=world.system
    )
    world.let_the_desks_work()
    ledger.seal_entries(company_id=world.company.pk)
    ledger.close_period(period_id=Period.objects.earliest("starts_on").pk, on=world.on, actor=world.system)
    ExchangeRate.objects.create(
        company=world.company, currency="EUR", rate=Decimal("0.85"), valid_from=date(2026, 1, 1)
    )
    credit_desk(world)
    parcel_handed_over(world)
    return_in(world, "inspected")
    bought = world.order(customer, (world.product(kind="digital"), "1"))
    fulfillment.grant_access(order_id=bought.pk, on=world.on, actor=world.system)
    quote = order_in(world, "quoted")
    orders.revise_quote(
        order_id=quote.pk,
        order=world.wanted(quote.customer, (lantern, "1")),
        reason="More",
        expected_version=1,
        actor=world.system,
    )
    stock_desk(world)
    order_desk(world)
    JobRun.objects.create(job="x", business_date=world.on)
    customer.contacts.create(role="ordering", name="Ada", email="ada@example.com")
    Customer.objects.filter(pk=world.customer().pk).update(parent=customer)
    Customer.objects.filter(pk=customer.pk).update(vat_id="GB980780684")
    customer.refresh_from_db()
    world.check_vat_id(customer)
    catalog.set_order_discount(
        price_list=world.basics.prices, name="x", percent=Decimal(1), valid_from=world.on, actor=world.system
    )
    Certificate.objects.create(
        business_date=world.on, as_of=clock.now(), passed=True, content="{}", sha256="0" * 64
    )
    fetch_all("SET CONSTRAINTS ALL IMMEDIATE", [])
    return world


def order_desk(world: World) -> None:
    """Releases that wait and are rejected, and requests that wait and are dismissed."""
    for state in ("proposed", "rejected"):
        release_in(world, state)
    for state in ("waiting", "dismissed"):
        request = request_in(world, state)
    give_assignment(
        about=About(type="order_request", id=request.pk, number=""),
        title="Call Ada",
        assignee=world.system,
        due_on=world.on,
        on=world.on,
        actor=world.system,
    )


def credit_desk(world: World) -> None:
    """A policy, an insurer's report, and requests that wait and are decided."""
    CreditPolicy.objects.create(code="standard", name="Standard")
    for state in ("requested", "approved"):
        request = limit_request_in(world, state)
    credit.record_report(
        customer_id=request.account.customer_id,
        source="Insurer",
        covered=Decimal(1),
        valid_until=world.on,
        on=world.on,
        actor=world.system,
    )


def copied(table: str, where: str = "true", **changed: str) -> str:
    """The statement that inserts a copy of a row, with other values where *changed* says so."""
    model = next(model for model in our_models() if model._meta.db_table == table)
    changed = {"id": "id + 1000000", **changed}
    columns = [field.column for field in model._meta.concrete_fields if not field.generated]
    values = [changed.get(column, f'"{column}"') for column in columns]
    quoted = ", ".join(f'"{column}"' for column in columns)
    return COPY.format(table=table, columns=quoted, values=", ".join(values), where=where)


@contextmanager
def trial() -> Iterator[None]:
    """Try something with triggers and foreign keys silenced, and undo it."""
    with transaction.atomic():
        fetch_all("SET LOCAL session_replication_role = replica", [])
        yield
        transaction.set_rollback(True)


def refusal_of(statement: str) -> DatabaseError | None:
    """What the database says to a statement and to the end of its transaction; None when it agrees."""
    try:
        with transaction.atomic():
            fetch_all(statement, [])
            fetch_all("SET CONSTRAINTS ALL IMMEDIATE", [])
            transaction.set_rollback(True)
    except DatabaseError as error:
        return error
    return None


def breaks(name: str, table: str, kind: str) -> str:
    """The statement that a constraint must refuse."""
    if kind != "c":
        return copied(table)
    if name.endswith("_known") and name not in BREAKS:
        words = name.removesuffix("_known").split("_")
        ends = ("_".join(words[index:]) for index in range(len(words)))
        column = next(column for column in ends if has_column(table, column))
        return f"UPDATE {table} SET {column} = 'x'"
    if name.endswith("_iso"):
        column = next(
            c for c in ("base_currency", "currency", "country", "origin_country") if has_column(table, c)
        )
        return f"UPDATE {table} SET {column} = 'x'"
    return f"UPDATE {table} SET {BREAKS[name]}"


def has_column(table: str, column: str) -> bool:
    model = next(model for model in our_models() if model._meta.db_table == table)
    return column in {field.column for field in model._meta.concrete_fields}


def fill_what_a_constraint_reads(name: str, table: str) -> None:
    """A null is no duplicate: give one row a value in each column of a unique constraint."""
    columns = fetch_all(
        "SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_constraint c JOIN pg_attribute a"
        " ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) WHERE c.conname = %s",
        [name],
    )
    for column, kind in columns:
        value = "'x'" if "char" in kind else "uuidv7()" if kind == "uuid" else "1"
        if "date" not in kind:
            fetch_all(
                f'UPDATE {table} SET "{column}" = {value} WHERE "{column}" IS NULL'
                f" AND id = (SELECT min(id) FROM {table})",
                [],
            )


def test_each_constraint_refuses_by_itself_and_without_it_the_wrong_row_is_written(lived_in: World) -> None:
    """Section 3.4: remove each constraint, one at a time."""
    asleep = []
    for name, table, kind in constraints():
        with trial():
            for other, its_table, _ in constraints():
                if its_table == table and other != name:
                    fetch_all(f'ALTER TABLE {table} DROP CONSTRAINT "{other}" CASCADE', [])
            if kind == "u":
                fill_what_a_constraint_reads(name, table)
            statement = breaks(name, table, kind)
            refused = refusal_of(statement)
            diag = getattr(refused.__cause__, "diag", None) if refused else None
            if getattr(diag, "constraint_name", None) != name:
                asleep.append(f"{name} does not refuse: {statement} ({refused})")
                continue
            fetch_all(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE', [])
            if refused := refusal_of(statement):
                asleep.append(f"{name} is not what refuses: {statement} ({refused})")
    assert asleep == []


def forbidden_by(name: str, table: str) -> str:
    """The statement that a trigger must refuse."""
    if name == "never_truncated":
        return f"TRUNCATE {table} CASCADE"
    if name.startswith(("frozen", "withdrawn")):
        return f"DELETE FROM {table}"
    if (name, table) == (
        "legal_state_change",
        "gateway_webhookdelivery",
    ):  # every state leads back to the first
        return f"UPDATE {table} SET state = 'cancelled', delivered_at = NULL WHERE state = 'delivered'"
    if name == "legal_state_change":
        return f"UPDATE {table} SET state = '{FIRST_STATE[table]}'" if table != "ledger_period" else (
            "UPDATE ledger_period SET state = 'open' WHERE state = 'closed'"
        )  # fmt: skip
    return {
        # A day has one pickup: the copy is of another day, so that it is not the index that refuses.
        "born_in_first_state": lambda: unconstrained_copy(table, **OTHER_DAY.get(table, {})),
        "credited_within": lambda: f"UPDATE {table} SET credits_id = (SELECT min(id) FROM {table})",
        "period_open": lambda: unconstrained_copy(table, on="'1999-01-01'::date"),
        "balanced": lambda: unconstrained_copy(table),
        "same_transaction": lambda: copied(table),
        "never_changed": lambda: f"UPDATE {table} SET content = 'x'",
        "recipient_stays": lambda: f"UPDATE {table} SET recipient_email = 'x'",
        "currency_stays": lambda: f"UPDATE {table} SET currency = 'XXX'",
        "prices_in_currency": lambda: f"UPDATE {table} SET currency = 'XXX'",
        "one_level_of_parents": lambda: (
            f"UPDATE {table} SET parent_id = (SELECT id FROM {table} WHERE parent_id IS NOT NULL)"
            " WHERE parent_id IS NULL"
        ),
        "vat_check_on_file": lambda: f"UPDATE {table} SET vat_checked_on = '1999-01-01'",
    }[name]()


def unconstrained_copy(table: str, **changed: str) -> str:
    """A copy of a row that is past its first state; the table's constraints are gone by then."""
    where = f"state <> '{FIRST_STATE[table]}'" if table in FIRST_STATE else "true"
    return copied(table, where, **changed)


def make_ready_for(name: str, table: str) -> None:
    """What must be so for the trigger to have something to refuse."""
    for constraint, its_table, _ in constraints():
        if its_table == table:
            fetch_all(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}" CASCADE', [])
    if name == "same_transaction":
        fetch_all("UPDATE ledger_journalentry SET posted_at = posted_at - interval '1 day'", [])
    if name in {"born_in_first_state", "legal_state_change"} and table == "receivables_payment":
        fetch_all("UPDATE receivables_payment SET state = 'reversed'", [])


def test_each_trigger_refuses_by_itself_and_without_it_the_wrong_change_is_made(lived_in: World) -> None:
    """Section 3.4: remove each trigger, one at a time: only the one under test is awake."""
    asleep = []
    for name, table, in_database in triggers():
        if name in {"audited", "vat_check_lapses"}:  # these refuse nothing
            continue
        with trial():
            make_ready_for(name, table)
            fetch_all(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{in_database}"', [])
            statement = forbidden_by(name, table)
            refused = refusal_of(statement)
            if refused is None or not (sqlstate(refused).startswith("OC") or "pgtrigger" in str(refused)):
                asleep.append(f"{table}.{name} does not refuse: {statement} ({refused})")
                continue
            fetch_all(f'ALTER TABLE {table} DISABLE TRIGGER "{in_database}"', [])
            if (refused := refusal_of(statement)) and name != "period_open":  # the column demands a period
                asleep.append(f"{table}.{name} is not what refuses: {statement} ({refused})")
    assert asleep == []


def test_without_its_trigger_a_change_of_master_data_leaves_no_trace(lived_in: World) -> None:
    """Each audited table: one change, one entry; with the trigger off, none."""
    for name, table, in_database in triggers():
        if name != "audited":
            continue
        column = next(field.column for model in our_models() if model._meta.db_table == table
                      for field in model._meta.concrete_fields if field.column != "id")  # fmt: skip
        change = f'UPDATE {table} SET "{column}" = "{column}" WHERE id = (SELECT min(id) FROM {table})'
        entries = "SELECT count(*) FROM kernel_auditentry"
        with trial():
            [(before,)] = fetch_all(entries, [])
            fetch_all(change, [])
            assert fetch_all(entries, []) == [(before,)], table
            fetch_all(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{in_database}"', [])
            fetch_all(change, [])
            assert fetch_all(entries, []) == [(before + 1,)], table


def test_the_page_of_database_rules_names_every_rule_and_no_other(world: World) -> None:
    """A constraint or trigger of the models that the page does not explain fails here."""
    text = PAGE.read_text()
    sections = text.partition("## Constraints")[2]
    listed = set(re.findall(r"`([a-z0-9_]+(?:\.[a-z_]+)?)`", sections.partition("## How it is tested")[0]))
    there = {name for name, _, _ in constraints()} | {f"{table}.{name}" for name, table, _ in triggers()}
    assert there - listed == set()
    assert {name for name in listed - there if "." in name or name in BREAKS} == set()


def test_every_test_that_the_page_names_exists() -> None:
    """The page says which test fails when a lock is taken away; it must be there."""
    named = re.findall(r"`(tests/[a-z_/]+\.py)`::`(test_\w+)`", PAGE.read_text())
    assert len(named) > 10
    missing = [f"{path}::{test}" for path, test in named if f"def {test}(" not in (ROOT / path).read_text()]
    assert missing == []
