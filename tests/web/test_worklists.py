"""What every worklist can do, shown with the orders'."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from o2c.kernel.models import SavedView
from orders import services as orders
from orders.models import Order
from tests.documents import order_in
from tests.world import World, staff


def shown(page) -> list[int]:
    """The primary keys of the rows."""
    return [row.pk for row in page.context["worklist"].shown]


def three(world: World) -> list[Order]:
    """Orders of 12, 120 and 60 pounds, of three customers."""
    lantern = world.product(price="10.00", stock="1000")
    return [
        world.order(world.customer(name=name), (lantern, quantity), channel=channel)
        for name, quantity, channel in (
            ("Ash", "1", "phone"),
            ("=Birch", "10", "email"),
            ("Cedar", "5", "phone"),
        )
    ]


def test_a_list_is_sorted_filtered_and_shows_what_its_address_says(world, sign_in) -> None:
    ash, birch, cedar = three(world)
    client = sign_in("Order clerk")
    assert shown(client.get("/orders/")) == [cedar.pk, birch.pk, ash.pk]
    assert shown(client.get("/orders/?sort=-gross")) == [birch.pk, cedar.pk, ash.pk]
    assert shown(client.get("/orders/?sort=customer.name")) == [birch.pk, ash.pk, cedar.pk]
    page = client.get("/orders/?channel=phone&sort=gross&columns=number,gross")
    assert shown(page) == [ash.pk, cedar.pk]
    assert [head.column.name for head in page.context["worklist"].heads] == ["number", "gross"]
    assert "2 rows" in page.text
    assert "72.00 GBP" in page.text
    [chip] = page.context["worklist"].chips
    assert (str(chip.label), chip.value) == ("Channel", "Telephone")
    assert chip.without == "?sort=gross&columns=number%2Cgross"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("ordered_on_after=2026-11-19&ordered_on_before=2026-11-20", "19 Nov 2026 – 20 Nov 2026"),
        ("ordered_on_after=2026-11-20&ordered_on_before=2026-11-20", "20 Nov 2026"),
        ("ordered_on_after=2026-11-19", "from 19 Nov 2026"),
        ("ordered_on_before=2026-11-20", "until 20 Nov 2026"),
    ],
)
def test_a_stretch_of_days_is_told_in_days_and_taken_away_whole(
    world, sign_in, query: str, told: str
) -> None:
    three(world)
    [chip] = sign_in("Order clerk").get(f"/orders/?{query}&sort=gross").context["worklist"].chips
    assert (chip.value, chip.without) == (told, "?sort=gross")


def test_what_comes_to_nothing_is_listed_and_not_added_up(world, sign_in) -> None:
    _ash, birch, _cedar = three(world)
    orders.cancel_order(order_id=birch.pk, reason="Twice", on=world.on, actor=world.system)
    for query in ("", "?q=SO-", "?q=Birch"):
        page = sign_in("Order clerk").get(f"/orders/{query}")
        assert "120.00 GBP" not in page.text
    page = sign_in("Order clerk").get("/orders/")
    assert "3 rows" in page.text
    assert page.context["worklist"].sums == [("GBP", 72)]


def test_a_currency_is_chosen_from_those_in_use_and_no_choice_is_any(world, sign_in) -> None:
    three(world)
    page = sign_in("Order clerk").get("/orders/")
    form = page.context["filter_form"]
    assert form.fields["currency"].choices[1:] == [("GBP", "GBP")]
    assert (str(form.fields["show"].label), str(form.fields["show"].choices[0][1])) == ("Show only", "Any")
    assert "---------" not in page.text
    assert "---------" not in sign_in("Order clerk").get("/customers/").text


def test_a_list_too_long_to_count_is_sorted_by_what_an_index_has_in_order(
    world, sign_in, monkeypatch
) -> None:
    ash, birch, cedar = three(world)
    client = sign_in("Order clerk")
    monkeypatch.setattr("o2c.kernel.worklists.worklist.COUNTED", 2)
    page = client.get("/orders/?sort=-gross")
    assert shown(page) == [cedar.pk, birch.pk, ash.pk]
    assert "narrow the list to sort it by every column" in page.text
    links = {head.column.name for head in page.context["worklist"].heads if head.address}
    assert {"number", "ordered_on"} <= links
    assert not {"gross", "customer.name"} & links
    assert shown(client.get("/orders/?sort=number")) == [ash.pk, birch.pk, cedar.pk]
    narrowed = client.get("/orders/?sort=-gross&channel=phone")
    assert shown(narrowed) == [cedar.pk, ash.pk]
    assert "narrow the list" not in narrowed.text


def test_what_an_address_cannot_mean_is_left_out(world, sign_in) -> None:
    three(world)
    client = sign_in("Order clerk")
    for query in (
        "sort=password",
        "sort=customer__name",
        "columns=x",
        "page=0",
        "page=99999999",
        "state=x",
        "ordered_on_min=x",
    ):
        assert client.get(f"/orders/?{query}").status_code == 200, query
    assert client.get("/orders/?sort=gross&page=999").url == "/orders/?sort=gross"
    assert client.get("/orders/?q=nothing&page=999").url == "/orders/?q=nothing"


def test_exactly_this_view_is_given_out_and_no_text_becomes_a_formula(world, sign_in) -> None:
    three(world)
    client = sign_in("Order clerk")
    answer = client.get("/orders/?sort=gross&columns=customer.name,gross&export=csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="orders-2026-11-20.csv"'
    lines = b"".join(answer.streaming_content).decode().split("\r\n")
    assert lines == [
        '\ufeffCustomer,Gross,"Gross, currency"',
        "Ash,12.00,GBP",
        "Cedar,60.00,GBP",
        "'=Birch,120.00,GBP",
        "",
    ]
    book = load_workbook(
        BytesIO(client.get("/orders/?sort=gross&columns=customer.name,gross&export=xlsx").content)
    )
    rows = list(book.active.values)
    assert rows[1] == ("Ash", 12, "GBP")
    assert rows[3] == ("'=Birch", 120, "GBP")
    assert book.active["B2"].number_format == "#,##0.00"


def test_an_age_is_given_out_in_days_and_shown_with_its_date(world, sign_in) -> None:
    three(world)
    client = sign_in("Order clerk")
    answer = client.get("/orders/?q=Ash&columns=number,age&export=csv")
    head, row, _end = b"".join(answer.streaming_content).decode().split("\r\n")
    assert head.endswith(',"Age, in days"')
    assert row.endswith(",0")
    assert '<time datetime="2026-11-20" title="20 Nov 2026">today</time>' in client.get("/orders/?q=Ash").text


def test_a_view_is_kept_shared_and_forgotten_by_its_owner_only(world, sign_in) -> None:
    three(world)
    client = sign_in("Order clerk")
    client.post("/orders/?channel=phone&page=2", {"do": "save-view", "name": "By phone", "shared": "on"})
    view = SavedView.objects.get()
    assert (view.query, view.shared, view.owner.username) == ("channel=phone", True, "order-clerk")
    other = sign_in("Finance manager")
    assert "By phone" in other.get("/orders/").text
    assert other.post("/orders/", {"do": "forget-view", "view": view.pk}).status_code == 404
    client.post("/orders/", {"do": "forget-view", "view": view.pk})
    assert not SavedView.objects.exists()
    assert client.post("/orders/?q=x", {"do": "save-view", "name": " "}).status_code == 422


def test_what_is_ticked_is_looked_at_first_and_done_row_by_row(world, sign_in) -> None:
    first, second = order_in(world, "on_hold"), order_in(world, "on_hold")
    free = order_in(world, "confirmed")
    client = sign_in("Finance manager")
    ticked = {"action": "release", "id": [first.pk, second.pk, free.pk]}
    look = client.post("/orders/", ticked)
    assert "It can be done for 2 rows." in look.text
    assert "It is not on hold." in look.text
    assert Order.objects.filter(state="on_hold").count() == 2
    again = client.post("/orders/", {**ticked, "confirmed": "1", "reason": " "})
    assert "It can be done for 2 rows." in again.text
    done = client.post("/orders/", {**ticked, "confirmed": "1", "reason": "Paid by phone"})
    assert "2 done, 1 refused" in done.text
    assert not Order.objects.filter(state="on_hold").exists()


def test_a_bulk_action_needs_its_permission_and_touches_only_rows_of_the_list(world, sign_in) -> None:
    order = order_in(world, "on_hold")
    clerk = sign_in("Order clerk")
    assert clerk.post("/orders/", {"action": "release", "id": [order.pk]}).status_code == 403
    outside = sign_in("Finance manager").post(
        "/orders/?show=to-ship", {"action": "release", "id": [order.pk], "confirmed": "1", "reason": "x"}
    )
    assert outside.status_code == 302
    assert Order.objects.get(pk=order.pk).state == "on_hold"


def test_the_palette_finds_by_number_and_name_what_the_reader_may_see(world, sign_in) -> None:
    order = world.order(world.customer(name="Blåmann Kafé"), (world.product(), "1"))
    clerk = sign_in("Order clerk")
    page = clerk.get("/find/", {"q": order.number.lower()}).text
    assert f'href="/orders/{order.number}/"' in page
    assert order.number in clerk.get("/find/", {"q": order.number.removeprefix("SO-")}).text
    assert "Blåmann Kafé" in clerk.get("/find/", {"q": "kafé"}).text
    bare = clerk.get("/find/", {"q": "trial"}, headers={"X-Requested-With": "fetch"}).text
    assert "Trial balance" not in bare
    assert "<html" not in bare
    assert "Trial balance" in sign_in("Auditor").get("/find/", {"q": "trial"}).text
    new = staff("Auditor", "nobody")
    new.groups.clear()
    clerk.force_login(new)
    assert order.number not in clerk.get("/find/", {"q": "SO-"}).text


def test_the_palette_and_the_chain_say_the_stage_as_the_list_does(world, sign_in) -> None:
    order = world.order(world.customer(), (world.product(price="10.00"), "2"))
    client = sign_in("Order clerk")
    bare = {"headers": {"X-Requested-With": "fetch"}}
    assert "· To ship" in client.get("/find/", {"q": order.number}, **bare).text
    shipment = world.ship(order)
    assert "· To invoice" in client.get("/find/", {"q": order.number}, **bare).text
    chain = client.get(f"/shipments/{shipment.number}/").text.partition('id="chain"')[2]
    assert "To invoice ·" in chain.partition("Shipments")[0]


def test_the_palette_finds_the_keys_and_the_addresses(world, sign_in) -> None:
    client = sign_in("Order clerk")
    assert 'href="/account/#keys"' in client.get("/find/", {"q": "keys"}).text
    assert "Addresses and contacts of customers" in client.get("/find/", {"q": "addresses"}).text


def test_switching_single_keys_says_how_to_get_them_back(world, sign_in) -> None:
    client = sign_in("Order clerk")
    off = client.post("/keys/", {"keys": "off", "next": "/orders/"}, follow=True).text
    assert "Single keys are off. To switch them on again, search for “keys” with Ctrl K." in off
    assert "Single keys are on" in client.post("/keys/", {"keys": "on", "next": "/orders/"}, follow=True).text


def test_the_palette_takes_as_many_queries_for_many_hits_as_for_few(world, sign_in, queries) -> None:
    client = sign_in("Finance manager")
    three(world)
    few = queries(client, "/find/?q=SO-")
    three(world)
    assert queries(client, "/find/?q=SO-") == few <= 12
