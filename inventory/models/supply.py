"""What is expected to come in, and when more should be ordered."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from inventory.models.warehouse import Warehouse
from o2c.kernel import audit, figures
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models import quantity_field


class ExpectedReceiptQuerySet(LockableQuerySet["ExpectedReceipt"]):
    """Expected receipts."""


class ExpectedReceipt(models.Model):
    """Goods that a supplier has promised for a day; what has come is counted here as it comes."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="expected_receipts")
    reference = models.CharField(_("purchase order"), max_length=60)
    supplier = models.CharField(_("supplier"), max_length=100, blank=True)
    quantity = quantity_field(verbose_name=_("ordered"))
    received = quantity_field(verbose_name=_("received"), default=0)
    expected_on = models.DateField(_("expected"))

    objects = ExpectedReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("expected receipt")
        verbose_name_plural = _("expected receipts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reference", "product", "warehouse"], name="expected_once"),
            models.CheckConstraint(name="expected_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="expected_received_within", condition=Q(received__gte=0, received__lte=F("quantity"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["product", "expected_on"],
                name="expected_open",
                condition=Q(received__lt=F("quantity")),
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return f"{self.reference}: {figures.quantity(self.quantity)}"

    @property
    def open(self) -> Decimal:
        """Return what is still to come."""
        still: Decimal = self.quantity - self.received
        return still


class ReorderRule(models.Model):
    """When a product is reordered for a warehouse, and up to how much."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="reorder_rules")
    minimum = quantity_field(verbose_name=_("minimum"), help_text=_("Below it more is ordered."))
    target = quantity_field(verbose_name=_("target"), help_text=_("Up to it."))
    lot = quantity_field(verbose_name=_("lot"), default=1, help_text=_("Bought in multiples of it."))
    lead_days = models.PositiveSmallIntegerField(_("lead time in days"), default=7)
    supplier = models.CharField(_("supplier"), max_length=100, blank=True)
    low_since = models.DateField(
        _("low since"),
        null=True,
        editable=False,
        help_text=_("When it was announced; empty while there is enough."),
    )

    class Meta:
        verbose_name = _("reorder rule")
        verbose_name_plural = _("reorder rules")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["warehouse", "product"], name="reorder_once"),
            models.CheckConstraint(
                name="reorder_sane",
                condition=Q(minimum__gte=0, target__gte=F("minimum"), target__gt=0, lot__gt=0),
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return _("%(product)s: %(minimum)s to %(target)s") % {
            "product": self.product.sku,
            "minimum": figures.quantity(self.minimum),
            "target": figures.quantity(self.target),
        }
