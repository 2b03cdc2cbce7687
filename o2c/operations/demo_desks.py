"""The desks of the demo company: everything is made by the services that real desks use."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from catalog import services as catalog
from catalog.models import PriceList, Product
from credit import services as credit
from customers import services as customers
from customers.models import Customer
from fulfillment import services as fulfillment
from fulfillment.models import Carrier, Shipment
from invoicing import services as invoicing
from invoicing.models import Invoice
from ledger.models import ExchangeRate
from o2c.kernel import audit
from o2c.kernel.models import User
from o2c.operations import roles
from o2c.operations.demo_data import CUSTOMERS, EURO_RATE, GOODS, SERVICES, USERS, DemoCustomer, DemoProduct
from o2c.operations.setup import Basics
from orders import services as orders
from orders.models import Order
from orders.services import LineInput, OrderInput
from receivables import services as receivables

FIRST_RECEIPT = timedelta(days=150)  # before the oldest of the stories


class Desks:
    """The desks of the demo company, and what they do for its stories."""

    def __init__(self, *, basics: Basics, today: date) -> None:
        self.basics = basics
        self.today = today
        self.system = User.system()
        self.clerk = self._of(roles.ORDER_CLERK)
        self.warehouse = self._of(roles.WAREHOUSE_CLERK)
        self.billing = self._of(roles.AR_CLERK)
        audit.set_actor(self.system.pk)
        self.van = Carrier.objects.create(
            code="van",
            name="Lantern Van",
            tracking_url="https://van.lantern.example/{number}",
            transit_days=2,
            max_weight=Decimal(30),
        )
        self.customers: dict[str, Customer] = {}

    @staticmethod
    def _of(role: str) -> User:
        return User.objects.get(username=USERS[role])

    def open(self) -> None:
        """Stock the shelves and register the customers."""
        since = self.today - FIRST_RECEIPT
        euros = self._euros(since)
        for goods in GOODS:
            product = self._product(goods, Product.Kind.GOODS)
            self._prices(product, goods.price, euros, since, tenfold=goods.price * Decimal("0.9"))
            fulfillment.receive_goods(
                warehouse=self.basics.warehouse,
                product_id=product.pk,
                quantity=goods.stock,
                unit_cost=goods.cost,
                source="demo/first delivery",
                on=since,
                actor=self.warehouse,
            )
        for service in SERVICES:
            product = self._product(service, Product.Kind.SERVICE)
            self._prices(product, service.price, euros, since)
        for row in CUSTOMERS:
            self.customers[row.key] = self._customer(row, euros, since)

    def _euros(self, since: date) -> PriceList:
        audit.set_actor(self.system.pk)
        ExchangeRate.objects.create(
            company=self.basics.company, currency="EUR", rate=EURO_RATE, valid_from=since
        )
        return PriceList.objects.create(code="standard-eur", name="Standard prices", currency="EUR")

    def _product(self, row: DemoProduct, kind: str) -> Product:
        product = catalog.add_product(
            sku=row.sku,
            name=row.names["en"],
            tax_category=self.basics.standard,
            kind=kind,
            standard_cost=row.cost,
            actor=self.system,
        )
        product.names = {language: name for language, name in row.names.items() if language != "en"}
        product.weight = row.weight
        product.customs_code, product.origin_country = row.customs_code, row.origin
        product.save(update_fields=["names", "weight", "customs_code", "origin_country"])
        return product

    def _prices(
        self,
        product: Product,
        pounds: Decimal,
        euros: PriceList,
        since: date,
        *,
        tenfold: Decimal | None = None,
    ) -> None:
        """Set prices in both currencies, and lower ones from ten pieces on."""
        cent = Decimal("0.01")
        for price_list, factor in ((self.basics.prices, Decimal(1)), (euros, 1 / EURO_RATE)):
            for minimum, price in ((1, pounds), (10, tenfold)):
                if price is not None:
                    catalog.set_price(
                        price_list=price_list,
                        product=product,
                        unit_price=(price * factor).quantize(cent),
                        minimum_quantity=Decimal(minimum),
                        valid_from=since,
                        actor=self.system,
                    )

    def _customer(self, row: DemoCustomer, euros: PriceList, since: date) -> Customer:
        in_euros = row.currency == "EUR"
        customer = customers.register_customer(
            name=row.name,
            currency=row.currency,
            price_list=euros if in_euros else self.basics.prices,
            tax_region=self.basics.domestic if row.address["country"] == "GB" else self.basics.export,
            terms=self.basics.net_30,
            address=row.address,
            vat_id=row.vat_id,
            language=row.language,
            external_id=f"demo-{row.key}",
            contacts=row.people,
            on=since,
            actor=self.clerk,
        )
        credit.set_limit(customer_id=customer.pk, limit=row.limit, on=since, actor=self.system)
        return customer

    # ---- what the desks do

    def order(
        self,
        customer: str,
        *wanted: tuple[str, int],
        days_ago: int,
        channel: str = "phone",
        draft: bool = False,
        to: dict[str, str] | None = None,
    ) -> Order:
        """Take an order, as a draft or confirmed at once; *to* is where the goods go if not to the customer."""
        enter = orders.create_order if draft else orders.place_order
        return enter(order=self._wanted(customer, wanted, days_ago, channel, to), actor=self.clerk)

    def quote(self, customer: str, *wanted: tuple[str, int], days_ago: int) -> Order:
        """Quote prices for what a customer asked about."""
        return orders.quote_order(order=self._wanted(customer, wanted, days_ago, "email"), actor=self.clerk)

    def _wanted(
        self,
        customer: str,
        wanted: Sequence[tuple[str, int]],
        days_ago: int,
        channel: str,
        to: dict[str, str] | None = None,
    ) -> OrderInput:
        return OrderInput(
            company=self.basics.company,
            customer_id=self.customers[customer].pk,
            lines=[LineInput(sku=sku, quantity=Decimal(quantity)) for sku, quantity in wanted],
            channel=channel,
            ordered_on=self.ago(days_ago),
            delivery_address=to,
        )

    def ship(self, order: Order, *, days_ago: int) -> Shipment:
        """Send what is ready."""
        return fulfillment.ship_order(
            order_id=order.pk,
            on=self.ago(days_ago),
            carrier="Wayfarer Parcels",
            tracking_number=f"WP{order.pk:09d}GB",
            actor=self.warehouse,
        )

    def pack_for_the_van(self, order: Order, *, days_ago: int, tracking_number: str = "") -> Shipment:
        """Pick what is ready and put it into a box for our own van, which prints the label unless it is on already."""
        shipment = fulfillment.plan_shipment(order_id=order.pk, on=self.ago(days_ago), actor=self.warehouse)
        fulfillment.start_picking(shipment_id=shipment.pk, actor=self.warehouse)
        return fulfillment.pack_shipment(
            shipment_id=shipment.pk,
            carrier_id=self.van.pk,
            tracking_number=tracking_number,
            actor=self.warehouse,
        )

    def bill(self, shipment: Shipment, *, days_ago: int) -> Invoice:
        """Issue the shipment's invoice."""
        return invoicing.invoice_shipment(shipment_id=shipment.pk, on=self.ago(days_ago), actor=self.billing)

    def pay(self, invoice: Invoice, *, share: Decimal = Decimal(1), days_ago: int) -> None:
        """Book what the customer pays of an invoice; the order learns of it."""
        amount = (invoice.gross * share).quantize(Decimal("0.01"))
        assert invoice.receivable_id is not None
        receivables.receive_payment(
            company=self.basics.company,
            customer_id=invoice.customer_id,
            amount=amount,
            currency=invoice.currency,
            received_on=self.ago(days_ago),
            shares={invoice.receivable_id: amount},
            reference=f"Payment of {invoice.number}",
            actor=self.billing,
        )
        invoicing.update_settlement(
            receivable_id=invoice.receivable_id, on=self.ago(days_ago), actor=self.system
        )

    def ago(self, days: int) -> date:
        """Return the day that many days before today."""
        return self.today - timedelta(days=days)
