"""What can never be in the tables, whoever writes: tried by SQL, refused by the constraint that says so."""

import pytest
from django.db import DatabaseError, transaction

from o2c.kernel.db import fetch_all, verb
from o2c.kernel.errors import InvalidInput
from tests.world import World

AGAIN = "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} ORDER BY id LIMIT 1"


def again(table: str, columns: str, **changed: str) -> str:
    """SQL that inserts a copy of the table's first row with some columns changed."""
    names = [name.strip() for name in columns.split(",")]
    values = ", ".join(changed.get(name.strip('"'), name) for name in names)
    return AGAIN.format(table=table, columns=columns, values=values)


PRICE = "price_list_id, product_id, minimum_quantity, unit_price, valid_from, valid_to"
RATE = "company_id, currency, rate, valid_from, valid_to"
PERIOD = "company_id, name, starts_on, ends_on, state"
TAX = "category_id, region_id, code, rate, legal_text, valid_from, valid_to"
INVOICE_LINE = """invoice_id, position, product_id, shipment_line_id, order_line_id, sku, description, quantity,
    unit, unit_price, discount_percent, net, tax_code, tax_rate, tax_text, is_service"""
ENTRY = 'company_id, source, "on", description, actor_id, posted_at'

REFUSED: list[tuple[str, str]] = [
    ("price_no_overlap", again("catalog_price", PRICE, valid_from="valid_from + 1")),
    ("price_not_negative", "UPDATE catalog_price SET unit_price = -1"),
    ("exchangerate_no_overlap", again("ledger_exchangerate", RATE, valid_from="valid_from + 1")),
    ("exchangerate_positive", "UPDATE ledger_exchangerate SET rate = 0"),
    ("exchangerate_currency_iso", again("ledger_exchangerate", RATE, currency="'usd'")),
    ("period_no_overlap", again("ledger_period", PERIOD, name="'again'", starts_on="ends_on")),
    ("period_forward", again("ledger_period", PERIOD, name="'again'", ends_on="starts_on - 1")),
    ("taxrate_no_overlap", again("catalog_taxrate", TAX)),
    ("taxrate_zero_unless_standard", "UPDATE catalog_taxrate SET rate = 1 WHERE code = 'G'"),
    ("stock_never_oversold", "UPDATE inventory_stocklevel SET reserved = on_hand + 1"),
    ("stock_never_oversold", "UPDATE inventory_stocklevel SET on_hand = reserved - 1"),
    ("stock_reserved_not_negative", "UPDATE inventory_stocklevel SET reserved = -1"),
    ("stock_nothing_worth_nothing", "UPDATE inventory_stocklevel SET on_hand = 0, reserved = 0"),
    ("orderline_never_more_than_ordered", "UPDATE orders_orderline SET cancelled = ordered"),
    ("orderline_invoiced_was_shipped", "UPDATE orders_orderline SET invoiced = shipped + 1"),
    ("order_gross_is_net_plus_tax", "UPDATE orders_order SET gross = gross + 0.01"),
    ("order_currency_iso", "UPDATE orders_order SET currency = 'eur'"),
    ("another currency", "UPDATE customers_customer SET currency = 'gbp'"),
    ("limit_not_negative", 'UPDATE credit_creditaccount SET "limit" = -1'),
    ("commitment_not_negative", "UPDATE credit_commitment SET amount = -1"),
    ("receivable_open_within_amount", "UPDATE receivables_receivable SET open_amount = amount + 1"),
    ("receivable_open_within_amount", "UPDATE receivables_receivable SET open_amount = -1"),
    ("payment_unallocated_within_amount", "UPDATE receivables_payment SET unallocated = amount + 1"),
    ("entry_once_per_source", again("ledger_journalentry", ENTRY)),
    (
        "invoicing_invoiceline_shipment_line_id",
        again(
            "invoicing_invoiceline",
            INVOICE_LINE,
            position="9",
            invoice_id="(SELECT max(id) FROM invoicing_invoice)",
        ),
    ),
]


@pytest.fixture
def trading(world: World) -> World:
    """One order shipped, invoiced and part paid, one draft invoice, one rate."""
    world.rate("USD", "0.79", world.on)
    customer, product = world.customer(), world.product()
    world.pay(world.invoice(world.ship(world.order(customer, (product, "5")))), "10.00")
    draft = "INSERT INTO invoicing_invoice ({c}) SELECT {v} FROM invoicing_invoice"
    columns = """company_id, customer_id, kind, state, currency, net, tax, gross, seller, buyer, language,
        terms_text, net_days, end_of_month, po_number, order_number, shipment_number, reason, created_by_id"""
    fetch_all(draft.format(c=columns, v=columns.replace("state", "'draft'")), [])
    fetch_all("SET CONSTRAINTS ALL IMMEDIATE", [])
    return world


def test_every_constraint_refuses_what_it_is_there_for(trading: World) -> None:
    for constraint, statement in REFUSED:
        with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
            fetch_all(statement, [])


ENTRY_OF = f"""
WITH entry AS ({again("ledger_journalentry", ENTRY, source="'test'", posted_at="transaction_timestamp()")} RETURNING id)
INSERT INTO ledger_journalline (entry_id, account_id, "on", debit, credit, currency, amount, tax_code)
SELECT entry.id, (SELECT min(id) FROM ledger_account), current_date, leg.debit, leg.credit, leg.currency, leg.amount, ''
FROM entry, (VALUES {{legs}}) AS leg(debit, credit, currency, amount)
"""


@pytest.mark.parametrize(
    "legs",
    [
        "(10, 0, 'GBP', 10), (0, 9, 'GBP', -9)",  # does not balance
        "(10, 0, 'GBP', 10)",  # has one side
        "(10, 0, 'USD', 12), (0, 10, 'USD', -11)",  # does not balance in dollars
        "(10, 0, 'USD', 10), (0, 10, 'GBP', -10)",  # balances in no currency
    ],
)
def test_an_entry_that_does_not_balance_is_not_committed(trading: World, legs: str) -> None:
    with pytest.raises(DatabaseError, match="does not balance"), transaction.atomic():
        fetch_all(ENTRY_OF.format(legs=legs), [])


@pytest.mark.parametrize(
    "legs",
    [
        "(10, 10, 'GBP', 0), (1, 0, 'GBP', 1)",
        "(-1, 0, 'GBP', -1), (0, -1, 'GBP', 1)",
        "(1, 0, 'GBP', -1), (0, 1, 'GBP', 1)",
    ],
)
def test_a_line_is_a_debit_or_a_credit_above_zero(trading: World, legs: str) -> None:
    with pytest.raises(DatabaseError, match="line_"), transaction.atomic():
        fetch_all(ENTRY_OF.format(legs=legs), [])


def test_a_balanced_entry_is_taken(trading: World) -> None:
    fetch_all(ENTRY_OF.format(legs="(10, 0, 'USD', 12), (0, 10, 'USD', -12)"), [])


def test_an_entry_without_lines_is_not_committed(trading: World) -> None:
    empty = again("ledger_journalentry", ENTRY, source="'empty'", posted_at="transaction_timestamp()")
    with pytest.raises(DatabaseError, match="does not balance"), transaction.atomic():
        fetch_all(empty, [])


def test_no_line_joins_an_entry_of_another_transaction(trading: World) -> None:
    line = 'entry_id, account_id, "on", debit, credit, currency, amount, tax_code'
    yesterday = "UPDATE ledger_journalentry SET posted_at = posted_at - interval '1 day'"
    fetch_all("SET LOCAL session_replication_role = replica", [])
    fetch_all(yesterday, [])
    fetch_all("SET LOCAL session_replication_role = origin", [])
    with pytest.raises(DatabaseError, match="no line can be added"), transaction.atomic():
        fetch_all(again("ledger_journalline", line), [])


def test_an_entry_dated_into_no_open_period_is_refused(trading: World) -> None:
    entry = again("ledger_journalentry", ENTRY, source="'late'", on="DATE '2040-01-01'")
    with pytest.raises(DatabaseError, match="no open period"), transaction.atomic():
        fetch_all(entry, [])


def test_a_figure_that_no_column_holds_is_refused_by_the_verb(world: World) -> None:
    @verb
    def book() -> None:
        fetch_all("SELECT 1e15::numeric(19, 4)", [])

    with pytest.raises(InvalidInput, match="more than the books can hold"):
        book()
