"""Invoices and credit notes over HTTP."""

from datetime import date, timedelta
from decimal import Decimal

from customers.models import Customer
from invoicing import services as invoicing
from invoicing.models import Invoice
from invoicing.services import CreditLineInput
from receivables import services as receivables
from tests.api.counting import cost_of
from tests.documents import invoice_in
from tests.shops import Caller, cus, open_shop, public
from tests.world import World


def invoiced(world: World, customer: Customer, *, days_ago: int = 0, quantity: str = "2") -> Invoice:
    """An invoice of lanterns at 10.00 and 20 % tax."""
    on = world.on - timedelta(days=days_ago)
    return world.invoice(
        world.ship(world.order(customer, (world.product(price="10.00"), quantity), on=on), on=on), on=on
    )


def credited(world: World, customer: Customer, price: str = "5.00") -> Invoice:
    draft = invoicing.draft_credit_note(
        company=world.company,
        customer_id=customer.pk,
        lines=[CreditLineInput(sku=world.product().sku, quantity=Decimal(1), unit_price=Decimal(price))],
        reason="Scratched",
        on=world.on,
        actor=world.system,
    )
    return invoicing.issue_invoice(invoice_id=draft.pk, on=world.on, actor=world.system)


def test_an_invoice_is_shown_with_lines_tax_and_what_is_open(world: World, shop: Caller) -> None:
    customer = world.customer()
    invoice = invoiced(world, customer)
    world.pay(invoice, "4.00")
    told = shop.get(f"invoices/{public('inv', invoice)}").json()
    assert told["number"] == invoice.number
    assert (told["customer"], told["order_number"]) == (cus(customer), invoice.order_number)
    assert (told["issued_on"], told["due_on"], told["is_overdue"]) == ("2026-11-20", "2026-12-20", False)
    assert (told["gross"]["amount"], told["open"]["amount"]) == ("24.00", "20.00")
    [tax] = told["taxes"]
    assert (tax["code"], tax["rate"], tax["base"]["amount"], tax["tax"]["amount"]) == (
        "S",
        "20",
        "20.00",
        "4.00",
    )
    [line] = told["lines"]
    assert (line["quantity"], line["unit_price"], line["net"]["amount"]) == ("2", "10", "20.00")
    assert not {"payments", "order_details"} & set(told)


def test_an_invoice_brings_its_order_and_what_paid_it_on_demand(world: World, shop: Caller) -> None:
    customer = world.customer()
    invoice, note = invoiced(world, customer), credited(world, customer)
    payment = world.pay(invoice, "4.00")
    receivables.allocate_credit(
        credit_id=note.receivable_id,
        shares={invoice.receivable_id: Decimal("6.00")},
        on=world.on,
        actor=world.system,
    )
    told = shop.get(f"invoices/{public('inv', invoice)}?expand=order,payments").json()
    assert told["order_details"]["id"] == told["order"]
    assert "lines" not in told["order_details"]
    assert [(one["payment"], one["credit_note"], one["amount"]["amount"]) for one in told["payments"]] == [
        (public("pay", payment), None, "4.00"),
        (None, public("crn", note), "6.00"),
    ]
    used = shop.get(f"credit-notes/{public('crn', note)}?expand=payments").json()
    assert (used["reason"], used["gross"]["amount"], used["open"]["amount"]) == ("Scratched", "6.00", "0.00")
    assert [one["invoice"] for one in used["payments"]] == [public("inv", invoice)]
    assert used["order_details"] if "order_details" in used else used["order"] is None


def test_invoices_are_found_by_state_day_order_and_number(world: World, shop: Caller) -> None:
    customer = world.customer()
    old, paid, new = (
        invoiced(world, customer, days_ago=40),
        invoiced(world, world.customer(), days_ago=20),
        invoiced(world, world.customer()),
    )
    world.pay(paid)
    note = credited(world, world.customer())
    invoice_in(world, "draft")

    def found(query: str, path: str = "invoices") -> list[str]:
        return [one["number"] for one in shop.get(f"{path}?{query}").json()["data"]]

    assert found("") == [new.number, paid.number, old.number]
    assert found("state=open") == [new.number, old.number]
    assert found("state=settled") == [paid.number]
    assert found("state=overdue") == [old.number]
    assert found("issued_from=2026-10-31&issued_to=2026-10-31") == [paid.number]
    assert found(f"number={new.number}") == [new.number]
    assert found(f"customer={cus(customer)}&order={public('ord', old.order)}") == [old.number]
    assert found("", "credit-notes") == [note.number]
    assert found("state=settled", "credit-notes") == []
    for query in ("state=draft", "issued_from=soon", "customer=inv_1", "gross=1"):
        assert shop.get(f"invoices?{query}").json()["code"] == "validation-failed", query
    assert shop.get("credit-notes?state=overdue").json()["code"] == "validation-failed"
    assert shop.get("invoices?expand=customer").json()["code"] == "expand-unknown"


def test_the_pdf_is_given_out_once_it_is_made(world: World, shop: Caller) -> None:
    invoice = invoiced(world, world.customer())
    path = f"invoices/{public('inv', invoice)}/pdf"
    early = shop.get(path, Accept="application/pdf")
    assert (early.status_code, early.json()["code"], early["Retry-After"]) == (
        409,
        "document-not-printed",
        "5",
    )
    invoicing.store_printed(invoice_id=invoice.pk, content=b"%PDF-1.7", on=world.on, actor=world.system)
    made = shop.get(path)
    assert (made.status_code, made["Content-Type"], made.content) == (200, "application/pdf", b"%PDF-1.7")
    assert f'filename="{invoice.number}.pdf"' in made["Content-Disposition"]
    assert shop.get(path, Accept="application/json").json()["code"] == "not-acceptable"
    assert shop.get(path.replace("invoices/inv", "credit-notes/crn")).json()["code"] == "not-found-here"


def test_documents_of_others_drafts_and_the_other_kind_are_not_there(world: World, shop: Caller) -> None:
    mine, other = world.customer(), world.customer()
    invoice, note, draft = invoiced(world, other), credited(world, other), invoice_in(world, "draft")
    bound = open_shop(world, customer=mine)
    for path in (
        f"invoices/{public('inv', invoice)}",
        f"invoices/{public('inv', invoice)}/pdf",
        f"credit-notes/{public('crn', note)}",
        f"credit-notes/{public('crn', note)}/pdf",
    ):
        assert bound.get(path).json()["code"] == "not-found-here", path
        assert open_shop(world, scopes=["orders:read"]).get(path).json()["code"] == "scope-missing", path
    for path in (
        f"invoices/{public('inv', note)}",
        f"invoices/{public('crn', note)}",
        f"credit-notes/{public('crn', invoice)}",
        f"invoices/{public('inv', draft)}",
    ):
        assert shop.get(path).json()["code"] == "not-found-here", path
    assert bound.get("invoices").json()["data"] == []


def test_invoices_take_the_same_statements_however_many(world: World, shop: Caller) -> None:
    customer = world.customer()

    def more() -> None:
        for _ in range(3):
            world.pay(invoiced(world, customer), "4.00")
            credited(world, customer)

    more()
    one = Invoice.objects.filter(kind="invoice")[0]
    assert cost_of(shop, "invoices", more) == 4
    assert cost_of(shop, "invoices?expand=lines,order,payments", more) == 8
    assert cost_of(shop, "credit-notes?expand=lines,order,payments", more) == 6
    assert cost_of(shop, f"invoices/{public('inv', one)}?expand=lines,order,payments", more) == 8


def test_nothing_that_is_ours_alone_is_told(world: World, shop: Caller) -> None:
    invoice = invoiced(world, world.customer())
    told = shop.get(f"invoices/{public('inv', invoice)}?expand=lines,order,payments").content.decode()
    assert date(2026, 11, 20).isoformat() in told
    for name in ("cost", "entry", "receivable", "base_", "seller", "_pk"):
        assert name not in told, name
