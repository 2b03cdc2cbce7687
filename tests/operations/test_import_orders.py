"""Importing a file of sales: what lands in the books, and what a second run adds."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalog.models import Product
from customers.models import Customer
from fulfillment.models import Shipment
from inventory.models import StockLevel, StockMove
from invoicing.models import Invoice
from ledger.models import JournalEntry
from o2c.kernel import clock
from o2c.kernel.models import Event, EventDelivery
from o2c.operations.imports import control
from o2c.operations.imports.run import ADVISORY_LOCK
from orders.models import Order
from receivables import services as receivables
from receivables.models import Payment
from reporting.checks import run_checks
from tests.operations import retail

STATEMENT = """\
Lines read                                                16
Lines taken                                               12
  refused: no price and no customer                        2
  refused: sale of a quantity not above zero               1
  refused: unknown country                                 1
Sales                                                      5
Credits                                                    2
Documents of which nothing is left                         2
Documents in the books before                              0
Documents imported now                                     7
Net, GBP                                  file         books
Sales                                   172.60        172.60
  of these invoiced                                   172.60
  of these ordered, not invoiced                        0.00
Credits                                 -18.50        -18.50
Refused lines                            -2.99
Total                                   151.11        151.11
Trial balance, debit and credit         717.25        717.25
Trial balance, difference                               0.00"""


def import_orders(path: Path, **options) -> str:
    """Run the command; return what it printed, without the line about its speed."""
    said = StringIO()
    call_command("import_orders", path, format="uci-retail", stdout=said, **{"through": "paid"} | options)
    return "\n".join(line for line in said.getvalue().splitlines() if "documents/s" not in line)


def counts() -> dict[str, int]:
    """How many rows the import could have made."""
    models = (Order, Shipment, Invoice, Payment, JournalEntry, StockMove, Product, Customer, Event)
    return {model.__name__: model.objects.count() for model in models}


def test_the_control_statement_ties_and_refused_lines_are_listed_harmless_with_their_reason(
    world, tmp_path
) -> None:
    assert import_orders(retail.write(tmp_path)) == STATEMENT
    with (tmp_path / "sales.rejects.csv").open(newline="") as file:
        rejected = list(csv.reader(file))
    assert [row[:6] for row in rejected[1:]] == [
        ["9", "no price and no customer", "700004", "10001", "", "-20"],
        ["10", "no price and no customer", "700004", "10003", '\'=HYPERLINK("damaged")', "5"],
        ["16", "sale of a quantity not above zero", "700008", "10001", "TIN DUCK", "-1"],
        ["17", "unknown country", "700009", "10001", "TIN DUCK", "1"],
    ]


def test_a_sale_is_dated_taxed_paid_and_closed_as_of_its_day(world, tmp_path) -> None:
    import_orders(retail.write(tmp_path))
    order = Order.objects.get(channel="import", external_id="700001")
    invoice = order.invoices.get()
    assert order.state == Order.State.CLOSED
    assert (invoice.issued_on, invoice.due_on) == (date(2010, 12, 1), date(2010, 12, 31))
    assert (invoice.net, invoice.tax, invoice.gross) == (Decimal("36.50"), Decimal("6.39"), Decimal("42.89"))
    assert invoice.taxes.get().rate == Decimal("17.5")
    assert Payment.objects.get(customer=order.customer, amount=invoice.gross).received_on == date(
        2010, 12, 31
    )
    assert [line.quantity for line in invoice.lines.all()] == [10, 4, 4]  # the duplicate is real

    export = Invoice.objects.get(order__external_id="700003").taxes.get()
    assert (export.code, export.rate, export.base) == ("G", 0, Decimal("118.00"))

    sample = Order.objects.get(external_id="700006")
    assert sample.state == Order.State.CLOSED
    assert sample.invoices.get().receivable is None


def test_goods_services_stock_and_customers_come_out_of_the_lines(world, tmp_path) -> None:
    import_orders(retail.write(tmp_path))
    assert dict(Product.objects.values_list("sku", "kind")) == {
        "10001": "goods",
        "10002A": "goods",
        "10003": "goods",
        "10004": "goods",
        "D": "service",
        "DOT": "service",
        "M": "service",
        "POST": "service",
    }
    receipts = StockMove.objects.filter(kind=StockMove.Kind.RECEIPT)
    assert dict(receipts.values_list("level__product__sku", "quantity")) == {
        "10001": 11,
        "10002A": 13,
        "10003": 3,
        "10004": 2,
    }
    assert not StockLevel.objects.exclude(on_hand=0, value=0).exists()
    assert set(Customer.objects.values_list("name", "tax_region__code")) == {
        ("Customer 900", "domestic"),
        ("Customer 901 (export)", "export"),
        ("Cash sales", "domestic"),
    }
    assert Order.objects.get(external_id="700002").customer.name == "Cash sales"


def test_credits_stay_open_on_the_customers_account_and_only_printing_is_left(world, tmp_path) -> None:
    import_orders(retail.write_gzipped(tmp_path))
    note = Invoice.objects.get(external_id="C700005")
    assert (note.kind, note.gross, note.issued_on) == ("credit_note", Decimal("17.04"), date(2010, 12, 3))
    assert note.receivable is not None
    assert note.receivable.open_amount == Decimal("-17.04")
    assert Invoice.objects.get(external_id="C700007").customer.name == "Cash sales"
    assert world.balance("1200") == Decimal("-21.74")  # both credits, and nothing else
    owed = EventDelivery.objects.filter(handled_at=None)
    assert set(owed.values_list("handler", flat=True)) == {"invoicing.tasks.render_pdf"}
    assert not Event.objects.filter(dispatched_at=None).exists()
    assert not JournalEntry.objects.filter(number=None).exists()


def test_a_second_run_takes_what_the_first_left_and_a_third_nothing(world, tmp_path) -> None:
    path = retail.write(tmp_path)
    import_orders(path, limit_documents=2)
    assert set(Order.objects.values_list("external_id", flat=True)) == {"700001", "700002"}
    said = import_orders(path)
    assert "Documents imported now                                     5" in said
    before = counts()
    said = import_orders(path)
    assert counts() == before
    assert "Documents in the books before                              7" in said
    assert "Documents imported now                                     0" in said
    assert "Total                                   151.11        151.11" in said


def test_after_a_crash_a_second_run_takes_the_rest(world, tmp_path, monkeypatch) -> None:
    path = retail.write(tmp_path)
    pay = receivables.receive_payment

    def fail_for_the_third_invoice(**asked):
        if asked["amount"] == Decimal("118.00"):
            raise ConnectionError("the power went")
        return pay(**asked)

    with monkeypatch.context() as patched:
        patched.setattr(receivables, "receive_payment", fail_for_the_third_invoice)
        with pytest.raises(
            CommandError, match=r"broke off: the power went\. Whole documents are in the books"
        ):
            import_orders(path)
    assert list(Order.objects.order_by("pk").values_list("external_id", flat=True)) == ["700001", "700002"]
    assert "Total                                   151.11        151.11" in import_orders(path)
    assert Order.objects.count() == 5
    assert Invoice.objects.filter(kind=Invoice.Kind.INVOICE).count() == 5
    assert not StockLevel.objects.exclude(on_hand=0).exists()


def test_asked_to_print_the_import_leaves_nothing_to_do_and_the_books_prove_it(world, tmp_path) -> None:
    import_orders(retail.write(tmp_path), print=True, limit_documents=3)
    assert not EventDelivery.objects.filter(handled_at=None).exists()
    assert Invoice.objects.filter(printed=None).count() == 0
    report = run_checks(now=clock.now() + timedelta(hours=1))
    assert [failed.id for failed in report.failed] == []


def test_invoiced_stops_before_the_money(world, tmp_path) -> None:
    import_orders(retail.write(tmp_path), through="invoiced")
    assert not Payment.objects.exists()
    assert Order.objects.get(external_id="700001").open_invoices == 1


def test_ordered_stops_before_the_warehouse_and_leaves_credits_as_drafts(world, tmp_path) -> None:
    said = import_orders(retail.write(tmp_path), through="ordered")
    assert "  of these ordered, not invoiced                      172.60" in said
    assert set(Order.objects.values_list("state", flat=True)) == {Order.State.CONFIRMED}
    assert set(Shipment.objects.values_list("state", flat=True)) == {Shipment.State.PLANNED}
    assert set(Invoice.objects.values_list("kind", "state")) == {("credit_note", "draft")}


def test_an_order_beyond_the_limit_stays_on_hold_and_the_statement_says_so(world, tmp_path) -> None:
    said = import_orders(retail.write(tmp_path), credit_limit=Decimal(100))
    assert Order.objects.get(external_id="700003").state == Order.State.ON_HOLD
    assert "  of these ordered, not invoiced                      118.00" in said


def test_a_dry_run_says_what_would_happen_and_writes_nothing(world, tmp_path) -> None:
    path = retail.write(tmp_path)
    before = counts()
    said = import_orders(path, dry_run=True)
    assert counts() == before
    assert [found.name for found in tmp_path.iterdir()] == ["sales.csv"]
    assert said.splitlines() == [*STATEMENT.splitlines()[:9], "Dry run: nothing was changed."]


def test_books_that_do_not_hold_what_the_file_says_are_an_error(world, tmp_path, monkeypatch) -> None:
    path = retail.write(tmp_path)
    monkeypatch.setattr(control.InBooks, "add", lambda books, numbers: None)
    with pytest.raises(CommandError, match="The books do not hold what the file says"):
        import_orders(path)


@pytest.mark.committed
def test_two_imports_at_once_are_one_too_many(world, tmp_path) -> None:
    settings = connection.get_connection_params()
    with psycopg.connect(
        **{key: settings[key] for key in ("dbname", "user", "host", "port") if settings.get(key)}
    ) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        with pytest.raises(CommandError, match="Another import is running"):
            import_orders(retail.write(tmp_path))
    assert not Order.objects.exists()
