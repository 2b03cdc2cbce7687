"""Goods in, counted, scrapped, sent from house to house, and back from customers: through the pages alone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import Product
from fulfillment.models import Return
from inventory import services as inventory
from inventory.models import ExpectedReceipt, ReorderRule, StockLevel, StockMove, Transfer
from tests.documents import shipment_in
from tests.fulfillment.returns import return_in
from tests.world import World


def level_of(product) -> StockLevel:
    return StockLevel.objects.get(product=product)


def received(world: World, goods, **changed: str) -> dict[str, str]:
    """A filled-in page of goods that came."""
    return {
        "warehouse": str(world.basics.warehouse.pk),
        "source": "DN-77",
        "product": goods.sku,
        "quantity": "12",
        "unit_cost": "4.5",
        "bin": "B-7",
        **changed,
    }


def test_goods_come_in_against_what_was_expected(world, sign_in) -> None:
    lantern = world.product(stock="0")
    expected = inventory.expect_receipt(
        warehouse=world.basics.warehouse,
        product_id=lantern.pk,
        reference="PO-1",
        quantity=Decimal(12),
        expected_on=world.on - timedelta(days=2),
        actor=world.system,
    )
    client = sign_in("Warehouse clerk")
    assert "2 d overdue" in client.get("/stock/expected/?show=overdue").text
    form = client.get(f"/stock/receive/?expected={expected.pk}").context["form"]
    assert (form["product"].value(), form["quantity"].value()) == (lantern.sku, "12")
    done = client.post("/stock/receive/", received(world, lantern, reference="PO-1"), follow=True)
    assert "12 of " in done.text
    assert done.context["form"]["source"].value() == "DN-77"  # the next of the same delivery
    assert (level_of(lantern).on_hand, level_of(lantern).value, level_of(lantern).bin) == (12, 54, "B-7")
    assert ExpectedReceipt.objects.get().received == 12


def test_what_cannot_be_received_is_told_and_stays_in_the_fields(world, sign_in) -> None:
    lantern = world.product(stock="0")
    client = sign_in("Warehouse clerk")
    for changed, status, words in (
        ({"product": "NO-SUCH"}, 422, "There are no goods NO-SUCH."),
        ({"quantity": "12,5"}, 422, "Enter a number."),
        ({"quantity": "-1"}, 422, "invalid-quantity"),
        ({"unit_cost": "-1"}, 422, "invalid-cost"),
        ({"quantity": "999999999", "unit_cost": "99999999"}, 422, "more than the books can hold"),
        ({"reference": "PO-9"}, 404, "Receive it without a reference."),
        ({"warehouse": "999999"}, 422, "Select a valid choice."),
    ):
        answer = client.post("/stock/receive/", received(world, lantern, **changed))
        assert answer.status_code == status, changed
        assert words in answer.text, changed
        assert 'value="DN-77"' in answer.text
    assert not StockMove.objects.exists()
    client.post("/stock/receive/", received(world, lantern))
    again = client.post("/stock/receive/", received(world, lantern))
    assert again.status_code == 409
    assert "use another reference for another delivery" in again.text


def test_a_cost_that_can_hardly_be_right_is_booked_when_it_is_ticked(world, sign_in) -> None:
    lantern = world.product(stock="10", cost="4.00")
    client = sign_in("Warehouse clerk")
    typed = received(world, lantern, unit_cost="99999999")
    refused = client.post("/stock/receive/", typed)
    assert refused.status_code == 409
    words = f"99,999,999.00 for one of {lantern.sku} is far from what it costs now: 4.00."
    for part in (words, "implausible-cost", 'name="confirms_implausible"', 'value="99999999"', 'value="B-7"'):
        assert part in refused.text, part
    assert level_of(lantern).on_hand == 10
    assert 'name="confirms_implausible"' not in client.get("/stock/receive/").text
    assert client.post("/stock/receive/", typed | {"confirms_implausible": "on"}).status_code == 302
    assert level_of(lantern).on_hand == 22


def test_goods_are_proposed_while_somebody_types(world, sign_in) -> None:
    lamp = world.product()
    Product.objects.filter(pk=lamp.pk).update(sku="BLUE-LAMP", name="Blue <lamp>")
    client = sign_in("Warehouse clerk")
    assert client.get("/stock/goods/?product=blue").text.strip() == (
        '<option value="BLUE-LAMP">Blue &lt;lamp&gt;</option>'
    )
    assert client.get("/stock/goods/?product-3=%00").text.strip() == ""


def test_a_shelf_is_counted_compared_and_posted(world, sign_in) -> None:
    lantern, mug = world.product(stock="10", cost="4.00"), world.product(stock="5", cost="2.00")
    client, house = sign_in("Warehouse clerk"), {"warehouse": str(world.basics.warehouse.pk)}
    assert "What do you count?" in client.get("/stock/count/").text
    blind = client.get("/stock/count/", house | {"hidden": "on"})
    assert "In the books" not in blind.text
    sheet = client.get("/stock/count/", house)
    assert "In the books" in sheet.text
    assert "Nothing was counted yet" in client.post("/stock/count/", house).text
    counted = {f"counted-{level_of(lantern).pk}": "8", f"counted-{level_of(mug).pk}": "5"}
    preview = client.post("/stock/count/", house | counted)
    assert "1 difference" in preview.text
    assert "−8.00" in preview.text or "-8.00" in preview.text
    assert level_of(lantern).on_hand == 10  # nothing is posted before it was looked at
    seen = {f"seen-{level_of(lantern).pk}": "10.0000", f"seen-{level_of(mug).pk}": "5.0000"}
    confirmed = house | counted | seen | {"post": "1", "source": "SHEET-1"}
    assert client.post("/stock/count/", confirmed).url.startswith("/stock/?warehouse=")
    assert (level_of(lantern).on_hand, level_of(lantern).value) == (8, 32)
    assert level_of(mug).counted_on == world.on


def test_a_count_that_stock_overtook_is_shown_again(world, sign_in) -> None:
    lantern = world.product(stock="10", cost="4.00")
    client, level = sign_in("Warehouse clerk"), level_of(lantern)
    data = {"warehouse": str(level.warehouse_id), f"counted-{level.pk}": "8", "post": "1", "source": "S"}
    late = client.post("/stock/count/", data | {f"seen-{level.pk}": "11.0000"})
    assert "Stock moved while you counted." in late.text
    assert level_of(lantern).on_hand == 10


def test_a_count_that_can_hardly_be_right_is_posted_when_it_is_ticked(world, sign_in) -> None:
    lantern, mug = world.product(stock="10", cost="4.00"), world.product(stock="5", cost="2.00")
    client, level = sign_in("Warehouse clerk"), level_of(lantern)
    sheet = {
        "warehouse": str(level.warehouse_id),
        "source": "SHEET 7",
        f"counted-{level.pk}": "1000",
        f"counted-{level_of(mug).pk}": "4",
    }
    preview = client.post("/stock/count/", sheet).text
    assert f"You counted 1,000 of {lantern.sku}, and the books say 10." in preview
    assert 'name="confirms_implausible">' in preview
    seen = {f"seen-{level.pk}": "10.0000", f"seen-{level_of(mug).pk}": "5.0000", "post": "1"}
    refused = client.post("/stock/count/", sheet | seen)
    assert refused.status_code == 409
    for words in ("implausible-count", 'value="1000"', 'value="4"', 'value="SHEET 7"'):
        assert words in refused.text, words
    assert level_of(lantern).on_hand == 10
    promised = world.order(world.customer(), (mug, "5"))
    kept = client.post("/stock/count/", sheet | seen | {"confirms_implausible": "on"}).text
    assert "Stock moved while you counted." in kept  # what was to be posted cannot be any more
    assert promised.number in kept
    assert 'name="confirms_implausible" checked>' in kept
    right = sheet | seen | {f"counted-{level_of(mug).pk}": "5", "confirms_implausible": "on"}
    assert client.post("/stock/count/", right).status_code == 302
    assert level_of(lantern).on_hand == 1000


def test_a_count_below_what_is_promised_names_the_orders(world, sign_in) -> None:
    lantern = world.product(stock="10")
    order = world.order(world.customer(), (lantern, "6"))
    client, level = sign_in("Warehouse clerk"), level_of(lantern)
    mug = level_of(world.product(stock="5"))
    sheet = {"warehouse": str(level.warehouse_id), f"counted-{level.pk}": "0", "source": "S"}
    compared = client.post("/stock/count/", sheet | {f"counted-{mug.pk}": "4"})
    for words in (
        "1 line is not posted: you counted less than is promised.",
        order.number,
        "An order clerk can cancel",
    ):
        assert words in compared.text, words
    seen = {f"seen-{line.level.pk}": line.seen for line in compared.context["found"].lines} | {"post": "1"}
    alone = client.post("/stock/count/", sheet | seen)
    assert alone.status_code == 409
    assert "count-below-reserved" in alone.text
    assert 'value="0"' in alone.text
    told = client.post("/stock/count/", sheet | seen | {f"counted-{mug.pk}": "4"}, follow=True).text
    assert "1 line is counted, 1 corrected." in told
    assert f"Not counted, because orders wait for them: {lantern.sku}." in told
    assert (level_of(lantern).on_hand, level_of(mug.product).on_hand) == (10, 4)


def test_a_shelf_can_be_counted_again_on_the_same_day(world, sign_in) -> None:
    lantern, mug = world.product(stock="10"), world.product(stock="10")
    client, level = sign_in("Warehouse clerk"), level_of(lantern)
    names = []
    for had, number in (("10", "8"), ("8", "10")):
        sheet = {"warehouse": str(level.warehouse_id), f"counted-{level.pk}": number}
        names.append(client.post("/stock/count/", sheet).context["source"])
        sheet |= {f"seen-{level.pk}": f"{had}.0000", "post": "1", "source": names[-1]}
        assert client.post("/stock/count/", sheet).status_code == 302
    assert names[1] == f"{names[0]}-2"
    other = level_of(mug)  # with the same difference it would be the same journal entry
    sheet = {
        "warehouse": str(level.warehouse_id),
        f"counted-{other.pk}": "8",
        "source": names[0],
        "post": "1",
    }
    again = client.post("/stock/count/", sheet | {f"seen-{other.pk}": "10.0000"})
    assert again.status_code == 409
    assert "give the sheet of another count another name" in again.text


def test_scrapping_takes_a_reason_and_only_what_is_free(world, sign_in) -> None:
    lantern = world.product(stock="10", cost="4.00")
    client = sign_in("Warehouse clerk")
    filled = {
        "warehouse": str(world.basics.warehouse.pk),
        "product": lantern.sku,
        "quantity": "2",
        "reason": "Dropped",
        "source": "NOTE-1",
    }
    assert client.post("/stock/scrap/", filled | {"reason": ""}).status_code == 422
    much = client.post("/stock/scrap/", filled | {"quantity": "11"})
    assert much.status_code == 409
    assert "insufficient-stock" in much.text
    asked = client.post("/stock/scrap/", filled)
    assert f"2 of {lantern.sku}: a loss of 8.00 GBP." in asked.text
    assert "What remains: 8. This cannot be undone." in asked.text
    assert level_of(lantern).on_hand == 10
    confirmed = filled | {"confirms_loss": "on", "seen-loss": asked.context["losses"].seen}
    more = client.post("/stock/scrap/", confirmed | {"quantity": "5"})
    assert "What remains: 5." in more.text  # another loss than the one that was confirmed
    assert client.post("/stock/scrap/", confirmed).url == f"/products/{lantern.sku}/"
    assert level_of(lantern).on_hand == 8


def test_goods_travel_between_houses(world, sign_in) -> None:
    lantern, there = world.product(stock="10", cost="4.00"), world.warehouse("north")
    client = sign_in("Warehouse clerk")
    filled = {
        "source": str(world.basics.warehouse.pk),
        "target": str(there.pk),
        "expected_on": "2026-11-22",
        "product-0": lantern.sku.lower(),
        "quantity-0": "5",
    }
    assert lantern.sku.lower() != lantern.sku
    half = client.post("/stock/transfers/new/", filled | {"product-1": lantern.sku})
    assert half.status_code == 422
    assert "Say what, and how many." in half.text
    twice = client.post("/stock/transfers/new/", filled | {"product-1": lantern.sku, "quantity-1": "1"})
    assert "It is in another line already." in twice.text
    more = client.post("/stock/transfers/new/", filled | {"more": "1", "lines": "5"})
    assert len(more.context["form"].pairs) == 10
    assert f'value="{lantern.sku.lower()}"' in more.text
    page = client.post("/stock/transfers/new/", filled, follow=True)
    transfer = Transfer.objects.get()
    assert "On the way" in page.text
    assert transfer.number in client.get("/stock/transfers/?show=sent").text
    here, loss = f"/stock/transfers/{transfer.number}/receive/", f"1 of {lantern.sku} did not arrive"
    asked = client.post(here, {f"arrived-{lantern.pk}": "4"})
    assert f"{loss}: a loss of 4.00 GBP." in asked.text
    assert 'value="4"' in asked.text
    seen = {"seen-loss": asked.context["losses"].seen}
    for unconfirmed in (seen, seen | {"confirms_loss": "on", f"arrived-{lantern.pk}": "1"}):
        client.post(here, {f"arrived-{lantern.pk}": "4"} | unconfirmed)
        assert Transfer.objects.get().state == "sent", unconfirmed
    confirmed = {f"arrived-{lantern.pk}": "4", "confirms_loss": "on"} | seen
    arrived = client.post(here, confirmed, follow=True)
    assert "Lost on the way: 4.00 GBP" in arrived.text
    assert world.balance("1400") == 36
    again = client.get(here, follow=True)
    assert again.redirect_chain[-1][0] == f"/stock/transfers/{transfer.number}/"
    assert f"The transfer {transfer.number} is received already." in again.text


def test_a_transfer_begins_with_two_houses_and_is_refused_within_one(world, sign_in) -> None:
    lantern, here = world.product(stock="10", cost="4.00"), world.basics.warehouse
    client, address = sign_in("Warehouse clerk"), "/stock/transfers/new/"
    assert "selected" not in client.get(address).text  # one house: there is nothing to choose
    there = world.warehouse("north")
    page = client.get(address).text
    assert page.count("selected") == 1
    assert f'<option value="{there.pk}" selected>' in page.partition('name="target"')[2]
    sent = {"source": here.pk, "target": here.pk, "expected_on": "2026-11-22"}
    refused = client.post(address, sent | {"product-0": lantern.sku, "quantity-0": "5"})
    assert refused.status_code == 422
    assert "Choose another warehouse" in refused.context["form"].errors["target"][0]
    assert not Transfer.objects.exists()


def test_a_rule_or_bin_that_a_colleague_set_meanwhile_is_shown_before_it_is_replaced(world, sign_in) -> None:
    lantern, house = world.product(stock="10"), world.basics.warehouse
    client, rule = sign_in("Warehouse clerk"), f"/stock/reorder/{house.pk}/{lantern.pk}/"
    sent = {"minimum": "5", "target": "20", "lot": "1", "lead_days": "7", "supplier": ""}
    sent["stamp"] = client.get(rule).context["form"]["stamp"].value()
    theirs = {"minimum": Decimal(6), "target": Decimal("22.5"), "lot": Decimal(1), "lead_days": 7}
    ReorderRule.objects.create(warehouse=house, product=lantern, supplier="Ash", **theirs)
    refused = client.post(rule, sent)
    assert refused.status_code == 422
    assert "Minimum: 6; Target: 22.5; Supplier: Ash" in refused.text
    assert ReorderRule.objects.get().minimum == 6
    again = client.post(rule, sent | {"stamp": refused.context["form"]["stamp"].value()})
    assert again.status_code == 302
    assert ReorderRule.objects.get().minimum == 5
    bin_page = f"/stock/bins/{level_of(lantern).pk}/"
    stamp = client.get(bin_page).context["form"]["stamp"].value()
    StockLevel.objects.update(bin="A-1")
    assert "Bin: A-1" in client.post(bin_page, {"bin": "A-2", "stamp": stamp}).text
    assert level_of(lantern).bin == "A-1"


def test_a_bin_and_a_reorder_rule_are_set_from_the_product(world, sign_in) -> None:
    lantern = world.product(stock="3")
    client, level = sign_in("Warehouse clerk"), level_of(lantern)
    assert client.post(f"/stock/bins/{level.pk}/", {"bin": "x" * 21}).status_code == 422
    client.post(f"/stock/bins/{level.pk}/", {"bin": "C-1"})
    rule = f"/stock/reorder/{level.warehouse_id}/{lantern.pk}/"
    wrong = {"minimum": "10", "target": "5", "lot": "1", "lead_days": "7"}
    refused = client.post(rule, wrong)
    assert refused.status_code == 422
    assert "invalid-reorder-rule" in refused.text
    assert client.post(rule, wrong | {"lead_days": "many"}).status_code == 422
    client.post(rule, wrong | {"target": "50", "lot": "12"})
    assert ReorderRule.objects.get().target == 50
    page = client.get(f"/products/{lantern.sku}/").text
    assert "C-1" in page
    assert "below the reorder point" in page
    listed = client.get("/stock/reorder/?show=low").context["worklist"].shown[0]
    assert listed.to_buy == 48  # up to 50 from 3, in dozens
    assert "below the reorder point" in client.get("/stock/?show=low").text


def test_a_return_is_authorised_received_and_inspected(world, sign_in) -> None:
    shipment = shipment_in(world, "posted")
    line, desk = shipment.lines.get(), sign_in("Order clerk")
    here = f"/shipments/{shipment.number}/return/"
    assert f"/shipments/{shipment.number}/return/" in desk.get(f"/shipments/{shipment.number}/").text
    wanted = {"reason": "damaged", "valid_until": "2026-12-20"}
    assert "invalid-return" in desk.post(here, wanted).text
    much = desk.post(here, wanted | {f"back-{line.pk}": "6"})
    assert much.status_code == 409
    assert 'value="6"' in much.text
    page = desk.post(here, wanted | {f"back-{line.pk}": "2", "note": "Glass broken"}, follow=True)
    returned = Return.objects.get()
    assert "“Glass broken”" in page.text
    client, at = sign_in("Warehouse clerk"), f"/returns/{returned.number}"
    assert returned.number in client.get("/returns/?show=to-receive").text
    assert (
        "Nothing came: cancel the return instead."
        in client.post(f"{at}/receive/", {f"came-{line.pk}": "0"}).text
    )
    assert client.post(f"{at}/receive/", {f"came-{line.pk}": "2"}).url == f"{at}/inspect/"
    assert returned.number in client.get("/returns/?show=to-inspect").text
    form = client.get(f"{at}/inspect/").context["form"]
    values = [form[f"{part}-{line.pk}"].value() for part in ("restocked", "scrapped")]
    assert values == [None, "2"]  # what arrived damaged is not proposed for the shelf
    undecided = client.post(f"{at}/inspect/", {f"restocked-{line.pk}": "1"})
    assert undecided.status_code == 422
    assert "2 came, decide of each." in undecided.text
    client.post(f"{at}/inspect/", {f"restocked-{line.pk}": "1", f"scrapped-{line.pk}": "1"})
    assert Return.objects.get().state == "inspected"
    assert "Back to stock" in client.get(f"{at}/").text
    for step in ("inspect", "receive"):
        led = client.get(f"{at}/{step}/", follow=True)
        assert led.redirect_chain[-1][0] == f"{at}/"
        assert f"The return {returned.number} is inspected" in led.text


def test_a_return_is_cancelled_by_whom_it_may_be(world, sign_in) -> None:
    returned = return_in(world, "authorised")
    assert sign_in("Warehouse clerk").post(f"/returns/{returned.number}/cancel/").status_code == 403
    done = sign_in("Order clerk").post(f"/returns/{returned.number}/cancel/", follow=True)
    assert "Cancelled: nothing came." in done.text


@pytest.mark.parametrize("kind", ["shipment", "product", "return"])
def test_a_page_takes_as_many_queries_for_much_as_for_little(world, sign_in, queries, kind: str) -> None:
    client = sign_in("Finance manager")
    returned = return_in(world, "authorised")
    shipment = returned.shipment
    product = shipment.lines.get().order_line.product
    address = {
        "shipment": f"/shipments/{shipment.number}/",
        "product": f"/products/{product.sku}/",
        "return": f"/returns/{returned.number}/",
    }[kind]
    few = queries(client, address)
    for _ in range(60):
        world.receive(product, "1")
    world.order(world.customer(), (product, "1"))
    assert queries(client, address) == few <= 26
    if kind == "product":
        page = client.get(address)
        assert len(page.context["page"].own.moves) == 50
        assert f"?before={page.context['page'].own.older}" in page.text
        rest = client.get(f"{address}?before={page.context['page'].own.older}").context["page"].own
        assert (len(rest.moves), rest.older) == (12, None)
        assert client.get(f"{address}?before=-1").status_code == 200
        assert client.get("/products/NO/SUCH/").status_code == 404


def test_a_product_names_what_moved_it_by_the_number_that_leads_there(world, sign_in) -> None:
    lantern = world.product(stock="10")
    shipment = world.ship(world.order(world.customer(), (lantern, "3")))
    page = sign_in("Warehouse clerk").get(f"/products/{lantern.sku}/").text
    assert f'<a class="link" href="/shipments/{shipment.number}/">{shipment.number}</a>' in page
    assert f"shipment/{shipment.pk}" not in page
