"""A week at the stock desk: bought, received, sent, counted, scrapped, held for a cart and sold.

After each step stands what every account holds, by its role, positive for a debit.
"""

from datetime import timedelta
from decimal import Decimal

from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from inventory import selectors, services as stock
from inventory.models import ExpectedReceipt, StockLevel
from inventory.rules import promise
from o2c.kernel.models import Event
from tests.documents import NOON
from tests.world import World

D = Decimal


def on_hand(product, warehouse) -> tuple[Decimal, Decimal, Decimal]:
    """What a warehouse has of a product, promised and worth."""
    level = StockLevel.objects.get(product=product, warehouse=warehouse)
    return level.on_hand, level.reserved, level.value


def test_a_week_at_the_stock_desk(world: World) -> None:
    by = {"on": world.on, "actor": world.system}
    lantern = world.product(price="10.00", stock="0")
    house, shop = world.basics.warehouse, world.warehouse("shop", priority=2)

    # Monday. Lanterns are bought below ten, up to forty, by the dozen. There is none, so the buyer is told.
    stock.set_reorder_rule(
        warehouse=house, product_id=lantern.pk, minimum=D(10), target=D(40), lot=D(12), actor=world.system
    )
    assert stock.watch_stock(**by) == {"low": 1, "recovered": 0}
    [suggestion] = selectors.purchase_suggestions(today=world.on)
    assert suggestion.quantity == 48
    expected = stock.expect_receipt(
        warehouse=house, product_id=lantern.pk, reference="PO-77", quantity=D(48),
        expected_on=world.on + timedelta(days=3), actor=world.system,
    )  # fmt: skip
    assert stock.watch_stock(**by) == {"low": 0, "recovered": 1}
    assert world.books() == {}

    # A customer orders five. None is there; what is expected says when they can leave.
    order = world.order(world.customer(), (lantern, "5"))
    [supply] = selectors.supply(warehouse_id=house.pk, product_ids=[lantern.pk]).values()
    promised = promise(quantity=D(5), supply=supply, handling_days=house.handling_days, today=world.on)
    assert (str(promised.on), promised.why) == ("2026-11-24", "expected on 23 Nov 2026 (PO-77)")
    assert world.books() == {}

    # Wednesday. The first delivery: thirty at 4.00. The waiting order is served.
    fulfillment.receive_goods(
        warehouse=house, product_id=lantern.pk, quantity=D(30), unit_cost=D(4), source="note-1",
        reference="PO-77", **by,
    )  # fmt: skip
    world.let_the_desks_work()
    assert on_hand(lantern, house) == (30, 5, D("120.00"))
    assert world.books() == {"stock": "120.00", "goods_received": "-120.00"}

    # The supplier sends the rest, and two too many, at 4.50: the desk keeps them.
    fulfillment.receive_goods(
        warehouse=house, product_id=lantern.pk, quantity=D(20), unit_cost=D("4.50"), source="note-2",
        reference="PO-77", more_than_expected=True, **by,
    )  # fmt: skip
    expected = ExpectedReceipt.objects.get(pk=expected.pk)
    assert (expected.quantity, expected.received) == (48, 48)
    assert world.books() == {"stock": "210.00", "goods_received": "-210.00"}

    # Ten go to the shop, at 4.20 on average. On the road they are no warehouse's, but still ours.
    transfer = fulfillment.send_transfer(
        source=house, target=shop, wanted={lantern.pk: D(10)}, expected_on=world.on, **by
    )
    assert on_hand(lantern, house) == (40, 5, D("168.00"))
    assert world.books() == {"stock": "210.00", "goods_received": "-210.00"}

    # Nine arrive. The tenth is a loss.
    fulfillment.receive_transfer(transfer_id=transfer.pk, arrived={lantern.pk: D(9)}, **by)
    assert on_hand(lantern, shop) == (9, 0, D("37.80"))
    assert world.books() == {"stock": "205.80", "goods_received": "-210.00", "stock_adjustment": "4.20"}

    # Thursday. One is broken and goes to the bin; the sheet of the cycle count finds another missing.
    fulfillment.scrap_goods(
        warehouse=house, product_id=lantern.pk, quantity=D(1), reason="Glass broken", source="damage-1", **by
    )
    assert world.books() == {"stock": "201.60", "goods_received": "-210.00", "stock_adjustment": "8.40"}
    assert [level.product for level in selectors.due_for_counting(warehouse_id=house.pk)] == [lantern]
    fulfillment.count_many(warehouse=house, counted={lantern.pk: D(38)}, source="sheet-1", **by)
    assert on_hand(lantern, house) == (38, 5, D("159.60"))
    counted = {"stock": "197.40", "goods_received": "-210.00", "stock_adjustment": "12.60"}
    assert world.books() == counted

    # Friday. A shopper has thirty in the cart; another order gets what is left of the house: three.
    cart = world.hold(lantern, "30", at=NOON)
    late = world.order(world.customer(), (lantern, "8"), warehouse_id=house.pk)
    assert late.lines.get().reserved == 3
    assert world.books() == counted

    # The shopper goes away. Ten minutes later the stock is free again.
    assert stock.expire_carts(at=cart.expires_at, **by) == 1
    assert Event.objects.get(kind="cart_hold.expired").payload == {"product_ids": [lantern.pk]}
    assert on_hand(lantern, house) == (38, 8, D("159.60"))

    # What the first order has leaves at average cost: five at 4.20.
    shipment = Shipment.objects.get(order=order)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=world.system)
    fulfillment.pack_shipment(shipment_id=shipment.pk, actor=world.system)
    fulfillment.post_shipment(shipment_id=shipment.pk, **by)
    assert on_hand(lantern, house) == (33, 3, D("138.60"))
    assert world.books() == counted | {"stock": "176.40", "cost_of_goods": "21.00"}
