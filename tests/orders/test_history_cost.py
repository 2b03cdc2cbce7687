"""What an order is compared with costs the same after a hundred orders and after ten thousand."""

import json

from django.db import connection
from django.test.utils import CaptureQueriesContext

from o2c.kernel.db import fetch_all
from orders import services as orders
from orders.models import Order
from orders.services import checks, promise
from tests.world import World

MANY = """
INSERT INTO orders_order ({columns}) SELECT {columns} FROM orders_order, generate_series(1, 3000)
WHERE orders_order.id = %s
"""


def with_history(world: World) -> Order:
    """The latest order of a customer with thousands before it."""
    lantern, customer = world.product(), world.customer()
    first = orders.create_order(order=world.wanted(customer, (lantern, "1")), actor=world.system)
    given = [
        field.column
        for field in Order._meta.concrete_fields
        if field.column not in {"id", "number", "public_id"}
    ]
    columns = ", ".join(f'"{column}"' for column in given)
    fetch_all(MANY.format(columns=columns), [first.pk])
    fetch_all("ANALYZE orders_order", [])
    return orders.create_order(order=world.wanted(customer, (lantern, "2")), actor=world.system)


def rows_read(plan: dict, table: str) -> int:
    """How many rows of the table a plan took out of it."""
    own = (
        plan.get("Actual Rows", 0) * plan.get("Actual Loops", 1) if plan.get("Relation Name") == table else 0
    )
    return int(own) + sum(rows_read(inner, table) for inner in plan.get("Plans", []))


def test_the_customers_latest_fifty_orders_are_looked_at_and_no_other(world: World) -> None:
    order = with_history(world)
    lines = list(order.lines.all())
    with CaptureQueriesContext(connection) as captured:
        checks.past_of(order, lines, customer=order.customer)
    [query] = captured.captured_queries
    [(plan,)] = fetch_all(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}", [])
    plan = plan if isinstance(plan, list) else json.loads(plan)
    assert 0 < rows_read(plan[0]["Plan"], "orders_order") <= 51
    assert rows_read(plan[0]["Plan"], "orders_orderline") <= 51


def test_a_preview_and_a_quote_take_the_same_statements_however_many_lines(world: World) -> None:
    actor, customer = world.system, world.customer()
    actor.has_perm("orders.add_order")
    used = {}
    for lines in (3, 30):
        wanted = world.wanted(customer, *((world.product(stock="1"), "2") for _ in range(lines)))
        with CaptureQueriesContext(connection) as preview:
            orders.preview_order(order=wanted, actor=actor)
        with CaptureQueriesContext(connection) as quote:
            orders.quote_order(order=wanted, actor=actor)
        used[lines] = (
            sum("SAVEPOINT" not in query["sql"] for query in preview.captured_queries),
            sum("SAVEPOINT" not in query["sql"] for query in quote.captured_queries),
        )
    assert used[3] == used[30]


def test_quotes_expire_in_one_statement_however_many(world: World) -> None:
    customer, lantern = world.customer(), world.product()
    used = {}
    for quotes in (1, 5):
        for _ in range(quotes):
            orders.quote_order(
                order=world.wanted(customer, (lantern, "1")), valid_until=world.on, actor=world.system
            )
        with CaptureQueriesContext(connection) as captured:
            expired = orders.expire_quotes(on=world.on.replace(day=21), actor=world.system)
        assert expired == quotes
        used[quotes] = len(captured)
    assert used[1] == used[5]


def test_a_promise_asks_for_supply_only_when_something_is_short(world: World) -> None:
    customer = world.customer()
    for stock, statements in (("5", 0), ("1", 2)):
        order = world.order(customer, (world.product(stock=stock), "2"))
        lines = list(order.lines.all())
        assert order.warehouse.handling_days == 1
        with CaptureQueriesContext(connection) as captured:
            promise.promise_days(order, lines, on=world.on)
        assert len(captured) == statements
