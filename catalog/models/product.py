"""What is sold."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy as _

from catalog.models.tax import TaxCategory
from o2c.kernel import audit
from o2c.kernel.models import choices_check, unit_price_field


class ProductKind(models.TextChoices):
    """Only goods are stocked; all kinds are fulfilled and billed the same way."""

    GOODS = "goods", _("Goods")
    SERVICE = "service", _("Service")
    DIGITAL = "digital", _("Digital")


class Product(models.Model):
    """Goods, a service or something digital."""

    Kind = ProductKind

    sku = models.CharField(_("SKU"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    names = models.JSONField(
        _("names by language"),
        default=dict,
        blank=True,
        help_text=_('Such as {"fr": "Lanterne"}; the name serves where empty.'),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GOODS)
    unit = models.CharField(
        _("unit"),
        max_length=3,
        default="C62",
        help_text=_("UN/ECE Recommendation 20; C62 is one piece."),
    )
    tax_category = models.ForeignKey(TaxCategory, on_delete=models.PROTECT)
    weight = models.DecimalField(_("weight in kg"), max_digits=10, decimal_places=3, null=True, blank=True)
    standard_cost = unit_price_field(verbose_name=_("standard cost"), default=0)
    lead_days = models.PositiveSmallIntegerField(
        _("days to get it"), default=7, help_text=_("From ordering it until it is in the warehouse.")
    )
    alternative = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("alternative"),
    )
    customs_code = models.CharField(_("customs tariff number"), max_length=12, blank=True)
    origin_country = models.CharField(_("country of origin"), max_length=2, blank=True)
    access_days = models.PositiveSmallIntegerField(
        _("days of access"), null=True, blank=True, help_text=_("Digital goods only; empty is without end.")
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints: ClassVar = [
            choices_check("product_kind_known", ProductKind, "kind"),
            models.CheckConstraint(
                name="product_origin_iso",
                condition=Q(origin_country="") | Q(origin_country__regex=r"^[A-Z]{2}$"),
            ),
            models.CheckConstraint(name="product_cost_not_negative", condition=Q(standard_cost__gte=0)),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"

    @property
    def is_stocked(self) -> bool:
        """Say whether stock is kept of it."""
        return self.kind == self.Kind.GOODS

    def name_in(self, language: str) -> str:
        """Return the name for a document in *language* (ISO 639-1)."""
        return name_in(language, name=self.name, names=self.names)

    @property
    def local_name(self) -> str:
        """Return the name for a screen, in the reader's language."""
        return self.name_in(get_language() or "")

    def localised(self, description: str) -> str:
        """Return a document's *description* for a screen: our names in the reader's language, other words as typed."""
        return local_name(description, name=self.name, names=self.names)


def name_in(language: str, *, name: str, names: Mapping[str, str]) -> str:
    """Return what a product is called in *language*: its *name* where it has no other there."""
    return names.get(language) or name


def local_name(description: str, *, name: str, names: Mapping[str, str]) -> str:
    """Return the *description* of a product with these names as a screen shows it."""
    is_ours = description == name or description in names.values()
    return name_in(get_language() or "", name=name, names=names) if is_ours else description
