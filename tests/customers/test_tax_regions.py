"""Where a customer is for tax, which evidence is on file, and whose rates apply."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.errors import TaxEvidenceMissing, TaxRateMissing
from catalog.models import TaxRate, TaxRegion
from catalog.selectors import tax_treatments
from customers.rules import propose_tax_region, tax_evidence
from o2c.operations.tax_regimes import regimes_for
from tests.world import EU_COMPANY, TODAY, World, build_world

D = Decimal


@dataclass
class Standing:
    vat_checked_on: date | None = None
    exemption_number: str = ""
    exemption_until: date | None = None


@pytest.mark.parametrize(
    ("standing", "evidence"),
    [
        (Standing(), set()),
        (Standing(vat_checked_on=date(2020, 1, 1)), {"vat_id"}),
        (Standing(exemption_number="EX 1"), {"exemption"}),
        (Standing(exemption_number="EX 1", exemption_until=TODAY), {"exemption"}),
        (Standing(exemption_number="EX 1", exemption_until=date(2026, 11, 19)), set()),
        (Standing(TODAY, "EX 1", TODAY), {"vat_id", "exemption"}),
    ],
)
def test_evidence_is_what_is_on_file_and_good_on_the_day(standing: Standing, evidence: set[str]) -> None:
    assert tax_evidence(standing, on=TODAY) == evidence


@pytest.mark.parametrize(
    ("seller", "buyer", "is_company", "has_certificate", "region"),
    [
        ("FR", "FR", True, False, "domestic"),
        ("FR", "FR", False, False, "domestic"),
        ("FR", "FR", True, True, "exempt"),
        ("FR", "DE", True, False, "eu-business"),
        ("FR", "GR", False, False, "eu-consumer"),
        ("FR", "GB", True, False, "export"),
        ("FR", "NO", False, True, "export"),
        ("GB", "GB", True, False, "domestic"),
        ("GB", "FR", True, False, "export"),
        ("NO", "NO", False, False, "domestic"),
        ("NO", "US", True, True, "export"),
    ],
)
def test_the_region_follows_from_country_kind_and_certificate(
    seller: str, buyer: str, is_company: bool, has_certificate: bool, region: str
) -> None:
    proposed = propose_tax_region(
        regimes_for(seller), country=buyer, is_company=is_company, has_certificate=has_certificate
    )
    assert proposed is not None
    assert proposed.code == region


def test_no_region_is_proposed_where_none_covers_the_country() -> None:
    home = [regime for regime in regimes_for("GB") if regime.code == "domestic"]
    assert propose_tax_region(home, country="US", is_company=True, has_certificate=False) is None


@pytest.fixture
def lyon(database) -> World:
    """A seller in France."""
    return build_world(EU_COMPANY)


def treatment(world: World, region: str, *evidence: str, services: bool = False, on: date = TODAY):
    category = world.basics.services if services else world.basics.standard
    found = tax_treatments(
        region_id=world.basics.taxes.regions[region].pk, category_ids=[category.pk], on=on, evidence=evidence
    )
    return found[category.pk].code, found[category.pk].rate


def test_the_regimes_of_a_seller_in_the_union(lyon: World) -> None:
    assert treatment(lyon, "domestic") == ("S", 20)
    assert treatment(lyon, "eu-consumer", "vat_id") == ("S", 20)
    assert treatment(lyon, "eu-business", "vat_id") == ("K", 0)
    assert treatment(lyon, "eu-business", "vat_id", services=True) == ("AE", 0)
    assert treatment(lyon, "eu-business", "exemption") == ("S", 20)
    assert treatment(lyon, "export") == ("G", 0)
    assert treatment(lyon, "export", services=True) == ("O", 0)
    assert treatment(lyon, "exempt", "exemption") == ("E", 0)
    assert treatment(lyon, "exempt") == ("S", 20)
    texts = TaxRate.objects.exclude(code="S").values_list("code", "legal_text")
    articles = {"K": "138", "AE": "196", "G": "146", "E": "151", "O": "44"}
    assert all(
        f"Article {articles[code]} of Directive 2006/112/EC" in text.replace(",", "") for code, text in texts
    )


def test_setting_up_again_keeps_what_the_manager_made_of_it(lyon: World) -> None:
    region = lyon.basics.taxes.regions["eu-consumer"]
    TaxRate.objects.filter(region=region).delete()
    rate = TaxRate.objects.create(
        region=region, category=lyon.basics.standard, code="S", rate=19, valid_from=date(2026, 1, 1)
    )
    build_world(EU_COMPANY)
    assert list(TaxRate.objects.filter(region=region)) == [rate]


def test_without_evidence_and_another_region_the_sale_is_refused(lyon: World) -> None:
    region = lyon.basics.taxes.regions["eu-business"]
    with pytest.raises(TaxRateMissing):
        treatment(lyon, "eu-business", "vat_id", on=date(1999, 1, 1))
    TaxRegion.objects.filter(pk=region.pk).update(without_evidence=lyon.basics.taxes.regions["exempt"])
    with pytest.raises(TaxEvidenceMissing):  # that one demands evidence itself
        treatment(lyon, "eu-business")
    assert treatment(lyon, "eu-business", "exemption") == ("E", 0)
    TaxRegion.objects.filter(pk=region.pk).update(without_evidence=None)
    with pytest.raises(TaxEvidenceMissing) as refusal:
        treatment(lyon, "eu-business")
    assert (refusal.value.code, refusal.value.next_step[:19]) == (
        "tax-evidence-missing",
        "Record the evidence",
    )


def test_the_treatments_are_one_statement_with_or_without_evidence(lyon: World) -> None:
    categories = [lyon.basics.standard.pk, lyon.basics.services.pk]
    for region in lyon.basics.taxes.regions.values():
        with CaptureQueriesContext(connection) as captured:
            found = tax_treatments(region_id=region.pk, category_ids=categories, on=TODAY, evidence=[])
        assert (len(found), len(captured)) == (2, 1)
        assert all(treatment.rate in {D(0), D(20)} for treatment in found.values())
