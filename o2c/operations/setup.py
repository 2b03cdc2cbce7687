"""Setting up a company: chart of accounts, periods, taxes, terms, prices, a warehouse and the desks' policies."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_noop

from catalog.models import PriceList, TaxCategory, TaxRegion
from customers.models import PaymentTerms
from fulfillment.models import Carrier
from inventory.models import Warehouse
from ledger.entries import Role
from ledger.models import Account
from ledger.services import open_periods
from o2c.kernel import audit
from o2c.kernel.db import verb
from o2c.kernel.models import Company, User
from o2c.operations import tax_regimes
from o2c.operations.tax_regimes import Taxes, set_up_taxes
from orders.models import OrderPolicy

CHART = [
    ("1200", gettext_noop("Trade receivables"), Account.Kind.ASSET, Role.RECEIVABLES, True),
    ("1400", gettext_noop("Stock"), Account.Kind.ASSET, Role.STOCK, True),
    ("1800", gettext_noop("Bank"), Account.Kind.ASSET, Role.BANK, False),
    ("1810", gettext_noop("Payment gateway clearing"), Account.Kind.ASSET, Role.GATEWAY_CLEARING, False),
    (
        "2100",
        gettext_noop("Unallocated customer payments"),
        Account.Kind.LIABILITY,
        Role.UNALLOCATED_CASH,
        True,
    ),
    ("2200", gettext_noop("Output tax"), Account.Kind.LIABILITY, Role.OUTPUT_TAX, True),
    (
        "2300",
        gettext_noop("Goods received, not invoiced"),
        Account.Kind.LIABILITY,
        Role.GOODS_RECEIVED,
        False,
    ),
    ("4000", gettext_noop("Revenue from goods"), Account.Kind.REVENUE, Role.REVENUE, False),
    ("4100", gettext_noop("Revenue from services"), Account.Kind.REVENUE, Role.SERVICE_REVENUE, False),
    ("4800", gettext_noop("Exchange gains"), Account.Kind.REVENUE, Role.FX_GAIN, False),
    ("5000", gettext_noop("Cost of goods sold"), Account.Kind.EXPENSE, Role.COST_OF_GOODS, False),
    ("5100", gettext_noop("Stock adjustments"), Account.Kind.EXPENSE, Role.STOCK_ADJUSTMENT, False),
    ("5800", gettext_noop("Exchange losses"), Account.Kind.EXPENSE, Role.FX_LOSS, False),
]


@dataclass(frozen=True, slots=True)
class Basics:
    """What every customer and product of a company refers to."""

    company: Company
    taxes: Taxes
    prices: PriceList
    net_30: PaymentTerms
    warehouse: Warehouse

    @property
    def standard(self) -> TaxCategory:
        """Return the tax category of goods."""
        return self.taxes.categories[tax_regimes.GOODS]

    @property
    def services(self) -> TaxCategory:
        """Return the tax category of services: that of goods, where the seller's country makes no difference."""
        return self.taxes.categories.get(tax_regimes.SERVICES, self.standard)

    @property
    def domestic(self) -> TaxRegion:
        """Return the region of customers at home."""
        return self.taxes.regions[tax_regimes.DOMESTIC]

    @property
    def export(self) -> TaxRegion:
        """Return the region of customers abroad, outside the Union of a seller inside."""
        return self.taxes.regions[tax_regimes.EXPORT]


@verb
def set_up_company(
    *, profile: dict[str, str], tax_rate: Decimal, since: date, until: date, actor: User
) -> Basics:
    """Create a company with all that selling needs, once; *profile* holds the fields of `Company`.

    *tax_rate* is the domestic standard rate in percent; periods are the calendar months from *since*
    to *until*. What exists is kept as it is, so this may run at every start.
    """
    audit.set_actor(actor.pk)
    company, _ = Company.objects.get_or_create(name=profile["name"], defaults=profile)
    Account.objects.bulk_create(
        (
            Account(company=company, code=code, name=name, kind=kind, role=role, is_control=is_control)
            for code, name, kind, role, is_control in CHART
        ),
        ignore_conflicts=True,
    )
    open_periods(company=company, since=since, until=until)
    taxes = set_up_taxes(country=company.country, tax_rate=tax_rate)
    prices, _ = PriceList.objects.get_or_create(
        code=f"standard-{company.base_currency.lower()}",
        defaults={"name": "Standard prices", "currency": company.base_currency},
    )
    net_30, _ = PaymentTerms.objects.get_or_create(
        code="net-30", defaults={"name": "30 days net", "net_days": 30}
    )
    warehouse, _ = Warehouse.objects.get_or_create(
        code="main", defaults={"company": company, "name": "Main warehouse"}
    )
    OrderPolicy.objects.get_or_create(company=company)
    Carrier.objects.get_or_create(code="local", defaults={"name": "Own delivery"})
    return Basics(company, taxes, prices, net_30, warehouse)
