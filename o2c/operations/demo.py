"""The demo company: Lantern & Co, its people, goods and customers, and an order in every stage.

Everything is made by the services that the desks use, dated backwards from the day of seeding.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.models import Group

from catalog import services as catalog
from catalog.models import PriceList, Product
from credit import services as credit
from customers import services as customers
from customers.models import Customer
from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from invoicing import services as invoicing
from invoicing.models import Invoice
from ledger.models import ExchangeRate
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.errors import DomainError
from o2c.kernel.models import Company, User
from o2c.operations import roles
from o2c.operations.demo_data import CUSTOMERS, EURO_RATE, GOODS, PELITAS_SITE, SERVICES, DemoCustomer
from o2c.operations.setup import Basics, set_up_company
from orders import services as orders
from orders.models import Order
from orders.services import LineInput, OrderInput
from receivables import services as receivables

COMPANY = {
    "name": "Lantern & Co",
    "legal_name": "Lantern and Company Limited",
    "street": "12 Candle Row",
    "postal_code": "N1 9GU",
    "city": "London",
    "country": "GB",
    "vat_id": "GB980780684",
    "registration_number": "01234567",
    "base_currency": "GBP",
    "time_zone": "Europe/London",
    "email": "accounts@lantern.example",
    "phone": "+44 20 7946 0123",
    "bank_name": "Example Bank",
    "iban": "GB33BUKB20201555555555",
    "bic": "BUKBGB22",
}
ADMIN = "Administrator"
USERS = {
    ADMIN: "admin",
    roles.ORDER_CLERK: "order",
    roles.WAREHOUSE_CLERK: "warehouse",
    roles.AR_CLERK: "ar",
    roles.FINANCE_MANAGER: "finance",
    roles.AUDITOR: "auditor",
}
FIRST_RECEIPT = timedelta(days=150)  # before the oldest story below


class NotADemo(DomainError):
    """The database belongs to a company that is no demo."""

    code = "not-a-demo"
    hint = "Seed the demo into an empty database."


@dataclass(frozen=True, slots=True)
class Login:
    """How a demo user signs in."""

    role: str
    username: str
    password: str


@verb
def seed(*, today: date, password: str) -> list[Login]:
    """Make the demo company once, as of *today*, all or nothing; return how its people sign in.

    *password* is given to the users made now; those who exist keep theirs.

    :raises NotADemo: the database has a company that is not the demo.
    """
    if Company.objects.exclude(name=COMPANY["name"]).exists():
        raise NotADemo("There is a company already, and it is not the demo.")
    basics = set_up_company(
        profile=COMPANY,
        tax_rate=Decimal(20),
        since=date(today.year - 2, 1, 1),
        until=date(today.year + 1, 12, 31),
        actor=User.system(),
    )
    for role, username in USERS.items():
        _add_user(role, username, password)
    if not Product.objects.filter(sku=GOODS[0].sku).exists():
        Stories(basics=basics, today=today).tell()
    return [Login(role, username, password) for role, username in USERS.items()]


def _add_user(role: str, username: str, password: str) -> None:
    if User.objects.filter(username=username).exists():
        return
    manages = role == ADMIN
    user = User(username=username, first_name=role, is_staff=manages, is_superuser=manages)
    user.email = f"{username}@lantern.example"
    user.set_password(password)
    user.save()
    if not manages:
        user.is_staff = role in {roles.FINANCE_MANAGER, roles.AUDITOR}
        user.save(update_fields=["is_staff"])
        user.groups.add(Group.objects.get(name=role))


class Stories:
    """One order for each stage, told in the order of their dates, because invoice numbers follow them."""

    def __init__(self, *, basics: Basics, today: date) -> None:
        self.basics = basics
        self.today = today
        self.system = User.system()
        self.clerk = User.objects.get(username=USERS[roles.ORDER_CLERK])
        self.warehouse = User.objects.get(username=USERS[roles.WAREHOUSE_CLERK])
        self.billing = User.objects.get(username=USERS[roles.AR_CLERK])
        self.finance = User.objects.get(username=USERS[roles.FINANCE_MANAGER])
        self.customers: dict[str, Customer] = {}

    def tell(self) -> None:
        """Stock the shelves, register the customers, and let the desks work."""
        since = self.today - FIRST_RECEIPT
        euros = self._euros(since)
        for goods in GOODS:
            product = self._product(goods.sku, goods.names, Product.Kind.GOODS, goods.cost)
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
            product = self._product(service.sku, service.names, Product.Kind.SERVICE, Decimal(0))
            self._prices(product, service.price, euros, since)
        for row in CUSTOMERS:
            self.customers[row.key] = self._customer(row, euros, since)
        for story in STORIES:
            story(self)

    def _euros(self, since: date) -> PriceList:
        audit.set_actor(self.system.pk)
        ExchangeRate.objects.create(
            company=self.basics.company, currency="EUR", rate=EURO_RATE, valid_from=since
        )
        return PriceList.objects.create(code="standard-eur", name="Standard prices", currency="EUR")

    def _product(self, sku: str, names: dict[str, str], kind: str, cost: Decimal) -> Product:
        product = catalog.add_product(
            sku=sku,
            name=names["en"],
            tax_category=self.basics.standard,
            kind=kind,
            standard_cost=cost,
            actor=self.system,
        )
        product.names = {language: name for language, name in names.items() if language != "en"}
        product.save(update_fields=["names"])
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
        order = OrderInput(
            company=self.basics.company,
            customer_id=self.customers[customer].pk,
            lines=[LineInput(sku=sku, quantity=Decimal(quantity)) for sku, quantity in wanted],
            channel=channel,
            ordered_on=self.ago(days_ago),
            delivery_address=to,
        )
        return enter(order=order, actor=self.clerk)

    def ship(self, order: Order, *, days_ago: int) -> Shipment:
        """Send what is ready."""
        return fulfillment.ship_order(
            order_id=order.pk,
            on=self.ago(days_ago),
            carrier="Wayfarer Parcels",
            tracking_number=f"WP{order.pk:09d}GB",
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


def paid_and_closed(desk: Stories) -> None:
    """Good customers: ordered, shipped, billed and paid in time."""
    histories = [
        ("harbour", ("LAN-001", 24), 120, 95),
        ("fjord", ("LAN-004", 6), 110, 88),
        ("atelier", ("CAN-002", 20), 100, 72),
    ]
    for customer, wanted, ordered, paid in histories:
        order = desk.order(customer, wanted, ("SRV-DEL", 1), days_ago=ordered, channel="web")
        invoice = desk.bill(desk.ship(order, days_ago=ordered - 1), days_ago=ordered - 1)
        desk.pay(invoice, days_ago=paid)


def overdue(desk: Stories) -> None:
    """A customer who does not pay, and whose next order waits for it."""
    for ordered in (78, 64):
        order = desk.order("brass", ("LAN-002", 8), ("CAN-001", 30), days_ago=ordered, channel="email")
        desk.bill(desk.ship(order, days_ago=ordered - 2), days_ago=ordered - 2)
    desk.order("brass", ("LAN-003", 5), days_ago=3, channel="email")


def part_paid(desk: Stories) -> None:
    """An invoice of which half has come in."""
    order = desk.order("harbour", ("LAN-003", 12), ("ACC-001", 12), days_ago=21)
    invoice = desk.bill(desk.ship(order, days_ago=20), days_ago=20)
    desk.pay(invoice, share=Decimal("0.5"), days_ago=6)


def invoiced(desk: Stories) -> None:
    """Billed and not due yet, one of them in euros."""
    for customer, wanted, ordered in (("taiga", ("LAN-005", 4), 14), ("atelier", ("LAN-001", 10), 11)):
        order = desk.order(customer, wanted, ("SRV-DEL", 1), days_ago=ordered, channel="web")
        desk.bill(desk.ship(order, days_ago=ordered - 1), days_ago=ordered - 1)


def part_shipped(desk: Stories) -> None:
    """More was ordered than there is: the rest follows."""
    order = desk.order("fjord", ("LAN-006", 10), days_ago=8)
    desk.bill(desk.ship(order, days_ago=6), days_ago=6)


def shipped(desk: Stories) -> None:
    """Shipped to a site, and the invoice waits on the billing desk: the customer's own street is missing."""
    order = desk.order("pelita", ("CAN-003", 40), days_ago=5, channel="web", to=PELITAS_SITE)
    desk.ship(order, days_ago=4)


def cancelled(desk: Stories) -> None:
    """The customer changed their mind."""
    order = desk.order("harbour", ("CAN-001", 100), days_ago=4)
    orders.cancel_order(
        order_id=order.pk, reason="Ordered twice by mistake", on=desk.ago(4), actor=desk.clerk
    )


def on_hold(desk: Stories) -> None:
    """More than the customer's limit."""
    desk.order("corner", ("LAN-005", 30), days_ago=2, channel="in_person")


def to_ship(desk: Stories) -> None:
    """What the warehouse has to do today."""
    desk.order("harbour", ("LAN-002", 6), ("ACC-002", 6), days_ago=1, channel="web")
    desk.order("atelier", ("CAN-002", 15), days_ago=1, channel="email")
    picked = desk.order("taiga", ("LAN-004", 2), ("SRV-GFT", 2), days_ago=1)
    shipment = fulfillment.plan_shipment(order_id=picked.pk, on=desk.ago(1), actor=desk.warehouse)
    fulfillment.start_picking(shipment_id=shipment.pk, actor=desk.warehouse)


def draft(desk: Stories) -> None:
    """A clerk is still writing."""
    desk.order("corner", ("CAN-001", 12), ("ACC-001", 2), days_ago=0, draft=True)


STORIES: list[Callable[[Stories], None]] = [
    paid_and_closed,
    overdue,
    part_paid,
    invoiced,
    part_shipped,
    shipped,
    cancelled,
    on_hold,
    to_ship,
    draft,
]
