"""A day in the warehouse with a phone: pick, pack, hand over, deliver."""

from decimal import Decimal

import pytest

from catalog.models import Product
from fulfillment import services as fulfillment
from fulfillment.models import Carrier, Shipment
from inventory import services as inventory
from tests.documents import shipment_in
from tests.parcels import carrier
from tests.world import World, staff


def two_stops(world: World) -> tuple[Shipment, Product, Product]:
    """A planned shipment of three lanterns in A-2 and two mugs in A-10."""
    lantern, mug = world.product(stock="10"), world.product(stock="10")
    Product.objects.update(weight=1)
    for product, shelf in ((lantern, "A-2"), (mug, "A-10")):
        inventory.set_bin(
            warehouse_id=world.basics.warehouse.pk, product_id=product.pk, bin=shelf, actor=world.system
        )
    order = world.order(world.customer(name="Harbour Café"), (mug, "2"), (lantern, "3"))
    return fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system), lantern, mug


def test_a_clerk_picks_packs_and_hands_over_with_forms_alone(world, sign_in) -> None:
    shipment, lantern, mug = two_stops(world)
    client, here = sign_in("Warehouse clerk"), f"/shipments/{shipment.number}"
    assert "Start picking" in client.get(f"{here}/pick/").text
    assert client.post(f"{here}/pick/start/").url == f"{here}/pick/"
    first = client.get(f"{here}/pick/")
    assert first.context["walk"].at.sku == lantern.sku  # A-2 comes before A-10
    scanned = client.post(f"{here}/pick/", {"sku": mug.sku.lower()}, follow=True)
    assert scanned.context["walk"].at.sku == mug.sku
    assert "the right goods" in scanned.text
    line = scanned.context["walk"].at.line_id
    assert client.post(f"{here}/pick/", {"line": line, "all": "1"}).url == f"{here}/pick/"
    line = client.get(f"{here}/pick/").context["walk"].at.line_id
    client.post(f"{here}/pick/", {"line": line, "all": "1"})
    assert client.get(f"{here}/pick/").url == f"{here}/pick/done/"
    assert "Everything is there" in client.get(f"{here}/pick/done/").text
    assert client.post(f"{here}/pick/done/").url == f"{here}/pack/"
    page = client.get(f"{here}/pack/")
    assert "Everything in one box?" in page.text
    boxed = {f"box1-{row.pk}": str(row.start["box1"]) for row in page.context["form"].rows}
    assert client.post(f"{here}/pack/", {"boxes": "1", "by_hand": "Own van", **boxed}).url == f"{here}/ship/"
    assert client.get(f"{here}/ship/").status_code == 200
    assert client.post(f"{here}/ship/").url == "/warehouse/ship/"
    assert client.post(f"{here}/deliver/", {"evidence": "J. Smith"}).url == f"{here}/"
    shipment = Shipment.objects.get(pk=shipment.pk)
    assert (shipment.state, shipment.carrier, shipment.evidence) == ("delivered", "Own van", "J. Smith")


def test_what_is_not_found_takes_a_reason_and_goes_back_to_the_order(world, sign_in) -> None:
    shipment, lantern, _mug = two_stops(world)
    client, here = sign_in("Warehouse clerk"), f"/shipments/{shipment.number}/pick"
    client.post(f"{here}/start/")
    line = client.get(f"{here}/").context["walk"].at.line_id
    assert '<p class="bin">' in client.get(f"{here}/").text
    much = client.post(f"{here}/", {"line": line, "quantity": "7", "reason": "damaged"}).text
    assert '<details class="short" open>' in much
    assert 'value="7"' in much
    silent = client.post(f"{here}/", {"line": line, "quantity": "1"})
    assert silent.status_code == 422
    assert "Say why not everything is there." in silent.text
    client.post(f"{here}/", {"line": line, "quantity": "1", "reason": "damaged"})
    end = client.get(f"{here}/done/")
    assert f'value="{lantern.sku}: damaged"' in end.text
    assert "Something is missing" in end.text
    refused = client.post(f"{here}/done/", {"reason": " "})
    assert refused.status_code == 422
    assert "invalid-pick" in refused.text
    client.post(f"{here}/done/", {"reason": f"{lantern.sku}: damaged"})
    assert shipment.lines.get(pk=line).quantity == 1
    assert "to recount" in client.get("/stock/?show=recount").text


def test_a_stop_is_taken_once_however_often_its_button_is_tapped(world, sign_in) -> None:
    shipment, lantern, mug = two_stops(world)
    client, here = sign_in("Warehouse clerk"), f"/shipments/{shipment.number}/pick/"
    client.post(f"{here}start/")
    line = client.get(here).context["walk"].at.line_id
    found = {"line": line, "quantity": "1", "reason": "damaged"}
    client.post(here, found)
    twice = client.post(here, {"line": line, "all": "1"}, follow=True)  # as the page was before
    assert f"{lantern.sku} was done already: nothing was changed." in twice.text
    assert (twice.context["walk"].at.sku, twice.context["walk"].at.picked) == (mug.sku, None)
    assert shipment.lines.get(pk=line).picked == 1
    seen = client.get(f"{here}?line={line}").context["walk"].at.seen
    client.post(here, found | {"quantity": "2", "seen": seen})  # gone back to on purpose
    assert shipment.lines.get(pk=line).picked == 2


def test_a_wrong_scan_says_what_to_do_and_changes_nothing(world, sign_in) -> None:
    shipment, lantern, _mug = two_stops(world)
    other = world.product()
    client, here = sign_in("Warehouse clerk"), f"/shipments/{shipment.number}/pick/"
    client.post(f"{here}start/")
    line = client.get(here).context["walk"].at.line_id
    for data, status, words in (
        ({"sku": other.sku}, 422, "Put it back and look at the list again."),
        ({"sku": "<b>"}, 422, "There is no SKU &lt;b&gt;."),
        ({"line": line, "quantity": "three", "reason": "damaged"}, 422, "Enter a number."),
        ({"sku": lantern.sku, "quantity": "4"}, 422, "invalid-pick"),
        ({"line": "999999"}, 422, "Scan something first"),
        ({"line": "9" * 30}, 422, "Scan or type the SKU"),
    ):
        answer = client.post(here, data)
        assert answer.status_code == status, data
        assert words in answer.text, data
    assert not shipment.lines.filter(picked__isnull=False).exists()


def test_a_colleagues_walk_is_taken_over_on_purpose(world, sign_in) -> None:
    shipment, _lantern, _mug = two_stops(world)
    colleague = staff("Warehouse clerk", "bo")
    fulfillment.start_picking(shipment_id=shipment.pk, actor=colleague)
    client, here = sign_in("Warehouse clerk"), f"/shipments/{shipment.number}/pick/"
    assert "is picking it" in client.get(here).text
    assert client.post(here, {"sku": "x"}).status_code == 422
    client.post(f"{here}start/")
    assert Shipment.objects.get(pk=shipment.pk).picker.username == "warehouse-clerk"


def test_nothing_is_packed_before_the_walk_is_over(world, sign_in) -> None:
    shipment, _lantern, _mug = two_stops(world)
    client, here = sign_in("Warehouse clerk"), f"/shipments/{shipment.number}"
    planned = client.get(f"{here}/pack/", follow=True)
    assert planned.redirect_chain[0][0] == f"{here}/pick/"
    assert "Start picking it first." in planned.text
    client.post(f"{here}/pick/start/")
    assert client.post(f"{here}/pack/", {"boxes": "1"}).url == f"{here}/pick/"
    line = client.get(f"{here}/pick/").context["walk"].at.line_id
    client.post(f"{here}/pick/", {"line": line, "all": "1"})
    assert client.get(f"{here}/pack/").url == f"{here}/pick/done/"
    client.post(f"{here}/pick/done/")
    assert client.get(f"{here}/pack/").status_code == 200
    assert Shipment.objects.get(pk=shipment.pk).state == "picking"


def test_boxes_keep_what_was_typed_until_they_add_up(world, sign_in) -> None:
    shipment, _lantern, _mug = two_stops(world)
    van = carrier()
    Carrier.objects.update(max_weight=20)
    client, here = sign_in("Warehouse clerk"), f"/shipments/{shipment.number}"
    client.post(f"{here}/pick/start/")
    client.post(f"{here}/pick/done/")
    page = client.get(f"{here}/pack/")
    assert page.context["carrier"]["carrier"].value() == van.pk  # and not "Another way"
    rows = page.context["form"].rows
    first, second = (row.pk for row in rows)
    typed = {"boxes": "1", f"box1-{first}": "1", "weight-1": "2,5", "carrier": str(van.pk)}
    more = client.post(f"{here}/pack/", {**typed, "more": "1"})
    assert more.status_code == 200
    assert 'value="2,5"' in more.text
    assert "2 boxes" in more.text
    wrong = client.post(f"{here}/pack/", typed)
    assert wrong.status_code == 422
    assert "Enter a number." in wrong.text
    short = client.post(f"{here}/pack/", typed | {"weight-1": "2.5"})
    assert short.status_code == 422
    assert "invalid-packing" in short.text
    assert 'value="2.5"' in short.text
    whole = {
        "boxes": "2",
        f"box1-{first}": "2",
        f"box2-{second}": "3",
        "weight-1": "2.5",
        "length-2": "40",
        "carrier": str(van.pk),
    }
    heavy = client.post(f"{here}/pack/", whole | {"weight-1": "1000"})
    assert "Box 1 weighs 1,000 kg" in heavy.text
    assert "20 kg at most" in heavy.text
    assert client.post(f"{here}/pack/", whole).url == f"{here}/ship/"
    boxes = shipment.packages.order_by("position").values_list("weight", "length")
    assert list(boxes) == [(Decimal("2.500"), None), (Decimal("3.000"), 40)]
    assert "Labels first" in client.get(f"{here}/ship/").text
    early = client.post(f"{here}/ship/")
    assert early.status_code == 409
    assert "shipment-not-announced" in early.text


def test_a_refused_hand_over_names_the_next_step(world, sign_in) -> None:
    planned = shipment_in(world, "planned")
    client = sign_in("Warehouse clerk")
    answer = client.post(f"/shipments/{planned.number}/ship/")
    assert answer.status_code == 409
    assert "Pick and pack it first." in answer.text
    assert client.get("/shipments/SH-0/pick/").status_code == 404


def test_one_pick_list_serves_several_shipments(world, sign_in) -> None:
    (one, _, _), (two, _, _) = two_stops(world), two_stops(world)
    client = sign_in("Warehouse clerk")
    opened = client.post("/warehouse/pick/", {"action": "sheet", "id": [one.pk, two.pk]})
    assert opened.url.startswith("/warehouse/pick/sheet/?id=")
    sheet = client.get(opened.url)
    assert [stop.bin for _house, stops in sheet.context["walks"] for stop in stops] == [
        "A-2",
        "A-2",
        "A-10",
        "A-10",
    ]
    assert "Nothing on it is in work any more." in client.get("/warehouse/pick/sheet/?id=x&id=999999999").text


def test_a_shipment_is_cancelled_after_a_question(world, sign_in) -> None:
    shipment = shipment_in(world, "packed")
    client, here = sign_in("Warehouse clerk"), f"/shipments/{shipment.number}/cancel/"
    assert f"Cancel {shipment.number}?" in client.get(here).text
    client.post(here)
    assert Shipment.objects.get(pk=shipment.pk).state == "cancelled"
    for again in (client.get(here, follow=True), client.post(here, follow=True)):
        assert again.redirect_chain[-1][0] == f"/shipments/{shipment.number}/"
        assert f"The shipment {shipment.number} is cancelled already." in again.text


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        ("/warehouse/pick/", 12),
        ("/warehouse/pack/", 12),
        ("/warehouse/ship/", 12),
        ("/shipments/", 12),
        ("/stock/", 12),
    ],
)
def test_the_lists_take_as_many_queries_for_many_rows_as_for_one(
    world, sign_in, queries, address: str, limit: int
) -> None:
    client = sign_in("Warehouse clerk")
    state = {"/warehouse/pack/": "picking", "/warehouse/ship/": "packed"}.get(address, "planned")
    shipment_in(world, state)
    few = queries(client, address)
    for _ in range(7):
        shipment_in(world, state)
    assert queries(client, address) == few <= limit


def test_what_a_screen_calls_goods_is_in_the_readers_language_and_a_paper_keeps_the_customers(
    world, sign_in
) -> None:
    lantern = world.product()
    lantern.names = {"fr": "Lanterne", "nb": "Lykt"}
    lantern.save()
    order = world.order(world.customer(language="fr"), (lantern, "2"))
    shipment = fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    client = sign_in("Warehouse clerk")
    for address in (
        f"/orders/{order.number}/",
        f"/shipments/{shipment.number}/",
        f"/shipments/{shipment.number}/pick/",
    ):
        page = client.get(address, follow=True).text
        assert lantern.name in page, address
        assert "Lanterne" not in page, address
        page = client.get(address, follow=True, headers={"accept-language": "nb"})
    assert order.lines.get().description == "Lanterne"
    assert lantern.localised("Lanterne, engraved") == "Lanterne, engraved"
