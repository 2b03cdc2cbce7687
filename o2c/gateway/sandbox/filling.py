"""Filling an empty sandbox: the company's set-up, something in stock, and the casts with their histories."""

from datetime import date, timedelta
from decimal import Decimal

from catalog import services as catalog
from catalog.models import PriceList, Product, TaxCategory
from credit import services as credit
from customers import services as customers
from customers.models import Customer, PaymentTerms
from fulfillment import services as fulfillment
from inventory.models import Warehouse
from invoicing import services as invoicing
from ledger.services import open_periods
from o2c.gateway.sandbox import casts, master_data
from o2c.kernel.db import requires_transaction
from o2c.kernel.models import Company, Sandbox, User
from orders import services as orders
from orders.services import LineInput, OrderInput

PRICE = Decimal(10)
COST = Decimal(4)
STOCKED = 200  # of the company's own goods, the first ones, so that a large range does not take minutes
PIECES = Decimal(1000)
A_MILLION = Decimal(1_000_000)
KNOWN_FOR = timedelta(days=730)  # nobody is suspected for being new
PERIODS = timedelta(days=800)
LATE = 40  # days


@requires_transaction
def fill(*, on: date) -> None:
    """Fill the sandbox for a beginning on *on*.

    :raises NotSetUp: the books have no company yet.
    """
    master_data.copy()
    company = Company.objects.current()
    open_periods(company=company, since=on - KNOWN_FOR, until=on + PERIODS)
    Filling(company=company, on=on).go()
    Sandbox.objects.create(pk=1)


class Filling:
    """One filling, by the system."""

    def __init__(self, *, company: Company, on: date) -> None:
        self.company, self.on, self.system = company, on, User.system()
        self.began = on - KNOWN_FOR
        self.warehouse = self._warehouse()
        self.prices = self._prices()
        self.terms = PaymentTerms.objects.filter(is_prepayment=False).order_by("pk").first() or (
            PaymentTerms.objects.create(code="test-30", name="30 days net")
        )

    def go(self) -> None:
        """Stock the shelves, register the casts, and let one of them be late."""
        for prop in casts.PROPS:
            self._product(prop)
        goods = Product.objects.filter(kind=Product.Kind.GOODS, active=True).exclude(sku=casts.NO_STOCK.sku)
        for product in goods.exclude(sku=casts.PLENTY.sku).order_by("pk")[:STOCKED]:
            self._receive(product, PIECES, product.standard_cost)
        known = {cast.key: self._customer(cast) for cast in casts.CASTS}
        self._let_down(known[casts.OVERDUE.key])
        credit.set_limit(
            customer_id=known[casts.OVER_LIMIT.key].pk, limit=Decimal(0), on=self.on, actor=self.system
        )
        credit.block_credit(
            customer_id=known[casts.BLOCKED.key].pk, reason="Test", on=self.on, actor=self.system
        )

    def _warehouse(self) -> Warehouse:
        first = Warehouse.objects.filter(company=self.company, active=True).order_by("priority", "pk").first()
        return first or Warehouse.objects.create(company=self.company, code="test", name="Test")

    def _prices(self) -> PriceList:
        currency = self.company.base_currency
        first = PriceList.objects.filter(currency=currency).order_by("pk").first()
        return first or PriceList.objects.create(code="test", name="Test", currency=currency)

    def _product(self, prop: casts.Prop) -> None:
        rated = TaxCategory.objects.filter(taxrate__isnull=False).order_by("pk").first()
        product = catalog.add_product(
            sku=prop.sku,
            name=prop.name,
            tax_category=rated or TaxCategory.objects.earliest("pk"),
            standard_cost=COST,
            actor=self.system,
        )
        catalog.set_price(
            price_list=self.prices,
            product=product,
            unit_price=PRICE,
            valid_from=self.began,
            actor=self.system,
        )
        if prop.stock:
            self._receive(product, Decimal(prop.stock), COST)

    def _receive(self, product: Product, quantity: Decimal, cost: Decimal) -> None:
        fulfillment.receive_goods(
            warehouse=self.warehouse,
            product_id=product.pk,
            quantity=quantity,
            unit_cost=cost,
            source="sandbox",
            on=self.began,
            actor=self.system,
        )

    def _customer(self, cast: casts.Cast) -> Customer:
        ahead = cast is casts.PREPAYMENT
        customer = customers.register_customer(
            name=cast.name,
            currency=self.company.base_currency,
            price_list=self.prices,
            terms=self._prepaid() if ahead else self.terms,
            address={
                "street": self.company.street,
                "postal_code": self.company.postal_code,
                "city": self.company.city,
                "country": self.company.country,
            },
            external_id=cast.external_id,
            on=self.began,
            actor=self.system,
            acknowledged=True,
        )
        Customer.objects.filter(pk=customer.pk).update(
            public_id=cast.public_id, accepts_backorders=cast is not casts.NO_BACKORDERS
        )
        credit.set_limit(customer_id=customer.pk, limit=A_MILLION, on=self.began, actor=self.system)
        return customer

    def _prepaid(self) -> PaymentTerms:
        known = PaymentTerms.objects.filter(is_prepayment=True).order_by("pk").first()
        return known or PaymentTerms.objects.create(
            code="test-prepaid", name="Paid in advance", net_days=0, is_prepayment=True
        )

    def _let_down(self, customer: Customer) -> None:
        """Sell to the customer long ago, and get no money."""
        then = self.on - timedelta(days=self.terms.net_days + LATE)
        wanted = OrderInput(
            company=self.company,
            customer_id=customer.pk,
            lines=[LineInput(sku=casts.PLENTY.sku, quantity=Decimal(10))],
            channel="api",
            ordered_on=then,
        )
        order = orders.place_order(order=wanted, actor=self.system)
        shipment = fulfillment.ship_order(order_id=order.pk, on=then, actor=self.system)
        invoicing.invoice_shipment(shipment_id=shipment.pk, on=then, actor=self.system)
