"""The tax regimes that a seller begins with: regions, categories and rates, as data the manager goes on with.

For a seller in the European Union they follow Council Directive 2006/112/EC. National law sets the rates,
and may ask for other words on the invoice: both are rows of the finance console.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from stdnum.eu.vat import MEMBER_STATES

from catalog.models import TaxCategory, TaxRate, TaxRegion
from o2c.kernel.db import requires_transaction

EVER = date(2000, 1, 1)
EU_STATES = frozenset(state.upper() for state in MEMBER_STATES if state != "xi")  # XI: VAT ids only

DOMESTIC, EXPORT = "domestic", "export"
EU_BUSINESS, EU_CONSUMER, EXEMPT = "eu-business", "eu-consumer", "exempt"
GOODS, SERVICES = "standard", "services"
Code = TaxRate.Code


@dataclass(frozen=True, slots=True)
class Treatment:
    """A rate of a regime: the domestic one, or zero with the words that the law wants on the invoice."""

    code: str
    legal_text: str = ""


@dataclass(frozen=True, slots=True)
class Regime:
    """A tax region with the treatment of each category; no *countries* means every other country."""

    code: str
    name: str
    treatments: Mapping[str, Treatment]
    countries: Sequence[str] = field(default_factory=list)
    evidence: str = TaxRegion.Evidence.NONE
    without_evidence: str = ""


TAXED = Treatment(Code.STANDARD)
FREE_EXPORT = Treatment(Code.EXPORT, "Export: zero-rated supply of goods outside the customs territory.")
EU_EXPORT = Treatment(Code.EXPORT, "Export of goods, exempt: Article 146 of Directive 2006/112/EC.")
EU_SERVICE_ABROAD = Treatment(
    Code.OUT_OF_SCOPE,
    "Services supplied where the customer is established: Article 44 of Directive 2006/112/EC.",
)
INTRA_COMMUNITY = Treatment(
    Code.INTRA_COMMUNITY, "Intra-Community supply of goods, exempt: Article 138 of Directive 2006/112/EC."
)
REVERSE_CHARGE = Treatment(
    Code.REVERSE_CHARGE,
    "Reverse charge: the customer is liable for the VAT, Article 196 of Directive 2006/112/EC.",
)
CERTIFIED = Treatment(
    Code.EXEMPT, "Exempt on the customer's certificate of exemption: Article 151 of Directive 2006/112/EC."
)


def regimes_for(country: str) -> list[Regime]:
    """Return the regimes of a seller in *country* (ISO 3166-1): those of a member state, or home and abroad.

    The sale of goods to a consumer elsewhere in the Union is taxed at the domestic rate, as Article 59c of
    the Directive lets small sellers do; who is in the One Stop Shop adds regions with their own rates.
    """
    if country not in EU_STATES:
        return [
            Regime(DOMESTIC, "Domestic", {GOODS: TAXED}, [country]),
            Regime(EXPORT, "Export", {GOODS: FREE_EXPORT}),
        ]
    union = sorted(EU_STATES - {country})
    taxed = {GOODS: TAXED, SERVICES: TAXED}
    return [
        Regime(DOMESTIC, "Domestic", taxed, [country]),
        Regime(EU_CONSUMER, "European Union, consumers", taxed, union),
        Regime(
            EU_BUSINESS,
            "European Union, businesses",
            {GOODS: INTRA_COMMUNITY, SERVICES: REVERSE_CHARGE},
            union,
            TaxRegion.Evidence.VAT_ID,
            EU_CONSUMER,
        ),
        Regime(EXPORT, "Export", {GOODS: EU_EXPORT, SERVICES: EU_SERVICE_ABROAD}),
        Regime(
            EXEMPT,
            "Exempt with a certificate",
            {GOODS: CERTIFIED, SERVICES: CERTIFIED},
            [country],
            TaxRegion.Evidence.EXEMPTION,
            DOMESTIC,
        ),
    ]


@dataclass(frozen=True, slots=True)
class Taxes:
    """The regions and the categories, by their codes."""

    regions: dict[str, TaxRegion]
    categories: dict[str, TaxCategory]


CATEGORY_NAMES = {GOODS: "Standard", SERVICES: "Services"}


@requires_transaction
def set_up_taxes(*, country: str, tax_rate: Decimal) -> Taxes:
    """Create the regimes of a seller in *country* whose standard rate is *tax_rate* percent.

    What exists is kept as it is. A new region gets its rates, an old one has those that the manager keeps.
    """
    taxes = Taxes({}, {})
    for regime in regimes_for(country):
        for category in regime.treatments:
            taxes.categories[category], _ = TaxCategory.objects.get_or_create(
                code=category, defaults={"name": CATEGORY_NAMES[category]}
            )
        region, is_new = TaxRegion.objects.get_or_create(
            code=regime.code,
            defaults={
                "name": regime.name,
                "countries": list(regime.countries),
                "evidence": regime.evidence,
                "without_evidence": taxes.regions.get(regime.without_evidence),
            },
        )
        taxes.regions[regime.code] = region
        if is_new:
            _add_rates(region, regime, taxes.categories, tax_rate)
    return taxes


def _add_rates(
    region: TaxRegion, regime: Regime, categories: Mapping[str, TaxCategory], tax_rate: Decimal
) -> None:
    for category, treatment in regime.treatments.items():
        TaxRate.objects.create(
            category=categories[category],
            region=region,
            code=treatment.code,
            rate=tax_rate if treatment.code == Code.STANDARD else 0,
            legal_text=treatment.legal_text,
            valid_from=EVER,
        )
