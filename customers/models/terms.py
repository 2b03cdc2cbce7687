"""Payment terms."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from o2c.kernel import audit
from o2c.kernel.models import rate_field


class PaymentTerms(models.Model):
    """When an invoice is due, and the discount for paying early."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    net_days = models.PositiveSmallIntegerField(_("days"), default=30)
    end_of_month = models.BooleanField(
        _("from the end of the month"),
        default=False,
        help_text=_("Days count from the last day of the invoice's month."),
    )
    is_prepayment = models.BooleanField(
        _("paid in advance"), default=False, help_text=_("Orders wait until the money is there.")
    )
    discount_days = models.PositiveSmallIntegerField(_("discount days"), default=0)
    discount_percent = rate_field(verbose_name=_("early-payment discount"), default=0)

    class Meta:
        verbose_name = _("payment terms")
        verbose_name_plural = _("payment terms")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="terms_discount_sane",
                condition=Q(discount_percent__gte=0, discount_percent__lt=100),
            ),
        ]
        triggers: ClassVar = [audit.audited()]

    def __str__(self) -> str:
        return self.name
