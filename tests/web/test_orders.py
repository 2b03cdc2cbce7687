"""The order desk's pages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from credit import services as credit
from invoicing.models import PrintedInvoice
from o2c.kernel.figures import age
from orders import services as orders
from orders.models import Order
from tests.documents import order_in
from tests.world import World, staff


def orders_of(world: World, count: int) -> None:
    lantern, customer = world.product(stock="100000"), world.customer(limit="1000000")
    for _ in range(count):
        world.order(customer, (lantern, "1"))


def test_the_list_takes_as_many_queries_for_fifty_orders_as_for_five(world, sign_in, queries) -> None:
    client = sign_in("Order clerk")
    orders_of(world, 5)
    few = queries(client, "/orders/")
    orders_of(world, 45)
    assert queries(client, "/orders/") == few <= 10


def test_the_list_says_why_an_order_waits_and_what_it_is_worth(world, sign_in) -> None:
    lantern = world.product(price="1000.00")
    world.order(world.customer(limit="1000"), (lantern, "2"))
    page = sign_in("Order clerk").get("/orders/").text
    assert "On hold: over limit by 1,400.00" in page
    assert '2,400.00<span class="unit">GBP</span>' in page
    assert "today" in page


def shown(page) -> list[int]:
    """The primary keys of the rows of a list."""
    return [row.pk for row in page.context["worklist"].shown]


def test_pages_of_the_list_follow_each_other_without_gap_or_repetition(world, sign_in) -> None:
    orders_of(world, 53)
    client = sign_in("Order clerk")
    first, second = client.get("/orders/"), client.get("/orders/?page=2")
    rows = shown(first) + shown(second)
    assert rows == sorted(Order.objects.values_list("pk", flat=True), reverse=True)
    assert 'href="?page=2"' in first.text
    assert not second.context["worklist"].has_next


@pytest.mark.parametrize("search", ["number", "name", "shop"])
def test_an_order_is_found_by_number_customer_or_id_in_the_shop(world, sign_in, search: str) -> None:
    lantern = world.product()
    wanted = world.order(world.customer(name="Blåmann Kafé"), (lantern, "1"), external_id="shop-77")
    world.order(world.customer(), (lantern, "1"))
    words = {"number": wanted.number.lower(), "name": "kafé", "shop": "shop-77"}[search]
    page = sign_in("Order clerk").get("/orders/", {"q": words})
    assert shown(page) == [wanted.pk]


def test_a_search_without_result_says_what_can_be_searched(world, sign_in) -> None:
    page = sign_in("Order clerk").get("/orders/", {"q": "<b>nobody</b>\x00", "page": "x", "show": "what"})
    assert page.status_code == 200
    assert "Nothing matches." in page.text
    assert "“&lt;b&gt;nobody&lt;/b&gt;”" in page.text


def test_each_part_of_the_list_shows_what_its_name_says(world, sign_in) -> None:
    held = order_in(world, "on_hold")
    to_ship = order_in(world, "confirmed")
    late = world.order(world.customer(), (world.product(), "1"), on=date(2026, 9, 1))
    world.invoice(world.ship(late, on=date(2026, 9, 2)), on=date(2026, 9, 2))
    client = sign_in("Order clerk")
    for show, order in (("on-hold", held), ("to-ship", to_ship), ("overdue", late)):
        page = client.get("/orders/", {"show": show})
        assert shown(page) == [order.pk], show
    assert "Overdue 49 d" in client.get("/orders/", {"show": "overdue"}).text
    assert "Nothing matches." in client.get("/orders/", {"show": "on-hold", "q": to_ship.number}).text


def test_the_order_page_shows_the_whole_case(world, sign_in) -> None:
    lantern = world.product(price="10.00", stock="6", cost="4.00")
    order = world.order(world.customer(), (lantern, "10"), po_number="PO 7781-B")
    invoice = world.invoice(world.ship(order))
    world.pay(invoice, "20.00")
    page = sign_in("Finance manager").get(f"/orders/{order.number}/").text
    for words in (
        "Part shipped 6/10",
        "PO 7781-B",
        "4 wait for stock",
        "6 of 10",  # reserved and shipped
        "72.00 of 120.00",  # invoiced
        "20.00 of 72.00",  # paid
        "Tax 20% of 100.00",
        "cost 24.00 GBP",
        "52.00 open, due",
        f"{invoice.number} issued",
        "Shipment SH-",
        "left the house",
        "Order confirmed: credit and stock suffice",
    ):
        assert words in page, words


def test_the_order_page_takes_as_many_queries_for_a_long_case_as_for_a_short_one(
    world, sign_in, queries
) -> None:
    client = sign_in("Finance manager")
    lantern, other = world.product(stock="2"), world.product(stock="1000")
    customer = world.customer()
    short = world.order(customer, (other, "1"))
    world.pay(world.invoice(world.ship(short)), "1.00")
    long = world.order(customer, (lantern, "9"), *[(world.product(), "3") for _ in range(9)])
    for _ in range(3):
        invoice = world.invoice(world.ship(long))
        world.pay(invoice, "1.00")
        world.pay(invoice, "2.00")
        world.receive(lantern, "2")
        orders.reserve_backorders(order_id=long.pk, on=world.on, actor=world.system)
    few = queries(client, f"/orders/{short.number}/")
    assert queries(client, f"/orders/{long.number}/") == few <= 25


def test_a_held_order_shows_its_reasons_and_who_may_release_it(world, sign_in) -> None:
    order = order_in(world, "on_hold")
    for_clerk = sign_in("Order clerk").get(f"/orders/{order.number}/").text
    assert "The order exceeds the credit limit by 60.00 " in for_clerk
    assert "A finance manager releases orders" in for_clerk
    assert 'aria-disabled="true"' in for_clerk
    assert f'href="/orders/{order.number}/release/"' not in for_clerk
    for_manager = sign_in("Finance manager").get(f"/orders/{order.number}/").text
    assert f'href="/orders/{order.number}/release/"' in for_manager


def test_releasing_asks_for_a_reason_and_leads_back_to_the_confirmed_order(world, sign_in) -> None:
    order = order_in(world, "on_hold")
    address = f"/orders/{order.number}/release/"
    assert sign_in("Order clerk").post(address, {"reason": "I say so"}).status_code == 403
    client = sign_in("Finance manager")
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": " "}).status_code == 422
    assert Order.objects.get(pk=order.pk).state == "on_hold"
    done = client.post(address, {"reason": "Paid by phone"}, follow=True)
    assert "is released and confirmed." in done.text
    assert "“Paid by phone”" in done.text
    again = client.post(address, {"reason": "Twice"})
    assert again.status_code == 409
    assert "order-not-held" in again.text


def test_what_has_not_shipped_can_be_cancelled_and_the_rest_stays(world, sign_in) -> None:
    whole, part = order_in(world, "confirmed"), order_in(world, "part_shipped")
    client = sign_in("Order clerk")
    client.post(f"/orders/{whole.number}/cancel/", {"code": "customer", "reason": "Not wanted"})
    assert Order.objects.get(pk=whole.pk).state == "cancelled"
    asked = client.get(f"/orders/{part.number}/cancel/").text
    assert f"Cancel what has not shipped of {part.number}?" in asked
    client.post(f"/orders/{part.number}/cancel/", {"code": "customer", "reason": "Rest not wanted"})
    line = part.lines.get()
    assert (line.shipped, line.cancelled) == (3, 2)
    blocked = client.get(f"/orders/{part.number}/").text
    assert "Everything has shipped: correct it with a credit note" in blocked


def test_the_invoice_is_given_out_as_it_was_printed(world, sign_in) -> None:
    order = world.order(world.customer(), (world.product(), "1"))
    invoice = world.invoice(world.ship(order))
    PrintedInvoice.objects.create(invoice=invoice, content=b"%PDF-1.7 lantern", sha256="a" * 64)
    answer = sign_in("Auditor").get(f"/invoices/{invoice.pk}/pdf/")
    assert answer.content == b"%PDF-1.7 lantern"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{invoice.number}.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    page = sign_in("Auditor").get(f"/orders/{order.number}/").text
    assert f'href="/invoices/{invoice.number}/"' in page


def test_home_counts_what_waits_for_the_role_and_links_to_lists_that_exist(world, sign_in) -> None:
    order_in(world, "on_hold")
    order_in(world, "confirmed")
    desks = {
        role: {str(desk.label): desk.due.count for desk in sign_in(role).get("/").context["desks"]}
        for role in ("Order clerk", "Warehouse clerk", "AR clerk", "Auditor")
    }
    assert desks == {
        "Order clerk": {
            "Requests to answer": 0,
            "Orders on hold": 1,
            "Quotes that end": 0,
            "Drafts to submit": 0,
            "Lines without stock": 0,
        },
        "Warehouse clerk": {
            "Orders to ship": 1,
            "To pick": 0,
            "To pack": 0,
            "To hand over": 0,
            "Delivery exceptions": 0,
            "Services to perform": 0,
            "Returns to receive": 0,
            "Returns to inspect": 0,
            "Receipts overdue": 0,
        },
        "AR clerk": {
            "Shipments to invoice": 0,
            "Invoice drafts to issue": 0,
            "Returns to credit": 0,
            "Payments to allocate": 0,
            "Invoices overdue": 0,
        },
        "Auditor": {
            "Requests to answer": 0,
            "Limits to decide": 0,
            "Releases to agree to": 0,
            "Orders on hold": 1,
            "Quotes that end": 0,
            "Drafts to submit": 0,
            "Lines without stock": 0,
            "Orders to ship": 1,
            "To pick": 0,
            "To pack": 0,
            "To hand over": 0,
            "Delivery exceptions": 0,
            "Services to perform": 0,
            "Returns to receive": 0,
            "Returns to inspect": 0,
            "Receipts overdue": 0,
            "Shipments to invoice": 0,
            "Invoice drafts to issue": 0,
            "Returns to credit": 0,
            "Payments to allocate": 0,
            "Invoices overdue": 0,
        },
    }
    page = sign_in("Order clerk").get("/").text
    assert 'href="/orders/holds/"' in page
    assert "60.00 GBP" in page


def test_what_a_customer_writes_is_shown_and_never_run(world, sign_in) -> None:
    attack = "<script>alert(1)</script>"
    customer = world.customer(name=attack)
    order = world.order(customer, (world.product(), "1"), po_number=attack)
    client = sign_in("Finance manager")
    for address in ("/orders/", f"/orders/{order.number}/"):
        page = client.get(address).text
        assert attack not in page
        assert "&lt;script&gt;" in page


def test_the_credit_bar_adds_up(world, sign_in) -> None:
    customer = world.customer(limit="1000")
    order = world.order(customer, (world.product(price="10.00"), "10"))
    world.invoice(world.ship(order))
    credit.set_limit(customer_id=customer.pk, limit=Decimal(500), on=world.on, actor=world.system)
    bar = sign_in("Order clerk").get(f"/orders/{order.number}/").context["page"].own.credit
    assert (bar.open_share, bar.overdue_share, bar.committed_share) == (24, 0, 0)
    assert bar.facts.available == 380


def test_ages_are_short_words(world) -> None:
    day = date(2026, 11, 20)
    assert [age(day - timedelta(days=days), day) for days in (0, 1, 60, 61)] == [
        "today",
        "1 d",
        "60 d",
        "2 mo",
    ]


def test_a_release_that_needs_a_second_person_says_so(world, sign_in) -> None:
    order = world.order(
        world.customer(limit="0"), (world.product(price="12000.00"), "1"), actor=staff("Order clerk")
    )
    done = sign_in("Finance manager").post(
        f"/orders/{order.number}/release/", {"reason": "Known for years"}, follow=True
    )
    assert "waits for a second person to agree." in done.text
    assert Order.objects.get(pk=order.pk).state == "on_hold"
