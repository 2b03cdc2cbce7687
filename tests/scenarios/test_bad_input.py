"""Whatever is typed or sent: refused by name, and nothing changed."""

from decimal import Decimal

import pytest

from catalog import services as catalog
from credit import services as credit
from customers import services as customers
from fulfillment import services as fulfillment
from invoicing import services as invoicing
from invoicing.services import CreditLineInput
from ledger import services as ledger
from o2c.kernel.errors import DomainError
from orders import services as orders
from orders.services import LineInput, OrderInput
from receivables import services as receivables
from tests.documents import payment_in
from tests.refusals import AMOUNTS, GONE, NO_NUMBERS, PERCENTS, PRICES, QUANTITIES, refuses
from tests.world import World


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
