"""Changing an order on its sheet: the diff before it is saved, and nothing lost when somebody else was faster."""

from decimal import Decimal

from catalog.models import Product
from orders import services as orders
from orders.amendment import LineChange
from orders.models import Order, OrderLine, OrderVersion
from orders.services import Amendment
from tests.documents import order_in
from tests.world import World, all_roles, staff


def line_of(order: Order) -> OrderLine:
    """The first line of an order, with its product."""
    return order.lines.select_related("product").order_by("position")[0]


def typed(order: Order, *came: tuple[str, str], do: str = "recalculate", **fields: str) -> dict[str, object]:
    """What the sheet of an order of one line sends: that line as it is, or as *fields* say, and lines that come."""
    line = line_of(order)
    return {
        "do": do,
        "version": "1",
        "reason": "They called",
        "delivery": "kept",
        "priority": "0",
        "line": [str(line.pk), *("" for _ in came)],
        "sku": [line.product.sku, *(sku for sku, _ in came)],
        "quantity": [
            fields.pop("quantity", f"{line.ordered.normalize():f}"),
            *(wanted for _, wanted in came),
        ],
        "unit_price": [fields.pop("unit_price", ""), *("" for _ in came)],
        "discount": [fields.pop("discount", ""), *("" for _ in came)],
        **fields,
    }


def test_the_diff_is_shown_before_anything_is_written(world, sign_in) -> None:
    order, candle = order_in(world, "confirmed"), world.product(price="2.00")
    client = sign_in("Order clerk")
    address = f"/orders/{order.number}/amend/"
    assert "Nothing yet." in client.get(address).text
    page = client.post(address, typed(order, (candle.sku, "10"), quantity="7", po_number="PO 8"))
    told = [
        (change.get("position"), change["what"], change["was"], change["is"])
        for change in page.context["sheet"].preview.changes
    ]
    assert (None, "po_number", "", "PO 8") in told
    assert (None, "gross", "60", "108") in told
    assert (1, "ordered", "5", "7") in told
    assert f"10 × {candle.name}" in page.text
    assert Order.objects.get(pk=order.pk).gross == 60


def test_lines_change_come_and_go_in_one_version(world, sign_in) -> None:
    lantern, candle = world.product(price="10.00"), world.product(price="2.00")
    order = world.order(world.customer(), (lantern, "5"), (candle, "5"))
    first, second = order.lines.order_by("position")
    data = typed(order, do="save") | {
        "line": [str(first.pk), str(second.pk), ""],
        "sku": [lantern.sku, candle.sku, candle.sku],
        "quantity": ["3", "0", "20"],
        "unit_price": ["9,50", "", ""],
        "discount": ["", "", "10"],
    }
    client = sign_in("Order clerk")
    refused = client.post(f"/orders/{order.number}/amend/", data)
    assert refused.status_code == 422
    assert "“9,50” is no number." in refused.text
    client.post(f"/orders/{order.number}/amend/", {**data, "unit_price": ["9.50", "", ""]})
    order = Order.objects.get(pk=order.pk)
    assert (order.version, order.net) == (2, Decimal("64.5"))
    assert [(line.ordered, line.cancelled) for line in order.lines.order_by("position")] == [
        (3, 0),
        (5, 5),
        (20, 0),
    ]
    page = client.get(f"/orders/{order.number}/").text
    assert "They called" in page
    assert "Version 2" in page


def test_less_than_has_shipped_is_refused_at_its_line(world, sign_in) -> None:
    order = order_in(world, "part_shipped")
    client = sign_in("Order clerk")
    for do, status in (("recalculate", 200), ("save", 422)):
        page = client.post(f"/orders/{order.number}/amend/", typed(order, do=do, quantity="2"))
        assert page.status_code == status
        assert "3 have shipped, so it cannot be less." in page.text


def test_what_credit_does_not_hold_is_told_before_and_refused_after(world, sign_in) -> None:
    lantern = world.product(price="10.00")
    order = world.order(world.customer(limit="100"), (lantern, "5"))
    client, address = sign_in("Order clerk"), f"/orders/{order.number}/amend/"
    page = client.post(address, typed(order, quantity="9"))
    assert "would be refused" in page.text
    refused = client.post(address, typed(order, do="save", quantity="9"))
    assert refused.status_code == 409
    assert "amendment-refused" in refused.text
    assert 'value="9"' in refused.text


def amended_meanwhile(world: World, order: Order, **change: Decimal) -> None:
    """A colleague was faster."""
    orders.amend_order(
        order_id=order.pk,
        amendment=Amendment(changed={line_of(order).pk: LineChange(**change)}),
        expected_version=1,
        reason="A colleague was faster",
        on=world.on,
        actor=staff("Order clerk", "colleague"),
    )


def test_a_stale_amendment_shows_both_keeps_what_was_typed_and_can_be_sent_again(world, sign_in) -> None:
    order = order_in(world, "confirmed")
    client, address = sign_in("Order clerk"), f"/orders/{order.number}/amend/"
    amended_meanwhile(world, order, quantity=Decimal(8))
    stale = client.post(address, typed(order, do="save", quantity="5", discount="10", po_number="PO 9"))
    assert stale.status_code == 409
    for words in (
        "has changed since you opened it",
        "A colleague was faster",
        "order-changed",
        'value="PO 9"',
    ):
        assert words in stale.text, words
    [row] = [row for row in stale.context["sheet"].rows if not row.is_blank]
    assert (row.quantity, row.discount) == ("8", "10")  # only shown: follows the order; typed: stays
    assert stale.context["form"]["version"].value() == "2"
    client.post(address, typed(order, do="save", quantity="8", discount="10", po_number="PO 9", version="2"))
    order = Order.objects.get(pk=order.pk)
    assert (order.version, order.net, order.po_number) == (3, Decimal(72), "PO 9")
    assert OrderVersion.objects.filter(order=order).count() == 2


def test_a_typed_figure_outlives_a_colleagues(world, sign_in) -> None:
    order = order_in(world, "draft")
    amended_meanwhile(world, order, quantity=Decimal(8))
    stale = sign_in("Order clerk").post(
        f"/orders/{order.number}/amend/", typed(order, do="save", quantity="6")
    )
    [row] = [row for row in stale.context["sheet"].rows if not row.is_blank]
    assert row.quantity == "6"


def test_what_cannot_be_amended_says_why_and_the_sheet_is_the_order_desks(world, sign_in) -> None:
    closed, confirmed = order_in(world, "cancelled"), order_in(world, "confirmed")
    refused = sign_in("Order clerk").post(
        f"/orders/{closed.number}/amend/", typed(closed, do="save", po_number="PO 8")
    )
    assert (refused.status_code, "order-not-amendable" in refused.text) == (409, True)
    for role in all_roles():
        status = sign_in(role).get(f"/orders/{confirmed.number}/amend/").status_code
        assert status == (200 if role == "Order clerk" else 403), role


def test_the_sheet_of_a_long_order_takes_as_many_queries_as_that_of_a_short_one(
    world, sign_in, queries
) -> None:
    products, customer = [world.product() for _ in range(12)], world.customer()
    short = world.order(customer, (products[0], "1"))
    long = world.order(customer, *[(product, "1") for product in products])
    client = sign_in("Order clerk")
    few = queries(client, f"/orders/{short.number}/amend/")
    assert queries(client, f"/orders/{long.number}/amend/") == few <= 12
    assert Product.objects.count() == 12


def test_an_order_is_not_amended_to_more_than_the_books_can_hold(world, sign_in) -> None:
    order, candle = order_in(world, "confirmed"), world.product(price="99999999")
    client, address = sign_in("Order clerk"), f"/orders/{order.number}/amend/"
    for data, wrong in (
        (typed(order, do="save", quantity="99999999", unit_price="99999999"), 0),
        (typed(order, (candle.sku, "99999999"), do="save"), 1),
    ):
        answer = client.post(address, data)
        assert answer.status_code == 422
        told = [row.problems for row in answer.context["sheet"].rows[:2]]
        assert told[wrong] == ["This comes to more than the books can hold."], told
        assert 'value="99999999"' in answer.text or "99,999,999" in answer.text
    assert Order.objects.get().version == 1
