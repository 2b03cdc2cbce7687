"""What tax applies: the product's category, the customer's region and the day decide the rate."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from o2c.kernel import audit
from o2c.kernel.models import choices_check, rate_field
from o2c.kernel.ranges import days, same_id


class TaxCategory(models.Model):
    """What kind of supply a product is for tax: standard, reduced, zero."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("tax category")
        verbose_name_plural = _("tax categories")

    def __str__(self) -> str:
        return self.name


class TaxEvidence(models.TextChoices):
    """What must be on file before a region's treatment may be used."""

    NONE = "none", _("Nothing")
    VAT_ID = "vat_id", _("A checked VAT id")
    EXEMPTION = "exemption", _("An exemption certificate")


class TaxRegion(models.Model):
    """Where a customer is for tax, seen from the seller: domestic, another EU state, export, exempt.

    Where the evidence is missing, ``without_evidence`` says which region's rates apply instead.
    """

    Evidence = TaxEvidence

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)

    countries = models.JSONField(
        _("countries"), default=list, blank=True, help_text=_("ISO codes; none means every other country.")
    )
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence, default=Evidence.NONE)
    without_evidence = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region without the evidence"),
    )

    class Meta:
        verbose_name = _("tax region")
        verbose_name_plural = _("tax regions")
        constraints: ClassVar = [
            choices_check("taxregion_evidence_known", TaxEvidence, "evidence"),
            models.CheckConstraint(
                name="taxregion_other_than_itself",
                condition=Q(without_evidence=None) | ~Q(without_evidence=models.F("id")),
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return self.name


class TaxRateCode(models.TextChoices):
    """Duty or tax category of EN 16931 (BT-118, UNCL 5305)."""

    STANDARD = "S", _("Standard rate")
    ZERO = "Z", _("Zero rated")
    EXEMPT = "E", _("Exempt")
    REVERSE_CHARGE = "AE", _("Reverse charge")
    INTRA_COMMUNITY = "K", _("Intra-community supply")
    EXPORT = "G", _("Export outside the EU")
    OUT_OF_SCOPE = "O", _("Outside the scope of tax")


class TaxRate(models.Model):
    """The rate of a category in a region from a day on, with its EN 16931 code and legal text."""

    Code = TaxRateCode

    category = models.ForeignKey(TaxCategory, on_delete=models.PROTECT)
    region = models.ForeignKey(TaxRegion, on_delete=models.PROTECT)
    code = models.CharField(_("EN 16931 code"), max_length=2, choices=Code)
    rate = rate_field(verbose_name=_("rate"), help_text=_("Percent."))
    legal_text = models.CharField(_("legal text"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints: ClassVar = [
            choices_check("taxrate_code_known", TaxRateCode, "code"),
            models.CheckConstraint(name="taxrate_not_negative", condition=Q(rate__gte=0)),
            # BR-S-05 and BR-Z-05 .. BR-O-05: only the standard rate has a percentage above zero.
            models.CheckConstraint(name="taxrate_zero_unless_standard", condition=Q(code="S") | Q(rate=0)),
            ExclusionConstraint(
                name="taxrate_no_overlap",
                expressions=[
                    (same_id("category"), RangeOperators.OVERLAPS),
                    (same_id("region"), RangeOperators.OVERLAPS),
                    (days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return f"{self.code} {self.rate.normalize():f} %"
