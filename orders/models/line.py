"""Order lines: what was agreed, and how far each line has come."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.rules import PriceBreak, TaxTreatment
from o2c.kernel.models import money_field, quantity_field, rate_field, unit_price_field
from orders.models.order import Order

ENTERED = "entered"  # the price rule of what a person typed
DEMAND = "order-line/"  # what the key of a line's demand for stock begins with


class OrderLine(models.Model):
    """One product at one price. The quantities below ``ordered`` only services of the stages change."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField(_("position"))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="order_lines", db_index=False)
    description = models.CharField(_("description"), max_length=200)
    unit = models.CharField(_("unit"), max_length=3)
    is_stocked = models.BooleanField(_("from stock"))
    unit_price = unit_price_field(verbose_name=_("unit price"))
    price_rule = models.CharField(_("price rule"), max_length=80)
    entered_discount = rate_field(
        verbose_name=_("discount on the line"), default=0, help_text=_("Percent, as entered for this line.")
    )
    discount_percent = rate_field(
        verbose_name=_("discount"), default=0, help_text=_("Percent: the line's and the order's together.")
    )
    net = money_field(verbose_name=_("net"))
    tax_code = models.CharField(_("tax code"), max_length=2)
    tax_rate = rate_field(verbose_name=_("tax rate"))
    tax_text = models.CharField(_("legal text"), max_length=200, blank=True)
    ordered = quantity_field(verbose_name=_("ordered"))
    cancelled = quantity_field(verbose_name=_("cancelled"), default=0)
    reserved = quantity_field(verbose_name=_("reserved"), default=0)
    shipped = quantity_field(verbose_name=_("shipped"), default=0)
    returned = quantity_field(verbose_name=_("returned"), default=0)
    invoiced = quantity_field(verbose_name=_("invoiced"), default=0)
    credited = quantity_field(verbose_name=_("credited"), default=0)
    promised_on = models.DateField(_("promised"), null=True, blank=True)

    listed: PriceBreak | None = None  # what the customer's price lists have for it, where somebody asked

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="orderline_position_once"),
            models.CheckConstraint(name="orderline_ordered_positive", condition=Q(ordered__gt=0)),
            models.CheckConstraint(name="orderline_price_not_negative", condition=Q(unit_price__gte=0)),
            models.CheckConstraint(
                name="orderline_discount_sane",
                condition=Q(discount_percent__gte=F("entered_discount"), discount_percent__lte=100),
            ),
            models.CheckConstraint(
                name="orderline_entered_discount_sane",
                condition=Q(entered_discount__gte=0, entered_discount__lte=100),
            ),
            models.CheckConstraint(
                name="orderline_never_below_zero",
                condition=Q(
                    cancelled__gte=0,
                    reserved__gte=0,
                    shipped__gte=0,
                    returned__gte=0,
                    invoiced__gte=0,
                    credited__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="orderline_never_more_than_ordered",
                condition=Q(ordered__gte=F("cancelled") + F("shipped") + F("reserved")),
            ),
            models.CheckConstraint(
                name="orderline_returned_was_shipped",
                condition=Q(returned__lte=F("shipped")),
            ),
            models.CheckConstraint(
                name="orderline_invoiced_was_shipped",
                condition=Q(invoiced__lte=F("shipped")),
            ),
            models.CheckConstraint(
                name="orderline_credited_was_invoiced",
                condition=Q(credited__lte=F("invoiced")),
            ),
        ]

        indexes: ClassVar = [
            models.Index(
                fields=["product", "order"],
                name="orderline_backordered",
                condition=Q(
                    is_stocked=True,
                    ordered__gt=F("cancelled") + F("shipped") + F("reserved"),
                ),
            ),
            models.Index(
                fields=["order"],
                name="orderline_to_ship",
                condition=Q(ordered__gt=F("cancelled") + F("shipped")),
            ),
            models.Index(
                fields=["order"],
                name="orderline_to_invoice",
                condition=Q(shipped__gt=F("invoiced")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.description}"

    @property
    def local_name(self) -> str:
        """Return what the line is of for a screen, in the reader's language where it is one of our names."""
        return self.product.localised(self.description)

    @property
    def demand_key(self) -> str:
        """Return the key under which stock is reserved for this line."""
        return f"{DEMAND}{self.pk}"

    @property
    def treatment(self) -> TaxTreatment:
        """Return how the line is taxed."""
        return TaxTreatment(self.tax_code, self.tax_rate, self.tax_text)

    @property
    def is_entered(self) -> bool:
        """Say whether a person typed the price."""
        return self.price_rule == ENTERED

    @property
    def off_list(self) -> Decimal | None:
        """Return by how much a typed price differs from the price list, where that is known."""
        if self.listed is None or not self.is_entered:
            return None
        difference: Decimal = self.unit_price - self.listed.unit_price
        return difference

    @property
    def to_ship(self) -> Decimal:
        """Return what has neither been shipped nor cancelled."""
        left: Decimal = self.ordered - self.cancelled - self.shipped
        return left

    @property
    def backordered(self) -> Decimal:
        """Return what is to ship and has no stock reserved."""
        return self.to_ship - self.reserved if self.is_stocked else Decimal(0)
