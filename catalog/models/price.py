"""What it costs: price lists with quantity breaks and validity, no two prices at once, and their discounts."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from o2c.kernel import audit
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models import currency_check, money_field, quantity_field, rate_field, unit_price_field
from o2c.kernel.ranges import days, same_id, same_number


class PriceListQuerySet(LockableQuerySet["PriceList"]):
    """The price lists."""


class PriceList(models.Model):
    """A named set of net prices in one currency, which never changes: another currency is another list."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3)

    objects = PriceListQuerySet.as_manager()

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints: ClassVar = [currency_check("pricelist_currency_iso")]
        triggers: ClassVar = [
            audit.audited(),
            # Its prices and the customers who buy at them are of this currency.
            pgtrigger.Trigger(
                name="currency_stays",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__currency__df=pgtrigger.F("new__currency")),
                func="""
                    RAISE EXCEPTION 'price list % is in %: make another list', OLD.code, OLD.currency
                        USING ERRCODE = 'OC002';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"


class Price(models.Model):
    """The net price of one unit from a quantity and a day on."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    minimum_quantity = quantity_field(verbose_name=_("from quantity"), default=1)
    unit_price = unit_price_field(verbose_name=_("unit price"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints: ClassVar = [
            models.CheckConstraint(name="price_not_negative", condition=Q(unit_price__gte=0)),
            models.CheckConstraint(name="price_quantity_positive", condition=Q(minimum_quantity__gt=0)),
            ExclusionConstraint(
                name="price_no_overlap",
                expressions=[
                    (same_id("price_list"), RangeOperators.OVERLAPS),
                    (same_id("product"), RangeOperators.OVERLAPS),
                    (same_number("minimum_quantity"), RangeOperators.OVERLAPS),
                    (days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return _("%(sku)s: %(price)s from %(quantity)s") % {
            "sku": self.product.sku,
            "price": f"{self.unit_price.normalize():f}",
            "quantity": f"{self.minimum_quantity.normalize():f}",
        }


class OrderDiscount(models.Model):
    """A discount on whole orders by a price list, from a net amount and a day on."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="order_discounts")
    name = models.CharField(_("name"), max_length=60)
    from_net = money_field(
        verbose_name=_("from net amount"), default=0, help_text=_("Currency of the price list.")
    )
    percent = rate_field(verbose_name=_("discount"), help_text=_("Percent."))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("order discount")
        verbose_name_plural = _("order discounts")
        constraints: ClassVar = [
            models.CheckConstraint(name="orderdiscount_sane", condition=Q(percent__gt=0, percent__lte=100)),
            models.CheckConstraint(name="orderdiscount_from_not_negative", condition=Q(from_net__gte=0)),
            ExclusionConstraint(
                name="orderdiscount_no_overlap",
                expressions=[
                    (same_id("price_list"), RangeOperators.OVERLAPS),
                    (same_number("from_net"), RangeOperators.OVERLAPS),
                    (days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return f"{self.name}: {self.percent.normalize():f} %"
