"""Work that is open on the day of measuring: as much of it after a long history as after a short one."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count

from bench.application import CLERK, ON, ON_HAND, OPENING
from catalog import services as catalog
from catalog.models import PriceList, Product
from credit import services as credit
from customers.models import Customer
from fulfillment import services as fulfillment
from fulfillment.models import Carrier, Return, Shipment
from inventory import services as inventory
from inventory.models import Warehouse
from invoicing import services as invoicing
from o2c.kernel import clock
from o2c.kernel.models import Company, User
from orders import services as orders
from orders.models import Order
from orders.services import LineInput, OrderInput
from receivables import services as receivables

EACH = 12  # documents for each list of waiting work
RETURN_WITHIN = timedelta(days=14)


class Work:
    """The desks' open documents, made by the verbs that lead there."""

    def __init__(self) -> None:
        """Look up the company in the database in use, and whom and what it deals with."""
        self.company, self.actor = Company.objects.current(), User.objects.get(username=CLERK)
        self.customers = list(Customer.objects.order_by("-pk")[:EACH])
        self.skus = list(Product.objects.order_by("pk").values_list("sku", flat=True)[:20])
        Product.objects.filter(sku__in=self.skus).update(weight=Decimal("0.5"))
        self.scarce = Product.objects.latest("pk")
        self.warehouse = Warehouse.objects.earliest("pk")
        self.outlet = Warehouse.objects.create(company=self.company, code="outlet", name="Outlet")
        self.van = Carrier.objects.create(code="van", name="Van", transit_days=2)
        self.fitting = self._service()
        self.serial = count(1)

    def _service(self) -> Product:
        product = catalog.add_product(
            sku="FITTING",
            name="Fitting",
            kind=Product.Kind.SERVICE,
            tax_category=self.scarce.tax_category,
            actor=self.actor,
        )
        catalog.set_price(
            price_list=PriceList.objects.earliest("pk"),
            product=product,
            unit_price=Decimal(30),
            valid_from=OPENING,
            actor=self.actor,
        )
        return product

    def make(self) -> None:
        """Leave documents in every stage that somebody works on."""
        for _ in range(EACH):
            self._asked_for()
            self._quoted()
            self._drafted()
            self._held()
            self._backordered()
            self._to_perform()
            self._to_pick()
            self._to_pack()
            self._to_ship()
            self._on_the_road()
            self._to_invoice()
            self._billed()
            self._sent_back()
            self._to_credit()
            self._to_come()

    def _wanted(self, channel: str = Order.Channel.PHONE) -> OrderInput:
        number = next(self.serial)
        return OrderInput(
            company=self.company,
            customer_id=self.customers[number % EACH].pk,
            lines=[LineInput(sku=self.skus[number % len(self.skus)], quantity=Decimal(1 + number % 7))],
            channel=channel,
            ordered_on=ON,
            acknowledges_duplicate=True,
        )

    def _placed(self) -> Order:
        return orders.place_order(order=self._wanted(Order.Channel.API), actor=self.actor)

    def _asked_for(self) -> None:
        orders.receive_request(
            channel=Order.Channel.EMAIL,
            sender="buyer@customer.example",
            subject="Lanterns, please",
            text="Two of each.",
            customer_id=self.customers[0].pk,
            on=ON,
            at=clock.now(),
            actor=self.actor,
        )

    def _quoted(self) -> None:
        orders.quote_order(order=self._wanted(), valid_until=ON + RETURN_WITHIN, actor=self.actor)

    def _drafted(self) -> None:
        orders.create_order(order=self._wanted(), actor=self.actor)

    def _held(self) -> None:
        wanted = self._wanted(Order.Channel.API)
        credit.set_limit(customer_id=wanted.customer_id, limit=Decimal(0), on=ON, actor=User.system())
        orders.place_order(order=wanted, actor=self.actor)
        credit.set_limit(customer_id=wanted.customer_id, limit=Decimal(10) ** 12, on=ON, actor=User.system())

    def _backordered(self) -> None:
        self._placed_for(self.scarce, ON_HAND)

    def _to_perform(self) -> None:
        self._placed_for(self.fitting, Decimal(1))

    def _placed_for(self, product: Product, quantity: Decimal) -> None:
        wanted = self._wanted(Order.Channel.API)
        line = LineInput(sku=product.sku, quantity=quantity)
        orders.place_order(order=replace(wanted, lines=[line]), actor=self.actor)

    def _to_pick(self) -> Shipment:
        return fulfillment.plan_shipment(order_id=self._placed().pk, on=ON, actor=self.actor)

    def _to_pack(self) -> Shipment:
        return fulfillment.start_picking(shipment_id=self._to_pick().pk, actor=self.actor)

    def _to_ship(self) -> Shipment:
        number = f"VAN{next(self.serial)}"
        return fulfillment.pack_shipment(
            shipment_id=self._to_pack().pk, carrier_id=self.van.pk, tracking_number=number, actor=self.actor
        )

    def _on_the_road(self) -> None:
        fulfillment.post_shipment(shipment_id=self._to_ship().pk, on=ON, actor=self.actor)

    def _to_invoice(self) -> None:
        fulfillment.ship_order(order_id=self._placed().pk, on=ON, actor=self.actor)

    def _billed(self) -> None:
        """Leave a draft, an invoice to print, and money that nobody has allocated."""
        drafted, issued = (
            fulfillment.ship_order(order_id=self._placed().pk, on=ON, actor=self.actor) for _ in range(2)
        )
        invoicing.draft_for_shipment(shipment_id=drafted.pk, on=ON, actor=self.actor)
        invoicing.invoice_shipment(shipment_id=issued.pk, on=ON, actor=self.actor)
        receivables.record_payment(
            company=self.company,
            customer_id=self.customers[0].pk,
            amount=Decimal("12.34"),
            currency=self.company.base_currency,
            received_on=ON,
            actor=self.actor,
        )

    def _sent_back(self) -> Return:
        """Leave a return that is authorised."""
        shipment = fulfillment.ship_order(order_id=self._placed().pk, on=ON, actor=self.actor)
        invoicing.invoice_shipment(shipment_id=shipment.pk, on=ON, actor=self.actor)
        return fulfillment.authorise_return(
            shipment_id=shipment.pk,
            lines={line.pk: Decimal(1) for line in shipment.lines.all()},
            reason="defective",
            valid_until=ON + RETURN_WITHIN,
            on=ON,
            actor=self.actor,
        )

    def _to_credit(self) -> None:
        """Leave a return that is inspected."""
        returned = self._sent_back()
        came = {line.shipment_line_id: line.authorised for line in returned.lines.all()}
        fulfillment.receive_return(return_id=returned.pk, received=came, on=ON, actor=self.actor)
        fulfillment.inspect_return(
            return_id=returned.pk, restocked=came, scrapped={}, on=ON, actor=self.actor
        )

    def _to_come(self) -> None:
        """Leave goods that a supplier, and another warehouse, will bring, and goods that run short."""
        number = next(self.serial)
        product = Product.objects.get(sku=self.skus[number % len(self.skus)])
        tomorrow = ON + timedelta(days=1)
        inventory.expect_receipt(
            warehouse=self.warehouse,
            product_id=product.pk,
            reference=f"PO-{number}",
            quantity=Decimal(100),
            expected_on=tomorrow,
            actor=self.actor,
        )
        fulfillment.send_transfer(
            source=self.warehouse,
            target=self.outlet,
            wanted={product.pk: Decimal(3)},
            on=ON,
            expected_on=tomorrow,
            actor=self.actor,
        )
        inventory.set_reorder_rule(
            warehouse=self.outlet,
            product_id=product.pk,
            minimum=Decimal(50),
            target=Decimal(200),
            actor=self.actor,
        )
