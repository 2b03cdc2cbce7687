"""The cash desk's pages: payments recorded, allocated by ticking, taken back; the ageing and statements."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoicing.models import Invoice
from ledger.models import JournalEntry
from receivables import services as receivables
from receivables.models import Payment
from tests.documents import payment_in
from tests.world import World, all_roles

LISTS = (
    "/payments/",
    "/payments/to-allocate/",
    "/receivables/",
    "/receivables/overdue/",
    "/receivables/ageing/",
)


def invoices(world: World, *quantities: str, on: date | None = None, **options) -> list[Invoice]:
    """Invoices of one customer over so many lanterns at 12.00 gross each, due in their order."""
    customer, lantern = world.customer(**options), world.product()
    found = []
    for place, quantity in enumerate(quantities):
        day = (on or world.on) - timedelta(days=len(quantities) - place)
        order = world.order(customer, (lantern, quantity), on=day)
        found.append(world.invoice(world.ship(order, on=day), on=day))
    return found


def money_in(world: World, invoice: Invoice, amount: str, reference: str = "") -> Payment:
    """A payment that nobody has allocated."""
    return receivables.record_payment(
        company=world.company,
        customer_id=invoice.customer_id,
        amount=Decimal(amount),
        currency=invoice.currency,
        received_on=world.on,
        reference=reference,
        actor=world.system,
    )


def open_of(invoice: Invoice) -> Decimal:
    invoice.receivable.refresh_from_db()
    return invoice.receivable.open_amount


@pytest.mark.parametrize("role", all_roles())
def test_every_role_reads_accounts_and_only_the_cash_desk_takes_money(world, sign_in, role: str) -> None:
    [invoice] = invoices(world, "1")
    payment, client = money_in(world, invoice, "5.00"), sign_in(role)
    statement = f"/customers/{invoice.customer.number}/statement/"
    items = "/receivables/ageing/items/?bucket=balance"
    for address in (*LISTS, statement, items, f"/payments/{payment.number}/"):
        assert client.get(address).status_code == 200, address
    cash, manager = role in {"AR clerk", "Finance manager"}, role == "Finance manager"
    for address, may in (
        ("/payments/new/", cash),
        (f"/payments/{payment.number}/undo/", cash),
        (f"/payments/{payment.number}/reverse/", manager),
    ):
        assert client.get(address).status_code == (200 if may else 403), address
    if not cash:
        assert client.post(f"/payments/{payment.number}/", {"item": invoice.receivable_id}).status_code == 403


def test_lists_and_reports_take_as_many_queries_for_many_as_for_few(world, sign_in, queries) -> None:
    client = sign_in("AR clerk")
    [first] = invoices(world, "1", on=date(2026, 9, 1))
    payment = money_in(world, first, "1.00")
    pages = (*LISTS, f"/customers/{first.customer.number}/statement/", f"/payments/{payment.number}/", "/")
    few = {address: queries(client, address) for address in pages}
    for invoice in invoices(world, "1", "2", "3", on=date(2026, 9, 5)):
        money_in(world, invoice, "1.00")
        money_in(world, first, "1.00")
    assert {address: queries(client, address) for address in pages} == few
    assert max(few.values()) <= 18


def test_a_payment_is_recorded_for_what_is_ticked_and_the_rest_stays_on_account(world, sign_in) -> None:
    older, newer = invoices(world, "1", "2", name="Blåmann Kafé")
    client, number = sign_in("AR clerk"), older.customer.number
    options = client.get("/payments/customers/?customer=kafé").text
    assert f'value="{number} Blåmann Kafé"' in options
    asked = {"customer": "blåmann kafé", "amount": "1,030.00", "received_on": "2026-11-20", "method": "bank"}
    first = client.post("/payments/new/", {**asked, "amount": "30.00", "do": "look"})
    assert first.context["proposal"].shares == {
        older.receivable_id: Decimal("12.00"),
        newer.receivable_id: Decimal("18.00"),
    }
    ticked = {**asked, "listed": number, "item": newer.receivable_id}
    look = client.post("/payments/new/", {**ticked, "do": "look"})
    assert look.context["proposal"].left == Decimal("1006.00")
    assert [(line.account, line.debit, line.credit) for line in look.context["proposal"].booked] == [
        ("1800 Bank", Decimal("1030.00"), Decimal(0)),
        ("2100 Unallocated customer payments", Decimal(0), Decimal("1030.00")),
        ("2100 Unallocated customer payments", Decimal("24.00"), Decimal(0)),
        ("1200 Trade receivables", Decimal(0), Decimal("24.00")),
    ]
    assert not Payment.objects.exists()
    done = client.post("/payments/new/", {**ticked, "do": "record"}, follow=True)
    payment = Payment.objects.get()
    assert done.redirect_chain == [(f"/payments/{payment.number}/", 302)]
    assert (payment.amount, payment.unallocated) == (Decimal("1030.00"), Decimal("1006.00"))
    assert (open_of(older), open_of(newer)) == (Decimal("12.00"), Decimal(0))
    assert "data-undo" in done.text


def test_what_cannot_be_a_payment_is_told_on_the_form_and_nothing_is_lost(world, sign_in) -> None:
    [invoice] = invoices(world, "1")
    client = sign_in("AR clerk")
    asked = {
        "customer": invoice.customer.number,
        "received_on": "2026-11-20",
        "method": "bank",
        "do": "record",
    }
    for amount in ("", "0", "-5", "x", "NaN"):
        answer = client.post("/payments/new/", {**asked, "amount": amount, "reference": "kept"})
        assert (answer.status_code, 'value="kept"' in answer.text) == (422, True), amount
    unknown = client.post("/payments/new/", {**asked, "amount": "5", "customer": "nobody"})
    assert "No customer has this number or name." in unknown.text
    closed = client.post("/payments/new/", {**asked, "amount": "5", "received_on": "2021-01-01"})
    assert "period-closed" in closed.text
    ahead = client.post("/payments/new/", {**asked, "amount": "5", "received_on": "2027-06-01"})
    assert (ahead.status_code, "payment-in-future" in ahead.text) == (422, True)
    over = {"listed": invoice.customer.number, "item": invoice.receivable_id}
    over |= {f"share-{invoice.receivable_id}": "13.00", "amount": "20.00"}
    assert "over-allocated" in client.post("/payments/new/", {**asked, **over}).text
    assert not Payment.objects.exists()


def test_what_is_proposed_follows_what_is_typed_until_somebody_ticks(world, sign_in) -> None:
    older, newer = invoices(world, "1", "2")
    client = sign_in("AR clerk")
    typed = {"customer": older.customer.number, "received_on": "2026-11-20", "method": "bank", "do": "look"}

    def look(**more):
        page = client.post("/payments/new/", typed | more).context
        told = {"listed": page["listed"], "proposed": page["proposed"]}
        return told, {row.item.pk for row in page["proposal"].rows if row.is_ticked}

    told, ticked = look()  # the customer first: nobody knows yet how much
    assert ticked == set()
    told, ticked = look(**told, amount="2")  # somebody who types slowly
    assert ticked == {older.receivable_id}
    told, ticked = look(**told, amount="24.00", item=[*ticked])
    assert ticked == {newer.receivable_id}
    told, ticked = look(**told, amount="24.00")  # the tick is taken away
    assert ticked == set()
    told, ticked = look(**told, amount="12.00")
    assert ticked == set()
    _told, ticked = look(**told, amount="12.00", item=[newer.receivable_id])
    assert ticked == {newer.receivable_id}


def test_enter_accepts_the_proposal_the_next_payment_follows_and_undo_takes_it_back(world, sign_in) -> None:
    older, newer = invoices(world, "1", "2")
    named = money_in(world, newer, "24.00", reference=f"for {newer.number}")
    following = money_in(world, older, "12.00")
    client = sign_in("AR clerk")
    page = client.get(f"/payments/{named.number}/")
    assert (page.context["proposal"].why, page.context["proposal"].shares) == (
        "named",
        {newer.receivable_id: Decimal("24.00")},
    )
    accepted = {"item": newer.receivable_id, "do": "allocate"}
    answer = client.post(f"/payments/{named.number}/", accepted)
    assert answer.url == f"/payments/{following.number}/"
    assert open_of(newer) == 0
    [made] = named.allocations.all()
    undo = f"/payments/{named.number}/undo/"
    assert f"{undo}?id={made.pk}" in client.get(answer.url).text
    assert newer.number in client.get(f"{undo}?id={made.pk}").text
    assert client.post(undo, {"id": made.pk}).url == f"/payments/{named.number}/"
    assert open_of(newer) == Decimal("24.00")
    assert "It was taken back before." in client.get(f"{undo}?id={made.pk}").text
    assert client.post(f"/payments/{following.number}/", {"do": "allocate"}).status_code == 422


def test_a_difference_of_rates_is_shown_before_it_is_booked(world, sign_in) -> None:
    world.rate("EUR", "0.80", date(2026, 1, 1), date(2026, 11, 19))
    world.rate("EUR", "0.90", date(2026, 11, 20))
    [invoice] = invoices(world, "10", currency="EUR", export=True)
    payment = money_in(world, invoice, "100.00")
    client = sign_in("AR clerk")
    seen = client.get(f"/payments/{payment.number}/").context["proposal"].booked
    client.post(f"/payments/{payment.number}/", {"item": invoice.receivable_id, "do": "allocate"})
    entry = JournalEntry.objects.filter(source__startswith=f"payment/{payment.pk}/allocation").get()
    booked = [
        (f"{line.account.code} {line.account.name}", line.debit, line.credit)
        for line in entry.lines.order_by("pk")
    ]
    assert sorted((line.account, line.debit, line.credit) for line in seen) == sorted(booked)
    assert sorted(line.debit + line.credit for line in seen) == [Decimal(10), Decimal(80), Decimal(90)]


def test_a_payment_is_reversed_with_a_reason_once_nothing_of_it_is_used(world, sign_in) -> None:
    payment, client = payment_in(world, "allocated"), sign_in("Finance manager")
    address = f"/payments/{payment.number}/reverse/"
    refused = client.post(address, {"reason": "Bounced"})
    assert (refused.status_code, "payment-not-reversible" in refused.text) == (409, True)
    [made] = payment.allocations.all()
    client.post(f"/payments/{payment.number}/undo/", {"id": made.pk})
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Bounced"}).url == f"/payments/{payment.number}/"
    assert Payment.objects.get(pk=payment.pk).state == "reversed"
    assert "Reversed" in client.get(f"/payments/{payment.number}/").text


def test_the_ageing_agrees_with_the_books_and_every_figure_leads_to_its_items(world, sign_in) -> None:
    world.rate("EUR", "0.80", date(2026, 1, 1))
    late, _fresh = invoices(world, "1", "2", name="Late & Sons", on=date(2026, 9, 2))
    [euro] = invoices(world, "10", currency="EUR", export=True)
    money_in(world, euro, "7.00")
    client = sign_in("Auditor")
    page = client.get("/receivables/ageing/")
    assert page.context["matrix"].receivables.difference == 0
    assert page.context["matrix"].on_account.difference == 0
    assert "equals the control account: 116.00 GBP" in page.text
    rows = {
        line.name: {str(cell.label): cell.amount for cell in line.cells} for line in page.context["lines"]
    }
    assert rows["Late & Sons"]["31–60 days"] + rows["Late & Sons"]["61–90 days"] == Decimal("36.00")
    [line] = [line for line in page.context["lines"] if line.currency == "EUR"]
    assert {str(cell.label): cell.amount for cell in line.cells if cell.amount} == {
        "Not due": Decimal("100.00"),
        "On account": Decimal("-7.00"),
        "Balance": Decimal("93.00"),
    }
    for line in [*page.context["lines"], *page.context["sums"]]:
        for cell in line.cells:
            if cell.amount:
                found = client.get(cell.url).context["found"]
                assert sum(item.amount for item in found.rows) == cell.amount, cell.url
                assert found.count == len(found.rows)
    base = client.get("/receivables/ageing/?amounts=base")
    assert [cell.amount for cell in base.context["sums"][0].cells][-1] == Decimal("110.40")
    assert client.get("/receivables/ageing/items/?bucket=x").status_code == 404
    world.pay(late)
    then = client.get("/receivables/ageing/?as_of=2026-09-03")
    assert then.context["matrix"].receivables.items == Decimal("36.00")


def test_the_ageing_has_pages_and_its_sums_are_of_all_of_them(world, sign_in, monkeypatch) -> None:
    invoices(world, "1", name="Small Ltd", on=date(2026, 11, 1))
    invoices(world, "2", "3", name="Large Ltd")
    monkeypatch.setattr("reporting.selectors.aging.PAGE", 1)
    client = sign_in("Auditor")
    first, second = (client.get(f"/receivables/ageing/?page={page}") for page in (1, 2))
    assert [line.name for line in first.context["lines"]] == ["Large Ltd"]
    assert [line.name for line in second.context["lines"]] == ["Small Ltd"]
    for page in (first, second):
        assert page.context["sums"][0].cells[-1].amount == Decimal("72.00")
        assert page.context["matrix"].receivables.difference == 0
    assert 'rel="next" href="?page=2"' in first.text
    assert 'rel="prev" href="?page=1"' in second.text
    assert 'rel="next"' not in second.text
    items = client.get("/receivables/ageing/items/?bucket=balance&page=3").context["found"]
    assert (len(items.rows), items.count, items.base, items.has_next) == (1, 3, Decimal("72.00"), False)


def test_a_statement_runs_from_its_opening_to_its_closing_balance(world, sign_in) -> None:
    first, second = invoices(world, "1", "2")
    world.pay(first)
    address, client = f"/customers/{first.customer.number}/statement/", sign_in("AR clerk")
    found = client.get(f"{address}?since={second.issued_on}&until={world.on}").context["statement"]
    assert (found.opening, found.closing) == (Decimal("12.00"), Decimal("24.00"))
    assert [(move.number[:3], move.amount, move.balance) for move in found.movements] == [
        ("INV", Decimal("24.00"), Decimal("36.00")),
        ("PAY", Decimal("-12.00"), Decimal("24.00")),
    ]
    wrong = client.get(f"{address}?since=2026-11-20&until=2024-01-01")
    assert "A year at most, from the first day on." in wrong.text
    assert client.get("/customers/C0/statement/").status_code == 404


def test_a_payment_shows_the_case_it_settles_and_who_may_reverse_it(world, sign_in) -> None:
    product, customer = world.product(), world.customer()
    orders = [world.order(customer, (product, quantity)) for quantity in ("1", "2")]
    invoices = [world.invoice(world.ship(order)) for order in orders]
    payment = receivables.receive_payment(
        company=world.company,
        customer_id=customer.pk,
        amount=sum(invoice.gross for invoice in invoices),
        currency="GBP",
        received_on=world.on,
        shares={invoice.receivable_id: invoice.gross for invoice in invoices},
        actor=world.system,
    )
    page = sign_in("AR clerk").get(f"/payments/{payment.number}/").text
    for number in (orders[0].number, invoices[0].number, orders[0].shipments.get().number):
        assert f"{number}</a>" in page
    assert "Also used for" in page
    assert f"{orders[1].number}</a>" in page
    assert "A finance manager may" in page
    assert "A finance manager may" not in sign_in("Auditor").get(f"/payments/{payment.number}/").text
