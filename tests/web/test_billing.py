"""The billing desk's pages: to invoice, drafts, an invoice and its credit note."""

from decimal import Decimal

import pytest

from invoicing import services as invoicing
from invoicing.models import Invoice
from tests.fulfillment.returns import return_in
from tests.web.filling import filled_in
from tests.world import World, all_roles

LISTS = (
    "/invoices/",
    "/invoices/to-invoice/",
    "/invoices/drafts/",
    "/invoices/returns/",
    "/invoices/not-printed/",
)


def shown(page) -> list[int]:
    """The primary keys of the rows of a list."""
    return [row.pk for row in page.context["worklist"].shown]


def drafted(world: World, quantity: str = "2") -> Invoice:
    """The draft of an invoice over lanterns at 10.00 each."""
    shipment = world.ship(world.order(world.customer(), (world.product(), quantity)))
    return invoicing.draft_for_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)


@pytest.mark.parametrize("role", all_roles())
def test_every_role_reads_the_invoices_and_only_billing_issues_and_credits(world, sign_in, role: str) -> None:
    draft, client = drafted(world), sign_in(role)
    invoice = world.invoice(world.ship(world.order(world.customer(), (world.product(), "1"))))
    pages = (f"/invoices/{draft.pk}/", f"/invoices/{invoice.number}/", f"/invoices/{draft.pk}/preview/")
    for address in (*LISTS, *pages):
        assert client.get(address).status_code == 200, address
    bills = 200 if role in {"AR clerk", "Finance manager"} else 403
    for address in (f"/invoices/{draft.pk}/issue/", f"/invoices/{invoice.number}/credit-note/"):
        assert client.get(address).status_code == bills, address


def test_what_left_is_drafted_then_issued_from_the_lists(world, sign_in) -> None:
    shipment = world.ship(world.order(world.customer(), (world.product(), "2")))
    client = sign_in("AR clerk")
    page = client.get("/invoices/to-invoice/")
    assert shown(page) == [shipment.pk]
    assert '24.00<span class="unit">GBP</span>' in page.text
    client.post("/invoices/to-invoice/", {"action": "draft", "id": shipment.pk, "confirmed": "1"})
    assert shown(client.get("/invoices/to-invoice/")) == []
    draft = Invoice.objects.get()
    drafts = client.get("/invoices/drafts/")
    assert shown(drafts) == [draft.pk]
    assert f">Invoice · {shipment.number}</a>" in drafts.text
    assert f"Invoice · {shipment.number}</h1>" in client.get(f"/invoices/{draft.pk}/").text
    assert "Please pay £24.00." in client.get(f"/invoices/{draft.pk}/preview/").text
    done = client.post("/invoices/drafts/", {"action": "issue", "id": draft.pk, "confirmed": "1"})
    assert "INV-2026-000001" in done.text
    assert shown(client.get("/invoices/?show=open")) == [draft.pk]
    assert "Due 20 Dec 2026" in client.get("/invoices/").text
    assert shown(client.get("/invoices/?show=overdue")) == []
    assert shown(client.get("/invoices/not-printed/")) == [draft.pk]


def test_returns_to_credit_say_how_much_the_customer_waits_for(world, sign_in) -> None:
    returned = return_in(world, "inspected")
    page = sign_in("AR clerk").get("/invoices/returns/")
    assert shown(page) == [returned.pk]
    assert page.context["worklist"].shown[0].to_credit > 0


def test_a_list_of_invoices_takes_as_many_queries_for_many_as_for_few(world, sign_in, queries) -> None:
    client, customer, lantern = sign_in("AR clerk"), world.customer(), world.product()

    def left(count: int) -> None:
        for _ in range(count):
            world.ship(world.order(customer, (lantern, "1")))
            world.invoice(world.ship(world.order(customer, (lantern, "1"))))

    left(1)
    few = {address: queries(client, address) for address in LISTS}
    left(4)
    assert {address: queries(client, address) for address in LISTS} == few
    assert max(few.values()) <= 11


def test_a_draft_is_issued_on_its_page_and_what_is_missing_is_named(world, sign_in) -> None:
    draft, client = drafted(world), sign_in("AR clerk")
    page = client.get(f"/invoices/{draft.pk}/")
    assert f'href="/invoices/{draft.pk}/issue/"' in page.text
    type(world.company).objects.update(vat_id="")
    issued = client.post(f"/invoices/{draft.pk}/issue/")
    assert issued.url == "/invoices/INV-2026-000001/"
    page = client.get(issued.url)
    assert "Issue this draft" not in page.text
    assert "The PDF is still being made" in page.text
    again = client.post(f"/invoices/{draft.pk}/issue/")
    assert (again.status_code, "invoice-not-issuable" in again.text) == (409, True)
    hungry = drafted(world)
    companies = type(world.company).objects
    street = companies.values_list("street", flat=True).get()
    companies.update(street="")
    Invoice.objects.filter(pk=hungry.pk).update(seller={})
    refused = client.post(f"/invoices/{hungry.pk}/issue/")
    assert refused.status_code == 422
    assert "The company&#x27;s street is missing." in refused.text
    assert refused.text.count("Who can mend it: finance manager") == 1
    assert f'href="/customers/{hungry.customer.number}/"' in refused.text
    companies.update(street=street, vat_id=world.company.vat_id)  # mended: the draft takes it over
    assert client.post(f"/invoices/{hungry.pk}/issue/").status_code == 302
    issued = Invoice.objects.get(pk=hungry.pk)
    assert (issued.state, issued.seller["street"]) == ("issued", street)


def test_a_draft_says_what_it_lacks_and_who_mends_it_goes_there_from_it(world, sign_in) -> None:
    draft = drafted(world)
    customer = draft.customer
    page = f"/invoices/{draft.pk}/"
    assert "Not yet to be issued" not in sign_in("AR clerk").get(page).text
    Invoice.objects.filter(pk=draft.pk).update(buyer={**draft.buyer, "street": ""})
    customer.addresses.update(street="")
    lacking = sign_in("AR clerk").get(page).text
    assert "The customer&#x27;s street is missing." in lacking
    assert "Who can mend it: order clerk" in lacking
    there = f"/customers/{customer.number}/addresses/"
    assert f'href="{there}"' not in lacking
    clerk = sign_in("Order clerk")
    assert f'href="{there}"' in clerk.get(page).text
    sent = filled_in([clerk.get(there).text], there)
    clerk.post(there, sent | {"form-0-street": "5 Mended Street"})
    assert "Not yet to be issued" not in sign_in("AR clerk").get(page).text
    assert sign_in("AR clerk").post(f"{page}issue/").status_code == 302


def test_an_invoice_shows_its_case_with_itself_marked_and_a_preview_that_only_we_may_frame(
    world, sign_in
) -> None:
    invoice = world.invoice(world.ship(world.order(world.customer(), (world.product(), "2"))))
    payment = world.pay(invoice, "4.00")
    client = sign_in("AR clerk")
    page = client.get(f"/invoices/{invoice.number}/").text
    assert f'<li class="doc here">\n            <b>{invoice.number}</b>' in page
    assert f'href="/orders/{invoice.order_number}/"' in page
    assert f'href="/payments/{payment.number}/"' in page
    assert "4.00 of 24.00" in page
    preview = client.get(f"/invoices/{invoice.pk}/preview/")
    assert preview.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    assert f"Invoice <span>{invoice.number}</span>" in preview.text
    assert client.get("/invoices/INV-2026-999999/").status_code == 404


def test_the_page_of_an_invoice_takes_as_many_queries_for_many_lines_and_payments_as_for_few(
    world, sign_in, queries
) -> None:
    client = sign_in("AR clerk")
    small = world.invoice(world.ship(world.order(world.customer(), (world.product(), "1"))))
    world.pay(small, "1.00")
    few = queries(client, f"/invoices/{small.number}/")
    lines = [(world.product(), "1") for _ in range(5)]
    big = world.invoice(world.ship(world.order(world.customer(), *lines)))
    for _ in range(4):
        world.pay(big, "1.00")
    assert queries(client, f"/invoices/{big.number}/") == few <= 24


def test_a_credit_note_gives_back_a_part_with_its_worth_shown_before(world, sign_in) -> None:
    invoice = world.invoice(world.ship(world.order(world.customer(), (world.product(), "5"))))
    [line] = invoice.lines.all()
    address, client = f"/invoices/{invoice.number}/credit-note/", sign_in("AR clerk")
    whole = client.get(address)
    assert whole.context["form"].totals.gross == Decimal("60.00")
    asked = {f"quantity-{line.pk}": "2", "reason": "Two were broken"}
    look = client.post(address, {**asked, "do": "look"})
    assert look.context["form"].totals.gross == Decimal("24.00")
    assert Invoice.objects.count() == 1
    too_many = client.post(address, {**asked, f"quantity-{line.pk}": "6", "do": "draft"})
    assert too_many.status_code == 422
    assert (
        f"{line.sku}: 5 of 5 are left to credit."
        in client.post(address, {**asked, f"quantity-{line.pk}": "6", "do": "look"}).text.partition(
            'id="totals"'
        )[2]
    )
    nothing = client.post(address, {**asked, f"quantity-{line.pk}": "0", "do": "draft"})
    assert (nothing.status_code, "invalid-credit-note" in nothing.text) == (422, True)
    drafted = client.post(address, {**asked, "do": "draft"})
    note = Invoice.objects.get(kind="credit_note")
    assert drafted.url == f"/invoices/{note.pk}/"
    assert (note.gross, note.reason) == (Decimal("24.00"), "Two were broken")
    page = client.get(drafted.url).text
    assert f"Credit note · {invoice.number}</h1>" in page
    assert f"from {invoice.number}" in page
    assert f'href="/orders/{invoice.order_number}/"' in page
    client.post(f"/invoices/{note.pk}/issue/")
    world.let_the_desks_work()
    page = client.get(f"/invoices/{invoice.number}/").text
    assert "24.00 of 60.00" in page
    assert 'href="/invoices/CN-2026-000001/"' in page
    assert client.get(address).context["form"].totals.gross == Decimal("36.00")
    rows = client.get("/invoices/").context["worklist"]
    gross = next(column for column in rows.columns if column.name == "gross")
    assert {row.number: gross.of(row) for row in rows.shown} == {
        invoice.number: Decimal("60.00"),
        "CN-2026-000001": Decimal("-24.00"),
    }
    client.post(address, {f"quantity-{line.pk}": "3", "reason": "The rest", "do": "draft"})
    assert "All of it is credited" in client.get(f"/invoices/{invoice.number}/").text
    assert "Draft credit note</button>" not in client.get(address).text
    [head, *_lines] = b"".join(client.get("/invoices/?columns=gross,open&export=csv")).decode().splitlines()
    assert head.endswith('Gross,"Gross, currency",Open,"Open, currency"')


def test_a_return_is_credited_from_its_page_and_from_the_list(world, sign_in) -> None:
    returned, client = return_in(world, "inspected"), sign_in("AR clerk")
    asked = {"action": "credit", "id": returned.pk}
    assert "Its shipment is not invoiced." in client.post("/invoices/returns/", asked).text
    world.invoice(returned.shipment)
    page = client.get("/invoices/returns/")
    assert f'href="/returns/{returned.number}/' in page.text
    assert (
        f'href="/invoices/returns/{returned.number}/credit/"'
        in client.get(f"/returns/{returned.number}/").text
    )
    assert "24.00" in client.get(f"/invoices/returns/{returned.number}/credit/").text
    assert "Drafted" in client.post("/invoices/returns/", asked | {"confirmed": "1"}).text
    assert shown(client.get("/invoices/returns/")) == []
    note = Invoice.objects.get(kind="credit_note")
    client.post(f"/invoices/{note.pk}/discard/")
    again = client.post(f"/invoices/returns/{returned.number}/credit/")
    note = Invoice.objects.get(kind="credit_note")
    assert again.url == f"/invoices/{note.pk}/"
    assert f'href="{again.url}"' in client.get(f"/returns/{returned.number}/").text
    refused = client.post(f"/invoices/returns/{returned.number}/credit/")
    assert (refused.status_code, "not-creditable" in refused.text) == (409, True)


def test_a_draft_is_discarded_on_its_page_and_from_the_list(world, sign_in) -> None:
    draft, client = drafted(world), sign_in("AR clerk")
    shipment = draft.lines.get().shipment_line.shipment
    address = f"/invoices/{draft.pk}/discard/"
    assert f'href="{address}"' in client.get(f"/invoices/{draft.pk}/").text
    assert "Its shipment is to be invoiced again" in client.get(address).text
    assert client.post(address).url == "/invoices/drafts/"
    assert shown(client.get("/invoices/to-invoice/")) == [shipment.pk]
    client.post("/invoices/to-invoice/", {"action": "draft", "id": shipment.pk, "confirmed": "1"})
    draft = Invoice.objects.get()
    done = client.post("/invoices/drafts/", {"action": "discard", "id": draft.pk, "confirmed": "1"})
    assert "Discarded" in done.text
    invoice = world.invoice(shipment)
    assert client.post(f"/invoices/{invoice.pk}/discard/").status_code == 409
