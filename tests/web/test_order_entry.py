"""Entering an order on its sheet: looked at while it is typed, saved as what the button says."""

from datetime import date
from decimal import Decimal

from django.test import Client

from catalog.models import Price, Product
from customers.models import Address
from orders.models import Order, OrderRequest
from tests.documents import order_in, request_in
from tests.world import all_roles

NEW = "/orders/new/"


def sheet(customer, *rows: tuple[str, ...], do: str = "recalculate", **fields) -> dict[str, object]:
    """What the form sends: rows of SKU, quantity, price and discount, as texts."""
    columns = dict(
        zip(("sku", "quantity", "unit_price", "discount"), zip(*_even(rows), strict=True), strict=True)
    )
    return {"customer": customer.number, "channel": "phone", "do": do, **columns, **fields}


def _even(rows: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    return [(*row, "", "", "")[:4] for row in rows]


def typed(client: Client, data: dict[str, object]):
    """The fragment that comes back while somebody types."""
    return client.post(NEW, data, headers={"X-Requested-With": "fetch"})


def test_a_request_that_was_answered_says_with_what_and_one_that_never_was_is_not_found(
    world, sign_in
) -> None:
    waiting, gone = request_in(world, "waiting"), request_in(world, "dismissed")
    client = sign_in("Order clerk")
    sent = sheet(world.customer(), (world.product().sku, "1"), do="draft", request=waiting.pk)
    client.post(NEW, sent)
    order = Order.objects.get(requests=waiting)
    answered = client.get(f"{NEW}?request={waiting.pk}").text
    assert f'Answered with <a class="link" href="/orders/{order.number}/">{order.number}</a>' in answered
    assert "data-sheet" not in answered
    assert f"Dismissed: {gone.dismiss_reason}" in client.get(f"{NEW}?request={gone.pk}").text
    for never in ("999999", "x"):
        assert client.get(f"{NEW}?request={never}").status_code == 404


def test_a_request_is_dismissed_where_it_was_opened(world, sign_in) -> None:
    waiting, client = request_in(world, "waiting"), sign_in("Order clerk")
    address = f"/orders/requests/{waiting.pk}/dismiss/"
    assert f'action="{address}"' in client.get(f"{NEW}?request={waiting.pk}").text
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "An advertisement"}).url == "/orders/inbox/"
    waiting = OrderRequest.objects.get(pk=waiting.pk)
    assert (waiting.state, waiting.dismiss_reason) == ("dismissed", "An advertisement")
    late = client.post(address, {"reason": "Again"})
    assert late.status_code == 409
    assert "An advertisement" in late.text


def test_price_day_sums_and_credit_are_shown_while_typing_and_nothing_is_written(world, sign_in) -> None:
    lantern, rare = world.product(price="10.00"), world.product(price="3.00", stock="0")
    customer = world.customer(limit="100")
    answer = typed(
        sign_in("Order clerk"),
        sheet(customer, (lantern.sku.lower(), "5"), ("", ""), (rare.sku, "20", "", "10")),
    )
    first, blank, third = answer.context["sheet"].rows[:3]
    assert (first.line.net, third.line.net, blank.line) == (Decimal(50), Decimal(54), None)
    assert first.promise.why == "in stock"
    assert "<html" not in answer.text
    assert "124.80" in answer.text
    assert "would be held" in answer.text
    assert "The order exceeds the credit limit by 24.80 " in answer.text
    assert not Order.objects.exists()


def test_what_is_wrong_stands_at_its_line_and_the_others_are_priced_all_the_same(world, sign_in) -> None:
    lantern, unpriced = world.product(price="10.00"), world.product()
    Price.objects.filter(product=unpriced).delete()
    old = world.product()
    type(old).objects.filter(pk=old.pk).update(active=False, alternative=lantern)
    rows = [
        (lantern.sku, "1"), ("NOPE", "1"), (old.sku, "1"), (unpriced.sku, "1"), (lantern.sku, "x"), (lantern.sku, "-1"),
    ]  # fmt: skip
    client, data = sign_in("Order clerk"), sheet(world.customer(), *rows)
    found = [row.problems for row in typed(client, data).context["sheet"].rows[:6]]
    assert found == [
        [],
        ["No such product is for sale."],
        [f"Not for sale any more; {lantern.sku} is sold instead."],
        ["No price for this customer: enter one."],
        ["“x” is no number."],
        ["-1 is no quantity."],
    ]
    refused = client.post(NEW, {**data, "do": "place"})
    assert refused.status_code == 422
    assert 'value="NOPE"' in refused.text
    assert "5 lines are to be corrected: they are marked." in refused.text
    lone = client.post(NEW, sheet(world.customer(), (lantern.sku, "1"), do="place", discount_percent="5"))
    assert lone.text.count("A discount on the order needs a reason.") == 1
    assert not Order.objects.exists()


def test_numbers_are_read_as_the_reader_writes_them(world, sign_in) -> None:
    lantern = world.product()
    Product.objects.update(unit="KGM")
    client = sign_in("Order clerk")
    client.post(
        NEW,
        sheet(world.customer(), (lantern.sku, "1,5", "1 234,50"), do="draft"),
        headers={"Accept-Language": "fr"},
    )
    line = Order.objects.get().lines.get()
    assert (line.ordered, line.unit_price, line.price_rule) == (Decimal("1.5"), Decimal("1234.5"), "entered")


def test_no_part_of_a_piece_is_sold_and_what_is_typed_stays(world, sign_in) -> None:
    data = sheet(world.customer(), (world.product().sku, "1.5"), do="draft")
    refused = sign_in("Order clerk").post(NEW, data)
    assert refused.status_code == 422
    assert "1.5 is no whole number" in refused.text
    assert 'name="quantity" value="1.5"' in refused.text
    assert not Order.objects.exists()


def test_the_button_says_what_becomes_of_the_sheet(world, sign_in) -> None:
    lantern, customer = world.product(), world.customer()
    client = sign_in("Order clerk")
    for quantity, do, state in (
        ("1", "draft", "draft"),
        ("2", "quote", "quoted"),
        ("3", "place", "confirmed"),
    ):
        data = sheet(
            customer, (lantern.sku, quantity), do=do, po_number="PO 7", requested_on="2026-11-27",
            valid_until="2026-12-01",
        )  # fmt: skip
        order = Order.objects.get(number=client.post(NEW, data).url.split("/")[2])
        assert (order.state, order.po_number, order.channel) == (state, "PO 7", "phone")
        assert order.requested_on == date(2026, 11, 27)
    assert Order.objects.get(state="quoted").valid_until == date(2026, 12, 1)


def test_a_customer_is_named_by_number_name_or_both_and_two_of_a_name_are_asked_about(world, sign_in) -> None:
    lantern = world.product()
    ash = world.customer(name="Ash & Sons")
    world.customer(name="Birch North"), world.customer(name="Birch South")
    client = sign_in("Order clerk")
    for words in (ash.number.lower(), "ash", str(ash)):
        data = sheet(ash, (lantern.sku, "1")) | {"customer": words}
        assert typed(client, data).context["sheet"].preview.order.customer == ash, words
    for words, told in (("birch", "Several customers"), ("nobody", "No customer has"), ("", "required")):
        answer = client.post(NEW, sheet(ash, (lantern.sku, "1"), do="place") | {"customer": words})
        assert answer.status_code == 422
        assert told in answer.text


def test_a_repeated_order_is_asked_about_on_the_same_page_and_placed_when_it_is_meant(world, sign_in) -> None:
    lantern, customer = world.product(), world.customer()
    client, data = sign_in("Order clerk"), sheet(customer, (lantern.sku, "4"), do="place", po_number="PO 9")
    client.post(NEW, data)
    asked = client.post(NEW, data)
    assert asked.status_code == 409
    assert "They ordered exactly this with" in asked.text
    assert 'value="PO 9"' in asked.text
    assert Order.objects.count() == 1
    client.post(NEW, {**data, "acknowledges_duplicate": "on"})
    assert Order.objects.count() == 2


def test_what_a_customer_demands_is_told_with_who_can_say_it_and_stands_at_its_field(world, sign_in) -> None:
    lantern, customer = world.product(), world.customer(requires_po_number=True)
    client, data = sign_in("Order clerk"), sheet(customer, (lantern.sku, "1"))
    assert "by the customer; keeps the order from being placed" in typed(client, data).text
    refused = client.post(NEW, {**data, "do": "place"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["po_number"] == ["This customer demands a purchase order number."]


def test_goods_go_to_the_address_that_was_chosen(world, sign_in) -> None:
    lantern, customer = world.product(), world.customer()
    depot = Address.objects.create(
        customer=customer, role="delivery", street="2 Quay", postal_code="E2", city="Hull", country="GB"
    )
    client = sign_in("Order clerk")
    client.post(NEW, sheet(customer, (lantern.sku, "1"), do="draft", delivery=str(depot.pk)))
    assert Order.objects.get().delivery_address["street"] == "2 Quay"
    foreign = sheet(world.customer(), (lantern.sku, "1"), do="draft", delivery=str(depot.pk))
    assert client.post(NEW, foreign).status_code == 422


def test_a_request_is_shown_beside_the_sheet_and_answered_by_the_order(world, sign_in) -> None:
    request, customer, lantern = request_in(world, "waiting"), world.customer(), world.product()
    client = sign_in("Order clerk")
    assert "Five lanterns" in client.get(f"{NEW}?request={request.pk}").text
    client.post(NEW, sheet(customer, (lantern.sku, "5"), do="quote", request=request.pk))
    assert OrderRequest.objects.get(pk=request.pk).order == Order.objects.get()
    again = client.post(NEW, sheet(customer, (lantern.sku, "6"), do="quote", request=request.pk))
    assert again.status_code == 409
    assert "request-answered" in again.text


def test_a_quote_is_revised_on_the_same_sheet_and_a_stale_one_loses_nothing(world, sign_in) -> None:
    quote = order_in(world, "quoted")
    line = quote.lines.select_related("product").get()
    address = f"/orders/{quote.number}/revise/"
    client = sign_in("Order clerk")
    assert f'value="{line.product.sku}"' in client.get(address).text
    data = sheet(quote.customer, (line.product.sku, "7"), do="revise", version="1", delivery="kept")
    assert client.post(address, data).status_code == 422
    client.post(address, data | {"reason": "They want seven"})
    quote = Order.objects.get(pk=quote.pk)
    assert (quote.version, quote.gross) == (2, Decimal(84))
    stale = client.post(address, data | {"reason": "Eight", "quantity": ["8"]})
    assert stale.status_code == 409
    for words in (
        "has changed since you opened it",
        "They want seven",
        'value="8"',
        'name="version" value="2"',
    ):
        assert words in stale.text, words


def test_the_choices_show_price_and_free_stock_in_as_many_queries_for_many_as_for_few(
    world, sign_in, queries
) -> None:
    customer = world.customer(name="Ash & Sons")
    lantern = world.product(price="12.50", stock="7")
    client = sign_in("Order clerk")
    address = f"/orders/products/?q=sku-&customer={customer.number}"
    page = client.get(address).text
    assert f'data-value="{lantern.sku}"' in page
    assert "12.50" in page
    assert "7 free" in page
    few = queries(client, address)
    for _ in range(9):
        world.product()
    assert queries(client, address) == few <= 14
    assert str(customer).replace("&", "&amp;") in client.get("/orders/customers/?q=ash").text
    assert "option" not in client.get("/orders/customers/?q=a").text


def test_the_sheet_takes_as_many_queries_for_thirty_lines_as_for_three(
    world, sign_in, django_assert_max_num_queries
) -> None:
    products, customer = [world.product() for _ in range(30)], world.customer()
    client, taken = sign_in("Order clerk"), []
    for count in (3, 3, 30):
        data = sheet(customer, *[(product.sku, "2") for product in products[:count]])
        with django_assert_max_num_queries(60) as found:
            assert typed(client, data).status_code == 200
        taken.append(len(found))
    assert taken[1] == taken[2] <= 30


def test_only_who_enters_orders_gets_the_sheet_and_only_who_quotes_revises(world, sign_in) -> None:
    quote = order_in(world, "quoted")
    for role in all_roles():
        client, may = sign_in(role), role == "Order clerk"
        for address in (NEW, "/orders/products/", "/orders/customers/", f"/orders/{quote.number}/revise/"):
            assert client.get(address).status_code == (200 if may else 403), (role, address)
        assert ('href="/orders/new/"' in client.get("/orders/").text) is may


def test_what_the_books_cannot_hold_is_told_beside_its_line(world, sign_in) -> None:
    product, customer = world.product(price="10.00"), world.customer()
    client, huge = sign_in("Order clerk"), (product.sku, "99999999", "99999999")
    for do in ("recalculate", "draft", "place"):
        answer = client.post(NEW, sheet(customer, (product.sku, "1"), huge, do=do))
        assert answer.status_code == (200 if do == "recalculate" else 422)
        sound, wrong = answer.context["sheet"].rows[:2]
        assert (sound.problems, wrong.problems) == ([], ["This comes to more than the books can hold."])
        assert (wrong.quantity, wrong.unit_price) == huge[1:]
    assert not Order.objects.exists()
    many = [(product.sku, "100000", "99999999")] * 2
    assert "This comes to more" in client.post(NEW, sheet(customer, *many, do="draft")).text
