"""What the documents of a file need before they can be carried: tax rates, periods, products, customers, stock."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice, pairwise
from typing import TypeVar

from django.utils.translation import gettext as _

from catalog import services as catalog
from catalog.models import Product, TaxRate
from credit import services as credit
from customers import services as customers
from customers.models import Customer
from fulfillment import services as fulfillment
from inventory.models import StockLevel
from invoicing.models import Invoice
from ledger.models import Period
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.models import Company, User
from o2c.kernel.money import ZERO
from o2c.kernel.workdays import ONE_DAY
from o2c.operations.imports.errors import FileRefused, WrongCompany
from o2c.operations.imports.survey import CustomerSeen, ProductSeen, Survey
from o2c.operations.imports.uci_countries import COUNTRIES
from o2c.operations.imports.uci_retail import CURRENCY
from o2c.operations.setup import Basics, set_up_company
from o2c.operations.tax_regimes import EVER
from orders.models import Order

BATCH = 200
COST_STEP = Decimal("0.000001")
TERMS = timedelta(days=31)  # 30 days net: payments fall into the month after the last sale

# The British standard rate of value added tax: percent, from this day on.
BRITISH_VAT = [
    (EVER, Decimal("17.5")),
    (date(2008, 12, 1), Decimal(15)),
    (date(2010, 1, 1), Decimal("17.5")),
    (date(2011, 1, 4), Decimal(20)),
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Books:
    """What is needed to carry a document."""

    basics: Basics
    customer_ids: dict[str, int]
    actor: User


def known_documents(numbers: Collection[str]) -> set[str]:
    """Return which of these documents of the file are in the books."""
    ordered = Order.objects.filter(channel=Order.Channel.IMPORT, external_id__in=numbers)
    credited = Invoice.objects.filter(external_id__in=numbers)
    found = [
        *ordered.values_list("external_id", flat=True),
        *credited.values_list("external_id", flat=True),
    ]
    return {number for number in found if number is not None}


def check_company(company: Company) -> None:
    """Refuse a company that cannot have made these sales.

    :raises WrongCompany: its base currency is another, or it is not British.
    """
    if company.base_currency != CURRENCY or company.country != "GB":
        raise WrongCompany(
            _("%(company)s is not a British company with its books in pounds.") % {"company": company}
        )


def check_periods(company: Company, found: Survey) -> None:
    """Refuse a file with days in a closed period.

    :raises FileRefused: there is one.
    """
    closed = Period.objects.filter(company=company, state=Period.State.CLOSED).filter(
        starts_on__lte=found.last_on, ends_on__gte=found.first_on
    )
    if found.first_new and (period := closed.first()):
        raise FileRefused(
            _("The period %(period)s is closed.") % {"period": period},
            hint=_("Nothing was imported. Import into an open one."),
        )


def prepare(company: Company, found: Survey, *, credit_limit: Decimal, cost_percent: Decimal) -> Books:
    """Make what the file's documents need, once; what exists is kept as it is.

    *credit_limit* (pounds) is given to new customers. The file has no costs, so opening stock is valued
    at *cost_percent* of each product's average price in the file.
    """
    actor = User.system()
    assert found.first_on is not None
    assert found.last_on is not None
    basics = set_up_company(
        profile={"name": company.name},
        tax_rate=BRITISH_VAT[-1][1],
        since=found.first_on,
        until=found.last_on + TERMS,
        actor=actor,
    )
    date_tax_rates(basics=basics, actor=actor)
    for products in _batches(found.products.items()):
        add_products(basics=basics, products=products, actor=actor)
        receive_stock(
            basics=basics,
            products=products,
            cost_percent=cost_percent,
            source=f"uci-retail/opening/{found.first_new}",
            on=found.first_on,
            actor=actor,
        )
    for seen in _batches(found.customers.values()):
        add_customers(basics=basics, seen=seen, credit_limit=credit_limit, on=found.first_on, actor=actor)
    ids = Customer.objects.filter(external_id__in=found.customers).values_list("external_id", "pk")
    return Books(basics, {str(external_id): pk for external_id, pk in ids}, actor)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


@verb
def date_tax_rates(*, basics: Basics, actor: User) -> None:
    """Date the domestic standard rate, where today's is said to hold since ever, and say how far it reached then."""
    since, rate = BRITISH_VAT[-1]
    undated = TaxRate.objects.filter(
        category=basics.standard, region=basics.domestic, rate=rate, valid_from=EVER, valid_to=None
    ).first()
    if undated is None:
        return  # a person has dated the rates
    audit.set_actor(actor.pk)
    undated.valid_from = since
    undated.save(update_fields=["valid_from"])
    # In the Union whoever had no checked VAT id was taxed as a customer at home.
    basics.domestic.countries = sorted(country.code for country in COUNTRIES.values() if country.in_eu)
    basics.domestic.save(update_fields=["countries"])
    for (first, percent), (following, __) in pairwise(BRITISH_VAT):
        TaxRate.objects.create(
            category=basics.standard,
            region=basics.domestic,
            code=TaxRate.Code.STANDARD,
            rate=percent,
            valid_from=first,
            valid_to=following - ONE_DAY,
        )


@verb
def add_products(*, basics: Basics, products: Sequence[tuple[str, ProductSeen]], actor: User) -> None:
    """Add the products that do not exist."""
    existing = set(
        Product.objects.filter(sku__in=[sku for sku, __ in products]).values_list("sku", flat=True)
    )
    for sku, seen in products:
        if sku not in existing:
            catalog.add_product(
                sku=sku,
                name=seen.name or sku,
                tax_category=basics.standard,
                kind=Product.Kind.GOODS if seen.is_goods else Product.Kind.SERVICE,
                actor=actor,
            )


@verb
def receive_stock(
    *,
    basics: Basics,
    products: Sequence[tuple[str, ProductSeen]],
    cost_percent: Decimal,
    source: str,
    on: date,
    actor: User,
) -> None:
    """Receive what the file sells more than is free, so that everything can ship; one receipt per product."""
    ids = dict(
        Product.objects.filter(sku__in=[sku for sku, __ in products], kind=Product.Kind.GOODS).values_list(
            "sku", "pk"
        )
    )
    levels = StockLevel.objects.filter(warehouse=basics.warehouse, product_id__in=ids.values())
    free = {level.product_id: level.free for level in levels}
    for sku, seen in products:
        short = seen.to_sell - free.get(ids.get(sku, 0), ZERO)
        if sku in ids and short > 0:
            fulfillment.receive_goods(
                warehouse=basics.warehouse,
                product_id=ids[sku],
                quantity=short,
                unit_cost=(seen.worth / seen.to_sell * cost_percent / 100).quantize(COST_STEP, ROUND_HALF_UP),
                source=source,
                on=on,
                actor=actor,
                confirms_implausible=True,  # what the file says is what there is
            )


@verb
def add_customers(
    *, basics: Basics, seen: Sequence[CustomerSeen], credit_limit: Decimal, on: date, actor: User
) -> None:
    """Register the customers that do not exist, with a credit limit in pounds."""
    existing = set(
        Customer.objects.filter(external_id__in=[row.key for row in seen]).values_list(
            "external_id", flat=True
        )
    )
    for row in seen:
        if row.key in existing:
            continue
        customer = customers.register_customer(
            name=row.name,
            currency=CURRENCY,
            price_list=basics.prices,
            tax_region=basics.domestic if row.is_domestic else basics.export,
            terms=basics.net_30,
            address=address_in(row.country),
            external_id=row.key,
            on=on,
            actor=actor,
        )
        credit.set_limit(customer_id=customer.pk, limit=credit_limit, on=on, actor=actor)


def address_in(country: str) -> dict[str, str]:
    """Return the address of a customer of whom the file tells the country only."""
    return {
        "street": "Address not in the file",
        "postal_code": "",
        "city": country,
        "country": COUNTRIES[country].code,
    }
