"""From the order to the money in the ledger, one case, told as the desks would tell it.

After each step stands what every account holds, by its role, positive for a debit.
"""

from datetime import date
from decimal import Decimal

from credit.selectors import facts
from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from inventory.models import StockLevel
from invoicing.models import Invoice
from orders import services as orders
from orders.models import Order
from orders.rules import Stage
from orders.selectors import stage_of, with_progress
from receivables import services as receivables
from tests.world import World


def stage(world: World, order: Order) -> Stage:
    """What every screen calls the progress of the order today."""
    return stage_of(with_progress(Order.objects.filter(pk=order.pk)).get(), today=world.on)


def state(order: Order) -> str:
    return str(Order.objects.get(pk=order.pk).state)


def test_one_order_travels_from_the_clerk_to_the_ledger_and_closes(world: World) -> None:
    lantern = world.product(price="10.00", stock="100", cost="4.00")
    customer = world.customer(limit="1000")
    level = StockLevel.objects.get(product=lantern)
    opening = {"stock": "400.00", "goods_received": "-400.00"}
    assert world.books() == opening

    # The clerk enters five lanterns: 50.00 net, 10.00 tax. Nothing is promised yet.
    order = orders.create_order(
        order=world.wanted(customer, (lantern, "5"), channel="phone"), actor=world.system
    )
    assert (order.net, order.tax, order.gross) == (Decimal("50.00"), Decimal("10.00"), Decimal("60.00"))
    assert stage(world, order) == "draft"
    assert world.books() == opening

    # The customer says yes: stock is reserved and credit committed; the ledger hears nothing.
    order = orders.submit_order(order_id=order.pk, on=world.on, actor=world.system)
    level.refresh_from_db()
    assert order.state == "confirmed"
    assert (level.on_hand, level.reserved) == (100, 5)
    assert exposure(customer) == Decimal("60.00")
    assert stage(world, order) == "to ship"
    assert world.books() == opening

    # The wiring plans a shipment; picking and packing move nothing in the books.
    world.let_the_desks_work()
    shipment = Shipment.objects.get(order=order)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    fulfillment.pack_shipment(shipment_id=shipment.pk, carrier="Van", actor=world.system)
    assert world.books() == opening

    # The goods leave at what they cost: five at 4.00.
    fulfillment.post_shipment(shipment_id=shipment.pk, on=world.on, actor=world.system)
    level.refresh_from_db()
    assert (level.on_hand, level.reserved, level.value) == (95, 0, Decimal("380.00"))
    assert stage(world, order) == "shipped"
    shipped = {"stock": "380.00", "goods_received": "-400.00", "cost_of_goods": "20.00"}
    assert world.books() == shipped

    # The wiring drafts the invoice and issues it: the customer owes 60.00, the state 10.00 of it.
    world.let_the_desks_work()
    invoice = Invoice.objects.get(order=order)
    assert (invoice.number, invoice.gross) == ("INV-2026-000001", Decimal("60.00"))
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 11, 20), date(2026, 12, 20))
    assert exposure(customer) == Decimal("60.00")
    assert stage(world, order) == "invoiced"
    invoiced = shipped | {"receivables": "60.00", "revenue": "-50.00", "output_tax": "-10.00"}
    assert world.books() == invoiced

    # The money comes in and is the customer's until somebody says what it is for.
    payment = receivables.record_payment(
        company=world.company,
        customer_id=customer.pk,
        amount=Decimal("60.00"),
        currency="GBP",
        received_on=world.on,
        actor=world.system,
    )
    assert world.books() == invoiced | {"bank": "60.00", "unallocated_cash": "-60.00"}

    # The cash desk says: for that invoice. The debt is gone.
    receivables.allocate_payment(
        payment_id=payment.pk,
        shares={invoice.receivable_id: Decimal("60.00")},
        on=world.on,
        actor=world.system,
    )
    paid = shipped | {"revenue": "-50.00", "output_tax": "-10.00", "bank": "60.00"}
    assert world.books() == paid
    assert exposure(customer) == 0

    # The wiring tells the order, which closes; closing moves nothing.
    assert state(order) == "confirmed"
    world.let_the_desks_work()
    assert state(order) == "closed"
    assert stage(world, order) == "closed"
    assert world.books() == paid
    assert world.let_the_desks_work() == 0


def exposure(customer) -> Decimal:
    """What the customer owes and has on order."""
    account = customer.credit_account
    today = date(2026, 11, 20)
    return facts(account=account, currency=customer.currency, requested=Decimal(0), on=today).exposure


def test_an_order_with_parts_of_it_shipped_and_paid_says_so_at_every_step(world: World) -> None:
    lantern = world.product(price="10.00", stock="3", cost="4.00")
    customer = world.customer()
    order = world.order(customer, (lantern, "5"))

    first = world.invoice(world.ship(order))
    assert first.gross == Decimal("36.00")  # three at 10.00 and 20 % tax
    assert stage(world, order) == "part shipped"
    assert exposure(customer) == Decimal("60.00")  # 36.00 invoiced, 24.00 still on order
    books = {
        "goods_received": "-12.00",
        "cost_of_goods": "12.00",
        "receivables": "36.00",
        "revenue": "-30.00",
        "output_tax": "-6.00",
    }
    assert world.books() == books

    world.pay(first, "30.00")
    assert world.books() == books | {"receivables": "6.00", "bank": "30.00"}
    assert exposure(customer) == Decimal("30.00")
    world.let_the_desks_work()
    assert state(order) == "confirmed"

    # Two more come in at 5.00; the wiring gives them to the order and plans its second shipment.
    world.receive(lantern, "2", cost="5.00")
    world.let_the_desks_work()
    second = Shipment.objects.get(order=order, state="planned")
    assert [line.quantity for line in second.lines.all()] == [2]
    fulfillment.start_picking(shipment_id=second.pk, actor=world.system)
    fulfillment.pack_shipment(shipment_id=second.pk, actor=world.system)
    fulfillment.post_shipment(shipment_id=second.pk, on=world.on, actor=world.system)
    world.let_the_desks_work()
    rest = Invoice.objects.get(shipment_number=second.number)
    assert rest.gross == Decimal("24.00")
    assert stage(world, order) == "invoiced"
    assert world.books() == {
        "goods_received": "-22.00",
        "cost_of_goods": "22.00",
        "receivables": "30.00",
        "revenue": "-50.00",
        "output_tax": "-10.00",
        "bank": "30.00",
    }

    # One payment settles what is left of both invoices, and the order closes.
    receivables.receive_payment(
        company=world.company,
        customer_id=customer.pk,
        amount=Decimal("30.00"),
        currency="GBP",
        received_on=world.on,
        shares={first.receivable_id: Decimal("6.00"), rest.receivable_id: Decimal("24.00")},
        actor=world.system,
    )
    world.let_the_desks_work()
    assert state(order) == "closed"
    assert exposure(customer) == 0
    assert world.books() == {
        "goods_received": "-22.00",
        "cost_of_goods": "22.00",
        "revenue": "-50.00",
        "output_tax": "-10.00",
        "bank": "60.00",
    }


def test_an_order_is_overdue_from_the_day_after_its_invoice_was_due(world: World) -> None:
    order = world.order(world.customer(), (world.product(), "1"))
    world.invoice(world.ship(order))
    row = with_progress(Order.objects.filter(pk=order.pk)).get()
    assert stage_of(row, today=date(2026, 12, 20)) == "invoiced"
    assert stage_of(row, today=date(2026, 12, 21)) == "overdue"


def test_a_free_sample_leaves_at_cost_and_is_invoiced_over_nothing(world: World) -> None:
    sample = world.product(price="0", stock="10", cost="4.00")
    order = world.order(world.customer(limit="0"), (sample, "2"))

    invoice = world.invoice(world.ship(order))
    assert (invoice.gross, invoice.number, invoice.receivable_id) == (0, "INV-2026-000001", None)
    assert state(order) == "closed"
    assert world.books() == {"stock": "32.00", "goods_received": "-40.00", "cost_of_goods": "8.00"}


def test_services_are_billed_like_goods_on_a_revenue_account_of_their_own(world: World) -> None:
    lantern, repair = world.product(price="10.00"), world.product(price="80.00", kind="service")
    order = world.order(world.customer(), (lantern, "1"), (repair, "1.5"))

    invoice = world.invoice(world.ship(order))
    assert invoice.gross == Decimal("156.00")
    assert world.books() == {
        "stock": "396.00",
        "goods_received": "-400.00",
        "cost_of_goods": "4.00",
        "receivables": "156.00",
        "revenue": "-10.00",
        "service_revenue": "-120.00",
        "output_tax": "-26.00",
    }
    world.pay(invoice)
    world.let_the_desks_work()
    assert state(order) == "closed"
