"""Whatever is typed or sent: refused by name, and nothing changed."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from catalog import services as catalog
from credit import services as credit
from customers import services as customers
from fulfillment import services as fulfillment
from inventory import services as inventory
from inventory.models import Warehouse
from invoicing import services as invoicing
from invoicing.services import CreditLineInput
from ledger import services as ledger
from o2c.kernel.errors import DomainError
from o2c.kernel.models import Company
from orders import services as orders
from orders.services import LineInput, OrderInput
from receivables import services as receivables
from tests.documents import NOON, payment_in, tried
from tests.world import World

NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
QUANTITIES = ("0", "-1", "0.00001", "1.23456", "99999999999999999999", *NO_NUMBERS)
AMOUNTS = ("0", "-0.01", "0.001", "99999999999999999999", *NO_NUMBERS)
PRICES = ("-0.01", "0.0000001", "99999999999999999999", *NO_NUMBERS)
PERCENTS = ("-1", "100.01", "0.00001", "99999999999999999999", *NO_NUMBERS)
GONE = 999_999

Case = tuple[str, Callable[[], object]]


def refuses(world: World, cases: list[Case]) -> None:
    """Each call is refused with its code and leaves everything as it was, up to the commit."""
    before = world.fingerprint()
    for code, call in cases:
        with tried():
            with pytest.raises(DomainError) as refusal:
                call()
            assert refusal.value.code == code, refusal.value
            assert world.fingerprint() == before, code


def test_orders(world: World) -> None:
    product, customer = world.product(), world.customer()
    inactive, demanding = world.customer(active=False), world.customer(requires_po_number=True)
    sold_out = world.product()
    sold_out.active = False
    sold_out.save()
    unpriced = catalog.add_product(
        sku="UNPRICED", name="Unpriced", tax_category=world.basics.standard, actor=world.system
    )

    def order(customer_id: int = customer.pk, warehouse_id: int | None = None, lines=None, **line: object):
        values = {"sku": product.sku, "quantity": Decimal(1)} | line
        wanted = OrderInput(
            company=world.company,
            customer_id=customer_id,
            lines=[LineInput(**values)] if lines is None else lines,  # type: ignore[arg-type]
            channel="api",
            ordered_on=world.on,
            warehouse_id=warehouse_id,
        )
        return lambda: orders.place_order(order=wanted, actor=world.system)

    refuses(
        world,
        [
            *(("invalid-order", order(quantity=Decimal(value))) for value in QUANTITIES),
            *(("invalid-order", order(unit_price=Decimal(value))) for value in PRICES),
            *(("invalid-order", order(discount_percent=Decimal(value))) for value in PERCENTS),
            ("invalid-order", order(lines=[])),
            ("invalid-order", order(lines=[LineInput(sku=product.sku, quantity=Decimal(1))] * 1001)),
            ("invalid-order", order(customer_id=demanding.pk)),
            ("unknown-product", order(sku="NO-SUCH-SKU")),
            ("unknown-product", order(sku=sold_out.sku)),
            ("price-missing", order(sku=unpriced.sku)),
            ("not-found", order(customer_id=GONE)),
            ("customer-inactive", order(customer_id=inactive.pk)),
            ("not-found", order(warehouse_id=GONE)),
        ],
    )


def test_an_order_names_every_line_that_is_wrong(world: World) -> None:
    product = world.product()
    lines = [
        LineInput(sku=product.sku, quantity=Decimal(0)),
        LineInput(sku=product.sku, quantity=Decimal(1), unit_price=Decimal(-1)),
    ]
    wanted = OrderInput(
        company=world.company,
        customer_id=world.customer().pk,
        lines=lines,
        channel="api",
        ordered_on=world.on,
    )
    with pytest.raises(DomainError) as refusal:
        orders.create_order(order=wanted, actor=world.system)
    enterer = "whoever enters the order"
    assert refusal.value.details["problems"] == [
        {"position": 1, "code": "quantity", "text": "Line 1: 0 is no quantity.", "who": enterer},
        {"position": 2, "code": "price", "text": "Line 2: -1 is no price.", "who": enterer},
    ]


def test_an_id_of_the_sender_is_taken_once(world: World) -> None:
    product, customer = world.product(), world.customer()
    world.order(customer, (product, "1"), external_id="SHOP-1")
    refuses(
        world,
        [("duplicate-external-id", lambda: world.order(customer, (product, "1"), external_id="SHOP-1"))],
    )


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
            *(("invalid-cost", receive(unit_cost=value)) for value in PRICES),
            *(("invalid-quantity", count(value)) for value in QUANTITIES if value != "0"),
            ("count-below-reserved", count("3.9999")),  # four are promised
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
            ("insufficient-stock", scrap("3.0001")),  # seven are there, four of them promised
            ("insufficient-stock", scrap(product_id=GONE)),
            ("scrap-without-reason", scrap(reason=" ")),
            ("stock-source-reused", scrap(source="damage-1")),
            ("insufficient-stock", send("3.0001")),
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
            ("insufficient-stock", hold(quantity="6.0001")),
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
            ("invalid-expectation", change("2.9999")),  # three have come
            ("not-found", change("1", expected_id=GONE)),
            ("not-found", lambda: inventory.cancel_expected(expected_id=GONE, actor=system)),
            ("invalid-bin", put("x" * 21)),
            ("not-found", put("A-01", product_id=GONE)),
        ],
    )


def test_payments(world: World) -> None:
    payment = payment_in(world, "received")
    item = payment.customer.receivables.get()
    stranger = payment_in(world, "received").customer.receivables.get()

    def record(amount: str = "1", currency: str = "GBP", customer_id: int = payment.customer_id, **more: str):
        return lambda: receivables.record_payment(
            company=world.company,
            customer_id=customer_id,
            amount=Decimal(amount),
            currency=currency,
            received_on=world.on,
            actor=world.system,
            **more,
        )

    def allocate(shares: dict[int, str], payment_id: int = payment.pk):
        return lambda: receivables.allocate_payment(
            payment_id=payment_id,
            shares={pk: Decimal(share) for pk, share in shares.items()},
            on=world.on,
            actor=world.system,
        )

    record(provider="stripe", provider_reference="ch_1")()
    by = {"on": world.on, "actor": world.system}
    refuses(
        world,
        [
            *(("invalid-amount", record(amount=value)) for value in AMOUNTS),
            *(("rate-missing", record(currency=code)) for code in ("EUR", "XXX", "gbp", "")),
            ("not-found", record(customer_id=GONE)),
            ("payment-recorded", record(provider="stripe", provider_reference="ch_1")),
            *(
                ("invalid-amount", allocate({item.pk: value}))
                for value in AMOUNTS
                if value != "99999999999999999999"
            ),
            ("invalid-amount", allocate({})),
            ("invalid-amount", allocate({GONE: "1"})),
            ("invalid-amount", allocate({item.pk: "1", GONE: "1"})),
            ("over-allocated", allocate({item.pk: "60.01"})),
            ("wrong-customer", allocate({stranger.pk: "1"})),
            ("not-found", allocate({item.pk: "1"}, payment_id=GONE)),
            ("not-found", lambda: receivables.reverse_payment(payment_id=GONE, **by)),
            (
                "allocation-not-reversible",
                lambda: receivables.reverse_allocation(allocation_id=GONE, **by),
            ),
            (
                "invalid-amount",
                lambda: receivables.allocate_credit(credit_id=item.pk, shares={item.pk: Decimal(1)}, **by),
            ),
        ],
    )


def test_credit_notes_limits_prices_and_customers(world: World) -> None:
    product, customer, basics = world.product(), world.customer(), world.basics
    by = {"on": world.on, "actor": world.system}

    def note(
        quantity: str = "1", unit_price: str = "1", reason: str = "Scratched", lines=None, who=customer.pk
    ):
        line = CreditLineInput(sku=product.sku, quantity=Decimal(quantity), unit_price=Decimal(unit_price))
        return lambda: invoicing.draft_credit_note(
            company=world.company,
            customer_id=who,
            lines=[line] if lines is None else lines,
            reason=reason,
            **by,
        )

    def price(unit_price: str = "1", minimum: str = "1"):
        return lambda: catalog.set_price(
            price_list=basics.prices,
            product=product,
            unit_price=Decimal(unit_price),
            minimum_quantity=Decimal(minimum),
            valid_from=world.on,
            actor=world.system,
        )

    def limit(value: str, who: int = customer.pk):
        return lambda: credit.set_limit(customer_id=who, limit=Decimal(value), **by)

    refuses(
        world,
        [
            *(("invalid-credit-note", note(quantity=value)) for value in QUANTITIES),
            *(("invalid-credit-note", note(unit_price=value)) for value in PRICES),
            *(("invalid-credit-note", note(reason=value)) for value in ("", "  ")),
            ("invalid-credit-note", note(lines=[])),
            ("not-found", note(who=GONE)),
            *(("invalid-limit", limit(value)) for value in ("-0.01", "99999999999999999999", *NO_NUMBERS)),
            ("not-found", limit("1", who=GONE)),
            *(("invalid-price", price(unit_price=value)) for value in PRICES),
            *(("invalid-price", price(minimum=value)) for value in QUANTITIES),
            (
                "invalid-vat-id",
                lambda: customers.register_customer(
                    name="Wrong Ltd",
                    currency="GBP",
                    price_list=basics.prices,
                    tax_region=basics.domestic,
                    terms=basics.net_30,
                    address={"street": "1 Way", "postal_code": "", "city": "Oslo", "country": "NO"},
                    vat_id="GB980780685",
                    **by,
                ),
            ),
        ],
    )


def test_documents_that_do_not_exist(world: World) -> None:
    by = {"on": world.on, "actor": world.system}
    for_orders = (
        orders.submit_order,
        orders.retry_order,
        orders.reserve_backorders,
        fulfillment.plan_shipment,
        fulfillment.ship_order,
    )
    with_reason = (orders.release_order, orders.cancel_order, orders.cancel_rest)
    for_shipments = (
        fulfillment.post_shipment,
        fulfillment.deliver_shipment,
        fulfillment.cancel_shipment,
        invoicing.draft_for_shipment,
    )
    undated = (fulfillment.start_picking, fulfillment.pack_shipment)
    refuses(
        world,
        [
            *(("not-found", lambda verb=verb: verb(order_id=GONE, **by)) for verb in for_orders),
            *(("not-found", lambda verb=verb: verb(order_id=GONE, reason="x", **by)) for verb in with_reason),
            *(("not-found", lambda verb=verb: verb(shipment_id=GONE, **by)) for verb in for_shipments),
            *(
                ("not-found", lambda verb=verb: verb(shipment_id=GONE, actor=world.system))
                for verb in undated
            ),
            ("not-found", lambda: invoicing.issue_invoice(invoice_id=GONE, **by)),
            ("not-found", lambda: ledger.close_period(period_id=GONE, **by)),
            ("not-found", lambda: ledger.reverse_entry(entry_id=GONE, reason="x", **by)),
        ],
    )
