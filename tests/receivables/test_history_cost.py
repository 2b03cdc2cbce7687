"""Ageing, statements and lists cost the same after thousands of settled invoices and after three."""

import json
from collections.abc import Callable
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from o2c.kernel.db import fetch_all
from reporting.selectors.aging import aging
from reporting.selectors.statement import statement
from tests.world import World

TABLES = {
    "receivables_receivable": "issued_on",
    "receivables_payment": "received_on",
    "receivables_allocation": "on",
}
NEW = {
    "id",
    "number",
    "public_id",
    "document_number",
    "entry_id",
    "provider_reference",
    "receivable_id",
    "payment_id",
}
CLONE = """
INSERT INTO {table} ({columns}, {extra}) SELECT {values}, {made} FROM {table} row, generate_series(1, 3000) place
"""
MADE = {
    "receivables_receivable": ("id, document_number, entry_id", "-place, 'OLD-' || place, -place"),
    "receivables_payment": ("id, number", "-place, 'OLD-' || place"),
    "receivables_allocation": ("id, receivable_id, payment_id", "-place, -place, -place"),
}


def paid_long_ago(world: World) -> Customer:
    """A customer with three thousand invoices paid a year ago, and one that is open."""
    customer, lantern = world.customer(), world.product()
    world.pay(world.invoice(world.ship(world.order(customer, (lantern, "1")))))
    fetch_all("SET LOCAL session_replication_role = replica", [])
    for table, day in TABLES.items():
        with connection.cursor() as cursor:
            kept = [
                field.name
                for field in connection.introspection.get_table_description(cursor, table)
                if field.name not in NEW
            ]
        old = {day, "due_on", "settled_on", "on"}
        extra, made = MADE[table]
        fetch_all(
            CLONE.format(
                table=table,
                columns=", ".join(f'"{name}"' for name in kept),
                values=", ".join(f'row."{name}"' + (" - 400" if name in old else "") for name in kept),
                extra=extra,
                made=made,
            ),
            [],
        )
        fetch_all(f"ANALYZE {table}", [])
    fetch_all("SET LOCAL session_replication_role = origin", [])
    world.invoice(world.ship(world.order(customer, (lantern, "2"))))
    return customer


def rows_looked_at(ask: Callable[[], object]) -> int:
    """How many rows of the tables a question's statements looked at, be they used or not."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    plans = [
        fetch_all(f"EXPLAIN (ANALYZE, FORMAT JSON) {one['sql']}", [])[0][0]
        for one in captured.captured_queries
    ]
    return sum(_rows((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]) for plan in plans)


def _rows(plan: dict) -> int:
    names = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    own = sum(plan.get(name, 0) for name in names) * plan.get("Actual Loops", 1)
    return int(own if plan.get("Relation Name") in TABLES else 0) + sum(map(_rows, plan.get("Plans", [])))


def test_what_was_settled_long_ago_is_not_looked_at(world: World) -> None:
    customer = paid_long_ago(world)
    since, until = date(2026, 11, 1), date(2026, 11, 30)
    assert 0 < rows_looked_at(lambda: aging(as_of=world.on, limit=25)) < 50
    assert 0 < rows_looked_at(lambda: aging(as_of=date(2026, 11, 19), limit=25)) < 50
    assert (
        0
        < rows_looked_at(lambda: statement(customer=customer, currency="GBP", since=since, until=until))
        < 50
    )
