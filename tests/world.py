"""A small company to test with, built through the real services: what a test needs, in the words of the desk."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from itertools import count

import time_machine
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import F, Sum

from catalog import services as catalog
from catalog.models import Price, PriceList, Product
from credit import services as credit
from credit.models import Commitment
from customers import services as customers
from customers.models import Customer
from customers.vat import Answer
from fulfillment import services as fulfillment
from fulfillment.models import Shipment
from inventory import services as inventory
from inventory.models import CartHold, StockLevel, Warehouse
from invoicing import services as invoicing
from invoicing.models import Invoice
from ledger import selectors as ledger, services as journal
from ledger.models import ExchangeRate, JournalEntry, JournalLine
from o2c import dispatch
from o2c.kernel import audit
from o2c.kernel.db import fetch_all
from o2c.kernel.models import Company, User
from o2c.operations import roles
from o2c.operations.setup import Basics, set_up_company
from orders import services as orders
from orders.models import Order
from orders.services import LineInput, OrderInput
from receivables import services as receivables
from receivables.models import Payment
from tests.replay import MIGRATED, made_once

TODAY = date(2026, 11, 20)
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
    "bank_name": "Example Bank",
    "iban": "GB33BUKB20201555555555",
    "bic": "BUKBGB22",
}


EU_COMPANY = COMPANY | {
    "name": "Lanterne & Cie",
    "legal_name": "Lanterne et Compagnie SARL",
    "street": "3 rue des Bougies",
    "postal_code": "69002",
    "city": "Lyon",
    "country": "FR",
    "vat_id": "FR40303265045",
    "base_currency": "EUR",
    "time_zone": "Europe/Paris",
}


def staff(role: str, username: str = "") -> User:
    """Return a member of staff with one role (made once)."""
    name = username or role.lower().replace(" ", "-")
    user, created = User.objects.get_or_create(username=name, defaults={"first_name": role})
    if created:
        user.set_unusable_password()
        user.save()
        user.groups.add(Group.objects.get(name=role))
    return user


@dataclass
class World:
    """A company with products, stock and customers."""

    basics: Basics
    on: date = TODAY
    serial: "count[int]" = field(default_factory=lambda: count(1))
    foreign: dict[str, PriceList] = field(default_factory=dict)

    @cached_property
    def system(self) -> User:
        """The account of jobs, which may do everything."""
        return User.system()

    @property
    def company(self):
        return self.basics.company

    # ---- master data
    def product(
        self, *, price: str = "10.00", stock: str = "100", cost: str = "4.00", kind: str = "goods"
    ) -> Product:
        """A product with a price, the same figure in every currency, and stock if it is goods."""
        sku = f"SKU-{next(self.serial)}"
        goods = kind == Product.Kind.GOODS
        product = catalog.add_product(
            sku=sku,
            name=f"Lantern {sku}",
            tax_category=self.basics.standard if goods else self.basics.services,
            kind=kind,
            actor=self.system,
        )
        for price_list in (self.basics.prices, *self.foreign.values()):
            self.price(product, price, price_list=price_list)
        if kind == Product.Kind.GOODS and Decimal(stock):
            self.receive(product, stock, cost)
        return product

    def price(
        self, product: Product, price: str, *, minimum: str = "1", price_list: PriceList | None = None
    ) -> Price:
        """A price from the beginning of the year on, in the company's standard list if in no other."""
        return catalog.set_price(
            price_list=price_list or self.basics.prices,
            product=product,
            unit_price=Decimal(price),
            minimum_quantity=Decimal(minimum),
            valid_from=date(2026, 1, 1),
            actor=self.system,
        )

    def prices_in(self, currency: str) -> PriceList:
        """The standard list in a currency; a foreign one has the figures of the company's own."""
        if currency == self.company.base_currency:
            return self.basics.prices
        if currency not in self.foreign:
            made = PriceList.objects.create(
                code=f"standard-{currency.lower()}", name="Standard prices", currency=currency
            )
            for price in Price.objects.filter(price_list=self.basics.prices).select_related("product"):
                self.price(
                    price.product, str(price.unit_price), minimum=str(price.minimum_quantity), price_list=made
                )
            self.foreign[currency] = made
        return self.foreign[currency]

    def agree(self, customer: Customer, product: Product, price: str, *, minimum: str = "1") -> PriceList:
        """A price agreed with the customer."""
        agreed = customers.AgreedPrice(
            sku=product.sku, unit_price=Decimal(price), minimum_quantity=Decimal(minimum)
        )
        return customers.set_contract_prices(
            customer_id=customer.pk,
            agreed=[agreed],
            valid_from=date(2026, 1, 1),
            on=self.on,
            actor=self.system,
        )

    def check_vat_id(self, customer: Customer, *, valid: bool = True, on: date | None = None) -> None:
        """The tax office's answer about the customer's VAT id, as a letter says it."""
        answer = Answer(customer.vat_id, valid, "person", "Letter of the tax office")
        customers.check_vat_id(customer_id=customer.pk, answer=answer, on=on or self.on, actor=self.system)

    def receive(
        self, product: Product, quantity: str, cost: str = "4.00", *, warehouse: Warehouse | None = None
    ) -> None:
        """Goods come in."""
        fulfillment.receive_goods(
            warehouse=warehouse or self.basics.warehouse,
            product_id=product.pk,
            quantity=Decimal(quantity),
            unit_cost=Decimal(cost),
            source=f"delivery-{next(self.serial)}",
            on=self.on,
            actor=self.system,
            confirms_implausible=True,
        )

    def warehouse(self, code: str = "", **fields) -> Warehouse:
        """A further warehouse; *fields* are set on the row."""
        name = code or f"house-{next(self.serial)}"
        return Warehouse.objects.create(company=self.company, code=name, name=name.title(), **fields)

    def hold(self, product: Product, quantity: str, *, at: datetime, minutes: int = 10) -> CartHold:
        """A shopper has the product in the cart."""
        return inventory.hold_cart(
            company_id=self.company.pk,
            token=f"cart-{next(self.serial)}",
            wanted={product.sku: Decimal(quantity)},
            minutes=minutes,
            at=at,
            actor=self.system,
        )

    def customer(
        self,
        *,
        limit: str = "100000",
        currency: str = "GBP",
        export: bool = False,
        country: str = "",
        **fields,
    ) -> Customer:
        """A customer with a billing address, at home if in no other *country*, and a credit limit.

        *fields* are set on the row.
        """
        number = next(self.serial)
        customer = customers.register_customer(
            name=f"Customer {number} Ltd",
            currency=currency,
            price_list=self.prices_in(currency),
            tax_region=self.basics.export if export else self.basics.domestic,
            terms=self.basics.net_30,
            address={
                "street": "1 Low Street",
                "postal_code": "E1 6AN",
                "city": "London",
                "country": country or self.company.country,
            },
            on=self.on,
            actor=self.system,
        )
        credit.set_limit(customer_id=customer.pk, limit=Decimal(limit), on=self.on, actor=self.system)
        if fields:
            Customer.objects.filter(pk=customer.pk).update(**fields)
            customer.refresh_from_db()
        return customer

    # ---- finance
    def manual_entry(self, amount: str = "12.50", *, on: date | None = None) -> JournalEntry:
        """A bank charge, posted by hand."""
        return journal.post_manual_entry(
            company=self.company,
            reference=f"charge-{next(self.serial)}",
            description="Bank charge",
            lines=[
                journal.ManualLine(account="5800", debit=Decimal(amount)),
                journal.ManualLine(account="1800", credit=Decimal(amount)),
            ],
            on=on or self.on,
            actor=self.system,
        )

    # ---- the cycle
    def lines(self, *wanted: tuple[Product, str]) -> list[LineInput]:
        """Order lines: (product, quantity)."""
        return [LineInput(sku=product.sku, quantity=Decimal(quantity)) for product, quantity in wanted]

    def wanted(self, customer: Customer, *wanted: tuple[Product, str], **options) -> OrderInput:
        """What the customer orders, meant as often as it is said; *options* are further fields of the input."""
        return OrderInput(
            company=self.company,
            customer_id=customer.pk,
            lines=self.lines(*wanted),
            channel=options.pop("channel", "api"),
            ordered_on=options.pop("on", self.on),
            acknowledges_duplicate=options.pop("acknowledges_duplicate", True),
            **options,
        )

    def order(
        self, customer: Customer, *wanted: tuple[Product, str], actor: User | None = None, **options
    ) -> Order:
        """An order placed through the checkout: it comes back confirmed or on hold."""
        return orders.place_order(order=self.wanted(customer, *wanted, **options), actor=actor or self.system)

    def ship(self, order: Order, *, on: date | None = None) -> Shipment:
        """Everything that is ready leaves."""
        return fulfillment.ship_order(order_id=order.pk, on=on or self.on, actor=self.system)

    def invoice(self, shipment: Shipment, *, on: date | None = None) -> Invoice:
        """The shipment is billed."""
        draft = invoicing.draft_for_shipment(shipment_id=shipment.pk, on=on or self.on, actor=self.system)
        return invoicing.issue_invoice(invoice_id=draft.pk, on=on or self.on, actor=self.system)

    def pay(self, invoice: Invoice, amount: str | Decimal = "", *, on: date | None = None) -> Payment:
        """The customer pays the invoice, or *amount* of it."""
        sum_ = Decimal(amount or invoice.gross)
        return receivables.receive_payment(
            company=self.company,
            customer_id=invoice.customer_id,
            amount=sum_,
            currency=invoice.currency,
            received_on=on or self.on,
            shares={invoice.receivable_id: sum_},
            actor=self.system,
        )

    def balance(self, code: str) -> Decimal:
        """The balance of an account by its code, positive for a debit."""
        return self.trial_balance().balance_of(code)

    def trial_balance(self) -> ledger.TrialBalance:
        """The trial balance as of today."""
        return ledger.trial_balance(
            company_id=self.company.pk, currency=self.company.base_currency, as_of=date(2099, 1, 1)
        )

    def books(self) -> dict[str, str]:
        """What every account with a balance stands at, by its role, positive for a debit: two decimals as text.

        Summed from the journal's lines, and checked against the trial balance.
        """
        sums = JournalLine.objects.values_list("account__role", "account__code").annotate(
            balance=Sum(F("debit") - F("credit"))
        )
        trial_balance = self.trial_balance()
        assert trial_balance.difference == 0
        for _role, code, balance in sums:
            assert trial_balance.balance_of(code) == balance
        return {role: f"{balance:.2f}" for role, _code, balance in sums if balance}

    def rate(self, currency: str, rate: str, since: date, until: date | None = None) -> None:
        """One unit of *currency* is worth *rate* pounds from *since* to *until* inclusive."""
        ExchangeRate.objects.create(
            company=self.company,
            currency=currency,
            rate=Decimal(rate),
            valid_from=since,
            valid_to=until,
        )

    def let_the_desks_work(self, *, on: date | None = None) -> int:
        """Have everything that the wiring owes, on the business date; return how many effects were had."""
        noon = datetime.combine(on or self.on, time(12), tzinfo=UTC)
        with time_machine.travel(noon, tick=False):
            return dispatch.run_inline()

    def fingerprint(self) -> dict[str, object]:
        """What a refused verb must leave alone: the number of rows of every table, the books, the stock."""
        tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
        counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
        rows: dict[str, object] = dict(fetch_all(counts, []))
        levels = StockLevel.objects.order_by("pk").values_list("pk", "on_hand", "reserved", "value")
        claims = Commitment.objects.order_by("pk").values_list("reference", "amount")
        return rows | {"books": self.books(), "stock": list(levels), "credit": list(claims)}


def build_world(profile: dict[str, str] = COMPANY) -> World:
    """Set up the company, as the demo and the imports do; with `EU_COMPANY`, a seller in the European Union."""

    def made() -> Basics:
        return set_up_company(
            profile=profile,
            tax_rate=Decimal(20),
            since=date(2026, 1, 1),
            until=date(2027, 12, 31),
            actor=User.system(),
        )

    if Company.objects.exists():
        return World(made())
    basics = made_once(profile["name"], made)
    audit.set_actor(User.system().pk)
    return World(basics)


def wipe() -> None:
    """Empty every table that a committed test may have written, posted rows included.

    Only the database owner of a test may do this: `session_replication_role` silences the triggers
    that refuse to delete.
    """
    assert str(connection.settings_dict["NAME"]).startswith("test_"), "never on a real database"
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - MIGRATED)
        cursor.execute("SET session_replication_role = replica")
        # A test writes a handful of rows: deleting them takes a tenth of the time that TRUNCATE does.
        emptied = "".join(f'DELETE FROM "{table}"; ' for table in tables)
        cursor.execute(f"DO $$ BEGIN {emptied} DELETE FROM kernel_user WHERE username <> 'system'; END $$")
        cursor.execute("SET session_replication_role = origin")


def all_roles() -> Iterable[str]:
    """The names of the roles."""
    return roles.ROLES.keys()
