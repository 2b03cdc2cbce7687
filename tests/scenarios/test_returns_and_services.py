"""Goods that come back, services performed, access granted: told as the desks would tell it.

After each step stands what every account holds, by its role, positive for a debit.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from fulfillment import errors, selectors, services as fulfillment
from fulfillment.models import Entitlement, ReturnLine, Shipment, ShipmentLine
from fulfillment.tasks import grant_everything_due
from inventory.models import StockLevel
from invoicing.models import Invoice
from o2c.kernel.models import Event
from orders import services as orders
from orders.models import Order, OrderLine
from tests.fulfillment.returns import authorised, inspected, received
from tests.world import World


def test_three_lanterns_come_back_two_are_sold_again_and_one_is_scrapped(world: World) -> None:
    lantern = world.product(price="10.00", stock="7", cost="3.33")
    order = world.order(world.customer(), (lantern, "7"))
    shipment = world.ship(order)
    world.invoice(shipment)
    billed = {
        "goods_received": "-23.31",
        "cost_of_goods": "23.31",
        "receivables": "84.00",
        "revenue": "-70.00",
        "output_tax": "-14.00",
    }
    assert world.books() == billed

    # The clerk allows four to come back; the goods are still the customer's.
    one = authorised(world, shipment, "4")
    assert (one.state, one.number[:3]) == ("authorised", "RT-")
    assert world.books() == billed

    # Three come. The order knows, the shelf does not yet; the fourth may come back some other time.
    received(world, one, "3")
    assert OrderLine.objects.get().returned == 3
    assert ShipmentLine.objects.get().in_returns == 3
    assert StockLevel.objects.get().on_hand == 0
    assert world.books() == billed

    # Two are as new: two sevenths of 23.31 go back to stock. The scrapped one stays in the cost of goods.
    inspected(world, one, restocked="2", scrapped="1")
    level = StockLevel.objects.get()
    assert (level.on_hand, level.value) == (2, Decimal("6.66"))
    assert world.books() == billed | {"stock": "6.66", "cost_of_goods": "16.65"}

    # The customer's money is due: three at 10.00 and 20 % tax, until a credit note gives it back.
    due = selectors.returns_to_credit()
    assert [(item.returned.number, item.gross) for item in due] == [(one.number, Decimal("36.00"))]
    told = Event.objects.get(kind="return.inspected").payload["lines"]
    assert [(line["received"], line["restocked"], line["scrapped"]) for line in told] == [("3", "2", "1")]
    ReturnLine.objects.update(credited=Decimal(3))
    assert selectors.returns_to_credit() == []


def test_the_cost_of_what_comes_back_in_parts_adds_up_to_the_cost_it_left_with(world: World) -> None:
    lantern = world.product(price="10.00", stock="3", cost="0.335")  # 1.01 for three
    shipment = world.ship(world.order(world.customer(), (lantern, "3")))
    values = []
    for _ in range(3):
        inspected(world, received(world, authorised(world, shipment, "1"), "1"), restocked="1", scrapped="0")
        values.append(StockLevel.objects.get().value)
    assert values == [Decimal("0.34"), Decimal("0.67"), Decimal("1.01")]
    assert world.books() == {"stock": "1.01", "goods_received": "-1.01"}


def test_what_comes_back_before_it_is_billed_is_billed_all_the_same(world: World) -> None:
    order = world.order(world.customer(), (world.product(price="10.00"), "5"))
    shipment = world.ship(order)
    inspected(world, received(world, authorised(world, shipment, "2"), "2"), restocked="2", scrapped="0")
    world.let_the_desks_work()
    invoice = Invoice.objects.get()
    assert invoice.gross == Decimal("60.00")
    assert [item.gross for item in selectors.returns_to_credit()] == [Decimal("24.00")]
    world.pay(invoice)
    world.let_the_desks_work()
    assert Order.objects.get().state == "closed"


def test_goods_back_on_the_shelf_go_to_the_order_that_waits_for_them(world: World) -> None:
    lantern = world.product(stock="5")
    shipment = world.ship(world.order(world.customer(), (lantern, "5")))
    waiting = world.order(world.customer(), (lantern, "2"))
    world.let_the_desks_work()
    inspected(world, received(world, authorised(world, shipment, "2"), "2"), restocked="2", scrapped="0")
    world.let_the_desks_work()
    assert waiting.lines.get().reserved == 2
    assert Shipment.objects.get(order=waiting).state == "planned"


def test_a_return_of_a_closed_order_leaves_it_closed(world: World) -> None:
    shipment = world.ship(world.order(world.customer(), (world.product(), "2")))
    world.pay(world.invoice(shipment))
    world.let_the_desks_work()
    inspected(world, received(world, authorised(world, shipment, "2"), "2"), restocked="0", scrapped="2")
    assert (Order.objects.get().state, OrderLine.objects.get().returned) == ("closed", 2)


def test_a_repair_is_performed_in_two_parts_before_the_goods_come_and_each_is_billed(world: World) -> None:
    lantern, repair = world.product(stock="0"), world.product(price="80.00", kind="service")
    order = world.order(world.customer(), (lantern, "1"), (repair, "3"))
    world.let_the_desks_work()
    assert not Shipment.objects.exists()  # the lantern is not there, and nobody picks a repair
    line = order.lines.get(product=repair)
    assert [due.pk for due in selectors.services_to_perform()] == [line.pk]

    for hours in ("1", "2"):
        fulfillment.perform_services(
            order_id=order.pk,
            quantities={line.pk: Decimal(hours)},
            performed_on=world.on,
            performed_by="Ada",
            evidence="Report 7",
            actor=world.system,
        )
    world.let_the_desks_work()
    assert [invoice.net for invoice in Invoice.objects.order_by("pk")] == [
        Decimal("80.00"),
        Decimal("160.00"),
    ]
    assert {one.kind for one in Shipment.objects.all()} == {"service"}
    assert selectors.services_to_perform().count() == 0
    assert world.books() == {
        "receivables": "288.00",
        "service_revenue": "-240.00",
        "output_tax": "-48.00",
    }


def test_a_service_performed_early_is_struck_from_the_shipment_that_was_to_do_it(world: World) -> None:
    lantern, fitting = world.product(), world.product(price="80.00", kind="service")
    order = world.order(world.customer(), (lantern, "1"), (fitting, "3"))
    world.let_the_desks_work()
    planned = Shipment.objects.get()
    line = order.lines.get(product=fitting)

    def perform(quantity: str) -> None:
        fulfillment.perform_services(
            order_id=order.pk,
            quantities={line.pk: Decimal(quantity)},
            performed_on=world.on,
            performed_by="Ada",
            actor=world.system,
        )

    perform("1")
    assert [(one.order_line.product_id, one.quantity) for one in planned.lines.all()] == [
        (lantern.pk, 1),
        (fitting.pk, 2),
    ]
    perform("2")
    assert [one.order_line.product_id for one in planned.lines.all()] == [lantern.pk]
    with pytest.raises(errors.InvalidPerformance):
        perform("1")


def test_a_service_is_left_for_another_day_and_the_goods_are_billed_alone(world: World) -> None:
    lantern, fitting = world.product(price="10.00"), world.product(price="80.00", kind="service")
    order = world.order(world.customer(), (lantern, "1"), (fitting, "1"))
    shipment = fulfillment.plan_shipment(order_id=order.pk, on=world.on, actor=world.system)
    goods, service = shipment.lines.order_by("pk")
    for wrong in ([goods.pk], [goods.pk, service.pk], [0], []):
        with pytest.raises(errors.InvalidPerformance):
            fulfillment.leave_services(shipment_id=shipment.pk, line_ids=wrong, actor=world.system)
    fulfillment.leave_services(shipment_id=shipment.pk, line_ids=[service.pk], actor=world.system)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    fulfillment.pack_shipment(shipment_id=shipment.pk, actor=world.system)
    with pytest.raises(errors.ShipmentNotPickable):
        fulfillment.leave_services(shipment_id=shipment.pk, line_ids=[goods.pk], actor=world.system)
    fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    world.let_the_desks_work()
    assert [invoice.net for invoice in Invoice.objects.all()] == [Decimal("10.00")]
    assert [line.product_id for line in selectors.services_to_perform()] == [fitting.pk]


NOT_DONE = ["0", "-1", "NaN", "Infinity", "0.00001", "99999999999999999999", "4"]


@pytest.mark.parametrize("quantity", NOT_DONE)
def test_only_what_is_left_of_a_service_is_performed(world: World, quantity: str) -> None:
    repair, lantern = world.product(kind="service"), world.product()
    order = world.order(world.customer(), (repair, "3"), (lantern, "3"), (world.product(kind="digital"), "3"))
    hours, *others = order.lines.order_by("position")
    do = {"order_id": order.pk, "performed_on": world.on, "actor": world.system}
    before = world.fingerprint()
    with pytest.raises(errors.InvalidPerformance):
        fulfillment.perform_services(quantities={hours.pk: Decimal(quantity)}, performed_by="Ada", **do)
    with pytest.raises(errors.InvalidPerformance) as refusal:
        fulfillment.perform_services(
            quantities={line.pk: Decimal(1) for line in others} | {0: Decimal(1)}, performed_by=" ", **do
        )
    assert len(refusal.value.details["problems"]) == 4
    assert world.fingerprint() == before


def test_access_is_revoked_for_a_reason_once(world: World) -> None:
    order = world.order(world.customer(), (world.product(kind="digital"), "1"))
    [access] = fulfillment.grant_access(order_id=order.pk, on=world.on, actor=world.system)
    revoke = {"entitlement_id": access.pk, "on": world.on, "actor": world.system}
    with pytest.raises(errors.InvalidPerformance):
        fulfillment.revoke_entitlement(**revoke, reason=" ")
    fulfillment.revoke_entitlement(**revoke, reason="Card was stolen")
    with pytest.raises(errors.EntitlementNotRevocable):
        fulfillment.revoke_entitlement(**revoke, reason="Card was stolen")
    event = Event.objects.get(kind="entitlement.revoked")
    assert (event.document_id, event.payload["reason"]) == (access.pk, "Card was stolen")


@pytest.mark.parametrize("number", [1, 4])
def test_the_due_lists_of_services_and_access_take_one_statement_each(world: World, number: int) -> None:
    repair, course = world.product(kind="service"), world.product(kind="digital")
    made = [world.order(world.customer(), (repair, "1"), (course, "1")) for _ in range(number)]
    with CaptureQueriesContext(connection) as captured:
        assert selectors.due_for_access() == [order.pk for order in made]
        assert {line.order.customer.pk for line in selectors.services_to_perform()} == {
            order.customer_id for order in made
        }
    assert len(captured) == 2
    grant_everything_due()
    assert Entitlement.objects.count() == number
    assert selectors.due_for_access() == []


def test_access_is_granted_at_once_billed_and_revoked_when_it_is_returned(world: World) -> None:
    course = world.product(price="50.00", kind="digital")
    Product.objects.filter(pk=course.pk).update(access_days=30)
    order = world.order(world.customer(), (course, "2"))
    world.let_the_desks_work()

    entitlement = Entitlement.objects.get()
    shipment = Shipment.objects.get()
    assert (shipment.kind, shipment.state) == ("digital", "posted")
    assert (entitlement.valid_from, entitlement.valid_until) == (date(2026, 11, 20), date(2026, 12, 19))
    assert len(entitlement.key) == 32
    granted = Event.objects.get(kind="entitlement.granted").payload
    assert granted == {"order_id": order.pk, "customer_id": order.customer_id}
    books = {"receivables": "120.00", "service_revenue": "-100.00", "output_tax": "-20.00"}
    assert world.books() == books

    # One of two comes back: the key opens for the other one. With the last one it opens nothing.
    received(world, authorised(world, shipment, "1"), "1")
    entitlement.refresh_from_db()
    assert entitlement.revoked_on is None
    last = received(world, authorised(world, shipment, "1"), "1")
    entitlement.refresh_from_db()
    assert entitlement.revoked_on == world.on
    assert last.number in entitlement.revoke_reason
    fulfillment.inspect_return(return_id=last.pk, restocked={}, scrapped={}, on=world.on, actor=world.system)
    assert [item.gross for item in selectors.returns_to_credit()] == [Decimal("60.00")]
    assert world.books() == books


def test_access_is_granted_once_however_often_the_order_is_announced(world: World) -> None:
    order = world.order(world.customer(), (world.product(kind="digital"), "1"), (world.product(), "1"))
    world.let_the_desks_work()
    assert Entitlement.objects.get().valid_until is None
    with pytest.raises(errors.NothingToPerform):
        fulfillment.grant_access(order_id=order.pk, on=world.on, actor=world.system)
    assert Entitlement.objects.count() == 1
    assert sorted(one.kind for one in Shipment.objects.all()) == ["digital", "goods"]


def test_an_order_that_ships_complete_waits_for_its_last_piece(world: World) -> None:
    lantern, wick = world.product(stock="5"), world.product(stock="0")
    fitting = world.product(kind="service")
    order = world.order(world.customer(), (lantern, "5"), (wick, "1"), (fitting, "1"))
    Order.objects.update(ships_complete=True)
    world.let_the_desks_work()
    assert selectors.due_for_planning() == []
    assert not Shipment.objects.exists()
    with pytest.raises(errors.NothingToShip):
        fulfillment.ship_order(order_id=order.pk, on=world.on, actor=world.system)

    # Nothing more is wanted of the wick: everything that is left is there.
    line = order.lines.get(product=wick)
    OrderLine.objects.filter(pk=line.pk).update(cancelled=1)
    assert selectors.due_for_planning() == [order.pk]
    assert world.ship(order).lines.count() == 2
    assert orders.lines_of(order)[0].shipped == 5
