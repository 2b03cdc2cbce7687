"""From the order to the money in the ledger, one case, told as the desks would tell it."""

from decimal import Decimal

from orders.models import Order


def test_one_order_travels_from_checkout_to_ledger(world) -> None:
    lantern = world.product(price="10.00", stock="100", cost="4.00")
    customer = world.customer()

    order = world.order(customer, (lantern, "5"))
    assert order.state == Order.State.CONFIRMED
    shipment = world.ship(order)
    invoice = world.invoice(shipment)
    assert invoice.gross == Decimal("60.00")
    world.pay(invoice)
    assert world.balance("1200") == 0
    assert world.balance("1800") == Decimal("60.00")
    assert world.trial_balance().difference == 0
