"""Whatever is typed or sent about stock: refused by name, and nothing changed."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from fulfillment import services as fulfillment
from inventory import services as inventory
from inventory.models import Warehouse
from o2c.kernel.models import Company
from tests.documents import NOON
from tests.refusals import GONE, PRICES, QUANTITIES, refuses
from tests.world import World


def test_stock(world: World) -> None:
    product, never_received = world.product(stock="10"), world.product(stock="0")
    world.order(world.customer(), (product, "4"))
    warehouse = world.basics.warehouse

    def receive(quantity: str = "1", unit_cost: str = "1", product_id: int = product.pk, source: str = "new"):
        return lambda: fulfillment.receive_goods(
            warehouse=warehouse,
            product_id=product_id,
            quantity=Decimal(quantity),
            unit_cost=Decimal(unit_cost),
            source=source,
            on=world.on,
            actor=world.system,
        )

    def count(counted: str, product_id: int = product.pk):
        return lambda: fulfillment.count_stock(
            warehouse=warehouse,
            product_id=product_id,
            counted=Decimal(counted),
            source="count",
            on=world.on,
            actor=world.system,
        )

    receive(source="delivery-7")()
    refuses(
        world,
        [
            *(("invalid-quantity", receive(quantity=value)) for value in QUANTITIES),
            ("invalid-quantity", receive(quantity="1.5")),  # pieces are counted
            ("invalid-quantity", count("1.5")),
            *(("invalid-cost", receive(unit_cost=value)) for value in PRICES),
            *(("implausible-cost", receive(unit_cost=value)) for value in ("0", "0.3", "40", "99999999")),
            *(("invalid-quantity", count(value)) for value in QUANTITIES if value != "0"),
            ("count-below-reserved", count("3")),  # four are promised
            ("invalid-quantity", count("1", product_id=never_received.pk)),
            ("invalid-quantity", count("1", product_id=GONE)),
            ("not-found", receive(product_id=GONE)),
            ("stock-source-reused", receive(source="delivery-7")),
        ],
    )


def test_goods_between_houses_and_thrown_away(world: World) -> None:
    product, other = world.product(stock="10"), world.product(stock="0")
    world.order(world.customer(), (product, "4"))
    house, target, closed = world.basics.warehouse, world.warehouse(), world.warehouse(active=False)
    company = Company.objects.create(
        name="Other Ltd", legal_name="Other Ltd", country="GB", base_currency="GBP"
    )
    foreign = Warehouse.objects.create(company=company, code="foreign", name="Foreign")
    by = {"on": world.on, "actor": world.system}

    def scrap(quantity: str = "1", product_id: int = product.pk, reason: str = "Broken", source: str = "new"):
        return lambda: fulfillment.scrap_goods(
            warehouse=house, product_id=product_id, quantity=Decimal(quantity), reason=reason,
            source=source, **by,
        )  # fmt: skip

    def send(quantity: str = "1", product_id: int = product.pk, to: Warehouse = target, days: int = 0):
        return lambda: fulfillment.send_transfer(
            source=house, target=to, wanted={product_id: Decimal(quantity)},
            expected_on=world.on + timedelta(days=days), **by,
        )  # fmt: skip

    def count(counted: str):
        return lambda: fulfillment.count_many(
            warehouse=house, counted={product.pk: Decimal(counted)}, source="sheet", **by
        )

    scrap(source="damage-1")()
    sent = send("2")()

    def receive(quantity: str, product_id: int = product.pk, transfer_id: int = sent.pk):
        return lambda: fulfillment.receive_transfer(
            transfer_id=transfer_id, arrived={product_id: Decimal(quantity)}, **by
        )

    nothing = partial(fulfillment.count_many, warehouse=house, counted={}, source="sheet", **by)
    refuses(
        world,
        [
            *(("invalid-quantity", scrap(value)) for value in QUANTITIES),
            *(("invalid-quantity", send(value)) for value in QUANTITIES),
            *(("invalid-quantity", receive(value)) for value in QUANTITIES if value != "0"),
            *(("invalid-quantity", count(value)) for value in QUANTITIES if value != "0"),
            ("invalid-quantity", nothing),
            ("insufficient-stock", scrap("4")),  # seven are there, four of them promised
            ("insufficient-stock", scrap(product_id=GONE)),
            ("scrap-without-reason", scrap(reason=" ")),
            ("stock-source-reused", scrap(source="damage-1")),
            ("insufficient-stock", send("4")),
            ("insufficient-stock", send(product_id=other.pk)),
            ("invalid-transfer", send(to=house)),
            ("invalid-transfer", send(to=foreign)),
            ("invalid-transfer", send(days=-1)),
            ("warehouse-inactive", send(to=closed)),
            ("invalid-quantity", receive("2.5")),
            ("invalid-quantity", receive("1", product_id=other.pk)),
            ("not-found", receive("1", transfer_id=GONE)),
        ],
    )


def test_carts(world: World) -> None:
    product, closed = world.product(stock="10"), world.warehouse(active=False)
    world.hold(product, "4", at=NOON)

    def hold(sku: str = product.sku, quantity: str = "1", **more: object):
        values = {"token": "new", "minutes": 5} | more
        return lambda: inventory.hold_cart(
            company_id=world.company.pk,
            wanted={sku: Decimal(quantity)},
            at=NOON,
            actor=world.system,
            **values,
        )

    refuses(
        world,
        [
            *(("invalid-quantity", hold(quantity=value)) for value in QUANTITIES),
            *(("invalid-hold", hold(minutes=value)) for value in (0, -1, 10_081, 10**20)),
            *(("invalid-hold", hold(token=value)) for value in ("", " ", "x" * 65)),
            ("insufficient-stock", hold(quantity="7")),
            ("unknown-product", hold(sku="NO-SUCH-SKU")),
            ("not-found", hold(warehouse_id=GONE)),
            ("warehouse-inactive", hold(warehouse_id=closed.pk)),
            ("cart-expired", lambda: inventory.drop_cart(token="gone", on=world.on, actor=world.system)),
        ],
    )


def test_what_is_expected_and_bought(world: World) -> None:
    product, service = world.product(stock="10"), world.product(kind="service")
    house, closed, system = world.basics.warehouse, world.warehouse(active=False), world.system
    expected = inventory.expect_receipt(
        warehouse=house, product_id=product.pk, reference="PO-1", quantity=Decimal(5), expected_on=world.on,
        actor=system,
    )  # fmt: skip
    fulfillment.receive_goods(
        warehouse=house, product_id=product.pk, quantity=Decimal(3), unit_cost=Decimal(1), source="note",
        reference="PO-1", on=world.on, actor=system,
    )  # fmt: skip

    def expect(quantity: str = "1", **more: object):
        values = {"warehouse": house, "product_id": product.pk, "reference": "PO-2"} | more
        return lambda: inventory.expect_receipt(
            quantity=Decimal(quantity), expected_on=world.on, actor=system, **values
        )

    def change(quantity: str, expected_id: int = expected.pk):
        return lambda: inventory.change_expected(
            expected_id=expected_id, quantity=Decimal(quantity), actor=system
        )

    def rule(
        minimum: str = "1", target: str = "2", lot: str = "1", product_id: int = product.pk, days: int = 1
    ):
        return lambda: inventory.set_reorder_rule(
            warehouse=house, product_id=product_id, minimum=Decimal(minimum), target=Decimal(target),
            lot=Decimal(lot), lead_days=days, actor=system,
        )  # fmt: skip

    def put(name: str, product_id: int = product.pk):
        return lambda: inventory.set_bin(warehouse_id=house.pk, product_id=product_id, bin=name, actor=system)

    refuses(
        world,
        [
            *(("invalid-quantity", expect(value)) for value in QUANTITIES),
            *(("invalid-quantity", change(value)) for value in QUANTITIES),
            *(("invalid-reorder-rule", rule(value)) for value in QUANTITIES if value != "0"),
            *(("invalid-reorder-rule", rule(target=value)) for value in QUANTITIES),
            *(("invalid-reorder-rule", rule(lot=value)) for value in QUANTITIES),
            *(("invalid-reorder-rule", rule(days=value)) for value in (-1, 1001)),
            ("invalid-reorder-rule", rule(minimum="3")),
            ("not-found", rule(product_id=GONE)),
            ("not-found", rule(product_id=service.pk)),
            ("invalid-expectation", expect(reference=" ")),
            ("invalid-expectation", expect(reference="x" * 61)),
            ("expectation-exists", expect(reference="PO-1")),
            ("not-found", expect(product_id=GONE)),
            ("not-found", expect(product_id=service.pk)),
            ("warehouse-inactive", expect(warehouse=closed)),
            ("invalid-expectation", change("2")),  # three have come
            ("not-found", change("1", expected_id=GONE)),
            ("not-found", lambda: inventory.cancel_expected(expected_id=GONE, actor=system)),
            ("invalid-bin", put("x" * 21)),
            ("not-found", put("A-01", product_id=GONE)),
        ],
    )
