"""Which money or credit settles which open item."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from o2c.kernel import audit, figures
from o2c.kernel.db import LockableQuerySet
from o2c.kernel.models import User, money_field
from receivables.models.payment import Payment
from receivables.models.receivable import Receivable


class AllocationQuerySet(LockableQuerySet["Allocation"]):
    """Allocations."""

    def in_force(self) -> "AllocationQuerySet":
        """Return the allocations that have not been reversed."""
        return self.filter(reversed_on=None)


class Allocation(models.Model):
    """An amount of a payment, or of a credit note, used for an invoice. Reversible, never edited.

    ``base_amount`` left the receivable, ``base_source_amount`` left the payment or credit; the
    difference is the exchange gain or loss that was posted.
    """

    receivable = models.ForeignKey(Receivable, on_delete=models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="allocations")
    credit = models.ForeignKey(Receivable, on_delete=models.PROTECT, null=True, related_name="uses")
    amount = money_field(verbose_name=_("amount"))
    base_amount = money_field(verbose_name=_("amount in base currency"))
    base_source_amount = money_field(verbose_name=_("amount in base currency at the source's rate"))
    on = models.DateField(_("date"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reversed_on = models.DateField(_("reversed"), null=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints: ClassVar = [
            models.CheckConstraint(name="allocation_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="allocation_one_source",
                condition=Q(payment__isnull=False, credit__isnull=True)
                | Q(payment__isnull=True, credit__isnull=False),
            ),
            models.CheckConstraint(
                name="allocation_taken_back_after",
                condition=Q(reversed_on=None) | Q(reversed_on__gte=F("on")),
            ),
        ]
        indexes: ClassVar = [
            # What was open on a day is found from what was allocated, or taken back, since.
            models.Index(fields=["on"], name="allocation_on"),
            models.Index(fields=["reversed_on"], name="allocation_reversed", condition=~Q(reversed_on=None)),
        ]
        triggers: ClassVar = [
            audit.frozen_but("reversed_on"),
            audit.frozen_but(name="frozen_reversal", when="OLD.reversed_on IS NOT NULL"),
            audit.never_truncated(),
        ]

    def __str__(self) -> str:
        return _("%(amount)s for %(item)s") % {
            "amount": figures.quantity(self.amount),
            "item": self.receivable.document_number,
        }
