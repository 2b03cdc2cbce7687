"""What confirmed orders have claimed of the limit."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credit.models.account import CreditAccount
from o2c.kernel import figures
from o2c.kernel.models import money_field


class Commitment(models.Model):
    """What one order still claims: confirmed and not yet invoiced, gross, in the customer's currency."""

    account = models.ForeignKey(
        CreditAccount, on_delete=models.PROTECT, related_name="commitments", db_index=False
    )
    reference = models.CharField(_("order"), max_length=40, unique=True)
    amount = money_field(verbose_name=_("committed"))

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints: ClassVar = [
            models.CheckConstraint(name="commitment_not_negative", condition=Q(amount__gte=0))
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account"], name="commitment_open", include=["amount"], condition=Q(amount__gt=0)
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {figures.quantity(self.amount)}"
