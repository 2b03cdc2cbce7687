"""The journal over HTTP."""

from typing import Any

from ledger import services as ledger
from tests.api.counting import cost_of
from tests.api.test_invoices import credited, invoiced
from tests.shops import Caller, cus, open_shop, public
from tests.world import World


def numbered(world: World) -> None:
    ledger.seal_entries(company_id=world.company.pk)


def test_entries_are_listed_by_number_with_lines_and_documents(world: World, shop: Caller) -> None:
    customer = world.customer()
    invoice = invoiced(world, customer)
    payment = world.pay(invoice)
    numbered(world)
    listed = shop.get("journal-entries").json()["data"]
    assert [one["number"] for one in listed] == list(range(1, len(listed) + 1))
    by_event: dict[str, Any] = {one["event"]: one for one in listed}
    assert {"receipt", "shipment.posted", "invoice.issued", "payment.received", "payment.allocation"} <= set(
        by_event
    )
    issued = by_event["invoice.issued"]
    assert issued["document"] == {"id": public("inv", invoice), "number": invoice.number}
    legs = {(line["debit"]["amount"], line["credit"]["amount"], line["customer"]) for line in issued["lines"]}
    assert legs == {("24.00", "0.00", cus(customer)), ("0.00", "20.00", None), ("0.00", "4.00", None)}
    assert by_event["payment.allocation"]["document"]["id"] == public("pay", payment)
    assert by_event["receipt"]["document"] is None
    assert shop.get(f"journal-entries/{issued['number']}").json() == issued


def test_entries_are_found_by_day_account_and_document(world: World, shop: Caller) -> None:
    invoice = invoiced(world, world.customer(), days_ago=3)
    payment, note = world.pay(invoice, "4.00"), credited(world, world.customer())
    charge = world.manual_entry()
    numbered(world)

    def found(query: str) -> list[str]:
        return [one["event"] for one in shop.get(f"journal-entries?{query}").json()["data"]]

    assert found("from=2026-11-17&to=2026-11-17") == ["shipment.posted", "invoice.issued"]
    assert found("account=5800") == ["manual"]
    assert found(f"document={public('inv', invoice)}") == ["invoice.issued"]
    assert found(f"document={public('crn', note)}") == ["invoice.issued"]
    assert found(f"document={public('pay', payment)}") == ["payment.received", "payment.allocation"]
    assert found("document=pay_" + "0" * 32) == []
    ledger.reverse_entry(entry_id=charge.pk, reason="Twice", on=world.on, actor=world.system)
    numbered(world)
    charge.refresh_from_db()
    assert shop.get("journal-entries?account=5800").json()["data"][-1]["reverses"] == charge.number
    for query in ("from=x", "document=ord_" + "0" * 32, "source=invoice/1", "cursor=Og"):
        assert shop.get(f"journal-entries?{query}").status_code == 400, query


def test_the_journal_is_read_on_from_where_one_stopped(world: World, shop: Caller) -> None:
    for _ in range(3):
        world.manual_entry()
    assert shop.get("journal-entries").json()["data"] == []  # not numbered yet
    numbered(world)
    first = shop.get("journal-entries?limit=2").json()
    assert [one["number"] for one in first["data"]] == [1, 2]
    rest = shop.get(f"journal-entries?cursor={first['next_cursor']}").json()
    assert ([one["number"] for one in rest["data"]], rest["has_more"]) == ([3], False)


def test_the_journal_is_for_keys_that_may_know_every_customer(world: World, shop: Caller) -> None:
    world.manual_entry()
    numbered(world)
    for caller in (open_shop(world, customer=world.customer()), open_shop(world, sees_all=False)):
        assert caller.get("journal-entries").json()["data"] == []
        assert caller.get("journal-entries/1").json()["code"] == "not-found-here"
    blind = open_shop(world, scopes=["invoices:read"])
    for path in ("journal-entries", "journal-entries/1"):
        assert blind.get(path).json()["code"] == "scope-missing"
    assert shop.get("journal-entries/99999999999999999999999").json()["code"] == "not-found-here"


def test_the_journal_takes_the_same_statements_however_long(world: World, shop: Caller) -> None:
    customer = world.customer()

    def more() -> None:
        for _ in range(2):
            world.pay(invoiced(world, customer), "4.00")
        numbered(world)

    more()
    assert cost_of(shop, "journal-entries?limit=100", more) == 8
    assert cost_of(shop, "journal-entries/1", more) <= 10
