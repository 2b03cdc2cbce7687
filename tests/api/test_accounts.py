"""Statements and ageing over HTTP."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ledger.entries import Role
from ledger.models import JournalLine
from receivables import services as receivables
from receivables.models import Allocation
from tests.api.counting import cost_of
from tests.api.test_invoices import credited, invoiced
from tests.shops import Caller, cus, open_shop, public
from tests.world import World

BUCKETS = ("not_due", "days_1_to_30", "days_31_to_60", "days_61_to_90", "over_90", "credits", "on_account")


def ages(told: dict[str, Any]) -> list[str]:
    return [told[name]["amount"] for name in (*BUCKETS, "balance")]


def in_the_books(on: date) -> Decimal:
    """What the ledger says customers owed on a day, less what of their money was not allocated."""
    roles = [Role.RECEIVABLES, Role.UNALLOCATED_CASH]
    lines = JournalLine.objects.filter(account__role__in=roles, on__lte=on)
    return sum((line.debit - line.credit for line in lines), Decimal(0))


def a_quarter(world: World) -> Any:
    """Three months of a customer: late, in part, too much, taken back, credited; the invoices' numbers."""
    customer, other = world.customer(), world.customer()
    old = invoiced(world, customer, days_ago=100, quantity="5")
    world.pay(old, "20.00", on=world.on - timedelta(days=60))
    world.pay(old, "10.00", on=world.on - timedelta(days=10))
    bounced = receivables.receive_payment(
        company=world.company,
        customer_id=customer.pk,
        amount=Decimal("7.00"),
        currency="GBP",
        received_on=world.on - timedelta(days=50),
        shares={old.receivable_id: Decimal("7.00")},
        actor=world.system,
    )
    taken = Allocation.objects.get(payment=bounced)
    on = world.on - timedelta(days=5)
    receivables.reverse_allocation(allocation_id=taken.pk, on=on, actor=world.system)
    receivables.reverse_payment(payment_id=bounced.pk, on=on, actor=world.system)
    note = credited(world, customer, "10.00")
    receivables.allocate_credit(
        credit_id=note.receivable_id,
        shares={old.receivable_id: Decimal("8.00")},
        on=world.on,
        actor=world.system,
    )
    invoiced(world, other, days_ago=40)
    return customer, other, old


def test_ageing_is_exact_for_any_day_and_agrees_with_the_ledger(world: World, shop: Caller) -> None:
    customer, other, _old = a_quarter(world)
    told = shop.get("reports/aging").json()
    assert told["as_of"] == "2026-11-20"
    assert [(row["customer"], ages(row["ages"])) for row in told["data"]] == [
        (cus(customer), ["0.00", "0.00", "0.00", "22.00", "0.00", "-4.00", "0.00", "18.00"]),
        (cus(other), ["0.00", "24.00", "0.00", "0.00", "0.00", "0.00", "0.00", "24.00"]),
    ]
    for days in (0, 1, 5, 6, 10, 11, 40, 41, 50, 51, 60, 61, 100, 101):
        day = world.on - timedelta(days=days)
        totals = shop.get(f"reports/aging?as_of={day}").json()["totals"]
        balance = sum((Decimal(row["base_balance"]["amount"]) for row in totals), Decimal(0))
        assert balance == in_the_books(day), day
    then = shop.get(f"reports/aging?as_of={world.on - timedelta(days=45)}&customer={cus(customer)}").json()
    assert [ages(row["ages"]) for row in then["data"]] == [
        ["0.00", "33.00", "0.00", "0.00", "0.00", "0.00", "0.00", "33.00"]
    ]


def test_a_statement_opens_moves_and_closes_with_what_is_open(world: World, shop: Caller) -> None:
    customer, _other, old = a_quarter(world)
    path = f"customers/{cus(customer)}/statement"
    since = world.on - timedelta(days=60)
    told = shop.get(f"{path}?from={since}&to={world.on}").json()
    assert told["opening"]["amount"] == "60.00"
    assert [
        (one["type"], one["amount"]["amount"], one["balance"]["amount"]) for one in told["movements"]
    ] == [
        ("payment", "-20.00", "40.00"),
        ("payment", "-7.00", "33.00"),
        ("payment", "-10.00", "23.00"),
        ("payment_reversed", "7.00", "30.00"),
        ("credit_note", "-12.00", "18.00"),
    ]
    assert told["closing"]["amount"] == "18.00"
    assert [(one["type"], one["amount"]["amount"]) for one in told["open_items"]] == [
        ("invoice", "22.00"),
        ("credit_note", "-4.00"),
    ]
    assert told["open_items"][0]["id"] == public("inv", old)
    days = [world.on - timedelta(days=days) for days in range(0, 110, 3)]
    for first, last in zip(days[1:], days, strict=False):
        stretch = shop.get(f"{path}?from={first}&to={last}").json()
        before = shop.get(f"{path}?from={first - timedelta(days=9)}&to={first - timedelta(days=1)}").json()
        assert before["closing"] == stretch["opening"], first


def test_statements_and_ageing_of_others_are_not_there(world: World, shop: Caller) -> None:
    mine, other = world.customer(), world.customer()
    invoiced(world, mine), invoiced(world, other)
    bound = open_shop(world, customer=mine)
    days = "from=2026-11-01&to=2026-11-30"
    assert bound.get(f"customers/{cus(other)}/statement?{days}").json()["code"] == "not-found-here"
    assert [row["customer"] for row in bound.get("reports/aging").json()["data"]] == [cus(mine)]
    assert bound.get("reports/aging").json()["totals"][0]["balance"]["amount"] == "24.00"
    assert bound.get(f"reports/aging?customer={cus(other)}").json()["data"] == []
    blind = open_shop(world, scopes=["orders:read"])
    for path in (f"customers/{cus(mine)}/statement?{days}", "reports/aging"):
        assert blind.get(path).json()["code"] == "scope-missing"
    path = f"customers/{cus(mine)}/statement"
    for query in (
        "",
        "from=2026-11-02&to=2026-11-01",
        "from=2025-01-01&to=2026-11-01",
        f"{days}&currency=XXX",
        f"{days}&until=1",
    ):
        assert shop.get(f"{path}?{query}").json()["code"] == "validation-failed", query
    assert shop.get(f"{path}?{days}&currency=EUR").json()["movements"] == []
    assert shop.get("reports/aging?as_of=now").json()["code"] == "validation-failed"
    assert shop.get("reports/aging?cursor=x").json()["code"] == "cursor-invalid"


def test_ageing_is_read_page_by_page_with_all_totals(world: World, shop: Caller) -> None:
    customers = [world.customer() for _ in range(3)]
    for customer in customers:
        invoiced(world, customer)
    seen, cursor = [], ""
    while True:
        page = shop.get(f"reports/aging?limit=2&cursor={cursor}").json()
        seen += [row["customer"] for row in page["data"]]
        assert page["totals"][0]["balance"]["amount"] == "72.00"
        if not page["has_more"]:
            break
        cursor = page["next_cursor"]
    assert seen == [cus(customer) for customer in customers]


def test_accounts_take_the_same_statements_however_much_happened(world: World, shop: Caller) -> None:
    customer = world.customer()

    def more() -> None:
        for _ in range(3):
            world.pay(invoiced(world, customer), "4.00")

    path = f"customers/{cus(customer)}/statement?from=2026-11-01&to=2026-11-30"
    assert cost_of(shop, path, more) == 4
    assert cost_of(shop, "reports/aging", more) == 4
