"""The yardstick: how fast this PostgreSQL does the work with bare psycopg, one function call per step."""

import random
from pathlib import Path

import psycopg

from bench.measure import Stopwatch

SCHEMA = "bench_yardstick"
SQL = Path(__file__).with_suffix(".sql")
LINES = 3

MASTER_DATA = """
INSERT INTO customer (id, name) SELECT n, 'Customer ' || n FROM generate_series(1, {customers}) n;
INSERT INTO credit (customer_id, ceiling) SELECT id, 1e12 FROM customer;
INSERT INTO product (id, sku, tax_rate) SELECT n, 'SKU-' || n, 20 FROM generate_series(1, {products}) n;
INSERT INTO price SELECT id, '2025-01-01'::date, 10 + id % 90 + 0.99 FROM product;
INSERT INTO stock (product_id, on_hand, unit_cost) SELECT id, {on_hand}, 4 FROM product;
"""

ON_HAND = 100_000_000

# Each query returns what is wrong: no rows, no problem.
BOOKS = {
    "entries that do not balance": "SELECT entry_id FROM entry_line GROUP BY 1 HAVING sum(debit) <> sum(credit)",
    "entries without lines": "SELECT id FROM entry EXCEPT SELECT entry_id FROM entry_line",
    "gaps in the numbers": """
        SELECT 1 FROM counter WHERE last <> (SELECT count(*) FROM invoice)
            OR last <> (SELECT coalesce(max(number), 0) FROM invoice)""",
    "customers whose debt is not their open invoices": """
        SELECT customer_id FROM credit WHERE owed <>
            (SELECT coalesce(sum(open_amount), 0) FROM invoice i WHERE i.customer_id = credit.customer_id)""",
    "customers whose commitment is not their open orders": """
        SELECT customer_id FROM credit WHERE ordered <> (SELECT coalesce(sum(gross), 0) FROM sales_order o
            WHERE o.customer_id = credit.customer_id AND o.state <> 'invoiced')""",
    "products whose stock is not what left": f"""
        SELECT product_id FROM stock WHERE on_hand <> {ON_HAND} - (
            SELECT coalesce(sum(shipped), 0) FROM order_line line WHERE line.product_id = stock.product_id)""",
    "products reserved for nothing": """
        SELECT product_id FROM stock WHERE reserved <> (SELECT coalesce(sum(ordered - shipped), 0)
            FROM order_line line WHERE line.product_id = stock.product_id)""",
    "receivables account that is not the open invoices": """
        SELECT 1 WHERE (SELECT coalesce(sum(debit - credit), 0) FROM entry_line WHERE account_id = 1200)
            <> (SELECT coalesce(sum(open_amount), 0) FROM invoice)""",
}


class Yardstick:
    """Bare psycopg on the schema of `yardstick.sql`: four calls and four commits a cycle."""

    def __init__(self, conninfo: str, *, customers: int, products: int) -> None:
        self.customers, self.products = customers, products
        self.connection = psycopg.connect(conninfo, autocommit=True, options=f"-c search_path={SCHEMA}")
        self.connection.prepare_threshold = 0
        self.cursor = self.connection.cursor(binary=True)
        self.backend_pid = self.connection.info.backend_pid

    def cycle(self, stopwatch: Stopwatch, chance: random.Random) -> None:
        """Carry out one order of three lines from placement to payment in four commits."""
        customer = chance.randint(1, self.customers)
        products = chance.sample(range(1, self.products + 1), LINES)
        quantities = [chance.randint(1, 5) for _ in products]
        with stopwatch.step("place"):
            order = self._call(
                "SELECT place(%s, %s::bigint[], %s::numeric[])", customer, products, quantities
            )
        with stopwatch.step("ship"):
            self._call("SELECT ship(%s)", order)
        with stopwatch.step("invoice"):
            invoice = self._call("SELECT invoice(%s)", order)
        with stopwatch.step("pay"):
            self._call("SELECT pay(%s)", invoice)

    def _call(self, sql: str, *arguments: object) -> int:
        [(result,)] = self.cursor.execute(sql, arguments).fetchall()
        return int(result)

    def tidy(self) -> None:
        """Leave everything; there is nothing outside the database."""

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def build(conninfo: str, *, customers: int, products: int, past_cycles: int) -> None:
    """Make the schema anew with its master data, and carry out *past_cycles* cycles as its history."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(f"SET search_path = {SCHEMA}")
        connection.execute(SQL.read_text())
        connection.execute(MASTER_DATA.format(customers=customers, products=products, on_hand=ON_HAND))
        connection.execute("ANALYZE")
    subject = Yardstick(conninfo, customers=customers, products=products)
    chance = random.Random(0)
    for _ in range(past_cycles):
        subject.cycle(Stopwatch(), chance)
    # Checks of foreign keys keep the plan they were first given: statistics of empty tables would do harm.
    subject.connection.execute("VACUUM ANALYZE")
    subject.close()


def problems(conninfo: str) -> list[str]:
    """Return what is wrong with the yardstick's books: a wrong cycle is not a fast cycle."""
    with psycopg.connect(conninfo, options=f"-c search_path={SCHEMA}") as connection:
        return [
            f"{what}: {len(rows)}"
            for what, sql in BOOKS.items()
            if (rows := connection.execute(sql).fetchall())
        ]


def drop(conninfo: str) -> None:
    """Drop the schema."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
